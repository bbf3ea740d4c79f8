/* SPDX-License-Identifier: BSD-2-Clause */
/* Why a process does not run: its wait record, in words, and who could end the wait. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/proc/signal.h"
#include "lib/tool/out.h"
#include "ps/ps.h"

#define WRITER 1u /* O_WRONLY of the flags */
#define SHOWN  4  /* processes that are named */

/* Who has an end of which pipe. */
struct pipe_end {
    uint32_t ino;
    int32_t pid;
    bool writes;
};

const void *ps_section(struct ps_list *l, const struct proc_info *p, size_t *size)
{
    const void *view;
    char name[32];

    if (p->why || p->windows)
        return NULL;
    snprintf(name, sizeof name, "proc.%d", p->pid);
    return proc_section(l->tree, name, &view, size) < 0 ? NULL : view;
}

/* Read once, when the first process is found that waits for a pipe. */
static void find_ends(struct ps_list *l)
{
    size_t cap = 0;

    l->has_ends = true;
    for (size_t i = 0; i < l->list.n; i++) {
        const struct proc_info *p = &l->list.v[i];
        struct proc_fd fd;
        const void *view;
        size_t size;
        int r;

        if (!p->alive || !(view = ps_section(l, p, &size)))
            continue;
        for (unsigned k = 0; (r = proc_fd_at(view, size, k, &fd)) >= 0; k++) {
            if (!r || strcmp(proc_fd_kind(fd.kind), "pipe"))
                continue;
            if (l->nends == cap) {
                cap = cap ? cap * 2 : 64;
                l->ends = tool_realloc(l->ends, cap * sizeof *l->ends);
            }
            l->ends[l->nends++] = (struct pipe_end){ fd.ino, p->pid, (fd.flags & 3) == WRITER };
        }
        proc_section_close(view);
    }
}

void ps_reason_free(struct ps_list *l)
{
    tool_realloc(l->ends, 0);
    l->ends = NULL;
    l->nends = 0;
}

/* "from pid 12, 13": who has the other end. */
static void put_partners(struct buf *out, struct ps_list *l, const struct proc_info *p, uint32_t ino,
                         bool writes)
{
    int32_t last = 0;
    unsigned n = 0;
    bool own = false;

    if (!l->has_ends)
        find_ends(l);
    for (size_t i = 0; i < l->nends; i++) {
        const struct pipe_end *e = &l->ends[i];

        if (e->ino != ino || e->writes != writes || e->pid == last)
            continue;
        last = e->pid;
        if (e->pid == p->pid) {
            own = true;
            continue;
        }
        if (n++ < SHOWN) {
            buf_puts(out, n > 1 ? ", " : writes ? " from pid " : " to pid ");
            buf_putd(out, e->pid);
        }
    }
    if (n > SHOWN)
        buf_puts(out, ", ...");
    if (!n)
        buf_puts(out, own ? ", whose other end only it has itself" : ", whose other end nobody here has");
}

/* A read or write: of what, and who is at the other end. */
static void put_io(struct buf *out, struct ps_list *l, const struct proc_info *p, uint64_t n, bool reads)
{
    struct proc_fd fd = { 0 };
    size_t size;
    const void *view = ps_section(l, p, &size);

    if (view && n < SHM_MAX_FDS && proc_fd_at(view, size, (unsigned)n, &fd) != 1)
        fd.kind = 0;
    if (view)
        proc_section_close(view);
    if (!fd.kind) {
        buf_puts(out, reads ? "read of fd " : "write to fd ");
        buf_putu(out, n);
        return;
    }
    if (!strcmp(proc_fd_kind(fd.kind), "pipe")) {
        buf_puts(out, reads ? "data in a pipe" : "room in a pipe");
        put_partners(out, l, p, fd.ino, reads);
    } else {
        buf_puts(out, reads ? "input from " : "output to ");
        buf_puts(out, proc_fd_kind(fd.kind));
        if (*fd.name) {
            buf_putc(out, ' ');
            ps_safe(out, fd.name);
        }
    }
    buf_puts(out, " (fd ");
    buf_putu(out, n);
    buf_putc(out, ')');
}

