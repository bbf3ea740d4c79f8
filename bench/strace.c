/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What being traced costs a loop of cheap calls (strace records every one of them), and how many events
 * the reader takes in a second.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "bench/bench.h"
#include "lib/trace/region.c"
#include "lib/trace/writer.c"
#include "lib/trace/reader.c"

struct trace_target trace_target;
static uint8_t mask[TRACE_MAX_EVENTS], timing;
const uint8_t *trace_mask = mask;
const uint8_t *trace_timing = &timing;
static struct trace_writer writer;
static uint64_t t0;

#define TRACE_SELF() (&writer)
#define TRACE_T0(w)  t0
#define TRACE_EMIT_IMPLEMENT
#include "trace_emit.h"

enum { CALLS = 100000, EVENTS = 60000, PACKETS = 64 };

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* ---- a traced loop ---- */

static int child(void)
{
    double best = 1e18, t;

    for (int round = 0; round < 5; round++) {
        t = now();
        for (int i = 0; i < CALLS; i++)
            lseek(0, 0, SEEK_CUR);
        t = (now() - t) / CALLS;
        best = t < best ? t : best;
    }
    printf("%.1f\n", best);
    return 0;
}

/* Nanoseconds a call, as the program has measured it itself. */
static double loop(void *arg)
{
    FILE *f = popen(arg, "r");
    double ns = -1;

    if (!f || fscanf(f, "%lf", &ns) != 1)
        ns = -1;
    if (f && pclose(f) != 0)
        ns = -1;
    return ns;
}

/* ---- the reader ---- */

static void clock_now(struct trace_clock *c)
{
    c->tsc = trace_tsc();
    c->qpc = (uint64_t)now();
    c->wall = 0;
}

static int count(void *arg, const struct trace_record *r)
{
    (void)r;
    ++*(uint64_t *)arg;
    return 0;
}

static double write_all(void *arg)
{
    double t = now();

    (void)arg;
    for (int i = 0; i < EVENTS; i++)
        trace_sys_lseek(3, i, 0, i);
    return (now() - t) / EVENTS;
}

/* One thread's events, written before, taken and put in order. */
static double read_all(void *arg)
{
    struct trace_reader *r = arg;
    uint64_t n = 0;
    double t;

    write_all(NULL);
    t = now();
    trace_reader_poll(r);
    trace_reader_emit(r, UINT64_MAX, count, &n);
    t = now() - t;
    return n == EVENTS ? t / EVENTS : -1;
}

static int reader(void)
{
    uint64_t size = trace_region_size(16, PACKETS, TRACE_SESSION_PACKET);
    struct trace_region *region = calloc(1, size);
    struct trace_reader r;

    trace_region_init(region, 0, 16, PACKETS, TRACE_SESSION_PACKET, 1, 1);
    trace_target.region = region;
    trace_target.winpid = 1;
    trace_target.clock = clock_now;
    trace_geometry_get(region, size, &trace_target.g);
    trace_writer_reset(&writer, 1);
    memset(mask, TRACE_ON, sizeof mask);
    if (trace_reader_open(&r, region, size, true) < 0)
        return 1;
    return bench_pair("reader-event", "ns", 60, read_all, &r, "write-event", write_all, NULL);
}

int main(int argc, char **argv)
{
    const char *only = argc > 1 ? argv[1] : "";
    char plain[400], traced[400];
    int bad = 0;

    if (!strcmp(only, "--loop"))
        return child();
    snprintf(plain, sizeof plain, "'%s' --loop", argv[0]);
    snprintf(traced, sizeof traced, "strace -c -o /dev/null '%s' --loop 2>/dev/null", argv[0]);
    if (strstr("traced-lseek", only))
        bad |= bench_pair("traced-lseek", "ns", 8, loop, traced, "lseek", loop, plain);
    if (strstr("reader-event", only))
        bad |= reader();
    return bad;
}
