/* SPDX-License-Identifier: BSD-2-Clause */
/* TSC to wall clock. */
#include "trace/reader_time.h"

/* a * b / c without overflow on the way; 0 when c is 0. */
static uint64_t scale(uint64_t a, uint64_t b, uint64_t c)
{
    unsigned __int128 r;

    if (!c)
        return 0;
    r = (unsigned __int128)a * b / c;
    return r > UINT64_MAX ? UINT64_MAX : (uint64_t)r;
}

void trace_time_init(struct trace_time *t, const struct trace_clock *first, uint64_t qpc_frequency)
{
    t->first = *first;
    t->qpc_frequency = qpc_frequency ? qpc_frequency : 10000000;
    t->tsc0 = t->tsc1 = first->tsc;
    t->ns0 = t->ns1 = first->wall;
}

void trace_time_advance(struct trace_time *t, const struct trace_clock *now)
{
    uint64_t ns;

    if (now->tsc <= t->tsc1 || now->qpc < t->first.qpc)
        return;
    ns = t->first.wall + scale(now->qpc - t->first.qpc, 1000000000, t->qpc_frequency);
    t->tsc0 = t->tsc1;
    t->ns0 = t->ns1;
    t->tsc1 = now->tsc;
    t->ns1 = ns > t->ns0 ? ns : t->ns0;
}

uint64_t trace_time_ns(const struct trace_time *t, uint64_t tsc)
{
    uint64_t span = t->tsc1 - t->tsc0, ns;

    if (tsc >= t->tsc0)
        return t->ns0 + scale(tsc - t->tsc0, t->ns1 - t->ns0, span);
    ns = scale(t->tsc0 - tsc, t->ns1 - t->ns0, span);
    return ns > t->ns0 ? 0 : t->ns0 - ns;
}

uint64_t trace_time_span(const struct trace_time *t, uint64_t ticks)
{
    return scale(ticks, t->ns1 - t->first.wall, t->tsc1 - t->first.tsc);
}
