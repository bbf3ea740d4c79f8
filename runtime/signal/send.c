/* SPDX-License-Identifier: BSD-2-Clause */
/* Signals between processes. The sender puts an entry into the queue in the receiver's section and
 * wakes its signal thread. A receiver that has no such thread gets one when there is something to run;
 * if all that the signal can do is to end it, the sender does that. */
#include <errno.h>
#include <string.h>

#include "job.h"
#include "nt.h"
#include "nt/nt_context.h"
#include "proc.h"
#include "shm.h"
#include "state.h"
#include "target.h"

/* ---- the queue in the section ---- */

/* State and sender change together, so that the entry of a sender that died can be told. */
static uint64_t entry_word(uint32_t state, uint32_t sender)
{
    return (uint64_t)sender << 32 | state;
}

static bool entry_take(struct shm_sigq *q)
{
    uint64_t *word = (uint64_t *)q, seen = __atomic_load_n(word, __ATOMIC_ACQUIRE);
    uint32_t writer = (uint32_t)(seen >> 32);

    switch ((uint32_t)seen) {
    case SHM_SIGQ_FREE:
        break;
    case SHM_SIGQ_WRITING: {
        struct shm_slot *s = shm_index ? &shm_index->slots[writer % SHM_SLOTS] : NULL;

        if (!s || (s->pid == writer && nt_process_alive(s->winpid, s->created)))
            return false;
        break; /* whoever was about to fill it is dead */
    }
    default:
        return false;
    }
    return __atomic_compare_exchange_n(word, &seen, entry_word(SHM_SIGQ_WRITING, (uint32_t)me.pid),
                                       false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}

/* What undoes `sig`: SIGCONT the signals that stop, and they it. */
static uint64_t opposite(int sig)
{
    return sig == SIGCONT ? SIG_STOPPERS : SIG_BIT(sig) & SIG_STOPPERS ? SIG_BIT(SIGCONT) : 0;
}

/* A standard signal that waits there already says the same; but not if what undoes it came behind it. */
static bool is_queued(struct shm_proc *p, int sig)
{
    const struct shm_sigq *q = shm_sigqs(p);
    uint64_t same = 0, undone = 0; /* tickets and one */

    for (unsigned i = 0; i < SHM_SIGQ; i++) {
        int other = q[i].signo;

        if (__atomic_load_n(&q[i].state, __ATOMIC_ACQUIRE) != SHM_SIGQ_READY || other <= 0 || other >= NSIG)
            continue;
        if (other == sig && !q[i].tid && q[i].ticket >= same)
            same = q[i].ticket + 1;
        else if (SIG_BIT(other) & opposite(sig) && q[i].ticket >= undone)
            undone = q[i].ticket + 1;
    }
    return same > undone;
}

static int try_enqueue(struct shm_proc *p, const siginfo_t *si)
{
    struct shm_sigq *q = shm_sigqs(p);

    if (si->si_signo < SIGRTMIN && is_queued(p, si->si_signo))
        return 0;
    for (unsigned i = 0; i < SHM_SIGQ; i++, q++) {
        if (!entry_take(q))
            continue;
        q->signo = si->si_signo;
        q->code = si->si_code;
        q->pid = si->si_pid;
        q->uid = si->si_uid;
        q->value = si->si_signo == SIGCHLD ? 0 : (uint64_t)si->si_value.sival_ptr;
        q->status = si->si_signo == SIGCHLD ? si->si_status : 0;
        q->tid = 0;
        q->ticket = __atomic_fetch_add(&p->sig_ticket, 1, __ATOMIC_SEQ_CST);
        __atomic_store_n((uint64_t *)q, entry_word(SHM_SIGQ_READY, 0), __ATOMIC_SEQ_CST);
        return 0;
    }
    return -EAGAIN;
}

bool sig_queue_waiting(void)
{
    const struct shm_sigq *q = shm_sigqs(shm_self);

    for (unsigned i = 0; i < SHM_SIGQ; i++)
        if (__atomic_load_n(&q[i].state, __ATOMIC_SEQ_CST) == SHM_SIGQ_READY)
            return true;
    return false;
}

/* Takes the entry that came first. Without room for more pending ones, real-time signals stay in the
 * section: their senders then get EAGAIN, and none that was accepted is lost. */
static bool take_first(siginfo_t *si)
{
    struct shm_sigq *q = shm_sigqs(shm_self), *first = NULL;
    bool room = sig_has_room();

    for (unsigned i = 0; i < SHM_SIGQ; i++, q++)
        if (__atomic_load_n(&q->state, __ATOMIC_ACQUIRE) == SHM_SIGQ_READY
            && (room || q->signo < SIGRTMIN) && (!first || q->ticket < first->ticket))
            first = q;
    if (!first)
        return false;
    memset(si, 0, sizeof(*si));
    si->si_signo = first->signo;
    si->si_code = first->code;
    si->si_pid = first->pid;
    si->si_uid = first->uid;
    if (first->signo == SIGCHLD)
        si->si_status = first->status;
    else
        si->si_value.sival_ptr = (void *)first->value;
    __atomic_store_n((uint64_t *)first, entry_word(SHM_SIGQ_FREE, 0), __ATOMIC_SEQ_CST);
    return true;
}

/* By the signal thread, and by the first one while it waits: one at a time, so that the order stays. */
static NOCOPY struct lock drain_lock;
static NOCOPY uint32_t draining; /* the Windows thread that does */

void sig_drain(void)
{
    uint32_t own = nt_wintid();
    siginfo_t si;

    if (__atomic_load_n(&draining, __ATOMIC_SEQ_CST) == own)
        return; /* a signal ends the process, and that waits for something */
    lock_take(&drain_lock);
    __atomic_store_n(&draining, own, __ATOMIC_SEQ_CST);
    while (take_first(&si)) {
        if (si.si_signo <= 0 || si.si_signo >= NSIG)
            continue; /* others can write there: believe nothing */
        if (si.si_signo == SIGCHLD)
            proc_children_poke();
        sig_generate(&si, NULL);
    }
    __atomic_store_n(&draining, 0, __ATOMIC_SEQ_CST);
    lock_release(&drain_lock);
}

/* What was sent before is generated after this, also what the signal thread has just taken: who learns
 * that the sender has ended must not go on past its signal. */
void sig_settle(void)
{
    if (sig_queue_waiting() || __atomic_load_n(&draining, __ATOMIC_SEQ_CST))
        sig_drain();
}

/* ---- one process ---- */

static int send_one(pid_t pid, const siginfo_t *si);

static int open_current(const struct shm_proc *p, handle_t *process)
{
    int r = nt_process_open(p->winpid, process);

    if (r < 0)
        return r;
    if (p->created && nt_process_created(*process) != p->created) {
        nt_close(*process);
        return -ESRCH;
    }
    return 0;
}

/* It takes tens of these to make a process. One that hangs there is ended all the same. */
#define CREATE_TRIES 500
#define CREATE_WAIT 20000 /* 2 ms */

static int open_and_end(struct shm_proc *p, int sig)
{
    handle_t process;
    int r;

    if ((r = open_current(p, &process)) < 0)
        return r;
    for (unsigned i = 0; __atomic_load_n(&p->creating, __ATOMIC_SEQ_CST) && i < CREATE_TRIES; i++)
        if (nt_wait(&process, 1, CREATE_WAIT) == 0)
            break;
    r = nt_process_terminate(process, 128u + (uint32_t)sig);
    nt_close(process);
    return r;
}

/* Ends a process that cannot do it itself. First its section says why: the parent looks there when the
 * Windows process is gone, and a process that just becomes another one by exec looks there, too, after
 * it has entered itself (proc/self.c). So either that one sees it, or we see the new process. The owner
 * may be writing, so this is not under `seq`. */
static int end_process(struct shm_proc *p, int sig)
{
    uint32_t winpid;
    int r;

    if (p->state != SHM_STATE_EXITED) {
        p->wait_status = (uint32_t)sig; /* it writes no core any more */
        __atomic_store_n(&p->state, SHM_STATE_EXITED, __ATOMIC_SEQ_CST);
        __atomic_fetch_add(&p->change, 1, __ATOMIC_SEQ_CST);
    }
    do {
        winpid = __atomic_load_n(&p->winpid, __ATOMIC_SEQ_CST);
        r = open_and_end(p, sig);
    } while (__atomic_load_n(&p->winpid, __ATOMIC_SEQ_CST) != winpid);
    return r == -ESRCH ? 0 : r; /* gone already, or about to see what we wrote */
}

static int wake(struct target *t)
{
    struct shm_proc *p = t->p;

    if (p->state == SHM_STATE_STARTING)
        return 0; /* looks into the queue when it is set up */
    if (__atomic_load_n(&p->flags, __ATOMIC_SEQ_CST) & SHM_PROC_SIGTHREAD)
        return target_wake(t);
    return nt_remote_thread(p->winpid, sig_thread_remote);
}

/* Full for longer than a moment means that the receiver takes nothing: stopped in a debugger, or dead. */
#define FULL_TRIES 500
#define FULL_TRIES_RT 25 /* sigqueue may fail with EAGAIN, kill may not */
#define FULL_WAIT 20000  /* 2 ms */

static int enqueue(struct target *t, const siginfo_t *si)
{
    struct shm_proc *p = t->p;
    handle_t process = NULL;
    unsigned tries = si->si_signo < SIGRTMIN ? FULL_TRIES : FULL_TRIES_RT;
    int r = try_enqueue(p, si);

    for (unsigned i = 0; r == -EAGAIN && i < tries; i++) {
        if (!process && open_current(p, &process) < 0)
            return 0; /* it has ended */
        wake(t);
        if (nt_wait(&process, 1, FULL_WAIT) == 0) {
            r = 0;
            break;
        }
        r = try_enqueue(p, si);
    }
    nt_close(process);
    return r;
}

/* A stop or continue of process p, for its parent. */
static void tell_parent(const struct shm_proc *p, int code, int status)
{
    siginfo_t si;

    memset(&si, 0, sizeof(si));
    si.si_signo = SIGCHLD;
    si.si_code = code;
    si.si_pid = p->pid;
    si.si_uid = p->uid;
    si.si_status = status;
    if (p->ppid == me.pid)
        proc_children_poke();
    if (p->ppid > 1)
        send_one(p->ppid, &si);
}

static int freeze(struct shm_proc *p, bool stop, int sig)
{
    uint32_t from = stop ? SHM_STATE_RUNNING : SHM_STATE_STOPPED;
    handle_t process;
    int r;

    if ((r = open_current(p, &process)) < 0)
        return r == -ESRCH ? 0 : r;
    if (__atomic_compare_exchange_n(&p->state, &from, stop ? SHM_STATE_STOPPED : SHM_STATE_RUNNING, false,
                                    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
        r = stop ? nt_process_suspend(process) : nt_process_resume(process);
        p->stop_signal = (uint32_t)sig;
        __atomic_fetch_add(&p->change, 1, __ATOMIC_SEQ_CST);
        job_count_stopped(stop ? 1 : -1);
        tell_parent(p, stop ? CLD_STOPPED : CLD_CONTINUED, sig);
    }
    nt_close(process);
    return r;
}

/* In a plain Windows program nobody could run a handler, or ignore anything. */
static int post_windows(struct shm_proc *p, int sig)
{
    switch (sig_default_of(sig)) {
    case SIG_ACT_IGNORE:
        return 0;
    case SIG_ACT_CONT:
        return freeze(p, false, sig);
    case SIG_ACT_STOP:
        return freeze(p, true, sig);
    default:
        return end_process(p, sig);
    }
}

/* It may be about to stop: what is queued there, or was until its signal thread announced itself. */
static bool stop_under_way(struct shm_proc *p)
{
    const struct shm_sigq *q = shm_sigqs(p);

    for (unsigned i = 0; i < SHM_SIGQ; i++)
        if (__atomic_load_n(&q[i].state, __ATOMIC_SEQ_CST) != SHM_SIGQ_FREE)
            return true;
    return __atomic_load_n(&p->flags, __ATOMIC_SEQ_CST) & SHM_PROC_SIGTHREAD;
}

static int post(struct target *t, const siginfo_t *si)
{
    struct shm_proc *p = t->p;
    int sig = si->si_signo, r;
    uint64_t bit = SIG_BIT(sig);

    if (p->state == SHM_STATE_EXITED)
        return 0;
    if (sig == SIGKILL)
        return end_process(p, sig);
    if (p->flags & SHM_PROC_WINDOWS)
        return post_windows(p, sig);
    if (!(p->flags & SHM_PROC_SIGTHREAD) && p->state == SHM_STATE_RUNNING
        && !((p->sig_caught | p->sig_blocked) & bit)) {
        enum sig_default d = sig_default_of(sig);

        if (d == SIG_ACT_CONT && stop_under_way(p))
            d = SIG_ACT_STOP; /* behind it */
        else if ((p->sig_ignored & bit) || d == SIG_ACT_IGNORE || d == SIG_ACT_CONT)
            return 0;
        if (d == SIG_ACT_TERM || d == SIG_ACT_CORE)
            return end_process(p, sig);
    }
    if ((r = enqueue(t, si)) < 0)
        return r;
    r = wake(t);
    if (r < 0 && !nt_process_alive(p->winpid, p->created))
        r = 0; /* it ended meanwhile: as if the signal had come a moment later */
    return r;
}

static bool may_signal(const struct shm_proc *p, int sig)
{
    return me.euid == p->uid || me.uid == p->uid || me.uid == p->euid || me.euid == p->euid
        || (sig == SIGCONT && p->sid == shm_self->sid);
}

/* si_signo 0 only asks. */
static int send_one(pid_t pid, const siginfo_t *si)
{
    struct target t;
    int r;

    if (pid == me.pid)
        return si->si_signo ? sig_raise(si) : 0;
    if (!target_open(pid, &t))
        return proc_denied(pid) ? -EPERM : -ESRCH;
    if (!may_signal(t.p, si->si_signo))
        r = -EPERM;
    else
        r = si->si_signo ? post(&t, si) : 0;
    target_close(&t);
    return r;
}

int sig_notify_parent(int code, int status)
{
    siginfo_t si;

    memset(&si, 0, sizeof(si));
    si.si_signo = SIGCHLD;
    si.si_code = code;
    si.si_pid = me.pid;
    si.si_uid = me.uid;
    si.si_status = status;
    return me.ppid > 1 ? send_one(me.ppid, &si) : 0;
}

/* ---- many ---- */

struct group {
    pid_t pgid; /* -1: everybody */
    const siginfo_t *si;
    bool forced;
    unsigned sent;
    int err;
};

static int send_member(void *arg, pid_t pid)
{
    struct group *g = arg;
    struct target t;
    int r;

    if (pid == me.pid || !target_open(pid, &t))
        return 0;
    if (t.p->state != SHM_STATE_EXITED && (g->pgid == -1 || t.p->pgid == g->pgid)) {
        if (!g->forced && !may_signal(t.p, g->si->si_signo))
            r = -EPERM;
        else
            r = g->si->si_signo ? post(&t, g->si) : 0;
        if (r == 0)
            g->sent++;
        else
            g->err = r;
    }
    target_close(&t);
    return 0;
}

static int send_group(pid_t pgid, const siginfo_t *si, bool forced)
{
    struct group g = { .pgid = pgid, .si = si, .forced = forced, .err = -ESRCH };

    proc_each(send_member, &g);
    /* Oneself last: it may be the end. With kill(-1) not at all. */
    if (pgid != -1 && pgid == shm_self->pgid && shm_self->state != SHM_STATE_EXITED) {
        g.sent++;
        if (si->si_signo)
            sig_raise(si);
    }
    return g.sent ? 0 : g.err;
}

int sig_send_group(pid_t pgid, const siginfo_t *si)
{
    int r = send_group(pgid, si, true);

    trace_signal_sent(si->si_signo, -pgid, si->si_code, r);
    return r;
}

int sig_send(pid_t pid, const siginfo_t *si)
{
    uint64_t begin = trace_clock(); /* the other side may record its part before we do */
    int r;

    if (si->si_signo < 0 || si->si_signo >= NSIG)
        return -EINVAL;
    if (pid > 0)
        r = send_one(pid, si);
    else if (pid == 0)
        r = send_group(shm_self->pgid, si, false);
    else
        r = send_group(pid == -1 ? -1 : -pid, si, false);
    TRACE_AT(begin, trace_signal_sent(si->si_signo, pid, si->si_code, r));
    return r;
}
