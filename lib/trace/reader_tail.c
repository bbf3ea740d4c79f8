/* SPDX-License-Identifier: BSD-2-Clause */
/* The last events of a flight recorder; see reader_tail.h. */
#include "trace/reader_tail.h"

struct tail {
    struct trace_format format;
    size_t total, skip, n;
};

static int count(void *arg, const struct trace_record *r)
{
    (void)r;
    ((struct tail *)arg)->total++;
    return 0;
}

static int take(void *arg, const struct trace_record *r)
{
    struct tail *t = arg;

    if (t->n++ >= t->skip)
        trace_format_record(&t->format, r);
    return 0;
}

/* A reader hands on only once what it has read: so the ring is read to count, and again to print. */
static int read_ring(const void *view, uint64_t size, uint32_t dead, struct tail *t, trace_record_fn fn)
{
    struct trace_region *region = (struct trace_region *)(uintptr_t)view; /* it is only read */
    struct trace_reader r;
    struct trace_time time;

    if (size < sizeof *region || trace_reader_open(&r, region, size, false) < 0)
        return -1;
    trace_time_init(&time, &region->clock, region->qpc_frequency);
    if (dead)
        trace_reader_dead(&r, dead);
    trace_reader_poll(&r);
    trace_time_advance(&time, &r.pair[1]);
    t->format.time = &time;
    trace_reader_emit(&r, UINT64_MAX, fn, t);
    trace_reader_close(&r);
    return 0;
}

int trace_tail(struct buf *out, const void *region, uint64_t size, size_t n, uint32_t dead,
               const struct trace_format_ops *ops)
{
    struct tail t = { .format = { .ops = ops, .out = out } };

    if (n && read_ring(region, size, dead, &t, count) < 0)
        return -1;
    t.skip = n && t.total > n ? t.total - n : 0;
    return read_ring(region, size, dead, &t, take);
}
