/* SPDX-License-Identifier: BSD-2-Clause */
/* What all formats have in common. */
#include <string.h>

#include "trace/format.h"

static const struct trace_format_ops *const formats[] = {
    &trace_format_text, &trace_format_json, &trace_format_ctf, &trace_format_chrome,
    &trace_format_html,
};

const struct trace_format_ops *trace_format_by_name(const char *name)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (!strcmp(formats[i]->name, name))
            return formats[i];
    return NULL;
}

int trace_format_begin(struct trace_format *f)
{
    f->ns = f->last_ns = 0;
    f->state = NULL;
    return f->ops->begin ? f->ops->begin(f) : 0;
}

void trace_format_record(struct trace_format *f, const struct trace_record *r)
{
    struct trace_decoded d;
    uint64_t ns = trace_time_ns(f->time, r->tsc);

    /* No two events have the same time, so that whoever sorts them keeps their order. */
    f->pid = r->stream->pid;
    f->last_ns = f->ns;
    f->ns = ns > f->last_ns ? ns : f->last_ns + 1;
    if (r->lost && f->ops->lost)
        f->ops->lost(f, r);
    f->ops->event(f, r, trace_decode(r->id, r->payload, r->size, &d) == 0 ? &d : NULL);
}

void trace_format_end(struct trace_format *f, uint64_t lost)
{
    if (f->ops->end)
        f->ops->end(f, lost);
}
