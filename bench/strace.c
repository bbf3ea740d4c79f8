/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What being traced costs a loop of cheap calls (strace records every one of them), how many events the
 * reader takes in a second, alone and from a program that writes at a given rate, and how soon strace -p
 * has attached.
 */
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <isthmus/trace.h>

#include "bench/bench.h"
#include "lib/trace/region.c"
#include "lib/trace/writer.c"
#define packet_at reader_packet_at /* both files have one */
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

/* What strace said at the end, if it lost something. */
static bool lost_some(void)
{
    FILE *f = fopen("strace.err", "r");
    char line[200];
    bool lost = false;

    while (f && fgets(line, sizeof line, f))
        lost |= strstr(line, "lost") != NULL;
    if (f)
        fclose(f);
    return lost;
}

/* Nanoseconds a call, as the program has measured it itself; all events have to arrive. */
static double loop(void *arg)
{
    FILE *f;
    double ns = -1;

    remove("strace.err");
    f = popen(arg, "r");
    if (!f || fscanf(f, "%lf", &ns) != 1)
        ns = -1;
    if (f && pclose(f) != 0)
        ns = -1;
    if (lost_some()) {
        fputs("bench: traced-lseek: events were lost\n", stderr);
        ns = -1;
    }
    return ns;
}

/* ---- a program that writes at a rate ---- */

/* `rate` events a second for `seconds`; prints the rate that it managed. */
static int paced(double rate, double seconds)
{
    double begin = now(), t = begin, end = begin + seconds * 1e9;
    uint64_t n = 0;

    while ((t = now()) < end) {
        uint64_t due = (uint64_t)((t - begin) * rate / 1e9) + 1;

        while (n < due)
            isthmus_trace_number(n++, NULL);
    }
    printf("%.0f\n", (double)n / (t - begin) * 1e9);
    return 0;
}

/* The highest rate that strace takes for some seconds, far more than its memory could hold, with nothing
 * lost and hardly anything left to read at the end. */
static int rate(const char *self)
{
    static const double rates[] = { 1e6, 2e6, 3e6, 4e6, 5e6, 6e6, 8e6, 10e6, 12e6, 15e6, 20e6, 30e6 };
    double best = 0, got;
    char line[400];

    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        FILE *f;
        double t = now();

        remove("strace.err");
        snprintf(line, sizeof line, "strace -c -e user -o /dev/null '%s' --paced %.0f 4 2>strace.err", self, rates[i]);
        f = popen(line, "r");
        if (!f || fscanf(f, "%lf", &got) != 1 || pclose(f) != 0)
            return 1;
        t = (now() - t) / 1e9;
        fprintf(stderr, "# %.2f million a second asked, %.2f written, %.2f s in all%s\n", rates[i] / 1e6, got / 1e6, t,
                lost_some() ? ", events lost" : "");
        if (lost_some() || t > 5)
            break;
        if (got > best)
            best = got;
        if (got < rates[i] * 0.95)
            break; /* a thread cannot write faster */
    }
    printf("bench reader-held %.3f Mevents/s ratio=%.3f base=2-Mevents/s low=%.3f high=%.3f\n", best / 1e6,
           best / 2e6, best / 2e6, best / 2e6);
    return best < 2e6;
}

/* ---- attaching ---- */

extern char **environ;

static double wall(void)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* From the start of strace -p to the first event that this program has because of it. */
static double attach(void *arg)
{
    char pid[20], line[400];
    char *argv[] = { "strace", "-q", "-e", "lseek", "--json", "-o", "attach.json", "-p", pid, NULL };
    double begin = wall(), first = -1, seconds;
    pid_t child;
    FILE *f;

    (void)arg;
    remove("attach.json");
    snprintf(pid, sizeof pid, "%d", (int)getpid());
    if (posix_spawnp(&child, "strace", NULL, NULL, argv, environ))
        return -1;
    for (int i = 0; i < 2000 && first < 0; i++) {
        lseek(0, 0, SEEK_CUR);
        usleep(500);
        if (i % 50 == 49 && (f = fopen("attach.json", "r"))) {
            while (fgets(line, sizeof line, f) && first < 0)
                if (strstr(line, "lseek") && sscanf(line, "{\"ts\":%lf", &seconds) == 1)
                    first = seconds * 1e9 - begin;
            fclose(f);
        }
    }
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    return first;
}

/* What starting such a program costs in itself. */
static double start(void *arg)
{
    char *argv[] = { "strace", "--version", NULL };
    posix_spawn_file_actions_t quiet;
    double t = now();
    pid_t child;
    int e;

    (void)arg;
    posix_spawn_file_actions_init(&quiet);
    posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", O_WRONLY, 0);
    e = posix_spawnp(&child, "strace", &quiet, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&quiet);
    if (e)
        return -1;
    waitpid(child, NULL, 0);
    return now() - t;
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
    if (!strcmp(only, "--paced") && argc > 3)
        return paced(atof(argv[2]), atof(argv[3]));
    snprintf(plain, sizeof plain, "'%s' --loop", argv[0]);
    snprintf(traced, sizeof traced, "strace -c -o /dev/null '%s' --loop 2>strace.err", argv[0]);
    if (strstr("traced-lseek", only))
        bad |= bench_pair("traced-lseek", "ns", 8, loop, traced, "lseek", loop, plain);
    if (strstr("reader-event", only))
        bad |= reader();
    if (strstr("reader-held", only))
        bad |= rate(argv[0]);
    if (strstr("attach", only))
        bad |= bench_pair("attach", "ms", 20, attach, NULL, "strace--version", start, NULL);
    remove("strace.err");
    remove("attach.json");
    return bad;
}
