/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The columns of ps as a table: heading, where it is shown, how its value is made.
 */
#include <string.h>
#include <time.h>

#include "abi/tty.h"
#include "ps/ps.h"

#define FILETIME_UNIX 116444736000000000ull /* 1970 in FILETIME units */

enum { SHORT = 1, FULL = 2, LONG = 4 };

struct column {
    const char *head;
    int width;                  /* negative: to the left; 0: the rest of the line */
    int where;
    void (*put)(struct buf *out, const struct proc_info *p, const char *text);
};

static void put_pid(struct buf *b, const struct proc_info *p, const char *text)
{
    buf_putd(b, p->pid);
}

/* A number that only the process's section knows. */
static void put_known(struct buf *b, const struct proc_info *p, int64_t v)
{
    if (p->why)
        buf_putc(b, '?');
    else
        buf_putd(b, v);
}

static void put_ppid(struct buf *b, const struct proc_info *p, const char *text)
{
    put_known(b, p, p->ppid);
}

static void put_pgid(struct buf *b, const struct proc_info *p, const char *text)
{
    put_known(b, p, p->pgid);
}

static void put_sid(struct buf *b, const struct proc_info *p, const char *text)
{
    put_known(b, p, p->sid);
}

static void put_uid(struct buf *b, const struct proc_info *p, const char *text)
{
    put_known(b, p, p->uid);
}

static void put_threads(struct buf *b, const struct proc_info *p, const char *text)
{
    put_known(b, p, p->nthreads);
}

static void put_winpid(struct buf *b, const struct proc_info *p, const char *text)
{
    buf_putu(b, p->winpid);
}

static void put_tty(struct buf *b, const struct proc_info *p, const char *text)
{
    if (p->why || p->tty < 0) {
        buf_putc(b, '?');
    } else if (p->tty >= TTY_CONSOLE) {
        buf_puts(b, "cons");
        buf_putd(b, p->tty - TTY_CONSOLE);
    } else {
        buf_puts(b, "pts/");
        buf_putd(b, p->tty);
    }
}

static void put_state(struct buf *b, const struct proc_info *p, const char *text)
{
    buf_putc(b, proc_state_letter(p));
}

static void put_wait(struct buf *b, const struct proc_info *p, const char *text)
{
    const char *s = p->alive ? proc_wait_name(p->wait_kind) : "";

    buf_puts(b, *s ? s : "-");
}

/* Time of day within the last 24 hours, else the date. */
static void put_start(struct buf *b, const struct proc_info *p, const char *text)
{
    time_t now = time(NULL), t = (time_t)((p->started - FILETIME_UNIX) / 10000000);
    char s[32] = "?";
    struct tm *tm;

    if (p->started > FILETIME_UNIX && (tm = localtime(&t)) != NULL)
        strftime(s, sizeof s, now - t < 86400 && t <= now + 60 ? "%H:%M:%S" : "%b %d", tm);
    buf_puts(b, s);
}

static void put_time(struct buf *b, const struct proc_info *p, const char *text)
{
    uint64_t s = (p->user_time + p->sys_time) / 10000000;

    buf_putu(b, s / 60);
    buf_puts(b, s % 60 < 10 ? ":0" : ":");
    buf_putu(b, s % 60);
}

/* Names may hold anything; a terminal shall not obey them. */
static void put_safe(struct buf *b, const char *s)
{
    for (; *s; s++)
        buf_putc(b, (unsigned char)*s < 32 || *s == 127 ? '?' : *s);
}

static void put_program(struct buf *b, const struct proc_info *p, const char *text)
{
    const char *name = text + p->program;

    if (p->why) {
        buf_puts(b, "<");
        buf_puts(b, p->why);
        buf_puts(b, ">");
    } else {
        put_safe(b, *name ? name : "<unknown>");
        if (proc_state_letter(p) == 'Z')
            buf_puts(b, " <defunct>");
    }
}

static void put_cmdline(struct buf *b, const struct proc_info *p, const char *text)
{
    if (p->why || p->cmdline == p->cmdline_end) {
        put_program(b, p, text);
        return;
    }
    for (size_t at = p->cmdline; at < p->cmdline_end; at += strlen(text + at) + 1) {
        if (at > p->cmdline)
            buf_putc(b, ' ');
        put_safe(b, text + at);
    }
}

static const struct column columns[] = {
    { "UID", 7, FULL | LONG, put_uid },
    { "PID", 7, SHORT | FULL | LONG, put_pid },
    { "PPID", 7, SHORT | FULL | LONG, put_ppid },
    { "PGID", 7, SHORT | LONG, put_pgid },
    { "SID", 7, LONG, put_sid },
    { "WINPID", 7, SHORT | FULL | LONG, put_winpid },
    { "TTY", -8, SHORT | FULL | LONG, put_tty },
    { "S", -2, SHORT | FULL | LONG, put_state },
    { "WAIT", -7, LONG, put_wait },
    { "THR", 4, LONG, put_threads },
    { "STIME", -9, SHORT | FULL | LONG, put_start },
    { "TIME", 6, FULL | LONG, put_time },
    { "COMMAND", 0, SHORT | LONG, put_program },
    { "COMMAND", 0, FULL, put_cmdline },
};

/* The value that begins at `start` is padded; columns are one space apart. */
static void align(struct buf *out, size_t start, int width)
{
    size_t n = out->len - start, w = (size_t)(width < 0 ? -width : width);

    if (width && n < w) {
        buf_pad(out, ' ', w - n);
        if (width > 0 && !out->failed) {
            memmove(out->p + start + w - n, out->p + start, n);
            memset(out->p + start, ' ', w - n);
        }
    }
    buf_putc(out, width ? ' ' : '\n');
}

static int where(bool full, bool longer)
{
    return longer ? LONG : full ? FULL : SHORT;
}

void ps_header(struct buf *out, bool full, bool longer)
{
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        size_t start = out->len;

        if (!(columns[i].where & where(full, longer)))
            continue;
        buf_puts(out, columns[i].head);
        align(out, start, columns[i].width);
    }
}

void ps_row(struct buf *out, const struct proc_info *p, const char *text, bool full, bool longer)
{
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        size_t start = out->len;

        if (!(columns[i].where & where(full, longer)))
            continue;
        columns[i].put(out, p, text);
        align(out, start, columns[i].width);
    }
}
