/* SPDX-License-Identifier: BSD-2-Clause */
/* Events in the manner of strace on Linux, a line each. */
#include <string.h>

#include "trace/format.h"

static void put_pid(struct buf *b, int32_t pid)
{
    char digits[12];
    size_t at, n;

    buf_puts(b, "[pid ");
    at = b->len;
    buf_putd(b, pid);
    n = b->len - at;
    if (n < 5) { /* right-aligned in five columns */
        memcpy(digits, b->p + at, n);
        buf_cut(b, at);
        buf_pad(b, ' ', 5 - n);
        buf_put(b, digits, n);
    }
    buf_puts(b, "] ");
}

static void put_two(struct buf *b, uint64_t v)
{
    buf_putc(b, (char)('0' + v / 10 % 10));
    buf_putc(b, (char)('0' + v % 10));
}

static void put_micros(struct buf *b, uint64_t ns)
{
    buf_putc(b, '.');
    for (uint64_t part = ns % 1000000000 / 1000, unit = 100000; unit; part %= unit, unit /= 10)
        buf_putc(b, (char)('0' + part / unit));
}

static void put_clock(struct trace_format *f)
{
    struct buf *b = f->out;
    uint64_t day = (f->ns / 1000000000 + (uint64_t)(int64_t)f->utc_offset) % 86400;

    if (f->show.clock == 3) {
        buf_putu(b, f->ns / 1000000000);
    } else {
        put_two(b, day / 3600);
        buf_putc(b, ':');
        put_two(b, day / 60 % 60);
        buf_putc(b, ':');
        put_two(b, day % 60);
    }
    if (f->show.clock >= 2)
        put_micros(b, f->ns);
    buf_putc(b, ' ');
}

static void put_prefix(struct trace_format *f, const struct trace_record *r)
{
    struct buf *b = f->out;

    if (f->pids)
        put_pid(b, r->stream->pid);
    if (f->show.clock)
        put_clock(f);
    if (f->show.seq) {
        buf_putc(b, '#');
        buf_putu(b, r->seq);
        buf_putc(b, ' ');
    }
    if (f->show.since) {
        uint64_t since = f->last_ns ? f->ns - f->last_ns : 0, sec = since / 1000000000;

        buf_pad(b, ' ', sec < 10 ? 5 : sec < 100 ? 4 : sec < 1000 ? 3 : 1);
        buf_putu(b, sec);
        put_micros(b, since);
        buf_putc(b, ' ');
    }
}

/* name(args) = result */
static void put_call(struct trace_format *f, const struct trace_decoded *d)
{
    const struct trace_desc *e = d->desc;
    struct buf *b = f->out;
    bool group = false, some = false;
    size_t start = b->len;

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
            if (b->len - start < f->show.align)
                buf_pad(b, ' ', f->show.align - (b->len - start));
            buf_puts(b, " = ");
            trace_value_text(f, b, d, i, false);
        }
}

/* The field of `{field}` at t, and what comes behind it; nfields: there is none of that name. */
static unsigned field_at(const struct trace_decoded *d, const char *t, const char **behind)
{
    const char *end = strchr(t, '}');
    size_t n = end ? (size_t)(end - t - 1) : 0;
    unsigned i = 0;

    while (i < d->desc->nfields
           && (!end || strlen(d->desc->fields[i].name) != n || memcmp(d->desc->fields[i].name, t + 1, n)))
        i++;
    *behind = end ? end + 1 : t + 1;
    return i;
}

/* Whether a field of this part of the line is 0, or a string that is not there. */
static bool has_nothing(const struct trace_decoded *d, const char *t, const char *end)
{
    const char *behind;

    for (; t < end; t++) {
        unsigned i = *t == '{' ? field_at(d, t, &behind) : d->desc->nfields;

        if (i == d->desc->nfields)
            continue;
        if (d->desc->fields[i].type == TRACE_TYPE_STR ? d->v[i].str == TRACE_STR_IS_NULL : !d->v[i].u)
            return true;
    }
    return false;
}

static void put_part(struct trace_format *f, const struct trace_decoded *d, const char *t, const char *end)
{
    struct buf *b = f->out;
    const char *behind;

    while (t < end) {
        unsigned i = d->desc->nfields;

        if ((t[0] == '{' || t[0] == '}') && t[1] == t[0])
            t++;
        else if (*t == '{')
            i = field_at(d, t, &behind);
        if (i < d->desc->nfields) {
            trace_value_text(f, b, d, i, true);
            t = behind;
        } else {
            buf_putc(b, *t++);
        }
    }
}

/* The event's own line: {field} is replaced, {{ and }} are braces; {?what stands here?} is left out when a field in it
 * has nothing to say. */
static void put_template(struct trace_format *f, const struct trace_decoded *d)
{
    const char *t = d->desc->text, *begin, *end;

    while ((begin = strstr(t, "{?")) && (end = strstr(begin, "?}"))) {
        put_part(f, d, t, begin);
        if (!has_nothing(d, begin + 2, end))
            put_part(f, d, begin + 2, end);
        t = end + 2;
    }
    put_part(f, d, t, t + strlen(t));
}

void trace_format_line(struct trace_format *f, const struct trace_record *r,
                       const struct trace_decoded *d)
{
    struct buf *b = f->out;

    if (!d) {
        buf_puts(b, "event ");
        buf_putu(b, r->id);
        buf_puts(b, " of ");
        buf_putu(b, r->size);
        buf_puts(b, " bytes, not known to this version");
        return;
    }
    if (f->show.numbers) {
        buf_putc(b, '[');
        buf_putu(b, r->id);
        buf_puts(b, "] ");
    }
    if (d->desc->text) {
        put_template(f, d);
        return;
    }
    put_call(f, d);
    if (d->dur && f->show.durations) {
        buf_puts(b, " <");
        trace_value_seconds(b, trace_time_span(f->time, d->dur), 6);
        buf_putc(b, '>');
    }
}

static void text_event(struct trace_format *f, const struct trace_record *r,
                       const struct trace_decoded *d)
{
    put_prefix(f, r);
    trace_format_line(f, r, d);
    buf_putc(f->out, '\n');
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
