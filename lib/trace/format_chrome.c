/* SPDX-License-Identifier: BSD-2-Clause */
/* Events in Chrome's trace format (JSON), which Perfetto, speedscope and chrome://tracing open: calls and
 * stages as slices, the rest as instants, arrows from fork, exec and kill to where they arrive. */
#include <stdlib.h>
#include <string.h>

#include "lib/tool/out.h"
#include "trace/flow.h"
#include "trace/format.h"

struct chrome {
    struct trace_flows flows;
    bool some; /* an object was written: the next one needs a comma */
};

static void put_us(struct buf *b, uint64_t ns)
{
    char digits[3] = { (char)('0' + ns / 100 % 10), (char)('0' + ns / 10 % 10), (char)('0' + ns % 10) };

    buf_putu(b, ns / 1000);
    buf_putc(b, '.');
    buf_put(b, digits, 3);
}

static void put_open(struct trace_format *f, const char *phase, const char *name, size_t len)
{
    struct chrome *c = f->state;
    struct buf *b = f->out;

    buf_puts(b, c->some ? ",\n{\"ph\":\"" : "{\"ph\":\"");
    c->some = true;
    buf_puts(b, phase);
    buf_puts(b, "\",\"name\":");
    json_str(b, name, len);
}

static void put_place(struct trace_format *f, const struct trace_record *r, uint64_t ns)
{
    struct buf *b = f->out;

    buf_puts(b, ",\"pid\":");
    buf_putd(b, r->stream->pid);
    buf_puts(b, ",\"tid\":");
    buf_putu(b, r->stream->tid);
    buf_puts(b, ",\"ts\":");
    put_us(b, ns);
}

/* The event as text, and its number: what one sees when it is clicked at. */
static void put_args(struct trace_format *f, const struct trace_record *r,
                     const struct trace_decoded *d)
{
    struct buf *out = f->out, line;

    buf_init(&line, out->alloc, NULL, 0);
    f->out = &line;
    trace_format_line(f, r, d);
    f->out = out;
    buf_puts(out, ",\"args\":{\"seq\":");
    buf_putu(out, r->seq);
    buf_puts(out, ",\"text\":");
    json_str(out, line.p ? line.p : "", line.len);
    if (d && d->failed) {
        buf_puts(out, ",\"errno\":\"");
        trace_value_errno(out, d->ret);
        buf_putc(out, '"');
    }
    buf_puts(out, "}}");
    out->failed |= line.failed;
    buf_free(&line);
}

static void put_process_name(struct trace_format *f, int32_t pid, const char *name, size_t len)
{
    struct buf *b = f->out;

    put_open(f, "M", "process_name", 12);
    buf_puts(b, ",\"pid\":");
    buf_putd(b, pid);
    buf_puts(b, ",\"args\":{\"name\":");
    json_str(b, name, len);
    buf_puts(b, "}}");
}

static void put_flow(struct trace_format *f, const struct trace_record *r, const struct trace_flow *w,
                     uint64_t ns)
{
    struct buf *b = f->out;

    put_open(f, w->end ? "f" : "s", w->kind, strlen(w->kind));
    buf_puts(b, ",\"cat\":\"flow\",\"id\":");
    buf_putu(b, w->id);
    if (w->end)
        buf_puts(b, ",\"bp\":\"e\"");
    put_place(f, r, ns);
    buf_putc(b, '}');
}

static int chrome_begin(struct trace_format *f)
{
    struct chrome *c = f->out->alloc(NULL, sizeof *c);

    if (!c)
        return -1;
    memset(c, 0, sizeof *c);
    trace_flows_init(&c->flows, f->out->alloc);
    f->state = c;
    buf_puts(f->out, "{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n");
    return 0;
}

static void chrome_event(struct trace_format *f, const struct trace_record *r,
                         const struct trace_decoded *d)
{
    struct chrome *c = f->state;
    struct buf *b = f->out;
    const char *name = d ? trace_desc_name(d->desc) : "unknown";
    struct trace_slice s = { 0 };
    struct trace_flow flow;

    if (d) {
        trace_flows_event(&c->flows, r, d);
        if (c->flows.named)
            put_process_name(f, r->stream->pid, c->flows.name.p, c->flows.name.len);
        s = trace_slice(f->time, d, f->ns);
    }
    put_open(f, s.dur ? "X" : "i", name, strlen(name));
    buf_puts(b, ",\"cat\":\"");
    buf_puts(b, d ? trace_category_names[d->desc->category] : "error");
    buf_putc(b, '"');
    put_place(f, r, s.dur ? s.begin : f->ns);
    if (s.dur) {
        buf_puts(b, ",\"dur\":");
        put_us(b, s.dur);
    } else {
        buf_puts(b, ",\"s\":\"t\"");
    }
    put_args(f, r, d);
    if (d && trace_flow_of(&c->flows, r, d, &flow))
        put_flow(f, r, &flow, s.dur && !flow.end ? s.begin + s.dur / 2 : s.dur ? s.begin : f->ns);
}

static void chrome_lost(struct trace_format *f, const struct trace_record *r)
{
    put_open(f, "i", "lost", 4);
    buf_puts(f->out, ",\"cat\":\"error\",\"s\":\"t\"");
    put_place(f, r, f->ns);
    buf_puts(f->out, ",\"args\":{\"lost\":");
    buf_putu(f->out, r->lost);
    buf_puts(f->out, "}}");
}

static void chrome_end(struct trace_format *f, uint64_t total)
{
    struct chrome *c = f->state;

    buf_puts(f->out, "\n],\"otherData\":{\"producer\":\"Isthmus strace\",\"events_lost\":");
    buf_putu(f->out, total);
    buf_puts(f->out, "}}\n");
    trace_flows_free(&c->flows);
    f->out->alloc(c, 0);
    f->state = NULL;
}

const struct trace_format_ops trace_format_chrome = {
    .name = "chrome",
    .begin = chrome_begin,
    .event = chrome_event,
    .lost = chrome_lost,
    .end = chrome_end,
    .document = true,
};
