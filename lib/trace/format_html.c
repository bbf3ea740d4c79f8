/* SPDX-License-Identifier: BSD-2-Clause */
/* Events as a page for a browser that needs nothing else: the page is timeline.html, the events are its
 * data. */
#include <string.h>

#include "lib/tool/out.h"
#include "trace/flow.h"
#include "trace/format.h"

extern const char *const timeline_head[], *const timeline_tail[]; /* made by html.awk */

struct html {
    struct trace_flows flows;
    uint64_t begin;
    bool some;
};

static void put_lines(struct buf *b, const char *const *line)
{
    for (; *line; line++)
        buf_puts(b, *line);
}

/* The data are in a script element, which "</" would end. */
static void put_json(struct buf *b, const char *s, size_t n)
{
    size_t from = b->len, extra = 0;

    json_str(b, s, n);
    for (size_t i = from; i < b->len; i++)
        extra += b->p[i] == '<';
    if (!extra || buf_reserve(b, extra * 5) < 0)
        return;
    for (size_t i = b->len, to = b->len + extra * 5; i-- > from;)
        if (b->p[i] == '<')
            memcpy(b->p + (to -= 6), "\\u003c", 6);
        else
            b->p[--to] = b->p[i];
    b->len += extra * 5;
    b->p[b->len] = 0;
}

static void put_us(struct buf *b, uint64_t ns)
{
    char digits[3] = { (char)('0' + ns / 100 % 10), (char)('0' + ns / 10 % 10), (char)('0' + ns % 10) };

    buf_putu(b, ns / 1000);
    if (ns % 1000) {
        buf_putc(b, '.');
        buf_put(b, digits, 3);
    }
}

static int html_begin(struct trace_format *f)
{
    struct html *h = f->out->alloc(NULL, sizeof *h);

    if (!h)
        return -1;
    memset(h, 0, sizeof *h);
    trace_flows_init(&h->flows, f->out->alloc);
    f->state = h;
    put_lines(f->out, timeline_head);
    buf_puts(f->out, "{\"events\":[\n");
    return 0;
}

static void put_text(struct trace_format *f, const struct trace_record *r, const struct trace_decoded *d)
{
    struct buf *out = f->out, line;

    buf_init(&line, out->alloc, NULL, 0);
    f->out = &line;
    trace_format_line(f, r, d);
    f->out = out;
    put_json(out, line.p ? line.p : "", line.len);
    out->failed |= line.failed;
    buf_free(&line);
}

static void put_arrow(struct trace_format *f, const struct trace_record *r, const struct trace_decoded *d)
{
    struct html *h = f->state;
    struct buf *b = f->out;
    struct trace_flow w;

    if (!d || !trace_flow_of(&h->flows, r, d, &w)) {
        buf_puts(b, ",0");
        return;
    }
    buf_puts(b, ",[\"");
    buf_puts(b, w.kind);
    buf_puts(b, "\",");
    buf_putu(b, w.id);
    buf_puts(b, w.end ? ",1]" : ",0]");
}

static void put_head(struct trace_format *f, const struct trace_record *r, uint64_t dur)
{
    struct html *h = f->state;
    struct buf *b = f->out;

    buf_puts(b, h->some ? ",\n[" : "[");
    h->some = true;
    if (!h->begin)
        h->begin = f->ns > dur ? f->ns - dur : 0;
    put_us(b, f->ns > h->begin ? f->ns - h->begin : 0);
    buf_putc(b, ',');
    put_us(b, dur);
    buf_putc(b, ',');
    buf_putd(b, r->stream->pid);
    buf_putc(b, ',');
    buf_putu(b, r->stream->tid);
    buf_putc(b, ',');
}

static unsigned desc_index(const struct trace_decoded *d)
{
    return d ? (unsigned)(d->desc - trace_descs) : trace_desc_count;
}

static void html_event(struct trace_format *f, const struct trace_record *r,
                       const struct trace_decoded *d)
{
    struct html *h = f->state;
    struct buf *b = f->out;
    const char *name = d ? d->desc->name : "";
    bool bad = d && (d->failed || strstr(name, "failed") || strstr(name, "fault"));

    if (d)
        trace_flows_event(&h->flows, r, d);
    put_head(f, r, d ? trace_slice(f->time, d, f->ns).dur : 0);
    buf_putu(b, desc_index(d));
    buf_putc(b, ',');
    buf_putu(b, d ? d->desc->category : TRACE_CAT_ERROR);
    buf_puts(b, bad ? ",1," : ",0,");
    put_text(f, r, d);
    put_arrow(f, r, d);
    buf_putc(b, ']');
}

static void html_lost(struct trace_format *f, const struct trace_record *r)
{
    struct buf *b = f->out;

    put_head(f, r, 0);
    buf_putu(b, trace_desc_count);
    buf_putc(b, ',');
    buf_putu(b, TRACE_CAT_ERROR);
    buf_puts(b, ",1,\"... ");
    buf_putu(b, r->lost);
    buf_puts(b, " events lost ...\",0]");
}

static void html_end(struct trace_format *f, uint64_t total)
{
    struct html *h = f->state;
    struct buf *b = f->out;

    buf_puts(b, "],\n\"lost\":");
    buf_putu(b, total);
    buf_puts(b, ",\n\"processes\":{");
    for (uint32_t i = 0; i < h->flows.nprocesses; i++) {
        const struct trace_flow_process *p = &h->flows.processes[i];
        size_t base = p->len;

        while (base > 0 && p->program[base - 1] != '/' && p->program[base - 1] != '\\')
            base--;
        buf_puts(b, i ? ",\"" : "\"");
        buf_putd(b, p->pid);
        buf_puts(b, "\":");
        put_json(b, p->program + base, p->len - base);
    }
    buf_puts(b, "},\n\"names\":[");
    for (unsigned i = 0; i < trace_desc_count; i++) {
        put_json(b, trace_desc_name(&trace_descs[i]), strlen(trace_desc_name(&trace_descs[i])));
        buf_putc(b, ',');
    }
    buf_puts(b, "\"?\"]}\n");
    put_lines(b, timeline_tail);
    trace_flows_free(&h->flows);
    f->out->alloc(h, 0);
    f->state = NULL;
}

const struct trace_format_ops trace_format_html = {
    .name = "html",
    .begin = html_begin,
    .event = html_event,
    .lost = html_lost,
    .end = html_end,
    .document = true,
};
