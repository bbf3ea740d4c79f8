/* SPDX-License-Identifier: BSD-2-Clause */
/* ps --top: the live view: looking again, selection, keys. Drawing is in top_draw.c. */
#include <curses.h>
#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/proc/signal.h"
#include "lib/tool/out.h"
#include "ps/top.h"

#define COLUMNS "pid,ppid,winpid,tty,s,cpu,rss,thr,time,name,reason"
#define MATCH_LIMIT 100000 /* steps of a pattern in one line */
#define ESCAPE 27

/* ---- looking ---- */

static const struct top_past *past_of(const struct top *t, const struct proc_info *p)
{
    for (size_t i = 0; i < t->npast; i++)
        if (t->past[i].winpid == p->winpid && t->past[i].created == p->created)
            return &t->past[i];
    return NULL;
}

/* Shares of the processor since the last look. */
static void measure(struct top *t)
{
    uint64_t span = t->before && t->l.list.now > t->before ? t->l.list.now - t->before : 0;
    struct top_past *now = tool_realloc(NULL, (t->l.n + 1) * sizeof *now);

    t->permille = 0;
    for (size_t i = 0; i < t->l.n; i++) {
        const struct proc_info *p = t->l.rows[i].p;
        const struct top_past *old = past_of(t, p);
        uint64_t used = p->user_time + p->sys_time;

        now[i] = (struct top_past){ p->winpid, p->created, used };
        if (old && span)
            t->l.rows[i].permille = used > old->used ? (uint32_t)((used - old->used) * 1000 / span) : 0;
        t->permille += t->l.rows[i].permille;
    }
    tool_realloc(t->past, 0);
    t->past = now;
    t->npast = t->l.n;
    t->before = t->l.list.now;
}

static bool matches(struct top *t, const struct ps_row *r)
{
    struct buf line;
    pcre2_match_data *data;
    pcre2_match_context *limits;
    int n;

    if (!t->code)
        return true;
    buf_init(&line, tool_realloc, NULL, 0);
    ps_row(&line, &t->format, &t->l, r);
    ps_column("args", 4)->put(&line, &t->l, r);
    data = pcre2_match_data_create_from_pattern(t->code, NULL);
    limits = pcre2_match_context_create(NULL);
    if (!data || !limits)
        tool_die(1, "out of memory");
    pcre2_set_match_limit(limits, MATCH_LIMIT);
    n = pcre2_match(t->code, (PCRE2_SPTR)(line.p ? line.p : ""), line.len, 0, 0, data, limits);
    pcre2_match_context_free(limits);
    pcre2_match_data_free(data);
    buf_free(&line);
    return n >= 0;
}

static const char *set_pattern(struct top *t, const char *text)
{
    static char why[120];
    PCRE2_SIZE at;
    int error;
    pcre2_code *code = NULL;

    if (*text) {
        code = pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED, 0, &error, &at, NULL);
        if (!code) {
            pcre2_get_error_message(error, (PCRE2_UCHAR *)why, sizeof why);
            return why;
        }
    }
    if (t->code)
        pcre2_code_free(t->code);
    t->code = code;
    snprintf(t->pattern, sizeof t->pattern, "%s", text);
    return NULL;
}

/* The selection stays with its process, wherever that moves. */
static void find_selected(struct top *t)
{
    for (size_t i = 0; i < t->l.n; i++) {
        if (t->l.rows[i].p->winpid == t->selected) {
            t->row = i;
            return;
        }
    }
    top_select(t, (int64_t)t->row);
}

static void look(struct top *t)
{
    size_t n = 0;

    if (t->have_list)
        ps_free(&t->l);
    ps_read(&t->l, t->tree, t->windows ? PS_WINDOWS : PS_SECTIONS, NULL);
    t->have_list = true;
    measure(t);
    for (size_t i = 0; i < t->l.n; i++)
        if (matches(t, &t->l.rows[i]))
            t->l.rows[n++] = t->l.rows[i];
    t->l.n = n;
    ps_sort(&t->l, t->sort);
    if (t->forest)
        ps_make_tree(&t->l);
    find_selected(t);
}

void top_select(struct top *t, int64_t row)
{
    if (row >= (int64_t)t->l.n)
        row = (int64_t)t->l.n - 1;
    if (row < 0)
        row = 0;
    t->row = (size_t)row;
    t->selected = t->l.n ? t->l.rows[row].p->winpid : 0;
}

/* ---- keys ---- */

static void ask_filter(struct top *t)
{
    char text[sizeof t->pattern];
    const char *why;

    snprintf(text, sizeof text, "%s", t->pattern);
    if (!top_prompt(t, "Show only lines that match: ", text, sizeof text))
        return;
    why = set_pattern(t, text);
    if (why)
        snprintf(t->message, sizeof t->message, "%s: %s", text, why);
}

