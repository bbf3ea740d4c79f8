/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The columns of ps as a table: name for -o, heading, width, how the value is made, and what to sort by.
 */
#include <string.h>
#include <time.h>

#include "lib/tool/out.h"
#include "ps/ps.h"

#define FILETIME_UNIX 116444736000000000ull /* 1970 in FILETIME units */

void ps_safe(struct buf *b, const char *s)
{
    for (; *s; s++)
        buf_putc(b, (unsigned char)*s < 32 || *s == 127 ? '?' : *s);
}

/* A number that only the process's section knows. */
static void put_known(struct buf *b, const struct proc_info *p, int64_t v)
{
    if (p->why || p->windows)
        buf_putc(b, '?');
    else
        buf_putd(b, v);
}

#define NUMBER(name, expr) \
    static int64_t num_##name(const struct ps_row *r) { return (int64_t)(expr); }
#define KNOWN(name, expr) \
    NUMBER(name, expr) \
    static void put_##name(struct buf *b, struct ps_list *l, const struct ps_row *r) \
    { put_known(b, r->p, num_##name(r)); }
#define PLAIN(name, expr) \
    NUMBER(name, expr) \
    static void put_##name(struct buf *b, struct ps_list *l, const struct ps_row *r) \
    { buf_putd(b, num_##name(r)); }

PLAIN(pid, r->p->pid)
PLAIN(winpid, r->p->winpid)
KNOWN(pgid, r->p->pgid)
KNOWN(sid, r->p->sid)
KNOWN(uid, r->p->uid)
KNOWN(gid, r->p->gid)
KNOWN(euid, r->p->euid)
KNOWN(egid, r->p->egid)
KNOWN(stub, r->p->stub)
NUMBER(ppid, r->p->ppid)
NUMBER(threads, r->p->live_threads ? r->p->live_threads : r->p->nthreads)
NUMBER(cpu, r->permille)
NUMBER(time, (r->p->user_time + r->p->sys_time) / 10000)
NUMBER(started, r->p->started / 10)
NUMBER(rss, r->p->rss / 1024)
NUMBER(vsz, r->p->vsz / 1024)
NUMBER(tty, r->p->tty)

static void put_ppid(struct buf *b, struct ps_list *l, const struct ps_row *r)
{
    if (r->p->why)
        buf_putc(b, '?');
    else
        buf_putd(b, r->p->ppid);
}

static void put_threads(struct buf *b, struct ps_list *l, const struct ps_row *r)
{
    if (r->p->why && !r->p->live_threads)
        buf_putc(b, '?');
    else
        buf_putd(b, num_threads(r));
}

static void put_tty(struct buf *b, struct ps_list *l, const struct ps_row *r)
{
    const struct proc_info *p = r->p;

    if (p->why || p->tty < 0) {
        buf_putc(b, '?');
    } else if (!p->tty) {
        buf_puts(b, "console");
    } else {
        buf_puts(b, "pts/");
        buf_putd(b, p->tty - 1);
    }
}

static void put_state(struct buf *b, struct ps_list *l, const struct ps_row *r)
{
    buf_putc(b, proc_state_letter(r->p));
}

static void put_state_name(struct buf *b, struct ps_list *l, const struct ps_row *r)
{
    buf_puts(b, proc_state_name(r->p));
}

static void put_wait(struct buf *b, struct ps_list *l, const struct ps_row *r)
{
    const char *s = r->p->alive ? proc_wait_name(r->p->wait_kind) : "";

    buf_puts(b, *s ? s : "-");
}

static void put_reason(struct buf *b, struct ps_list *l, const struct ps_row *r)
{
    size_t start = b->len;

    ps_reason(b, l, r->p);
    if (b->len == start)
        buf_putc(b, '-');
}

/* Time of day within the last 24 hours, else the date. */
static void put_started(struct buf *b, struct ps_list *l, const struct ps_row *r)
{
    const struct proc_info *p = r->p;
    time_t now = time(NULL), t = (time_t)((p->started - FILETIME_UNIX) / 10000000);
    char s[32] = "?";
    struct tm *tm;

    if (p->started > FILETIME_UNIX && (tm = localtime(&t)) != NULL)
        strftime(s, sizeof s, now - t < 86400 && t <= now + 60 ? "%H:%M:%S" : "%b %d", tm);
    buf_puts(b, s);
}

static void put_lstart(struct buf *b, struct ps_list *l, const struct ps_row *r)
{
    time_t t = (time_t)((r->p->started - FILETIME_UNIX) / 10000000);
    char s[32] = "?";
    struct tm *tm;

    if (r->p->started > FILETIME_UNIX && (tm = localtime(&t)) != NULL)
        strftime(s, sizeof s, "%Y-%m-%d %H:%M:%S", tm);
    buf_puts(b, s);
}

static void two_digits(struct buf *b, uint64_t v)
{
    if (v < 10)
        buf_putc(b, '0');
    buf_putu(b, v);
}

static void put_time(struct buf *b, struct ps_list *l, const struct ps_row *r)
{
    uint64_t s = (r->p->user_time + r->p->sys_time) / 10000000;

    buf_putu(b, s / 60);
    buf_putc(b, ':');
    two_digits(b, s % 60);
}

static void put_elapsed(struct buf *b, struct ps_list *l, const struct ps_row *r)
{
    uint64_t s = r->p->started && l->list.now > r->p->started ? (l->list.now - r->p->started) / 10000000 : 0;

    if (s >= 86400) {
        buf_putu(b, s / 86400);
        buf_putc(b, '-');
    }
    if (s >= 3600) {
        two_digits(b, s / 3600 % 24);
        buf_putc(b, ':');
    }
    two_digits(b, s / 60 % 60);
    buf_putc(b, ':');
    two_digits(b, s % 60);
}

static void put_cpu(struct buf *b, struct ps_list *l, const struct ps_row *r)
{
    buf_putu(b, r->permille / 10);
    buf_putc(b, '.');
    buf_putu(b, r->permille % 10);
}

static void put_kilobytes(struct buf *b, const struct ps_row *r, uint64_t bytes)
{
    if (!r->p->alive)
        buf_putc(b, '-');
    else
        buf_putu(b, bytes / 1024);
}

static void put_rss(struct buf *b, struct ps_list *l, const struct ps_row *r)
{
    put_kilobytes(b, r, r->p->rss);
}

static void put_vsz(struct buf *b, struct ps_list *l, const struct ps_row *r)
{
    put_kilobytes(b, r, r->p->vsz);
}

static void put_umask(struct buf *b, struct ps_list *l, const struct ps_row *r)
{
    uint32_t m = r->p->umask;

    for (int shift = 9; shift >= 0; shift -= 3)
        buf_putc(b, (char)('0' + (m >> shift & 7)));
}

#define SIGNALS(name) \
    static void put_##name(struct buf *b, struct ps_list *l, const struct ps_row *r) \
    { buf_putx(b, r->p->sig_##name, 16); }
SIGNALS(blocked)
SIGNALS(pending)
SIGNALS(caught)
SIGNALS(ignored)

/* The lines of a tree: "|- " and "`- ". */
static void put_branches(struct buf *b, const struct ps_row *r)
{
    for (uint32_t i = 0; i < r->depth; i++) {
        bool more = r->branches >> i & 1;

        if (i + 1 < r->depth)
            buf_puts(b, more ? "|  " : "   ");
        else
            buf_puts(b, more ? "|- " : "`- ");
    }
}

static void put_program(struct buf *b, struct ps_list *l, const struct ps_row *r)
{
    const struct proc_info *p = r->p;
    const char *name = l->list.text.p + p->program;

    put_branches(b, r);
    if (p->why) {
        buf_puts(b, "<");
        buf_puts(b, p->why);
        buf_puts(b, ">");
    } else {
        if (p->program_cut)
            buf_puts(b, "...");
        ps_safe(b, *name ? name : "<unknown>");
        if (proc_state_letter(p) == 'Z')
            buf_puts(b, " <defunct>");
    }
}

static void put_name(struct buf *b, struct ps_list *l, const struct ps_row *r)
{
    const char *name = l->list.text.p + r->p->program, *slash = strrchr(name, '/');

    if (r->p->why)
        buf_putc(b, '?');
    else
        ps_safe(b, slash ? slash + 1 : name);
}

static void put_args(struct buf *b, struct ps_list *l, const struct ps_row *r)
{
    const struct proc_info *p = r->p;
    const char *text = l->list.text.p;

    if (p->why || p->cmdline == p->cmdline_end) {
        put_program(b, l, r);
        return;
    }
    put_branches(b, r);
    for (size_t at = p->cmdline; at < p->cmdline_end; at += strlen(text + at) + 1) {
        if (at > p->cmdline)
            buf_putc(b, ' ');
        ps_safe(b, text + at);
    }
}

const struct ps_column ps_columns[] = {
    { "pid", "PID", 7, put_pid, num_pid, "process" },
    { "ppid", "PPID", 7, put_ppid, num_ppid, "its parent" },
    { "pgid", "PGID", 7, put_pgid, num_pgid, "its process group" },
    { "sid", "SID", 7, put_sid, num_sid, "its session" },
    { "winpid", "WINPID", 7, put_winpid, num_winpid, "Windows process; exec changes it" },
    { "stub", "STUB", 7, put_stub, num_stub, "Windows process that stands for it towards a Windows parent" },
    { "uid", "UID", 7, put_uid, num_uid, "user" },
    { "gid", "GID", 7, put_gid, num_gid, "group" },
    { "euid", "EUID", 7, put_euid, num_euid, "effective user" },
    { "egid", "EGID", 7, put_egid, num_egid, "effective group" },
    { "tty", "TTY", -8, put_tty, num_tty, "controlling terminal" },
    { "s", "S", -2, put_state, NULL, "state as a letter" },
    { "state", "STATE", -9, put_state_name, NULL, "state as a word" },
    { "wait", "WAIT", -7, put_wait, NULL, "what the first thread waits for, as a word", true },
    { "reason", "REASON", -44, put_reason, NULL, "why it does not run: what it waits for, and for whom", true },
    { "thr", "THR", 4, put_threads, num_threads, "threads" },
    { "stime", "STIME", -9, put_started, num_started, "when it began" },
    { "lstart", "STARTED", -19, put_lstart, num_started, "the same with the date" },
    { "etime", "ELAPSED", 11, put_elapsed, num_started, "time since then" },
    { "time", "TIME", 6, put_time, num_time, "processor time" },
    { "cpu", "%CPU", 6, put_cpu, num_cpu, "share of one processor" },
    { "rss", "RSS", 8, put_rss, num_rss, "memory in use, KiB" },
    { "vsz", "VSZ", 9, put_vsz, num_vsz, "addresses in use, KiB" },
    { "umask", "MASK", 5, put_umask, NULL, "umask", true },
    { "blocked", "BLOCKED", 17, put_blocked, NULL, "signals blocked by the first thread, bit n-1 for signal n", true },
    { "pending", "PENDING", 17, put_pending, NULL, "signals pending", true },
    { "caught", "CAUGHT", 17, put_caught, NULL, "signals caught", true },
    { "ignored", "IGNORED", 17, put_ignored, NULL, "signals ignored", true },
    { "name", "NAME", -16, put_name, NULL, "program without its folder" },
    { "comm", "COMMAND", 0, put_program, NULL, "program" },
    { "args", "COMMAND", 0, put_args, NULL, "arguments", true },
    { 0 }
};

/* Other systems' names for the same. */
static const char *const aliases[][2] = {
    { "pgrp", "pgid" }, { "sess", "sid" }, { "session", "sid" }, { "user", "uid" }, { "ruid", "uid" },
    { "tt", "tty" }, { "tname", "tty" }, { "stat", "s" }, { "wchan", "wait" }, { "nlwp", "thr" },
    { "start", "stime" }, { "start_time", "stime" }, { "cputime", "time" }, { "pcpu", "cpu" },
    { "%cpu", "cpu" }, { "c", "cpu" }, { "rssize", "rss" }, { "rsz", "rss" }, { "vsize", "vsz" },
    { "sz", "vsz" }, { "command", "args" }, { "cmd", "args" }, { "ucmd", "comm" }, { "fname", "name" },
    { "threads", "thr" }, { "mem", "rss" },
};

const struct ps_column *ps_column(const char *key, size_t len)
{
    for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++) {
        if (strlen(aliases[i][0]) == len && !memcmp(aliases[i][0], key, len)) {
            key = aliases[i][1];
            len = strlen(key);
            break;
        }
    }
    for (const struct ps_column *c = ps_columns; c->key; c++)
        if (strlen(c->key) == len && !memcmp(c->key, key, len))
            return c;
    return NULL;
}

const char *ps_format_add(struct ps_format *f, const char *text)
{
    if (!f->n)
        f->headless = true;
    while (*text) {
        size_t len = strcspn(text, ",= ");

        if (f->n == PS_COLUMNS_MAX)
            return "too many columns";
        f->v[f->n] = ps_column(text, len);
        f->head[f->n] = NULL;
        if (!f->v[f->n])
            return "no such column (ps -L lists them)";
        text += len;
        if (*text == '=' && text[1] == ',') {
            f->head[f->n] = "";
            text++;
        } else if (*text == '=') { /* the rest is its heading, commas too */
            f->head[f->n] = text + 1;
            text += strlen(text);
        }
        if (!f->head[f->n] || *f->head[f->n])
            f->headless = false;
        f->n++;
        text += *text != 0;
    }
    return NULL;
}

/* The value that begins at `start` is padded; columns are one space apart. */
static void align(struct buf *out, size_t start, int width, bool last)
{
    size_t n = 0, w = (size_t)(width < 0 ? -width : width);

    for (size_t i = start; i < out->len; i++) /* characters, not bytes */
        n += ((unsigned char)out->p[i] & 0xc0) != 0x80;
    if (width && n < w && !(last && width < 0)) {
        size_t len = out->len - start;

        buf_pad(out, ' ', w - n);
        if (width > 0 && !out->failed) {
            memmove(out->p + start + w - n, out->p + start, len);
            memset(out->p + start, ' ', w - n);
        }
    }
    buf_putc(out, last ? '\n' : ' ');
}

void ps_header(struct buf *out, const struct ps_format *f)
{
    for (size_t i = 0; i < f->n && !f->headless; i++) {
        size_t start = out->len;

        buf_puts(out, f->head[i] ? f->head[i] : f->v[i]->head);
        align(out, start, f->v[i]->width, i + 1 == f->n);
    }
}

void ps_row(struct buf *out, const struct ps_format *f, struct ps_list *l, const struct ps_row *r)
{
    for (size_t i = 0; i < f->n; i++) {
        size_t start = out->len;

        f->v[i]->put(out, l, r);
        align(out, start, f->v[i]->width, i + 1 == f->n);
    }
}
