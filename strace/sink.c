/* SPDX-License-Identifier: BSD-2-Clause */
/* What an event goes through once it was read: selection, names of descriptors, format, summary. */
#include <stdlib.h>
#include <string.h>

#include "strace.h"

#define FLUSH_AT (1u << 20)

/* -ff: the file of one process. */
struct part {
    struct part *next;
    int32_t pid;
    struct trace_format format;
    struct buf text;
    struct output out;
};

static int32_t utc_offset(void)
{
    TIME_ZONE_INFORMATION tz;
    DWORD kind = GetTimeZoneInformation(&tz);
    LONG bias = kind == TIME_ZONE_ID_INVALID ? 0 : tz.Bias;

    if (kind == TIME_ZONE_ID_DAYLIGHT)
        bias += tz.DaylightBias;
    else if (kind == TIME_ZONE_ID_STANDARD)
        bias += tz.StandardBias;
    return (int32_t)-bias * 60;
}

static void begin(struct trace_format *f)
{
    if (trace_format_begin(f) < 0)
        tool_die(EXIT_FAILED, "cannot begin the trace: out of memory, or the directory is not writable");
}

void sink_open(struct sink *k, const struct trace_time *time, bool pids)
{
    memset(k, 0, sizeof *k);
    k->lines = !cfg.counts || cfg.counts_too;
    buf_init(&k->text, tool_realloc, NULL, 0);
    trace_names_init(&k->names, tool_realloc);
    k->names.addresses = cfg.addresses;
    k->format = (struct trace_format){ .ops = cfg.format, .out = &k->text, .time = time, .pids = pids,
                                       .utc_offset = utc_offset(), .show = cfg.show };
    if (cfg.show.paths)
        k->format.names = &k->names;
    k->out.document = cfg.format->document;
    if (cfg.format->directory && k->lines) {
        output_directory(&k->out, cfg.output);
        k->format.file = output_part;
        k->format.file_arg = &k->out;
    } else if (cfg.per_process < 2 || !k->lines) {
        output_open(&k->out, cfg.output);
    }
    if (k->lines && cfg.per_process < 2)
        begin(&k->format);
    if (cfg.counts || cfg.counts_too || cfg.summary)
        k->summary = summary_new(time);
    if (cfg.stacks)
        k->stacks = stacks_new();
}

/* ---- -ff ---- */

static struct part *part_get(struct sink *k, int32_t pid)
{
    struct part *p = k->parts;
    struct buf name;

    while (p && p->pid != pid)
        p = p->next;
    if (p)
        return p;
    p = tool_realloc(NULL, sizeof *p);
    memset(p, 0, sizeof *p);
    p->pid = pid;
    p->next = k->parts;
    k->parts = p;
    buf_init(&name, tool_realloc, NULL, 0);
    buf_puts(&name, cfg.output);
    buf_putc(&name, '.');
    buf_putd(&name, pid);
    output_open(&p->out, name.p); /* keeps the name */
    buf_init(&p->text, tool_realloc, NULL, 0);
    p->format = k->format;
    p->format.out = &p->text;
    p->format.pids = false;
    begin(&p->format);
    return p;
}

static void show(struct sink *k, const struct trace_record *r, const struct trace_decoded *d)
{
    struct trace_format *f = &k->format;
    struct output *out = &k->out;

    if (cfg.per_process >= 2) {
        struct part *p = part_get(k, r->stream->pid);

        f = &p->format;
        out = &p->out;
    }
    if (out->failed)
        return;
    trace_format_record(f, r);
    if (k->stacks && d && f->ops == &trace_format_text)
        stacks_event(k->stacks, f->out, r, d);
    if (f->out->len >= FLUSH_AT)
        output_write(out, f->out);
}

int sink_take(void *arg, const struct trace_record *r)
{
    struct sink *k = arg;
    struct trace_decoded d;
    bool known = trace_decode(r->id, r->payload, r->size, &d) == 0;

    k->events++;
    k->lost += r->lost;
    if (k->look) {
        k->look(k->look_arg, r, known ? &d : NULL, trace_time_ns(k->format.time, r->tsc));
        return 0;
    }
    if (known && k->stacks && !strcmp(d.desc->name, "call_stack")) {
        stacks_event(k->stacks, NULL, r, &d);
    } else if (selected(r, known ? &d : NULL, &k->names)) {
        if (k->summary)
            summary_add(k->summary, r, known ? &d : NULL);
        if (k->lines)
            show(k, r, known ? &d : NULL);
    } else if (known && k->stacks) {
        stacks_event(k->stacks, NULL, r, &d);
    }
    if (known)
        trace_names_event(&k->names, r, &d);
    return 0;
}

void sink_flush(struct sink *k)
{
    if (k->look)
        return;
    if (!k->format.ops->directory)
        output_write(&k->out, &k->text);
    for (struct part *p = k->parts; p; p = p->next)
        output_write(&p->out, &p->text);
}

static void parts_close(struct sink *k)
{
    for (struct part *p = k->parts; p; p = p->next) {
        trace_format_end(&p->format, 0);
        output_write(&p->out, &p->text);
        output_close(&p->out);
    }
}

/* The summary is for people: not into a file of events that a program will read. */
static void to_terminal(struct sink *k)
{
    output_close(&k->out);
    output_open(&k->out, NULL);
    k->out.document = false;
}

void sink_close(struct sink *k, uint64_t lost)
{
    struct buf *b = &k->text;

    if (k->look)
        return;
    if (k->lines && cfg.per_process < 2) {
        trace_format_end(&k->format, lost);
        if (!cfg.format->directory)
            output_write(&k->out, b);
        buf_cut(b, 0);
    }
    parts_close(k);
    if (k->summary) {
        bool plain = cfg.format == &trace_format_text && cfg.per_process < 2;

        if ((cfg.counts || cfg.counts_too) && !(plain || cfg.counts))
            to_terminal(k);
        if (cfg.counts || cfg.counts_too)
            summary_counts(k->summary, b);
        output_write(&k->out, b);
        if (cfg.summary && !(cfg.format == &trace_format_json && !k->out.file)) {
            if (k->lines && (k->out.file || cfg.format->directory))
                to_terminal(k);
            summary_processes(k->summary, b, lost);
            output_write(&k->out, b);
        }
    }
    if (cfg.per_process < 2 && !cfg.format->directory)
        output_close(&k->out);
    if (lost)
        tool_error("%llu events lost", (unsigned long long)lost);
}
