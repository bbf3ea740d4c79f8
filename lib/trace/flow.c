/* SPDX-License-Identifier: BSD-2-Clause */
/* Slices, arrows and names for the formats that are pictures. */
#include "trace/flow.h"

#include <string.h>

const struct trace_value *trace_field(const struct trace_decoded *d, const char *name)
{
    for (unsigned i = 0; i < d->desc->nfields; i++)
        if (!strcmp(d->desc->fields[i].name, name))
            return &d->v[i];
    return NULL;
}

static bool is(const struct trace_decoded *d, const char *name)
{
    return !strcmp(d->desc->name, name);
}

struct trace_slice trace_slice(const struct trace_time *time, const struct trace_decoded *d, uint64_t ns)
{
    const struct trace_value *v;
    uint64_t ticks = 0;
    struct trace_slice s = { 0 };

    if (d->desc->call)
        ticks = d->dur;
    else if (is(d, "fork_child_running")) /* its time is that since the parent's call: not the child's */
        return (struct trace_slice){ ns > 1000 ? ns - 1000 : 0, 1000 };
    else if ((v = trace_field(d, "dur")))
        ticks = v->u;
    if (!ticks)
        return s;
    s.dur = trace_time_span(time, ticks);
    if (s.dur > ns)
        s.dur = ns;
    s.begin = ns - s.dur;
    return s;
}

void trace_flows_init(struct trace_flows *w, buf_realloc_fn alloc)
{
    memset(w, 0, sizeof *w);
    w->alloc = alloc;
    buf_init(&w->name, alloc, NULL, 0);
}

void trace_flows_free(struct trace_flows *w)
{
    for (uint32_t i = 0; i < w->nprocesses; i++)
        w->alloc(w->processes[i].program, 0);
    w->alloc(w->processes, 0);
    w->alloc(w->pairs, 0);
    buf_free(&w->name);
}

/* ---- names ---- */

static struct trace_flow_process *process_find(const struct trace_flows *w, int32_t pid, uint32_t *at)
{
    uint32_t low = 0, high = w->nprocesses;

    while (low < high) {
        uint32_t mid = (low + high) / 2;

        if (w->processes[mid].pid < pid)
            low = mid + 1;
        else
            high = mid;
    }
    *at = low;
    return low < w->nprocesses && w->processes[low].pid == pid ? &w->processes[low] : NULL;
}

static void process_name(struct trace_flows *w, int32_t pid, const char *program, size_t len)
{
    uint32_t at;
    struct trace_flow_process *p = process_find(w, pid, &at);
    char *copy;

    if (p && p->len == len && !memcmp(p->program, program, len))
        return;
    if (!(copy = w->alloc(NULL, len + 1)))
        return;
    memcpy(copy, program, len);
    copy[len] = 0;
    if (!p) {
        if (w->nprocesses == w->cap) {
            uint32_t cap = w->cap ? w->cap * 2 : 64;
            void *more = w->alloc(w->processes, cap * sizeof *p);

            if (!more) {
                w->alloc(copy, 0);
                return;
            }
            w->processes = more;
            w->cap = cap;
        }
        p = &w->processes[at];
        memmove(p + 1, p, (w->nprocesses - at) * sizeof *p);
        w->nprocesses++;
        p->pid = pid;
    } else {
        w->alloc(p->program, 0);
    }
    p->program = copy;
    p->len = len;
    w->named = true;
    buf_cut(&w->name, 0);
    while (len > 0 && copy[len - 1] != '/' && copy[len - 1] != '\\')
        len--;
    buf_puts(&w->name, copy + len);
}

void trace_flows_event(struct trace_flows *w, const struct trace_record *r,
                       const struct trace_decoded *d)
{
    const struct trace_value *v;
    const struct trace_flow_process *p;
    uint32_t at;

    w->named = false;
    if (is(d, "process_start") && (v = trace_field(d, "program")) && v->s) {
        process_name(w, r->stream->pid, v->s, v->len);
    } else if (is(d, "fork_child_running") && (v = trace_field(d, "parent"))) {
        p = process_find(w, (int32_t)v->i, &at); /* the same program, until it calls exec */
        if (p) {
            struct buf copy;

            buf_init(&copy, w->alloc, NULL, 0);
            buf_put(&copy, p->program, p->len);
            process_name(w, r->stream->pid, copy.p ? copy.p : "", copy.len);
            buf_free(&copy);
        }
    }
}

/* ---- arrows ---- */

static struct trace_flow_pair *pair_get(struct trace_flows *w, uint64_t key)
{
    struct trace_flow_pair *old = w->pairs, *p;
    uint32_t n = w->nbuckets;

    if (w->npairs * 2 >= n) {
        uint32_t more = n ? n * 2 : 256;

        p = w->alloc(NULL, more * sizeof *p);
        if (!p)
            return NULL;
        memset(p, 0, more * sizeof *p);
        w->pairs = p;
        w->nbuckets = more;
        w->npairs = 0;
        for (uint32_t i = 0; i < n; i++)
            if (old[i].key)
                *pair_get(w, old[i].key) = old[i];
        w->alloc(old, 0);
    }
    for (uint32_t i = (uint32_t)(key * 0x9e3779b97f4a7c15u >> 40);; i++) {
        p = &w->pairs[i & (w->nbuckets - 1)];
        if (p->key == key)
            return p;
        if (!p->key) {
            p->key = key;
            w->npairs++;
            return p;
        }
    }
}

static bool flow(struct trace_flows *w, const char *kind, unsigned number, uint64_t what, bool end,
                 struct trace_flow *out)
{
    struct trace_flow_pair *p = pair_get(w, (uint64_t)(number + 1) << 61 | (what & ~(7ull << 61)));
    uint32_t n;

    if (!p || (end && p->ended >= p->begun))
        return false;
    n = end ? p->ended++ : p->begun++;
    out->kind = kind;
    out->id = (p->key ^ (uint64_t)n * 0x9e3779b97f4a7c15u) & ((1ull << 53) - 1); /* exact in JSON */
    out->end = end;
    return true;
}

static uint64_t number(const struct trace_decoded *d, const char *name)
{
    const struct trace_value *v = trace_field(d, name);

    return v ? v->u : 0;
}

static uint64_t signal_key(uint64_t from, uint64_t to, uint64_t sig)
{
    return (from & 0x3ffffff) << 33 | (to & 0x3ffffff) << 7 | (sig & 0x7f);
}

bool trace_flow_of(struct trace_flows *w, const struct trace_record *r, const struct trace_decoded *d,
                   struct trace_flow *out)
{
    uint64_t pid = (uint32_t)r->stream->pid;
    const struct trace_value *v;

    if (is(d, "fork_memory"))
        return flow(w, "fork", 0, (uint32_t)number(d, "child"), false, out);
    if (is(d, "fork_child_running"))
        return flow(w, "fork", 0, pid, true, out);
    if (is(d, "exec_created"))
        return flow(w, "exec", 1, number(d, "winpid"), false, out);
    if (is(d, "process_start"))
        return flow(w, "exec", 1, number(d, "winpid"), true, out);
    if (is(d, "signal_sent") && number(d, "to") == pid)
        return false; /* to itself */
    if (is(d, "signal_queued") && number(d, "si_pid") == pid)
        return false;
    if (is(d, "signal_sent") && (v = trace_field(d, "ret")) && v->i == 0)
        return flow(w, "kill", 2, signal_key(pid, number(d, "to"), number(d, "sig")), false, out);
    if (is(d, "signal_queued"))
        return flow(w, "kill", 2, signal_key(number(d, "si_pid"), pid, number(d, "sig")), true, out);
    return false;
}
