/* SPDX-License-Identifier: BSD-2-Clause */
/* The children of this process: the list, noticing their end, wait(). */
#include <errno.h>
#include <string.h>
#include <sys/resource.h>

#include "lib/text/buf.h"
#include "mm.h"
#include "job.h"
#include "proc_internal.h"
#include "shm_internal.h"
#include "sig.h"
#include "signal/state.h"
#include "sys.h"
#include "tty/tty.h"

static struct child *children;
static struct lock children_lock = LOCK_INIT;
static NOCOPY handle_t changed; /* event: something about a child changed */

int child_new(struct child **out)
{
    struct child *c = rt_zalloc(sizeof(*c));
    int r;

    if (!c)
        return -ENOMEM;
    /* A name may still be held by somebody who looks at a process that had the pid before. */
    for (unsigned i = 0; i < 16; i++) {
        if ((r = shm_pid_take(me.pid)) < 0)
            break;
        c->pid = r;
        if ((r = shm_proc_create(c->pid, &c->shm, &c->h_shm)) == 0)
            break;
        shm_pid_free(c->pid);
    }
    if (r < 0) {
        rt_free(c);
        return r;
    }
    c->shm->ppid = me.pid;
    c->shm->flags = shm_self->flags & SHM_PROC_DETACHED;
    c->shm->pgid = shm_self->pgid;
    c->shm->sid = shm_self->sid;
    c->shm->tty = me.tty;
    shm_summarize(c->shm);
    *out = c;
    return 0;
}

void child_bind(struct child *c, handle_t process, uint32_t winpid)
{
    c->process = process;
    c->winpid = winpid;
    shm_pid_bind(c->pid, winpid, nt_process_created(process));
}

static void child_free(struct child *c)
{
    nt_section_unmap(NT_SELF, c->shm);
    nt_close(c->h_shm);
    nt_close(c->process);
    trace_ring_release(c->ring);
    rt_free(c);
}

void child_drop(struct child *c)
{
    shm_pid_free(c->pid);
    child_free(c);
}

void child_add(struct child *c)
{
    c->ring = trace_ring_open(c->winpid);
    lock_take(&children_lock);
    c->next = children;
    children = c;
    lock_release(&children_lock);
    sig_watch_child(c);
}

void child_hold(bool hold)
{
    if (hold)
        lock_take(&children_lock);
    else
        lock_release(&children_lock);
}

/* The parent's children are not ours, and their handles were never inherited. */
void child_fork_child(void)
{
    for (struct child *c = children, *next; c; c = next) {
        next = c->next;
        rt_free(c);
    }
    children = NULL;
}

void child_orphan_all(void)
{
    lock_take(&children_lock);
    for (struct child *c = children; c; c = c->next) {
        if (c->exited)
            shm_pid_free(c->pid);
        else
            shm_pid_unhold(c->pid);
    }
    lock_release(&children_lock);
}

/* ---- handing children on, through exec ---- */

/* Append struct startup_child[]; child_give fills in the handles. */
int child_save(struct buf *b, uint64_t *off, uint64_t *n)
{
    *off = b->len;
    *n = 0;
    lock_take(&children_lock);
    for (struct child *c = children; c; c = c->next, ++*n) {
        struct startup_child s = {
            .pid = c->pid, .winpid = c->winpid, .seen_change = c->seen_change,
            .h_process = (uintptr_t)c->process, .h_shm = (uintptr_t)c->h_shm,
        };

        buf_put(b, &s, sizeof(s));
    }
    lock_release(&children_lock);
    return buf_err(b);
}

/* Replace our handles in the block by handles of the new process. */
int child_give(struct startup_block *b, handle_t process)
{
    struct startup_child *s = (struct startup_child *)((char *)b + b->children);
    handle_t h;
    int r;

    for (uint64_t i = 0; i < b->nchildren; i++, s++) {
        if ((r = nt_dup(NT_SELF, (handle_t)s->h_process, process, false, &h)) < 0)
            return r;
        s->h_process = (uintptr_t)h;
        if ((r = nt_dup(NT_SELF, (handle_t)s->h_shm, process, false, &h)) < 0)
            return r;
        s->h_shm = (uintptr_t)h;
    }
    return 0;
}

int child_load(const struct startup_block *b)
{
    const struct startup_child *s = (const struct startup_child *)((const char *)b + b->children);

    for (uint64_t i = 0; i < b->nchildren; i++, s++) {
        struct child *c = rt_zalloc(sizeof(*c));
        void *view = NULL;
        int r;

        if (!c)
            return -ENOMEM;
        c->h_shm = (handle_t)s->h_shm;
        if ((r = nt_section_map(c->h_shm, NT_SELF, &view, NULL, NT_MAP_RW)) < 0)
            return r;
        c->shm = view;
        c->pid = s->pid;
        c->winpid = s->winpid;
        c->process = (handle_t)s->h_process;
        c->seen_change = s->seen_change;
        child_add(c);
    }
    return 0;
}

