/* SPDX-License-Identifier: BSD-2-Clause */
/* What -c and --summary tell at the end: calls, processes, forks, times. */
#include <stdlib.h>
#include <string.h>

#include "strace.h"

struct call {
    uint64_t calls, errors, ticks, min, max;
};

struct process {
    int32_t pid, ppid;
    uint64_t begin, end; /* TSC */
    uint64_t events;
    char how[12];
    char *program;
    int64_t status;
    bool ended;
};

/* A figure of which mean and maximum are told. */
struct span {
    uint64_t count, sum, max;
};

enum stage { STAGE_CREATE, STAGE_STOP, STAGE_CHILD, STAGE_WHOLE, STAGES };

struct summary {
    const struct trace_time *time;
    struct call calls[TRACE_MAX_EVENTS];
    struct process *processes;
    size_t nprocesses, cap;
    struct span stages[STAGES];
    uint64_t shared, copied;
    uint64_t failed_forks;
    uint64_t execs, signals, events;
    uint64_t first, last;
    uint8_t rows[TRACE_MAX_EVENTS]; /* what is done for an event that is no call */
    size_t recent;                  /* position of the process that was asked for last */
};

static struct process *process_get(struct summary *s, int32_t pid)
{
    struct process *p;

    if (s->recent < s->nprocesses && s->processes[s->recent].pid == pid)
        return &s->processes[s->recent];
    for (size_t i = s->nprocesses; i-- > 0;)
        if (s->processes[i].pid == pid) {
            s->recent = i;
            return &s->processes[i];
        }
    if (s->nprocesses == s->cap) {
        s->cap = s->cap ? s->cap * 2 : 64;
        s->processes = tool_realloc(s->processes, s->cap * sizeof *p);
    }
    p = &s->processes[s->nprocesses++];
    memset(p, 0, sizeof *p);
    p->pid = pid;
    return p;
}

static void span_add(struct span *s, int64_t ticks)
{
    s->count++;
    s->sum += (uint64_t)ticks;
    if ((uint64_t)ticks > s->max)
        s->max = (uint64_t)ticks;
}

static const struct trace_value *field(const struct trace_decoded *d, const char *name)
{
    static const struct trace_value none;

    for (unsigned i = 0; i < d->desc->nfields; i++)
        if (!strcmp(d->desc->fields[i].name, name))
            return &d->v[i];
    return &none;
}

static void started(struct process *p, const struct trace_decoded *d)
{
    const struct trace_value *how = field(d, "how"), *program = field(d, "program");
    size_t n = how->len < sizeof p->how - 1 ? how->len : sizeof p->how - 1;

    p->ppid = (int32_t)field(d, "ppid")->i;
    if (how->s && !p->how[0])
        memcpy(p->how, how->s, n);
    if (program->s) {
        p->program = tool_realloc(p->program, program->len + 1);
        memcpy(p->program, program->s, program->len);
        p->program[program->len] = 0;
    }
}

static void child_running(struct summary *s, struct process *p, const struct trace_decoded *d)
{
    int32_t parent = (int32_t)field(d, "parent")->i;

    span_add(&s->stages[STAGE_CHILD], field(d, "dur")->i);
    p->ppid = parent;
    strcpy(p->how, "fork");
    for (size_t i = 0; i < s->nprocesses; i++) /* the same program, until it calls exec */
        if (s->processes[i].pid == parent && s->processes[i].program && !p->program)
            p->program = _strdup(s->processes[i].program);
}

/* ---- what is done for which event ---- */

static void on_start(struct summary *s, struct process *p, const struct trace_decoded *d)
{
    (void)s;
    started(p, d);
}

static void on_end(struct summary *s, struct process *p, const struct trace_decoded *d)
{
    (void)s;
    p->status = field(d, "status")->i;
    p->ended = true;
}

/* The parent knows how it was killed. */
static void on_reaped(struct summary *s, struct process *p, const struct trace_decoded *d)
{
    (void)p;
    on_end(s, process_get(s, (int32_t)field(d, "child")->i), d);
}

static void on_created(struct summary *s, struct process *p, const struct trace_decoded *d)
{
    (void)p;
    span_add(&s->stages[STAGE_CREATE], field(d, "dur")->i);
}

