/* SPDX-License-Identifier: BSD-2-Clause */
/* --top: a table of processes and one of calls, by what has happened in the last second. On a terminal it
 * is drawn again each second (q ends, s sorts otherwise, p pauses); else it is printed once. */
#include <stdlib.h>
#include <string.h>

#ifndef NCURSES_STATIC
#define NCURSES_STATIC /* or the headers import its variables */
#endif
#include <ncursesw/curses.h>

#include "strace.h"
#include "trace/flow.h"

#define PERIOD 1000 /* milliseconds */

struct count {
    uint64_t calls, errors, ns, slowest;
    uint16_t slowest_id;
};

struct row {
    int32_t pid;
    struct count now, all; /* in this period, and since the beginning */
    char program[40];
};

enum order { BY_CALLS, BY_ERRORS, BY_TIME, BY_PID, ORDERS };

struct top {
    struct sink sink;
    struct trace_time time;
    struct row *rows;
    size_t n, cap;
    struct count calls[TRACE_MAX_EVENTS];
    uint64_t lost;
    enum order order;
    double seconds; /* that the period took */
};

static struct row *row_get(struct top *t, int32_t pid)
{
    for (size_t i = 0; i < t->n; i++)
        if (t->rows[i].pid == pid)
            return &t->rows[i];
    if (t->n == t->cap) {
        t->cap = t->cap ? t->cap * 2 : 64;
        t->rows = tool_realloc(t->rows, t->cap * sizeof *t->rows);
    }
    memset(&t->rows[t->n], 0, sizeof *t->rows);
    t->rows[t->n].pid = pid;
    return &t->rows[t->n++];
}

static void add(struct count *c, const struct trace_decoded *d, uint64_t ns)
{
    c->calls++;
    c->errors += d->failed;
    c->ns += ns;
    if (ns > c->slowest) {
        c->slowest = ns;
        c->slowest_id = d->desc->id;
    }
}

static void look(void *arg, const struct trace_record *r, const struct trace_decoded *d, uint64_t at)
{
    struct top *t = arg;
    struct row *w;
    uint64_t ns;

    (void)at;
    t->lost += r->lost;
    if (!d || !d->desc->call)
        return;
    w = row_get(t, r->stream->pid);
    ns = trace_time_span(&t->time, d->dur);
    add(&w->now, d, ns);
    add(&w->all, d, ns);
    add(&t->calls[r->id], d, ns);
}

/* Names, and who has ended. */
static void refresh_names(struct top *t)
{
    struct proc_list list;

    if (proc_list_read(rings_tree(), &list) < 0)
        return;
    for (size_t i = 0; i < t->n;) {
        const struct proc_info *p = NULL;

        for (size_t k = 0; k < list.n && !p; k++)
            if (list.v[k].pid == t->rows[i].pid)
                p = &list.v[k];
        if (!p && !t->rows[i].now.calls) {
            t->rows[i] = t->rows[--t->n];
            continue;
        }
        if (p) {
            const char *s = list.text.p + p->program, *base = s + strlen(s);

            while (base > s && base[-1] != '/')
                base--;
            snprintf(t->rows[i].program, sizeof t->rows[i].program, "%s", base);
        }
        i++;
    }
    proc_list_free(&list);
}

static struct top *sorting; /* qsort has no argument for it */

static int by_order(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    uint64_t p, q;

    switch (sorting->order) {
    case BY_PID:
        return x->pid - y->pid;
    case BY_ERRORS:
        p = x->now.errors;
        q = y->now.errors;
        break;
    case BY_TIME:
        p = x->now.ns;
        q = y->now.ns;
        break;
    default:
        p = x->now.calls;
        q = y->now.calls;
    }
    return p != q ? (p < q ? 1 : -1) : x->pid - y->pid;
}

static int by_time(const void *a, const void *b)
{
    const struct count *x = &sorting->calls[*(const uint16_t *)a], *y = &sorting->calls[*(const uint16_t *)b];

    return x->ns != y->ns ? (x->ns < y->ns ? 1 : -1) : 0;
}

static void put_processes(struct top *t, struct buf *out, size_t most)
{
    char line[200];

    buf_puts(out, "    PID    calls/s   errors/s   in calls      slowest  call               program\n");
    for (size_t i = 0; i < t->n && i < most; i++) {
        const struct row *w = &t->rows[i];
        const struct trace_desc *d = w->now.slowest ? trace_desc_find(w->now.slowest_id) : NULL;

        snprintf(line, sizeof line, "%7d %10.0f %10.0f %8.1f %% %9.3f ms  %-18.18s %s\n", (int)w->pid,
                 (double)w->now.calls / t->seconds, (double)w->now.errors / t->seconds,
                 (double)w->now.ns / t->seconds / 1e7, (double)w->now.slowest / 1e6,
                 d ? trace_desc_name(d) : "", w->program);
        buf_puts(out, line);
    }
}

