/* SPDX-License-Identifier: BSD-2-Clause */
/* ps --top: what is on the screen. */
#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "lib/text/utf.h"
#include "lib/tool/out.h"
#include "lib/trace/reader_tail.h"
#include "ps/top.h"

#define HEAD 3          /* lines above the processes */
#define PANE_PART 2     /* a pane takes 1/2 of the screen at most */

/* Text of one line, without control characters, cut at the edge. */
static void put_line(int y, const char *s, size_t n)
{
    struct wbuf w;
    int x = 0;

    if (n && s[n - 1] == '\n')
        n--;
    wbuf_init(&w, tool_realloc, NULL, 0);
    utf8_to_wide(&w, s, n);
    move(y, 0);
    for (size_t i = 0; i < w.len && x < COLS; i++, x++) {
        wchar_t c = w.p[i] < 32 || w.p[i] == 127 ? L'?' : w.p[i];

        if (y == LINES - 1 && x == COLS - 1)
            break; /* the last place would scroll */
        addnwstr(&c, 1);
    }
    clrtoeol();
    wbuf_free(&w);
}

static void put_buf(int y, struct buf *b)
{
    put_line(y, b->p ? b->p : "", b->len);
    buf_cut(b, 0);
}

static void put_head(struct top *t, struct buf *b)
{
    unsigned running = 0, stopped = 0, ended = 0, asleep = 0;
    time_t now = time(NULL);
    struct tm *tm = localtime(&now);
    char text[160], clock[16] = "";

    for (size_t i = 0; i < t->l.list.n; i++) {
        switch (proc_state_letter(&t->l.list.v[i])) {
        case 'R':
            running++;
            break;
        case 'T':
            stopped++;
            break;
        case 'Z':
            ended++;
            break;
        default:
            asleep++;
        }
    }
    if (tm)
        strftime(clock, sizeof clock, "%H:%M:%S", tm);
    snprintf(text, sizeof text, "%s  %u processes: %u running, %u waiting, %u stopped, %u ended; processor %u.%u%%",
             clock, (unsigned)t->l.list.n, running, asleep, stopped, ended, t->permille / 10, t->permille % 10);
    buf_puts(b, text);
    put_buf(0, b);
    snprintf(text, sizeof text, "sorted by %s%s%s%s  ? keys", t->sort, t->forest ? ", tree" : "",
             *t->pattern ? ", only " : "", t->pattern);
    buf_puts(b, *t->message ? t->message : text);
    put_buf(1, b);
}

/* ---- panes ---- */

static const char *const keys[] = {
    "q quit   up, down, page up, page down, home, end: select a process",
    "P M T N  sort by processor, memory, time, number; once more: the other way",
    "t tree   w other Windows processes   / show only what matches a pattern",
    "s or F9  send a signal to the selected process",
    "e f h    its last events, its open files, its threads; Esc closes",
};

/* The last events of a process, as many as there are lines. */
static void put_events(struct top *t, const struct proc_info *p, size_t lines, struct buf *out)
{
    const void *view;
    char name[32];
    size_t size;

    snprintf(name, sizeof name, "ring.%u", p->winpid);
    if (proc_section(t->tree, name, &view, &size) < 0) {
        buf_puts(out, "it records nothing, or a tracer has its events");
        return;
    }
    trace_tail(out, view, size, lines, 0, &trace_format_text);
    proc_section_close(view);
}

static void put_pane(struct top *t, int y, struct buf *b)
{
    const struct proc_info *p = t->l.n ? t->l.rows[t->row].p : NULL;
    static const char *const titles[] = { "", "last events", "open files", "threads", "keys" };
    char text[100];
    size_t at = 0;

    if (t->pane == TOP_HELP || !p)
        snprintf(text, sizeof text, "-- keys --");
    else
        snprintf(text, sizeof text, "-- %s of pid %d --", titles[t->pane], p->pid);
    attron(A_BOLD);
    put_line(y++, text, strlen(text));
    attroff(A_BOLD);
    if (t->pane == TOP_HELP)
        for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
            buf_puts(b, keys[i]);
            buf_putc(b, '\n');
        }
    else if (p && t->pane == TOP_EVENTS)
        put_events(t, p, (size_t)(LINES - y), b);
    else if (p && t->pane == TOP_FILES)
        ps_fds(b, &t->l, p);
    else if (p)
        ps_threads(b, &t->l, p);
    for (; y < LINES; y++) {
        const char *s = b->p ? b->p + at : "";
        size_t n = b->len > at ? strcspn(s, "\n") : 0;

        put_line(y, s, n);
        at += n + (at + n < b->len);
    }
    buf_cut(b, 0);
}

/* ---- all ---- */

void top_draw(struct top *t)
{
    int bottom = t->pane == TOP_NONE ? LINES : LINES - (LINES - HEAD) / PANE_PART, y = HEAD;
    struct buf b;

    buf_init(&b, tool_realloc, NULL, 0);
    put_head(t, &b);
    ps_header(&b, &t->format);
    attron(A_REVERSE);
    if (b.len)
        buf_pad(&b, ' ', 0);
    put_buf(HEAD - 1, &b);
    attroff(A_REVERSE);
    t->shown = bottom > HEAD ? (size_t)(bottom - HEAD) : 1;
    if (t->row < t->first)
        t->first = t->row;
    if (t->row >= t->first + t->shown)
        t->first = t->row - t->shown + 1;
    for (size_t i = t->first; i < t->l.n && y < bottom; i++, y++) {
        if (i == t->row)
            attron(A_STANDOUT);
        ps_row(&b, &t->format, &t->l, &t->l.rows[i]);
        put_buf(y, &b);
        if (i == t->row)
            attroff(A_STANDOUT);
    }
    for (; y < bottom; y++)
        put_line(y, "", 0);
    if (t->pane != TOP_NONE)
        put_pane(t, bottom, &b);
    buf_free(&b);
    refresh();
}

bool top_prompt(struct top *t, const char *question, char *answer, size_t size)
{
    size_t n = strlen(answer);
    char text[512];
    int c;

    timeout(-1);
    curs_set(1);
    for (;;) {
        snprintf(text, sizeof text, "%s%s", question, answer);
        put_line(1, text, strlen(text));
        move(1, (int)strlen(text) < COLS ? (int)strlen(text) : COLS - 1);
        refresh();
        c = getch();
        if (c == '\n' || c == '\r' || c == KEY_ENTER || c == 27 || c == ERR || c == 3)
            break;
        if ((c == KEY_BACKSPACE || c == 8 || c == 127) && n)
            answer[--n] = 0;
        else if (c == 21) /* Ctrl-U */
            answer[n = 0] = 0;
        else if (c >= 32 && c < 127 && n + 1 < size) {
            answer[n++] = (char)c;
            answer[n] = 0;
        }
    }
    curs_set(0);
    return c == '\n' || c == '\r' || c == KEY_ENTER;
}
