/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an event costs, with the writer that the runtime uses: enabled against one RDTSC, disabled
 * against an empty loop.
 */
#include <windows.h>

#include "bench/bench.h"
#include "bench/clock.h"
#include "lib/trace/region.c"
#include "lib/trace/writer.c"

struct trace_target trace_target;
static uint8_t mask[TRACE_MAX_EVENTS], timing;
const uint8_t *trace_mask = mask;
const uint8_t *trace_timing = &timing;

static struct trace_writer writer;
static struct trace_writer *volatile slot = &writer; /* stands for the TEB slot: one load */
static uint64_t t0;

#define TRACE_SELF() slot
#define TRACE_T0(w)  t0
#define TRACE_EMIT_IMPLEMENT
#include "trace_emit.h"

enum { LOOPS = 200000 };

static void clock_now(struct trace_clock *c)
{
    LARGE_INTEGER t;

    QueryPerformanceCounter(&t);
    c->tsc = trace_tsc();
    c->qpc = (uint64_t)t.QuadPart;
    c->wall = 0;
}

static double events(void *arg)
{
    double t;

    (void)arg;
    mask[TRACE_ID_sys_lseek] = TRACE_ON;
    t = now();
    for (int i = 0; i < LOOPS; i++) {
        trace_sys_lseek(3, i, 0, i);
        __asm__ volatile("");
    }
    return (now() - t) / LOOPS;
}

/* A place where an event could be, as it is in a call: mask and result are not known before. */
#define PLACE(i)                                      \
    do {                                              \
        __asm__ volatile("" : "+r"(i)::"memory");     \
        trace_sys_lseek(3, i, 0, i);                  \
    } while (0)

/* Eight to an iteration, so that the loop is not taken for a part of them. (Measured on a processor whose
 * microcode punishes jumps across 32 bytes, which half of these are by chance: 0.6 ns without that.) */
static double disabled(void *arg)
{
    int64_t a = 1;
    double t;

    (void)arg;
    mask[TRACE_ID_sys_lseek] = TRACE_OFF;
    t = now();
    for (int i = 0; i < LOOPS; i++) {
        PLACE(a);
        PLACE(a);
        PLACE(a);
        PLACE(a);
        PLACE(a);
        PLACE(a);
        PLACE(a);
        PLACE(a);
    }
    return (now() - t) / LOOPS / 8;
}

static double rdtscs(void *arg)
{
    double t = now();

    (void)arg;
    for (int i = 0; i < LOOPS; i++)
        __asm__ volatile("" ::"r"(trace_tsc()));
    return (now() - t) / LOOPS;
}

static double nothing(void *arg)
{
    double t = now();

    (void)arg;
    for (int i = 0; i < LOOPS; i++)
        __asm__ volatile("" ::"r"(i));
    return (now() - t) / LOOPS;
}

int main(int argc, char **argv)
{
    uint64_t size = trace_region_size(1, TRACE_RING_PACKETS, TRACE_RING_PACKET);
    const char *only = argc > 1 ? argv[1] : "";
    struct trace_region *r = VirtualAlloc(NULL, size, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    LARGE_INTEGER f;
    int bad = 0;

    if (!r)
        return 1;
    clock_init();
    QueryPerformanceFrequency(&f);
    r->qpc_frequency = (uint64_t)f.QuadPart;
    clock_now(&r->clock);
    trace_region_init(r, TRACE_OVERWRITE, 1, TRACE_RING_PACKETS, TRACE_RING_PACKET, 1, 1);
    trace_geometry_get(r, size, &trace_target.g);
    trace_target.region = r;
    trace_target.winpid = 1;
    trace_target.clock = clock_now;
    trace_writer_reset(&writer, 1);
    if (strstr("event-enabled", only))
        bad |= bench_pair("event-enabled", "ns", 200, events, &writer, "RDTSC", rdtscs, NULL);
    if (strstr("event-disabled", only))
        bad |= bench_pair("event-disabled", "ns", 200, disabled, NULL, "empty-loop", nothing, NULL);
    return bad;
}