static void on_stopped(struct summary *s, struct process *p, const struct trace_decoded *d)
{
    (void)p;
    span_add(&s->stages[STAGE_STOP], field(d, "dur")->i);
}

static void on_forked(struct summary *s, struct process *p, const struct trace_decoded *d)
{
    (void)p;
    span_add(&s->stages[STAGE_WHOLE], field(d, "dur")->i);
}

static void on_memory(struct summary *s, struct process *p, const struct trace_decoded *d)
{
    (void)p;
    s->shared += field(d, "shared")->u;
    s->copied += field(d, "copied")->u;
}

static void on_failed(struct summary *s, struct process *p, const struct trace_decoded *d)
{
    (void)p;
    (void)d;
    s->failed_forks++;
}

static void on_exec(struct summary *s, struct process *p, const struct trace_decoded *d)
{
    (void)p;
    (void)d;
    s->execs++;
}

static void on_signal(struct summary *s, struct process *p, const struct trace_decoded *d)
{
    (void)p;
    (void)d;
    s->signals++;
}

static const struct row {
    const char *name;
    void (*event)(struct summary *s, struct process *p, const struct trace_decoded *d);
} rows[] = {
    { "process_start", on_start },      { "process_exit", on_end },
    { "process_reaped", on_reaped },    { "fork_child_running", child_running },
    { "fork_created", on_created },     { "fork_threads_stopped", on_stopped },
    { "fork_done", on_forked },         { "fork_memory", on_memory },
    { "fork_failed", on_failed },       { "exec_done", on_exec },
    { "signal_delivered", on_signal },
};

struct summary *summary_new(const struct trace_time *time)
{
    struct summary *s = tool_realloc(NULL, sizeof *s);

    memset(s, 0, sizeof *s);
    s->time = time;
    trace_desc_rows(s->rows, &rows[0].name, sizeof *rows, sizeof rows / sizeof *rows);
    return s;
}

static void call_add(struct call *c, const struct trace_decoded *d)
{
    c->calls++;
    c->errors += d->failed;
    c->ticks += d->dur;
    if (d->dur > c->max)
        c->max = d->dur;
    if (!c->min || d->dur < c->min)
        c->min = d->dur;
}

void summary_add(struct summary *s, const struct trace_record *r, const struct trace_decoded *d)
{
    struct process *p = process_get(s, r->stream->pid);
    unsigned row;

    s->events++;
    p->events++;
    if (!p->begin || r->tsc < p->begin)
        p->begin = r->tsc;
    p->end = r->tsc;
    if (!s->first || r->tsc < s->first)
        s->first = r->tsc;
    s->last = r->tsc;
    if (!d)
        return;
    row = s->rows[r->id];
    if (d->desc->call)
        call_add(&s->calls[r->id], d);
    else if (row)
        rows[row - 1].event(s, p, d);
}

/* ---- tables ---- */

static void put_cell(struct buf *b, const char *text, int width)
{
    int n = (int)strlen(text);

    if (width > n)
        buf_pad(b, ' ', (size_t)(width - n));
    buf_puts(b, text);
    if (-width > n)
        buf_pad(b, ' ', (size_t)(-width - n));
}

static void put_count(struct buf *b, uint64_t v, int width)
{
    char t[24];

    snprintf(t, sizeof t, "%llu", (unsigned long long)v);
    put_cell(b, t, width);
}

static void put_ms(struct summary *s, struct buf *b, uint64_t ticks, int width)
{
    char t[40];

    snprintf(t, sizeof t, "%.3f ms", (double)trace_time_span(s->time, ticks) / 1e6);
    put_cell(b, t, width);
}

static struct summary *sorting; /* qsort has no argument for it */

enum column { COL_PERCENT, COL_TOTAL, COL_MIN, COL_AVG, COL_MAX, COL_CALLS, COL_ERRORS, COL_NAME, COLUMNS };

static const struct {
    const char *name, *title;
    int width;
} columns[COLUMNS] = {
    [COL_PERCENT] = { "time-percent", "% time", 6 },  [COL_TOTAL] = { "total-time", "seconds", 11 },
    [COL_MIN] = { "min-time", "shortest", 11 },       [COL_AVG] = { "avg-time", "usecs/call", 11 },
    [COL_MAX] = { "max-time", "longest", 11 },        [COL_CALLS] = { "calls", "calls", 9 },
    [COL_ERRORS] = { "errors", "errors", 9 },         [COL_NAME] = { "name", "syscall", -16 },
};