static void put_wait(struct buf *out, struct ps_list *l, const struct proc_info *p, uint32_t kind,
                     uint64_t arg, uint32_t owner)
{
    int32_t pid = (int32_t)arg;

    switch (kind) {
    case SHM_WAIT_NONE:
        return;
    case SHM_WAIT_CHILD:
        buf_puts(out, pid > 0 ? "child " : pid < -1 ? "a child of group " : "any child");
        if (pid > 0 || pid < -1)
            buf_putd(out, pid > 0 ? pid : -(int64_t)pid);
        return;
    case SHM_WAIT_READ:
    case SHM_WAIT_WRITE:
        put_io(out, l, p, arg, kind == SHM_WAIT_READ);
        return;
    case SHM_WAIT_SLEEP:
        buf_puts(out, "time to pass");
        return;
    case SHM_WAIT_SIGNAL:
        buf_puts(out, "a signal");
        return;
    case SHM_WAIT_LOCK:
        buf_puts(out, "a lock at 0x");
        buf_putx(out, arg, 1);
        if (owner == (uint32_t)p->pid) {
            buf_puts(out, " of its own");
        } else if (owner) {
            buf_puts(out, ", held by pid ");
            buf_putu(out, owner);
        }
        return;
    case SHM_WAIT_POLL:
        buf_puts(out, "events of ");
        buf_putu(out, arg);
        buf_puts(out, " descriptors");
        return;
    case SHM_WAIT_PROGRAM:
        buf_puts(out, "the Windows program that it became");
        return;
    default:
        buf_puts(out, "something");
    }
}

void ps_thread_reason(struct buf *out, struct ps_list *l, const struct proc_info *p,
                      const struct proc_thread *t)
{
    put_wait(out, l, p, t->wait_kind, t->wait_arg, t->owner);
}

static void put_signal(struct buf *out, uint32_t sig)
{
    const char *name = sig <= SIGNAL_MAX ? signal_name((int)sig) : NULL;

    buf_puts(out, name ? "SIG" : "signal ");
    if (name)
        buf_puts(out, name);
    else
        buf_putu(out, sig);
}

static void put_end(struct buf *out, const struct proc_info *p)
{
    if (p->wait_status & 0x7f) {
        buf_puts(out, "ended by ");
        put_signal(out, p->wait_status & 0x7f);
    } else {
        buf_puts(out, "ended with ");
        buf_putu(out, p->wait_status >> 8 & 0xff);
    }
    buf_puts(out, ", pid ");
    buf_putd(out, p->ppid);
    buf_puts(out, " has not waited for it");
}

static const char *const fork_stages[] = {
    "", "begins", "creates the process", "stops the other threads", "finds what was written",
    "shares its memory", "maps memory into the child", "hands over handles", "lets the child go",
    "waits for the child", "done",
};

void ps_reason(struct buf *out, struct ps_list *l, const struct proc_info *p)
{
    if (p->why || p->windows)
        return;
    if (p->state == SHM_STATE_EXITED || (!p->alive && p->state != SHM_STATE_STARTING)) {
        put_end(out, p);
    } else if (p->state == SHM_STATE_STARTING) {
        buf_puts(out, "is being created by pid ");
        buf_putd(out, p->ppid);
    } else if (p->fault_signal) {
        buf_puts(out, "crashed: ");
        put_signal(out, p->fault_signal);
        buf_puts(out, ", its crash handler runs");
    } else if (p->state == SHM_STATE_STOPPED) {
        buf_puts(out, "stopped by ");
        put_signal(out, p->stop_signal);
    } else if (p->fork_stage && p->fork_stage < sizeof fork_stages / sizeof *fork_stages) {
        buf_puts(out, "forks: ");
        buf_puts(out, fork_stages[p->fork_stage]);
    } else if (p->wait_kind) {
        buf_puts(out, "waits for ");
        put_wait(out, l, p, p->wait_kind, p->wait_arg, p->wait_owner);
    }
}