/* ---- noticing changes ---- */

/* One of ours says how it ended, unless it was ended by somebody else, or by itself through Windows. */
static int wait_status_of(struct child *c)
{
    uint32_t code = 0, state = c->shm->state;
    bool says = state == SHM_STATE_RUNNING || state == SHM_STATE_STOPPED;

    if (state == SHM_STATE_EXITED)
        return (int)c->shm->wait_status;
    if (nt_process_exit_code(c->process, &code) < 0)
        return SIGKILL;
    if (says && !(c->shm->flags & (SHM_PROC_WIN_EXIT | SHM_PROC_WINDOWS)))
        return sig_status_of_killed(code);
    return sig_status_from_exit(code);
}

/* Its own time and that of the children which it has waited for. */
static void take_times(struct child *c)
{
    const struct shm_proc *p = c->shm;

    c->user = c->sys = 0;
    if (!(p->flags & SHM_PROC_LEFT)) /* it had no time to say it */
        nt_process_times(c->process, &c->user, &c->sys);
    c->user += p->user_time + p->child_user;
    c->sys += p->sys_time + p->child_sys;
}

/* The child called exec: another Windows process goes on under its pid. */
static bool follow_exec(struct child *c)
{
    uint32_t winpid = c->shm->winpid;
    handle_t h;

    if (!winpid || winpid == c->winpid || nt_process_open(winpid, &h) < 0)
        return false;
    if (nt_process_created(h) != c->shm->created) {
        nt_close(h);
        return false;
    }
    nt_close(c->process);
    c->process = h;
    c->winpid = winpid;
    trace_ring_release(c->ring);
    c->ring = trace_ring_open(winpid);
    return true;
}

static const char *program_of(const struct shm_proc *p)
{
    const char *strings = (const char *)p + SHM_PROC_OFF_STRINGS;

    return p->program < SHM_PROC_SIZE - SHM_PROC_OFF_STRINGS ? strings + p->program : NULL;
}

/* Looks at one child; true when it has ended since the last look. Lock held. */
static bool look(struct child *c)
{
    uint32_t code = 0;

    if (c->exited)
        return false;
    do {
        if (nt_wait(&c->process, 1, 0) == -ETIMEDOUT)
            return false;
    } while (follow_exec(c));
    c->status = wait_status_of(c);
    c->exited = true;
    nt_process_exit_code(c->process, &code);
    trace_child_ended(c->pid, c->status, code);
    trace_keep_child(c->ring, c->pid, c->status, program_of(c->shm));
    take_times(c);
    return true;
}

static void raise_sigchld(const struct child *c, int code, int status)
{
    siginfo_t si;

    memset(&si, 0, sizeof(si));
    si.si_signo = SIGCHLD;
    si.si_code = code;
    si.si_pid = c->pid;
    si.si_uid = c->shm->uid;
    si.si_status = status;
    sig_raise(&si);
}

static void raise_end(const struct child *c)
{
    /* A session's leader that was killed could not tell its terminal. */
    if (c->shm->sid == c->pid && c->shm->tty >= 0)
        tty_session_end(c->shm->tty, c->pid);
    if (WIFEXITED(c->status))
        raise_sigchld(c, CLD_EXITED, WEXITSTATUS(c->status));
    else
        raise_sigchld(c, WCOREDUMP(c->status) ? CLD_DUMPED : CLD_KILLED, WTERMSIG(c->status));
}