static void put_calls(struct top *t, struct buf *out, size_t most)
{
    uint16_t ids[TRACE_MAX_EVENTS];
    char line[200];
    size_t n = 0;

    for (unsigned i = 0; i < TRACE_MAX_EVENTS; i++)
        if (t->calls[i].calls)
            ids[n++] = (uint16_t)i;
    qsort(ids, n, sizeof *ids, by_time);
    buf_puts(out, "\n   call               calls/s   errors/s    time each      slowest\n");
    for (size_t i = 0; i < n && i < most; i++) {
        const struct count *c = &t->calls[ids[i]];

        snprintf(line, sizeof line, "   %-16.16s %9.0f %10.0f %9.3f ms %9.3f ms\n", trace_desc_name(trace_desc_find(ids[i])),
                 (double)c->calls / t->seconds, (double)c->errors / t->seconds,
                 (double)c->ns / (double)c->calls / 1e6, (double)c->slowest / 1e6);
        buf_puts(out, line);
    }
}

static void frame(struct top *t, struct buf *out, size_t processes, size_t lines)
{
    struct count sum = { 0 };
    char line[200];
    size_t some;

    sorting = t;
    if (t->n)
        qsort(t->rows, t->n, sizeof *t->rows, by_order);
    for (size_t i = 0; i < t->n; i++) {
        sum.calls += t->rows[i].now.calls;
        sum.errors += t->rows[i].now.errors;
    }
    snprintf(line, sizeof line, "processes: %u   calls/s: %.0f   errors/s: %.0f   events lost: %llu\n\n",
             (unsigned)processes, (double)sum.calls / t->seconds, (double)sum.errors / t->seconds,
             (unsigned long long)t->lost);
    buf_puts(out, line);
    some = lines > 20 ? lines / 2 : lines / 3;
    put_processes(t, out, some);
    put_calls(t, out, lines > some + 7 ? lines - some - 7 : 1);
}

static void period_end(struct top *t)
{
    for (size_t i = 0; i < t->n; i++)
        memset(&t->rows[i].now, 0, sizeof t->rows[i].now);
    memset(t->calls, 0, sizeof t->calls);
}

/* One period; false: the user wants to end, or nobody is left. */
static bool gather(struct top *t, struct attached *a, bool screen)
{
    DWORD begin = GetTickCount(), now;
    int key;

    do {
        Sleep(4);
        if (!attach_poll(a) || interrupted())
            return false;
        key = screen ? getch() : ERR;
        if (key == 'q')
            return false;
        if (key == 's')
            t->order = (t->order + 1) % ORDERS;
        while (key == 'p') { /* until it is pressed again */
            Sleep(50);
            key = getch() == 'p' ? ERR : 'p';
        }
        now = GetTickCount();
    } while (now - begin < PERIOD);
    t->seconds = (now - begin) / 1000.0;
    return true;
}

static void draw(const char *text)
{
    int y = 0;

    erase();
    while (*text && y < LINES) {
        size_t n = strcspn(text, "\n");

        if (y == 2)
            attron(A_REVERSE);
        mvaddnstr(y++, 0, text, (int)(n < (size_t)COLS ? n : (size_t)COLS));
        attroff(A_REVERSE);
        text += n + (text[n] != 0);
    }
    refresh();
}

static void screen_begin(void)
{
    _putenv("TERM="); /* the console driver, not an escape sequence of the host's */
    initscr();
    cbreak();
    noecho();
    curs_set(0);
    nodelay(stdscr, TRUE);
}

int top_run(char **pids, size_t n)
{
    static struct top t = { .seconds = 1 };
    bool screen = tool_is_terminal(stdout), good;
    struct attached *a;
    struct buf out;

    t.sink.look = look;
    t.sink.look_arg = &t;
    t.sink.format.time = &t.time;
    trace_names_init(&t.sink.names, tool_realloc);
    a = attach_open(pids, n, &t.sink, &t.time);
    if (!a)
        return EXIT_FAILED;
    interrupts_watch(true);
    buf_init(&out, tool_realloc, NULL, 0);
    if (screen)
        screen_begin();
    do {
        good = gather(&t, a, screen);
        refresh_names(&t);
        buf_cut(&out, 0);
        frame(&t, &out, attach_count(a), screen ? (size_t)LINES : 40);
        if (screen && good)
            draw(out.p);
        period_end(&t);
        for (size_t i = 0; good && i < n; i++)
            attach_more(a, pids[i]);
    } while (good && screen);
    if (screen)
        endwin();
    attach_close(a);
    if (!screen)
        fputs(out.p, stdout);
    return 0;
}
