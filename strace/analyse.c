/* SPDX-License-Identifier: BSD-2-Clause */
/* strace diff: the first difference between two traces of the same program. strace report: totals,
 * slowest calls, fork stages and the tree of processes of one. */
#include <stdlib.h>
#include <string.h>

#include "strace.h"
#include "trace/flow.h"

/* ---- diff ---- */

/* A trace as lines that can be compared: numbers that differ each time are replaced. */
struct lines {
    struct trace_time time;
    struct trace_format format;
    struct buf text;
    struct line {
        size_t at;
        uint64_t ns;
        int32_t who; /* process, by order of appearance */
        bool detail;
    } *v;
    size_t n, cap;
    int32_t pids[4096];
    int32_t npids;
    struct {
        int32_t pid;
        uint32_t tid;
    } threads[4096];
    int32_t nthreads;
};

static int32_t pid_number(struct lines *l, int32_t pid)
{
    for (int32_t i = 0; i < l->npids; i++)
        if (l->pids[i] == pid)
            return i + 1;
    if (l->npids < (int32_t)(sizeof l->pids / sizeof *l->pids)) {
        l->pids[l->npids++] = pid;
        return l->npids;
    }
    return 0;
}

/* Threads by order of appearance: what another thread does in between is no difference. */
static int32_t thread_number(struct lines *l, const struct trace_record *r)
{
    int32_t n = 0;

    while (n < l->nthreads && (l->threads[n].pid != r->stream->pid || l->threads[n].tid != r->stream->tid))
        n++;
    if (n == l->nthreads && n < (int32_t)(sizeof l->threads / sizeof *l->threads)) {
        l->threads[n].pid = r->stream->pid;
        l->threads[n].tid = r->stream->tid;
        l->nthreads++;
    }
    return n + 1;
}

static bool varies(const struct trace_desc *d, unsigned i)
{
    const struct trace_field *f = &d->fields[i];

    return f->meaning == TRACE_MEAN_PTR || f->meaning == TRACE_MEAN_DUR || f->meaning == TRACE_MEAN_RETPTR ||
           f->meaning == TRACE_MEAN_SIGHANDLER || !strcmp(f->name, "winpid") || !strcmp(f->name, "handle") ||
           !strcmp(f->name, "parent_winpid") || !strcmp(f->name, "wintid") || !strcmp(f->name, "sec") ||
           !strcmp(f->name, "nsec") || !strcmp(f->name, "usec") || !strcmp(f->name, "copied") ||
           !strcmp(f->name, "pages") || f->meaning == TRACE_MEAN_BYTES;
}

static bool is_pid(const struct trace_desc *d, unsigned i)
{
    const char *name = trace_desc_name(d);

    return d->fields[i].meaning == TRACE_MEAN_PID ||
           (!strcmp(d->fields[i].name, "ret") &&
            (!strcmp(name, "fork") || !strcmp(name, "vfork") || !strcmp(name, "getpid") ||
             !strcmp(name, "getppid") || !strncmp(name, "wait", 4)));
}

/* The event with what is the same each time the program runs. */
static void canonical(struct lines *l, const struct trace_record *r, const struct trace_decoded *d)
{
    struct buf *b = &l->text;

    buf_puts(b, trace_desc_name(d->desc));
    for (unsigned i = 0; i < d->desc->nfields; i++) {
        if (d->desc->fields[i].out && d->failed)
            continue;
        buf_puts(b, i ? ", " : "(");
        buf_puts(b, d->desc->fields[i].name);
        buf_putc(b, '=');
        if (varies(d->desc, i) && !(d->has_ret && d->failed)) {
            buf_putc(b, '*');
        } else if (is_pid(d->desc, i) && d->v[i].i > 1) {
            buf_putc(b, 'P');
            buf_putd(b, pid_number(l, (int32_t)d->v[i].i));
        } else {
            trace_value_text(&l->format, b, d, i, false);
        }
    }
    buf_puts(b, d->desc->nfields ? ")" : "()");
    buf_putc(b, 0);
    (void)r;
}

/* What comes from outside, or when it wants, comes elsewhere each time. */
static bool happens_anywhere(const struct trace_desc *d)
{
    static const char *const names[] = { "wait_begin", "wait_woken", "thread_waited", "child_ended", "signal_queued",
                                         "signal_delivered", "signal_returned", "signal_ignored" };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcmp(d->name, names[i]))
            return true;
    return d->category == TRACE_CAT_MEM;
}

static int add_line(void *arg, const struct trace_record *r)
{
    struct lines *l = arg;
    struct trace_decoded d;

    if (trace_decode(r->id, r->payload, r->size, &d) < 0 || happens_anywhere(d.desc))
        return 0;
    if (l->n == l->cap) {
        l->cap = l->cap ? l->cap * 2 : 1024;
        l->v = tool_realloc(l->v, l->cap * sizeof *l->v);
    }
    l->v[l->n++] = (struct line){ l->text.len, trace_time_ns(&l->time, r->tsc), thread_number(l, r), false };
    canonical(l, r, &d);
    return 0;
}

static void lines_begin(void *arg)
{
    struct lines *l = arg;

    buf_init(&l->text, tool_realloc, NULL, 0);
    l->format = (struct trace_format){ .ops = &trace_format_text, .time = &l->time, .out = &l->text };
}

/* Next line of a process from i on. */
static size_t next_of(const struct lines *l, size_t i, int32_t who)
{
    while (i < l->n && l->v[i].who != who)
        i++;
    return i;
}

static const char *text_of(const struct lines *l, size_t i)
{
    return i < l->n ? l->text.p + l->v[i].at : "(the process ends here)";
}

