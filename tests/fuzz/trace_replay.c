/* SPDX-License-Identifier: BSD-2-Clause */
/* libFuzzer: traces from files, JSON lines or a CTF stream, through all formats and the rules of --why.
 *
 * Input: a byte that says what it is (J: lines of JSON, C: a CTF stream), then the file. */
#include <stdlib.h>
#include <string.h>

#include "trace/format.h"
#include "trace/names.h"
#include "trace/replay.h"
#include "trace/why.h"

static void *plain_realloc(void *old, size_t size)
{
    if (!size) {
        free(old);
        return NULL;
    }
    return realloc(old, size);
}

struct all {
    struct trace_format formats[5];
    struct trace_names names;
    struct why why;
    struct buf out;
    size_t n;
};

static int file(void *arg, const char *name, const void *data, size_t n)
{
    (void)arg;
    return name[0] && data && n ? 0 : -1;
}

static int take(void *arg, const struct trace_record *r)
{
    struct all *a = arg;
    struct trace_decoded d;

    for (size_t i = 0; i < a->n; i++) {
        trace_format_record(&a->formats[i], r);
        buf_cut(&a->out, 0);
    }
    if (trace_decode(r->id, r->payload, r->size, &d) == 0)
        trace_names_event(&a->names, r, &d);
    why_add(&a->why, r, r->tsc);
    return 0;
}

static void begin(struct all *a, const struct trace_time *time)
{
    static const char *const names[] = { "text", "json", "ctf", "chrome", "html" };

    buf_init(&a->out, plain_realloc, NULL, 0);
    trace_names_init(&a->names, plain_realloc);
    for (a->n = 0; a->n < 5; a->n++) {
        a->formats[a->n] = (struct trace_format){ .ops = trace_format_by_name(names[a->n]), .out = &a->out,
                                                  .time = time, .names = &a->names, .file = file,
                                                  .show = { .clock = 2, .since = true, .paths = true } };
        trace_format_begin(&a->formats[a->n]);
        buf_cut(&a->out, 0);
    }
    why_init(&a->why, plain_realloc, time);
}

static void end(struct all *a)
{
    struct why_verdict v;

    for (size_t i = 0; i < a->n; i++)
        trace_format_end(&a->formats[i], 1);
    why_judge(&a->why, &v);
    for (unsigned i = 0; i < v.n; i++)
        why_line(&a->why, v.evidence[i]);
    why_verdict_free(&v);
    why_free(&a->why);
    trace_names_free(&a->names);
    buf_free(&a->out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct trace_ctf_stream stream = { 0 };
    struct trace_replay p;
    struct trace_time time;
    static struct all a;
    const char *line, *next, *stop;

    if (!size)
        return 0;
    trace_replay_time(&time);
    begin(&a, &time);
    trace_replay_init(&p, plain_realloc, take, &a);
    if (data[0] == 'C') {
        trace_replay_ctf_ours((const char *)data + 1, size - 1);
        stream.data = data + 1;
        stream.size = size - 1;
        trace_replay_ctf(&p, &stream, 1);
    } else {
        stop = (const char *)data + size;
        for (line = (const char *)data + 1; line < stop; line = next) {
            next = memchr(line, '\n', (size_t)(stop - line));
            next = next ? next + 1 : stop;
            trace_replay_json(&p, line, (size_t)(next - line));
        }
    }
    trace_replay_free(&p);
    end(&a);
    return 0;
}
