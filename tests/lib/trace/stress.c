/* SPDX-License-Identifier: BSD-2-Clause */
/* Many threads write while one reads; writers in child processes are killed at random instants.
 * Every number that a writer acknowledged is read, every gap is counted, nothing torn is accepted.
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host.h"
#include "tap.h"

#include "trace/desc.h"

#define THREADS 6
#define EVENTS  40000

static struct {
    uint64_t next, events, lost, bad;
    uint64_t last_tsc;
} per[64];
static uint64_t last_tsc, disorder, bad;

static int take(void *arg, const struct trace_record *r)
{
    struct trace_decoded d;
    unsigned who = r->stream->tid;
    char want[64];
    int n;

    if (trace_decode(r->id, r->payload, r->size, &d) < 0 || r->id != TRACE_ID_user_number ||
        who >= 64) {
        bad++;
        return 0;
    }
    /* The text repeats the number as often as its last digit says: torn data would not fit. */
    n = snprintf(want, sizeof want, "%llu", (unsigned long long)d.v[0].u);
    for (uint64_t i = 0; i < d.v[0].u % 4; i++)
        n += snprintf(want + n, sizeof want - n, "-%llu", (unsigned long long)d.v[0].u);
    if ((int)d.v[1].len != n || memcmp(d.v[1].s, want, n))
        bad++;
    per[who].lost += r->lost;
    if (d.v[0].u != per[who].next + r->lost)
        per[who].bad++;
    per[who].next = d.v[0].u + 1;
    per[who].events++;
    if (r->tsc < last_tsc)
        disorder++;
    last_tsc = r->tsc;
    return 0;
}

static void write_number(uint64_t i)
{
    char text[64];
    int n = snprintf(text, sizeof text, "%llu", (unsigned long long)i);

    for (uint64_t k = 0; k < i % 4; k++)
        n += snprintf(text + n, sizeof text - n, "-%llu", (unsigned long long)i);
    trace_user_number(i, text);
}

static void *writer(void *arg)
{
    trace_writer_reset(&host_writer, (uint32_t)(uintptr_t)arg);
    for (uint64_t i = 0; i < EVENTS; i++)
        write_number(i);
    trace_writer_close(&host_writer);
    return NULL;
}

static uint64_t waits;

static void wait_a_moment(void)
{
    __atomic_fetch_add(&waits, 1, __ATOMIC_RELAXED);
    usleep(100);
}

static void wait_not(void)
{
    waits++;
}

/* A tracer that does not look any more: it is waited for once, for a while. */
static void run_forsaken(void)
{
    struct trace_region *region = host_region(NULL, TRACE_LOSSLESS, 2, TRACE_PACKET_MIN);
    uint64_t once;

    trace_target.wait = wait_not;
    waits = 0;
    for (uint64_t i = 0; i < 2000; i++)
        write_number(i);
    once = waits;
    CHECK(once > 100);
    for (uint64_t i = 0; i < 2000; i++)
        write_number(i);
    CHECK_EQ(once, waits);
    CHECK(region->lost > 2000);
    trace_writer_close(&host_writer);
    free(region);
}

static void run_threads(uint32_t packets, uint32_t flags, bool lossless)
{
    struct trace_region *region = host_region(NULL, flags, packets, TRACE_PACKET_MIN);
    struct trace_reader r;
    pthread_t t[THREADS];
    uint64_t horizon = 0, now, events = 0, lost = 0, trailing = 0;
    int running = THREADS;

    memset(per, 0, sizeof per);
    last_tsc = disorder = bad = 0;
    trace_reader_open(&r, region, region->hdr.size, true);
    for (uintptr_t i = 0; i < THREADS; i++)
        pthread_create(&t[i], NULL, writer, (void *)(i + 1));
    while (running) {
        now = trace_tsc();
        __atomic_fetch_add(&region->looks, 1, __ATOMIC_RELAXED);
        CHECK_EQ(0, trace_reader_poll(&r));
        trace_reader_emit(&r, horizon, take, NULL);
        horizon = now;
        if (pthread_tryjoin_np(t[running - 1], NULL) == 0)
            running--;
    }
    trace_reader_poll(&r);
    trace_reader_emit(&r, UINT64_MAX, take, NULL);
    for (int i = 1; i <= THREADS; i++) {
        events += per[i].events;
        lost += per[i].lost;
        trailing += EVENTS - per[i].next;
        CHECK_EQ(0, per[i].bad);
    }
    CHECK_EQ(0, bad);
    CHECK_EQ(THREADS * EVENTS, events + lost + trailing);
    CHECK_EQ(lost + trailing, trace_reader_lost(&r));
    if (lossless) {
        CHECK_EQ(THREADS * EVENTS, events);
        test_note("%llu of %llu events late", (unsigned long long)disorder,
                  (unsigned long long)events);
        CHECK(disorder <= events / 100);
    }
    trace_reader_close(&r);
    free(region);
}

/* What the child has finished writing, for the parent. */
struct shared {
    volatile uint64_t done;
};

static void run_kills(int rounds)
{
    size_t size = trace_region_size(64, 16, TRACE_PACKET_MIN);
    unsigned seed = 4711, short_of = 0;
    struct trace_reader r;

    for (int i = 0; i < rounds; i++) {
        char *mem =
            mmap(NULL, size + 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        struct shared *sh = (struct shared *)(mem + size);
        struct trace_region *region = host_region(mem, 0, 16, TRACE_PACKET_MIN);
        uint64_t stop;
        pid_t pid = fork();

        if (!pid) {
            for (uint64_t k = 0;; k++) {
                write_number(k);
                sh->done = k + 1;
            }
        }
        memset(per, 0, sizeof per);
        bad = 0;
        trace_reader_open(&r, region, size, true);
        seed = seed * 1103515245 + 12345;
        stop = trace_tsc() + (seed >> 8) % 3000000;
        while (trace_tsc() < stop) {
            trace_reader_poll(&r);
            trace_reader_emit(&r, UINT64_MAX, take, NULL);
        }
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
        trace_reader_dead(&r, 100);
        trace_reader_poll(&r);
        trace_reader_emit(&r, UINT64_MAX, take, NULL);
        CHECK_EQ(0, bad);
        CHECK_EQ(0, per[1].bad);
        if (!CHECK(per[1].next + trace_reader_lost(&r) >= sh->done))
            test_note("round %d: read to %llu, done %llu, lost %llu", i,
                      (unsigned long long)per[1].next, (unsigned long long)sh->done,
                      (unsigned long long)trace_reader_lost(&r));
        short_of += trace_reader_lost(&r) == 0 && per[1].next < sh->done;
        CHECK(!trace_reader_has(&r, 100));
        trace_reader_close(&r);
        munmap(mem, size + 4096);
    }
    CHECK_EQ(0, short_of);
}

int main(void)
{
    test("%d threads, room enough: nothing is lost", THREADS);
    run_threads(4096, 0, true);
    test("%d threads, too few packets: each loss is counted once", THREADS);
    for (int i = 0; i < 5; i++)
        run_threads(8, 0, false);
    test("%d threads, too few packets, lossless: they wait, and nothing is lost", THREADS);
    trace_target.wait = wait_a_moment;
    run_threads(8, TRACE_LOSSLESS, true);
    CHECK(waits > 0);
    test("a tracer that does not look any more is not waited for");
    run_forsaken();
    test("200 writers killed at random instants");
    run_kills(200);
    return test_done();
}
