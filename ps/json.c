/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ps --json: one object a line. Names of fields are stable; new ones may be added.
 */
#include <string.h>

#include "lib/tool/out.h"
#include "ps/ps.h"

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

static void section_fields(struct buf *b, const struct proc_info *p, const char *text)
{
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

void ps_json(struct buf *out, const struct proc_info *p, const char *text)
{
    buf_putc(out, '{');
    number(out, "pid", p->pid);
    number(out, "winpid", p->winpid);
    json_key(out, "alive");
    buf_puts(out, p->alive ? "true" : "false");
    if (p->why) {
        json_key(out, "error");
        json_strz(out, p->why);
    } else {
        section_fields(out, p, text);
    }
    buf_puts(out, "}\n");
}