/* Processes run side by side in any order, so each is compared with its like. */
static bool differ(const struct lines *a, const struct lines *b, int32_t who, size_t *x, size_t *y)
{
    *x = next_of(a, 0, who);
    *y = next_of(b, 0, who);
    while (*x < a->n && *y < b->n && !strcmp(text_of(a, *x), text_of(b, *y))) {
        *x = next_of(a, *x + 1, who);
        *y = next_of(b, *y + 1, who);
    }
    return *x < a->n || *y < b->n;
}

static void put_before(const struct lines *a, size_t x, int32_t who, struct buf *out)
{
    size_t shown[3], n = 0;

    for (size_t i = x; i-- > 0 && n < 3;)
        if (a->v[i].who == who)
            shown[n++] = i;
    while (n-- > 0) {
        buf_puts(out, "    ");
        buf_puts(out, text_of(a, shown[n]));
        buf_putc(out, '\n');
    }
}

int diff_show(const char *first, const char *second)
{
    static struct lines a, b;
    size_t x, y, bx = SIZE_MAX, by = SIZE_MAX;
    int32_t who, best = 0;
    struct buf out;
    char head[80];

    replay_read(first, &a.time, lines_begin, add_line, &a);
    replay_read(second, &b.time, lines_begin, add_line, &b);
    for (who = 1; who <= a.nthreads || who <= b.nthreads; who++)
        if (differ(&a, &b, who, &x, &y) && (!best || (x < a.n ? a.v[x].ns : UINT64_MAX) < (bx < a.n ? a.v[bx].ns : UINT64_MAX))) {
            best = who;
            bx = x;
            by = y;
        }
    buf_init(&out, tool_realloc, NULL, 0);
    if (!best) {
        buf_puts(&out, "no difference\n");
        return tool_flush(&out, stdout) ? 0 : EXIT_FAILED;
    }
    snprintf(head, sizeof head, "first difference: thread %d (pid %d / pid %d)\n", (int)best,
             best <= a.nthreads ? (int)a.threads[best - 1].pid : 0,
             best <= b.nthreads ? (int)b.threads[best - 1].pid : 0);
    buf_puts(&out, head);
    put_before(&a, bx < a.n ? bx : a.n, best, &out);
    buf_puts(&out, "-   ");
    buf_puts(&out, text_of(&a, bx));
    buf_puts(&out, "\n+   ");
    buf_puts(&out, text_of(&b, by));
    buf_putc(&out, '\n');
    return tool_flush(&out, stdout) ? 3 : EXIT_FAILED;
}

/* ---- report ---- */

#define SLOWEST 20

struct report {
    struct trace_time time;
    struct summary *summary;
    struct trace_format format;
    struct buf line;
    uint64_t lost;
    struct slow {
        uint64_t dur, ns;
        int32_t pid;
        char *text;
    } slow[SLOWEST];
    size_t nslow;
};

static void report_begin(void *arg)
{
    struct report *p = arg;

    p->summary = summary_new(&p->time);
    buf_init(&p->line, tool_realloc, NULL, 0);
    p->format = (struct trace_format){ .ops = &trace_format_text, .time = &p->time, .out = &p->line,
                                       .show = { .str_max = 60 } };
}

/* Calls that wait for others are no slow calls: waiting is what they are for. */
static bool waits(const char *name)
{
    return !strncmp(name, "wait", 4) || strstr(name, "sleep") || strstr(name, "poll") || strstr(name, "select") ||
           strstr(name, "sigsuspend") || strstr(name, "sigwait") || strstr(name, "pause") || strstr(name, "epoll_wait");
}

static int report_take(void *arg, const struct trace_record *r)
{
    struct report *p = arg;
    struct trace_decoded d;
    bool known = trace_decode(r->id, r->payload, r->size, &d) == 0;
    size_t i;

    summary_add(p->summary, r, known ? &d : NULL);
    p->lost += r->lost;
    if (!known || !d.desc->call || !d.dur || waits(trace_desc_name(d.desc)) ||
        (p->nslow == SLOWEST && d.dur <= p->slow[SLOWEST - 1].dur))
        return 0;
    buf_cut(&p->line, 0);
    trace_format_line(&p->format, r, &d);
    if (p->nslow == SLOWEST)
        free(p->slow[--p->nslow].text);
    for (i = p->nslow++; i > 0 && p->slow[i - 1].dur < d.dur; i--)
        p->slow[i] = p->slow[i - 1];
    p->slow[i] = (struct slow){ d.dur, trace_time_ns(&p->time, r->tsc), r->stream->pid, _strdup(p->line.p) };
    return 0;
}

int report_show(const char *file)
{
    static struct report p;
    struct buf out;
    char head[64];
    uint64_t lost = replay_read(file, &p.time, report_begin, report_take, &p);

    buf_init(&out, tool_realloc, NULL, 0);
    summary_processes(p.summary, &out, lost > p.lost ? lost : p.lost);
    buf_puts(&out, "\nslowest calls (those that wait for others left out)\n");
    for (size_t i = 0; i < p.nslow; i++) {
        snprintf(head, sizeof head, "%12.3f ms  [pid %5d] ", (double)trace_time_span(&p.time, p.slow[i].dur) / 1e6,
                 (int)p.slow[i].pid);
        buf_puts(&out, head);
        buf_puts(&out, p.slow[i].text);
        buf_putc(&out, '\n');
    }
    buf_putc(&out, '\n');
    summary_counts(p.summary, &out);
    return tool_flush(&out, stdout) ? 0 : EXIT_FAILED;
}
