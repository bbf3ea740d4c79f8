/* SPDX-License-Identifier: BSD-2-Clause */
/* TSC to wall clock. */
#ifndef TRACE_READER_TIME_H
#define TRACE_READER_TIME_H

#include "abi/trace.h"

/* Wall clock follows the performance counter from the first instant on: a clock that is set during
 * a trace does not reorder it. Between two instants it is interpolated, so it never runs backwards.
 */
struct trace_time {
    struct trace_clock first;
    uint64_t qpc_frequency;
    uint64_t tsc0, tsc1; /* the last two instants */
    uint64_t ns0, ns1;   /* since 1970 UTC */
};

/** Begin at an instant. qpc_frequency 0 counts as 10 MHz. */
void trace_time_init(struct trace_time *t, const struct trace_clock *first, uint64_t qpc_frequency);

/** A later instant: events up to it can be placed. Earlier ones are ignored. */
void trace_time_advance(struct trace_time *t, const struct trace_clock *now);

/** Nanoseconds since 1970 UTC. */
uint64_t trace_time_ns(const struct trace_time *t, uint64_t tsc);

/** Ticks to nanoseconds. */
uint64_t trace_time_span(const struct trace_time *t, uint64_t ticks);

#endif
