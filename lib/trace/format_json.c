/* SPDX-License-Identifier: BSD-2-Clause */
/* Events as JSON lines: ts, seq, pid, tid, category, event, the event's fields by name; a call's
 * ret, errno and dur. Times in seconds since 1970 UTC, durations in microseconds. */
#include <string.h>

#include "lib/tool/out.h"
#include "trace/format.h"

static void put_head(struct trace_format *f, const struct trace_record *r, const char *category,
                     const char *event)
{
    struct buf *b = f->out;

    buf_puts(b, "{\"ts\":");
    trace_value_seconds(b, f->ns, 9);
    buf_puts(b, ",\"seq\":");
    buf_putu(b, r->seq);
    buf_puts(b, ",\"pid\":");
    buf_putd(b, r->stream->pid);
    buf_puts(b, ",\"tid\":");
    buf_putu(b, r->stream->tid);
    buf_puts(b, ",\"category\":\"");
    buf_puts(b, category);
    buf_puts(b, "\",\"event\":\"");
    buf_puts(b, event);
    buf_putc(b, '"');
}

static void put_key(struct buf *b, const char *name)
{
    buf_puts(b, ",\"");
    buf_puts(b, name);
    buf_puts(b, "\":");
}

/* Microseconds with three digits: nanoseconds. */
static void put_micros(struct buf *b, uint64_t ns)
{
    buf_putu(b, ns / 1000);
    buf_putc(b, '.');
    buf_putc(b, (char)('0' + ns / 100 % 10));
    buf_putc(b, (char)('0' + ns / 10 % 10));
    buf_putc(b, (char)('0' + ns % 10));
}

static void put_quoted_text(struct trace_format *f, const struct trace_decoded *d, unsigned i)
{
    buf_putc(f->out, '"');
    trace_value_text(f, f->out, d, i, true); /* names, digits and | only: nothing to escape */
    buf_putc(f->out, '"');
}

static void put_status(struct trace_format *f, const struct trace_decoded *d, unsigned i)
{
    int64_t status = d->v[i].i;
    const char *name;
    struct buf *b = f->out;
    int sig;

    if ((status & 0xffff) == 0xffff) {
        buf_puts(b, "{\"continued\":true}");
        return;
    }
    if (!(status & 0x7f)) {
        buf_puts(b, "{\"exited\":");
        buf_putu(b, (uint64_t)status >> 8 & 0xff);
        buf_putc(b, '}');
        return;
    }
    sig = (status & 0x7f) == 0x7f ? (int)(status >> 8 & 0xff) : (int)(status & 0x7f);
    name = trace_table_name(&trace_table_sig, sig);
    buf_puts(b, (status & 0x7f) == 0x7f ? "{\"stopped\":\"" : "{\"killed\":\"");
    if (name)
        buf_puts(b, name);
    else
        buf_putd(b, sig);
    buf_puts(b, (status & 0xff) > 0x80 ? "\",\"core\":true}" : "\"}");
}

static void put_value(struct trace_format *f, const struct trace_decoded *d, unsigned i)
{
    const struct trace_field *field = &d->desc->fields[i];
    const struct trace_value *v = &d->v[i];
    struct buf *b = f->out;

    switch (field->meaning) {
    case TRACE_MEAN_STR:
    case TRACE_MEAN_PATH:
        if (v->str == TRACE_STR_IS_NULL || v->str == TRACE_STR_IS_BAD)
            buf_puts(b, "null");
        else
            json_str(b, v->s, v->len);
        break;
    case TRACE_MEAN_BUF:
        json_str(b, v->s, v->len);
        break;
    case TRACE_MEAN_DUR:
        put_micros(b, trace_time_span(f->time, v->u));
        break;
    case TRACE_MEAN_WSTATUS:
        put_status(f, d, i);
        break;
    case TRACE_MEAN_ERRNO:
    case TRACE_MEAN_NTSTATUS:
        if (v->i)
            put_quoted_text(f, d, i);
        else
            buf_puts(b, "null");
        break;
    case TRACE_MEAN_SIGSET:
        trace_value_sigset(b, v->u, true);
        break;
    case TRACE_MEAN_DIRFD:
        if (v->i == -2)
            buf_puts(b, "\"AT_FDCWD\"");
        else
            buf_putd(b, v->i);
        break;
    case TRACE_MEAN_HEX:
    case TRACE_MEAN_PTR:
    case TRACE_MEAN_SIGHANDLER:
    case TRACE_MEAN_MODE:
    case TRACE_MEAN_STMODE:
    case TRACE_MEAN_TABLE:
        put_quoted_text(f, d, i);
        break;
    case TRACE_MEAN_RET: /* of an event that is no call: errno as a number says little */
        if (v->i < 0)
            put_quoted_text(f, d, i);
        else
            buf_putd(b, v->i);
        break;
    default:
        trace_value_text(f, b, d, i, true);
    }
}

static void put_ret(struct trace_format *f, const struct trace_decoded *d,
                    const struct trace_field *field)
{
    struct buf *b = f->out;

    put_key(b, "ret");
    if (d->failed) {
        buf_puts(b, "-1");
        put_key(b, "errno");
        buf_putc(b, '"');
        trace_value_errno(b, d->ret);
        buf_putc(b, '"');
    } else if (field->meaning == TRACE_MEAN_RETPTR) {
        buf_puts(b, "\"0x");
        buf_putx(b, (uint64_t)d->ret, 1);
        buf_putc(b, '"');
    } else {
        buf_putd(b, d->ret);
    }
}

static void json_event(struct trace_format *f, const struct trace_record *r,
                       const struct trace_decoded *d)
{
    struct buf *b = f->out;
    const struct trace_field *ret = NULL;

    if (!d) {
        put_head(f, r, "error", "unknown");
        put_key(b, "id");
        buf_putu(b, r->id);
        put_key(b, "size");
        buf_putu(b, r->size);
        buf_puts(b, "}\n");
        return;
    }
    put_head(f, r, trace_category_names[d->desc->category], trace_desc_name(d->desc));
    for (unsigned i = 0; i < d->desc->nfields; i++) {
        const struct trace_field *field = &d->desc->fields[i];

        if (d->has_ret && !strcmp(field->name, "ret")) {
            ret = field;
            continue;
        }
        if (field->out && d->failed)
            continue;
        put_key(b, field->name);
        put_value(f, d, i);
    }
    if (ret)
        put_ret(f, d, ret);
    if (d->desc->call && d->dur) {
        put_key(b, "dur");
        put_micros(b, trace_time_span(f->time, d->dur));
    }
    buf_puts(b, "}\n");
}

static void json_lost(struct trace_format *f, const struct trace_record *r)
{
    put_head(f, r, "error", "lost");
    put_key(f->out, "lost");
    buf_putu(f->out, r->lost);
    buf_puts(f->out, "}\n");
}

static void json_end(struct trace_format *f, uint64_t total)
{
    if (!total)
        return;
    buf_puts(f->out, "{\"category\":\"error\",\"event\":\"lost_total\",\"lost\":");
    buf_putu(f->out, total);
    buf_puts(f->out, "}\n");
}

const struct trace_format_ops trace_format_json = {
    .name = "json",
    .event = json_event,
    .lost = json_lost,
    .end = json_end,
};