static void ask_signal(struct top *t)
{
    char question[80], text[32] = "TERM";
    const struct proc_info *p;
    const char *why = NULL;
    int32_t pid;
    int sig;

    if (!t->l.n)
        return;
    p = t->l.rows[t->row].p;
    pid = p->pid;
    if (p->windows) {
        snprintf(t->message, sizeof t->message, "Windows process %u takes no signals", p->winpid);
        return;
    }
    snprintf(question, sizeof question, "Signal to pid %d: ", pid);
    if (!top_prompt(t, question, text, sizeof text) || !*text)
        return;
    sig = signal_number(text);
    if (sig < 0)
        snprintf(t->message, sizeof t->message, "%s: not a signal", text);
    else if (proc_signal(t->tree, (uint32_t)pid, sig, &why) < 0)
        snprintf(t->message, sizeof t->message, "pid %d: %s", pid, why);
    else
        snprintf(t->message, sizeof t->message, "sent %s to pid %d", text, pid);
}

static void sort_by(struct top *t, const char *key)
{
    if (!strcmp(t->sort, key)) /* once more: the other way */
        snprintf(t->sort, sizeof t->sort, "%s", key + 1);
    else
        snprintf(t->sort, sizeof t->sort, "%s", key);
}

static void toggle(struct top *t, enum top_pane pane)
{
    t->pane = t->pane == pane ? TOP_NONE : pane;
}

/* false: the end. */
static bool key(struct top *t, int c)
{
    int64_t row = (int64_t)t->row, page = (int64_t)(t->shown ? t->shown : 1);

    switch (c) {
    case 'q':
    case 'Q':
    case 3: /* Ctrl-C */
        return false;
    case KEY_UP:
    case 'k':
        top_select(t, row - 1);
        break;
    case KEY_DOWN:
    case 'j':
        top_select(t, row + 1);
        break;
    case KEY_PPAGE:
        top_select(t, row - page);
        break;
    case KEY_NPAGE:
        top_select(t, row + page);
        break;
    case KEY_HOME:
    case 'g':
        top_select(t, 0);
        break;
    case KEY_END:
    case 'G':
        top_select(t, INT64_MAX);
        break;
    case 'P':
        sort_by(t, "-cpu");
        break;
    case 'M':
        sort_by(t, "-rss");
        break;
    case 'T':
        sort_by(t, "-time");
        break;
    case 'N':
        sort_by(t, "-pid");
        break;
    case 't':
        t->forest = !t->forest;
        break;
    case 'w':
        t->windows = !t->windows;
        break;
    case 'e':
        toggle(t, TOP_EVENTS);
        break;
    case 'f':
        toggle(t, TOP_FILES);
        break;
    case 'h':
        toggle(t, TOP_THREADS);
        break;
    case '?':
        toggle(t, TOP_HELP);
        break;
    case ESCAPE:
        t->pane = TOP_NONE;
        break;
    case '/':
        ask_filter(t);
        break;
    case 's':
    case KEY_F(9):
        ask_signal(t);
        break;
    default:
        break;
    }
    return true;
}

static void run(struct top *t, const struct top_options *o)
{
    int64_t rounds = 0;
    int c;

    for (;;) {
        look(t);
        top_draw(t);
        if (o->rounds && ++rounds >= o->rounds)
            return;
        timeout((int)(o->interval * 1000));
        c = getch();
        t->message[0] = 0;
        if (c != ERR && !key(t, c))
            return;
    }
}

int ps_top(const struct proc_tree *tree, const struct top_options *o)
{
    struct top t = { .tree = tree, .windows = o->windows, .forest = o->tree };
    const char *why;
    struct ps_list none = { 0 };

    ps_format_add(&t.format, COLUMNS);
    snprintf(t.sort, sizeof t.sort, "%s", o->sort ? o->sort : "-cpu");
    if ((why = ps_sort(&none, t.sort)) != NULL)
        tool_die(OPT_EXIT_USAGE, "--sort: %s: %s", t.sort, why);
    if (o->filter && (why = set_pattern(&t, o->filter)) != NULL)
        tool_die(OPT_EXIT_USAGE, "--filter: %s: %s", o->filter, why);
    if (!tool_is_terminal(stdout) || !tool_is_terminal(stdin))
        tool_die(1, "--top needs a terminal");
    _putenv("TERM="); /* the driver of Windows consoles, whatever the terminal behind one is */
    if (!initscr())
        tool_die(1, "the screen cannot be used");
    cbreak();
    noecho();
    keypad(stdscr, TRUE);
    curs_set(0);
    run(&t, o);
    endwin();
    if (t.have_list)
        ps_free(&t.l);
    if (t.code)
        pcre2_code_free(t.code);
    tool_realloc(t.past, 0);
    return 0;
}
