/* SPDX-License-Identifier: BSD-2-Clause */
/* The writer's surroundings on the build host: threads' writers in thread-local storage, a region in
 * ordinary memory. For one test program each. */
#ifndef TESTS_TRACE_HOST_H
#define TESTS_TRACE_HOST_H

#include <stdlib.h>
#include <time.h>

#include "trace/writer.h"
#include "trace/reader.h"

struct trace_target trace_target;
static uint8_t host_mask[TRACE_MAX_EVENTS], host_timing;
const uint8_t *trace_mask = host_mask;
const uint8_t *trace_timing = &host_timing;
static _Thread_local struct trace_writer host_writer;
static _Thread_local uint64_t host_t0;

#define TRACE_SELF() (&host_writer)
#define TRACE_T0(w)  (host_t0)
#define TRACE_EMIT_IMPLEMENT
#include "trace_emit.h"

static void host_clock(struct trace_clock *c)
{
    struct timespec ts;

    c->tsc = trace_tsc();
    clock_gettime(CLOCK_REALTIME, &ts);
    c->wall = (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    c->qpc = (uint64_t)ts.tv_sec * 10000000 + (uint64_t)ts.tv_nsec / 100;
}

/* Put a region into memory at `mem` (NULL: new) and write to it; the caller's thread is 1. */
__attribute__((unused)) static struct trace_region *host_region(void *mem, uint32_t flags,
                                                                uint32_t packets, uint32_t size)
{
    struct trace_region *r = mem ? mem : calloc(1, trace_region_size(64, packets, size));

    host_clock(&r->clock);
    r->qpc_frequency = 10000000;
    trace_region_init(r, flags, 64, packets, size, 100, 1);
    trace_target.region = r;
    trace_target.winpid = 100;
    trace_target.pid = 12;
    trace_target.clock = host_clock;
    trace_geometry_get(r, r->hdr.size, &trace_target.g);
    trace_ctl_init(trace_target.g.ctl, 100, trace_mask_default);
    trace_writer_reset(&host_writer, 1);
    memcpy(host_mask, trace_mask_default, sizeof host_mask);
    host_timing = 0;
    return r;
}

#endif
