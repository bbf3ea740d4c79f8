/* SPDX-License-Identifier: BSD-2-Clause */
/* Events in the manner of strace on Linux, a line each. */
#include <string.h>

#include "trace/format.h"

static void put_prefix(struct trace_format *f, const struct trace_record *r)
{
    uint64_t ns = trace_time_ns(f->time, r->tsc), day;
    char t[8];
    struct buf *b = f->out;

    if (f->pids) {
        size_t at = b->len;

        buf_puts(b, "[pid ");
        at = b->len;
        buf_putd(b, r->stream->pid);
        if (b->len - at < 5) { /* right-aligned in five columns */
            char digits[8];
            size_t n = b->len - at;

            memcpy(digits, b->p + at, n);
            buf_cut(b, at);
            buf_pad(b, ' ', 5 - n);
            buf_put(b, digits, n);
        }
        buf_puts(b, "] ");
    }
    day = (ns / 1000000000 + (uint64_t)(int64_t)f->utc_offset) % 86400;
    t[0] = (char)('0' + day / 36000);
    t[1] = (char)('0' + day / 3600 % 10);
    t[2] = ':';
    t[3] = (char)('0' + day / 600 % 6);
    t[4] = (char)('0' + day / 60 % 10);
    t[5] = ':';
    t[6] = (char)('0' + day / 10 % 6);
    t[7] = (char)('0' + day % 10);
    buf_put(b, t, sizeof t);
    buf_putc(b, '.');
    for (uint64_t part = ns % 1000000000 / 1000, unit = 100000; unit; part %= unit, unit /= 10)
        buf_putc(b, (char)('0' + part / unit));
    buf_putc(b, ' ');
}

/* name(args) = result */
static void put_call(struct trace_format *f, const struct trace_decoded *d)
{
    const struct trace_desc *e = d->desc;
    struct buf *b = f->out;
    bool group = false, some = false;

    buf_puts(b, trace_desc_name(e));
    buf_putc(b, '(');
    for (unsigned i = 0; i < e->nfields; i++) {
        const struct trace_field *field = &e->fields[i];

        if (!strcmp(field->name, "ret") ||
            (field->out && d->failed && field->type != TRACE_TYPE_BUF))
            continue;
        if (group && !(field->out && field->type != TRACE_TYPE_BUF)) {
            buf_putc(b, '}');
            group = false;
        }
        if (some)
            buf_puts(b, ", ");
        some = true;
        if (field->out && field->type != TRACE_TYPE_BUF) {
            if (!group)
                buf_putc(b, '{');
            group = true;
            buf_puts(b, field->name);
            buf_putc(b, '=');
        }
        trace_value_text(f, b, d, i, false);
    }
    if (group)
        buf_putc(b, '}');
    buf_putc(b, ')');
    for (unsigned i = 0; i < e->nfields; i++)
        if (!strcmp(e->fields[i].name, "ret")) {
            buf_puts(b, " = ");
            trace_value_text(f, b, d, i, false);
        }
}

/* The event's own line: {field} is replaced, {{ and }} are braces. */
static void put_template(struct trace_format *f, const struct trace_decoded *d)
{
    struct buf *b = f->out;

    for (const char *t = d->desc->text; *t;) {
        if ((t[0] == '{' || t[0] == '}') && t[1] == t[0]) {
            buf_putc(b, *t);
            t += 2;
            continue;
        }
        if (*t == '{') {
            const char *end = strchr(t, '}');
            size_t n = end ? (size_t)(end - t - 1) : 0;
            unsigned i = 0;

            while (
                end && i < d->desc->nfields &&
                (strlen(d->desc->fields[i].name) != n || memcmp(d->desc->fields[i].name, t + 1, n)))
                i++;
            if (end && i < d->desc->nfields) {
                trace_value_text(f, b, d, i, true);
                t = end + 1;
                continue;
            }
        }
        buf_putc(b, *t++);
    }
}

static void text_event(struct trace_format *f, const struct trace_record *r,
                       const struct trace_decoded *d)
{
    struct buf *b = f->out;

    put_prefix(f, r);
    if (!d) {
        buf_puts(b, "event ");
        buf_putu(b, r->id);
        buf_puts(b, " of ");
        buf_putu(b, r->size);
        buf_puts(b, " bytes, not known to this version");
    } else if (d->desc->text) {
        put_template(f, d);
    } else {
        put_call(f, d);
        if (d->dur) {
            buf_puts(b, " <");
            trace_value_seconds(b, trace_time_span(f->time, d->dur), 6);
            buf_putc(b, '>');
        }
    }
    buf_putc(b, '\n');
}

static void text_lost(struct trace_format *f, const struct trace_record *r)
{
    put_prefix(f, r);
    buf_puts(f->out, "... ");
    buf_putu(f->out, r->lost);
    buf_puts(f->out, r->lost == 1 ? " event lost ...\n" : " events lost ...\n");
}

const struct trace_format_ops trace_format_text = {
    .name = "text",
    .event = text_event,
    .lost = text_lost,
};

void trace_format_record(struct trace_format *f, const struct trace_record *r)
{
    struct trace_decoded d;

    if (r->lost && f->ops->lost)
        f->ops->lost(f, r);
    f->ops->event(f, r, trace_decode(r->id, r->payload, r->size, &d) == 0 ? &d : NULL);
}