static handle_t changed_event(void)
{
    handle_t mine, none = NULL;

    if (changed || nt_event_create(NULL, NULL, true, &mine) < 0)
        return changed;
    if (!__atomic_compare_exchange_n(&changed, &none, mine, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
        nt_close(mine);
    return changed;
}

void proc_children_poke(void)
{
    handle_t h = changed_event();

    if (h)
        nt_event_set(h);
}

/* ---- wait ---- */

static bool matches(const struct child *c, pid_t pid)
{
    if (pid > 0)
        return c->pid == pid;
    if (pid == -1)
        return true;
    return c->shm->pgid == (pid == 0 ? shm_self->pgid : -pid);
}

/* A stop or continue that was not reported yet; *status receives it. */
static bool stop_report(struct child *c, int options, int *status)
{
    uint32_t change = c->shm->change, state = c->shm->state;

    if (change == c->seen_change || c->exited)
        return false;
    if (state == SHM_STATE_STOPPED && (options & WUNTRACED))
        *status = (int)(c->shm->stop_signal << 8 | 0x7f);
    else if (state == SHM_STATE_RUNNING && (options & WCONTINUED))
        *status = 0xffff;
    else
        return false;
    if (!(options & WNOWAIT))
        c->seen_change = change;
    return true;
}

static void times_of(const struct child *c, struct rusage *ru)
{
    memset(ru, 0, sizeof(*ru));
    ru->ru_utime.tv_sec = (time_t)(c->user / 10000000);
    ru->ru_utime.tv_usec = (suseconds_t)(c->user / 10 % 1000000);
    ru->ru_stime.tv_sec = (time_t)(c->sys / 10000000);
    ru->ru_stime.tv_usec = (suseconds_t)(c->sys / 10 % 1000000);
}

/* Nobody will ask for it any more. */
static void forget(struct child *c)
{
    for (struct child **p = &children; *p; p = &(*p)->next)
        if (*p == c) {
            *p = c->next;
            break;
        }
    sig_unwatch_child(c);
    shm_pid_free(c->pid);
    child_free(c);
}

static void reap(struct child *c)
{
    trace_process_reaped(c->pid, c->status);
    shm_self->child_user += c->user;
    shm_self->child_sys += c->sys;
    forget(c);
}

/* It has just been seen to have ended: SIGCHLD, and it stays for wait(), or not. True: it stays. Lock held. */
static bool ended(struct child *c)
{
    if (!(c->shm->flags & SHM_PROC_LEFT))
        job_gone(c->shm);
    raise_end(c);
    if (!sig_nocldwait())
        return true;
    forget(c);
    return false;
}

/**
 * Called when a child's Windows process has ended.
 * @return true: the child has ended; false: it goes on in c->process, which is to be watched
 */
bool proc_child_changed(struct child *c)
{
    bool gone;

    lock_take(&children_lock);
    if (look(c)) {
        gone = true;
        ended(c);
    } else {
        gone = c->exited;
    }
    lock_release(&children_lock);
    proc_children_poke();
    return gone;
}

struct scan {
    pid_t pid;
    int options;
    int status;
    uint32_t uid;
    struct rusage *ru;
    bool no_end; /* waitid without WEXITED */
    unsigned matching;
    handle_t handles[62]; /* the first is for `changed`, the last for the keys of a console */
    unsigned n;
};

/* One look at all children: the pid of one to report, 0: none yet. Lock held. */
static pid_t scan_children(struct scan *s)
{
    s->matching = 0;
    s->n = 1;
    for (struct child *c = children, *next; c; c = next) {
        next = c->next;
        if (!matches(c, s->pid) || (look(c) && !ended(c)))
            continue;
        if (c->exited && s->no_end)
            continue; /* it will never stop or go on again */
        s->matching++;
        if (c->exited) {
            pid_t pid = c->pid;

            s->status = c->status;
            s->uid = c->shm->uid;
            if (s->ru)
                times_of(c, s->ru);
            if (s->options & WNOWAIT)
                return pid;
            reap(c);
            return pid;
        }
        if (stop_report(c, s->options, &s->status)) {
            s->uid = c->shm->uid;
            return c->pid;
        }
        if (!c->exited && s->n < ARRAY_SIZE(s->handles) - 1)
            s->handles[s->n++] = c->process;
    }
    return 0;
}

/**
 * waitpid and its relatives, without their tracing and restarting.
 * @param options those of waitid, too: PROC_WAIT_NO_END for one without WEXITED
 * @param ru,uid may be NULL
 * @return pid, 0 with WNOHANG when nothing happened, -ECHILD, -EINTR, -EINVAL
 */
int64_t proc_wait4(pid_t pid, int *status, int options, struct rusage *ru, uint32_t *uid)
{
    struct scan s = {
        .pid = pid, .options = options, .ru = ru, .no_end = options & PROC_WAIT_NO_END,
    };
    handle_t event = changed_event(), keys;
    pid_t got;
    int r;

    if (options & ~(WNOHANG | WUNTRACED | WCONTINUED | WNOWAIT | WEXITED | PROC_WAIT_NO_END))
        return -EINVAL;
    if (!event)
        return -ENOMEM;
    for (;;) {
        nt_event_reset(event);
        lock_take(&children_lock);
        got = scan_children(&s);
        lock_release(&children_lock);
        if (got) {
            sig_settle(); /* what it sent before its end comes before the report of that */
            if (status)
                *status = s.status;
            if (uid)
                *uid = s.uid;
            return got;
        }
        if (!s.matching)
            return -ECHILD;
        if (options & WNOHANG)
            return 0;
        s.handles[0] = event;
        if ((keys = tty_ahead()))
            s.handles[s.n] = keys;
        wait_record(SHM_WAIT_CHILD, (uint64_t)pid, pid > 0 ? (uint32_t)pid : 0);
        r = wait_for(s.handles, s.n + (keys ? 1 : 0), -1, 0);
        if (r == -EINTR)
            return r;
        if (keys && r == (int)s.n)
            tty_ahead_take();
    }
}

/** Times of the children that were waited for, in 100 ns. */
void proc_children_times(uint64_t *user, uint64_t *sys)
{
    *user = shm_self->child_user;
    *sys = shm_self->child_sys;
}
