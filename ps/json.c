/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ps --json: one object a line. Names of fields are stable; new ones may be added.
 */
#include <string.h>

#include "lib/tool/out.h"
#include "ps/ps.h"

#define CLOEXEC 0x80000000u
#define FILETIME_UNIX 116444736000000000ull

static void number(struct buf *b, const char *key, int64_t v)
{
    json_key(b, key);
    buf_putd(b, v);
}

/* Seconds with 7 digits behind the point, from units of 100 ns. */
static void seconds(struct buf *b, const char *key, uint64_t t)
{
    uint64_t part = t % 10000000;

    json_key(b, key);
    buf_putu(b, t / 10000000);
    buf_putc(b, '.');
    for (uint64_t digit = 1000000; digit; digit /= 10)
        buf_putc(b, (char)('0' + part / digit % 10));
}

static void signals(struct buf *b, const char *key, uint64_t set)
{
    json_key(b, key);
    buf_putc(b, '[');
    for (int i = 0; i < 64; i++) {
        if (set >> i & 1) {
            json_comma(b);
            buf_putd(b, i + 1);
        }
    }
    buf_putc(b, ']');
}

static void reason(struct buf *b, struct ps_list *l, const struct proc_info *p)
{
    struct buf r;

    buf_init(&r, tool_realloc, NULL, 0);
    ps_reason(&r, l, p);
    if (r.len) {
        json_key(b, "reason");
        json_strz(b, r.p);
    }
    buf_free(&r);
}

static void section_fields(struct buf *b, struct ps_list *l, const struct proc_info *p)
{
    const char *text = l->list.text.p;

    number(b, "ppid", p->ppid);
    number(b, "pgid", p->pgid);
    number(b, "sid", p->sid);
    number(b, "uid", p->uid);
    number(b, "gid", p->gid);
    number(b, "euid", p->euid);
    number(b, "egid", p->egid);
    json_key(b, "tty");
    if (p->tty < 0)
        buf_puts(b, "null");
    else
        buf_putd(b, p->tty);
    json_key(b, "state");
    json_strz(b, proc_state_name(p));
    reason(b, l, p);
    json_key(b, "wait");
    json_strz(b, p->alive ? proc_wait_name(p->wait_kind) : "");
    if (p->wait_kind && p->wait_owner)
        number(b, "wait_owner", p->wait_owner);
    number(b, "threads", p->nthreads);
    number(b, "fork_stage", p->fork_stage);
    if (p->state == SHM_STATE_EXITED)
        number(b, "wait_status", p->wait_status);
    if (p->started > FILETIME_UNIX)
        seconds(b, "started", p->started - FILETIME_UNIX);
    seconds(b, "user_time", p->user_time);
    seconds(b, "system_time", p->sys_time);
    signals(b, "blocked", p->sig_blocked);
    signals(b, "pending", p->sig_pending);
    signals(b, "caught", p->sig_caught);
    signals(b, "ignored", p->sig_ignored);
    json_key(b, "program");
    json_strz(b, text + p->program);
    json_key(b, "args");
    buf_putc(b, '[');
    for (size_t at = p->cmdline; at < p->cmdline_end; at += strlen(text + at) + 1) {
        json_comma(b);
        json_strz(b, text + at);
    }
    buf_putc(b, ']');
}

static void put_fds(struct buf *b, const void *view, size_t size)
{
    struct proc_fd fd;
    int r;

    json_key(b, "fds");
    buf_putc(b, '[');
    for (unsigned i = 0; (r = proc_fd_at(view, size, i, &fd)) >= 0; i++) {
        if (!r)
            continue;
        json_comma(b);
        buf_putc(b, '{');
        number(b, "fd", fd.fd);
        json_key(b, "kind");
        json_strz(b, proc_fd_kind(fd.kind));
        json_key(b, "mode");
        json_strz(b, ps_fd_mode(fd.flags));
        number(b, "flags", fd.flags & ~CLOEXEC);
        json_key(b, "cloexec");
        buf_puts(b, fd.flags & CLOEXEC ? "true" : "false");
        if (*fd.name) {
            json_key(b, "path");
            json_strz(b, fd.name);
        }
        if (fd.cut) {
            json_key(b, "path_cut");
            buf_puts(b, "true");
        }
        if (!strcmp(proc_fd_kind(fd.kind), "pipe"))
            number(b, "ino", fd.ino);
        buf_putc(b, '}');
    }
    buf_putc(b, ']');
}

static void put_threads(struct buf *b, struct ps_list *l, const struct proc_info *p, const void *view,
                        size_t size)
{
    struct proc_thread t;
    struct buf why;
    int r;

    buf_init(&why, tool_realloc, NULL, 0);
    json_key(b, "thread_list");
    buf_putc(b, '[');
    for (unsigned i = 0; (r = proc_thread_at(view, size, i, &t)) >= 0; i++) {
        if (!r)
            continue;
        json_comma(b);
        buf_putc(b, '{');
        number(b, "tid", t.wintid);
        json_key(b, "wait");
        json_strz(b, proc_wait_name(t.wait_kind));
        if (t.wait_kind != SHM_WAIT_NONE) {
            buf_cut(&why, 0);
            ps_thread_reason(&why, l, p, &t);
            json_key(b, "waits_for");
            json_strz(b, why.p);
        }
        if (t.owner)
            number(b, "wait_owner", t.owner);
        buf_putc(b, '}');
    }
    buf_putc(b, ']');
    buf_free(&why);
}

void ps_json(struct buf *out, struct ps_list *l, const struct ps_row *r, bool fds, bool threads)
{
    const struct proc_info *p = r->p;
    const void *view;
    size_t size;

    buf_putc(out, '{');
    if (!p->windows)
        number(out, "pid", p->pid);
    number(out, "winpid", p->winpid);
    json_key(out, "alive");
    buf_puts(out, p->alive ? "true" : "false");
    if (p->why) {
        json_key(out, "error");
        json_strz(out, p->why);
    } else if (p->windows) {
        number(out, "parent_winpid", p->ppid);
        json_key(out, "state");
        buf_puts(out, "\"windows\"");
        json_key(out, "program");
        json_strz(out, l->list.text.p + p->program);
    } else {
        section_fields(out, l, p);
    }
    if (p->alive) {
        number(out, "rss", (int64_t)p->rss);
        number(out, "vsz", (int64_t)p->vsz);
        json_key(out, "cpu");
        buf_putu(out, r->permille / 10);
        buf_putc(out, '.');
        buf_putu(out, r->permille % 10);
    }
    view = fds || threads ? ps_section(l, p, &size) : NULL;
    if (view) {
        if (fds)
            put_fds(out, view, size);
        if (threads)
            put_threads(out, l, p, view, size);
        proc_section_close(view);
    }
    buf_puts(out, "}\n");
}