static enum column sort_by = COL_TOTAL;
static enum column shown[COLUMNS] = { COL_PERCENT, COL_TOTAL, COL_AVG, COL_CALLS, COL_ERRORS, COL_NAME };
static size_t nshown = 6;

static int column_by_name(const char *s, size_t n)
{
    static const struct {
        const char *name;
        enum column c;
    } others[] = {
        { "time", COL_TOTAL }, { "time_total", COL_TOTAL }, { "min", COL_MIN }, { "max", COL_MAX },
        { "avg", COL_AVG }, { "count", COL_CALLS }, { "error", COL_ERRORS }, { "syscall", COL_NAME },
        { "shortest", COL_MIN }, { "longest", COL_MAX },
    };

    for (int i = 0; i < COLUMNS; i++)
        if (strlen(columns[i].name) == n && !memcmp(columns[i].name, s, n))
            return i;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strlen(others[i].name) == n && !memcmp(others[i].name, s, n))
            return (int)others[i].c;
    return -1;
}

const char *summary_sort_arg(const char *arg)
{
    int c = column_by_name(arg, strlen(arg));

    if (c < 0)
        return "not a column of the table";
    sort_by = (enum column)c;
    return NULL;
}

const char *summary_columns_arg(const char *arg)
{
    for (nshown = 0; nshown < COLUMNS;) {
        size_t n = strcspn(arg, ",");
        int c = column_by_name(arg, n);

        if (c < 0)
            return "not a list of columns";
        shown[nshown++] = (enum column)c;
        if (!arg[n])
            return NULL;
        arg += n + 1;
    }
    return "too many columns";
}

static double column_value(const struct call *c, enum column by)
{
    switch (by) {
    case COL_CALLS:
        return (double)c->calls;
    case COL_ERRORS:
        return (double)c->errors;
    case COL_MIN:
        return (double)c->min;
    case COL_MAX:
        return (double)c->max;
    case COL_AVG:
        return c->calls ? (double)c->ticks / (double)c->calls : 0;
    default:
        return (double)c->ticks;
    }
}

static int by_column(const void *a, const void *b)
{
    uint16_t i = *(const uint16_t *)a, k = *(const uint16_t *)b;
    double x = column_value(&sorting->calls[i], sort_by), y = column_value(&sorting->calls[k], sort_by);

    if (sort_by == COL_NAME || x == y)
        return strcmp(trace_desc_name(trace_desc_find(i)), trace_desc_name(trace_desc_find(k)));
    return x < y ? 1 : -1;
}

static void put_column(struct summary *s, struct buf *out, const struct call *c, enum column which,
                       uint64_t all, const char *name)
{
    char t[80] = "";
    double sec = (double)trace_time_span(s->time, c->ticks) / 1e9;

    switch (which) {
    case COL_PERCENT:
        snprintf(t, sizeof t, "%.2f", all ? 100.0 * (double)c->ticks / (double)all : 0.0);
        break;
    case COL_TOTAL:
        snprintf(t, sizeof t, "%.6f", sec);
        break;
    case COL_MIN:
        snprintf(t, sizeof t, "%.6f", (double)trace_time_span(s->time, c->min) / 1e9);
        break;
    case COL_MAX:
        snprintf(t, sizeof t, "%.6f", (double)trace_time_span(s->time, c->max) / 1e9);
        break;
    case COL_AVG:
        snprintf(t, sizeof t, "%.0f", c->calls ? sec * 1e6 / (double)c->calls : 0.0);
        break;
    case COL_CALLS:
        snprintf(t, sizeof t, "%llu", (unsigned long long)c->calls);
        break;
    case COL_ERRORS:
        if (c->errors)
            snprintf(t, sizeof t, "%llu", (unsigned long long)c->errors);
        break;
    default:
        buf_puts(out, name);
        return;
    }
    put_cell(out, t, columns[which].width);
}

static void put_rule(struct buf *out)
{
    for (size_t i = 0; i < nshown; i++) {
        if (i)
            buf_putc(out, ' ');
        buf_pad(out, '-', (size_t)abs(columns[shown[i]].width));
    }
    buf_putc(out, '\n');
}

static void put_row(struct summary *s, struct buf *out, const struct call *c, uint64_t all,
                    const char *name)
{
    for (size_t i = 0; i < nshown; i++) {
        if (i)
            buf_putc(out, ' ');
        put_column(s, out, c, shown[i], all, name);
    }
    buf_putc(out, '\n');
}

void summary_counts(struct summary *s, struct buf *out)
{
    uint16_t ids[TRACE_MAX_EVENTS];
    struct call total = { 0 };
    size_t n = 0;

    for (unsigned i = 0; i < TRACE_MAX_EVENTS; i++) {
        const struct call *c = &s->calls[i];

        if (!c->calls)
            continue;
        ids[n++] = (uint16_t)i;
        total.calls += c->calls;
        total.errors += c->errors;
        total.ticks += c->ticks;
        if (c->max > total.max)
            total.max = c->max;
        if (!total.min || c->min < total.min)
            total.min = c->min;
    }
    sorting = s;
    qsort(ids, n, sizeof *ids, by_column);
    for (size_t i = 0; i < nshown; i++) {
        if (i)
            buf_putc(out, ' ');
        put_cell(out, columns[shown[i]].title, shown[i] == COL_NAME ? 0 : columns[shown[i]].width);
    }
    buf_putc(out, '\n');
    put_rule(out);
    for (size_t i = 0; i < n; i++)
        put_row(s, out, &s->calls[ids[i]], total.ticks, trace_desc_name(trace_desc_find(ids[i])));
    put_rule(out);
    put_row(s, out, &total, total.ticks, "total");
}

static void put_stage(struct summary *s, struct buf *out, const char *name, const struct span *p)
{
    if (!p->count)
        return;
    put_cell(out, name, -34);
    put_count(out, p->count, 6);
    put_ms(s, out, p->sum / p->count, 14);
    put_ms(s, out, p->max, 14);
    buf_putc(out, '\n');
}

void summary_processes(struct summary *s, struct buf *out, uint64_t lost)
{
    uint64_t forks = s->stages[STAGE_WHOLE].count;
    char t[200];

    snprintf(t, sizeof t,
             "\nprocesses: %llu   forks: %llu (%llu failed)   execs: %llu   signals handled: %llu\n"
             "events: %llu, %llu lost, in %.3f s\n\n",
             (unsigned long long)s->nprocesses, (unsigned long long)forks,
             (unsigned long long)s->failed_forks, (unsigned long long)s->execs,
             (unsigned long long)s->signals, (unsigned long long)s->events,
             (unsigned long long)lost, (double)trace_time_span(s->time, s->last - s->first) / 1e9);
    buf_puts(out, t);
    buf_puts(
        out,
        "   pid   ppid  by         lived          events  end                       program\n");
    for (size_t i = 0; i < s->nprocesses; i++) {
        const struct process *p = &s->processes[i];
        size_t at;

        snprintf(t, sizeof t, "%6d %6d  %-6s", p->pid, p->ppid, p->how[0] ? p->how : "?");
        buf_puts(out, t);
        put_ms(s, out, p->end - p->begin, 14);
        put_count(out, p->events, 10);
        buf_puts(out, "  ");
        at = out->len;
        if (p->ended)
            trace_value_status(out, p->status);
        else
            buf_puts(out, "not seen");
        at = out->len - at;
        buf_pad(out, ' ', at < 26 ? 26 - at : 1);
        buf_puts(out, p->program ? p->program : "?");
        buf_putc(out, '\n');
    }
    if (!forks)
        return;
    buf_puts(out, "\nfork                               times          mean           max\n");
    put_stage(s, out, "  child process created", &s->stages[STAGE_CREATE]);
    put_stage(s, out, "  other threads stopped", &s->stages[STAGE_STOP]);
    put_stage(s, out, "  child runs, from the call on", &s->stages[STAGE_CHILD]);
    put_stage(s, out, "  whole call", &s->stages[STAGE_WHOLE]);
    snprintf(t, sizeof t, "  memory: %.1f MiB shared in sections, %.1f KiB copied, all forks\n",
             (double)s->shared / 1048576.0, (double)s->copied / 1024.0);
    buf_puts(out, t);
}
