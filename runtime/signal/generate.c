/* SPDX-License-Identifier: BSD-2-Clause */
/* Generation of signals: what happens when one has come for this process or one of its threads. */
#include <errno.h>
#include <string.h>

#include "job.h"
#include "nt.h"
#include "nt/nt_context.h"
#include "park.h"
#include "proc_internal.h"
#include "shm.h"
#include "state.h"
#include "thread_internal.h"

bool sig_core_written;

NORETURN void sig_terminate(const siginfo_t *si)
{
    int sig = si->si_signo;
    bool core = sig_dumps_core(sig);

    trace_signal_default(sig, si->si_pid, core ? "core" : "terminate");
    if (core)
        crash_report(si);
    proc_exit(sig | (sig_core_written ? 0x80 : 0));
}

/* Something for t to do when it leaves the runtime, or now if it is not in there. Under both locks. */
void sig_wake_thread(struct thread *t)
{
    __atomic_exchange_n(&t->pending, 1, __ATOMIC_SEQ_CST);
    if (t == self_or_null())
        return; /* on its way out */
    if (park_poke(t))
        return; /* thread/park.c */
    if (__atomic_load_n(&t->in_wait, __ATOMIC_SEQ_CST)) {
        nt_event_set(t->wake);
    } else if (!__atomic_load_n(&t->ret_addr, __ATOMIC_SEQ_CST)) {
        if (sig_divert(t) == SIG_DIVERT_RETRY && sig_thread_ensure() == 0)
            sig_thread_kick();
    }
}

static void wake_all(void)
{
    sig_lock();
    thread_list_hold(true);
    for (struct thread *t = thread_list; t; t = t->next)
        if (t->blocked != SIG_NOTHREAD)
            sig_wake_thread(t);
    thread_list_hold(false);
    sig_unlock();
}

/* Which thread takes a signal for the process: one that waits for it, the caller, the first thread,
 * any; NULL when all block it. */
static struct thread *choose(uint64_t bit)
{
    struct thread *own = self_or_null(), *found = NULL;

    for (struct thread *t = thread_list; t; t = t->next) {
        if (t->sig_waited & bit)
            return t;
        if (t->blocked == SIG_NOTHREAD || (t->blocked & bit))
            continue;
        if (!found || t == own || (t == main_thread && found != own))
            found = t;
    }
    return found;
}

void sig_thread_end(struct thread *t)
{
    sig_lock();
    thread_list_hold(true);
    sig_discard_thread(t);
    t->blocked = SIG_NOTHREAD;
    for (int sig = 1; sig < NSIG; sig++) {
        struct thread *heir = sigs.pending & SIG_BIT(sig) ? choose(SIG_BIT(sig)) : NULL;

        if (heir)
            sig_wake_thread(heir);
    }
    thread_list_hold(false);
    sig_unlock();
}

static void publish_state(uint32_t state, int sig)
{
    struct shm_proc *p = shm_self;

    shm_proc_begin(p);
    p->state = state;
    p->stop_signal = (uint32_t)sig;
    p->change++;
    shm_proc_end(p);
}

/* Who has other reasons to stop than SIGSTOP does not, if nobody is there who could continue it. */
static bool may_stop(int sig)
{
    return sig == SIGSTOP || !job_orphaned(shm_self->pgid, shm_self->sid);
}

void sig_stop(const siginfo_t *si)
{
    uint32_t running = 0;

    if (!may_stop(si->si_signo)) {
        trace_signal_ignored(si->si_signo, si->si_pid);
        return;
    }
    sig_thread_ensure(); /* who else would hear SIGCONT? */
    if (!__atomic_compare_exchange_n(&sigs.stopped, &running, 1, false, __ATOMIC_SEQ_CST,
                                     __ATOMIC_SEQ_CST))
        return;
    trace_signal_default(si->si_signo, si->si_pid, "stop");
    publish_state(SHM_STATE_STOPPED, si->si_signo);
    job_count_stopped(1);
    if (exec_proxy)
        nt_process_suspend(exec_proxy);
    wake_all();
    sig_notify_parent(CLD_STOPPED, si->si_signo);
}

static void resume_stopped(void)
{
    if (!__atomic_exchange_n(&sigs.stopped, 0, __ATOMIC_SEQ_CST))
        return;
    publish_state(SHM_STATE_RUNNING, SIGCONT);
    job_count_stopped(-1);
    if (exec_proxy)
        nt_process_resume(exec_proxy);
    futex_wake(&sigs.stopped, true);
    wake_all(); /* what came meanwhile is due */
    sig_notify_parent(CLD_CONTINUED, SIGCONT);
}

enum fate { QUEUE, DROP, END, STOP };

static enum fate fate_of(const siginfo_t *si, const struct thread *t)
{
    int sig = si->si_signo;
    const struct sigaction *act = &sigs.actions[sig];

    if (sig == SIGKILL)
        return END;
    if (sig == SIGCHLD && (si->si_code == CLD_STOPPED || si->si_code == CLD_CONTINUED)
        && (act->sa_flags & SA_NOCLDSTOP))
        return DROP;
    if (!t || ((t->blocked | t->sig_waited) & SIG_BIT(sig)))
        return QUEUE; /* whatever the action will be when it gets unblocked */
    if (act->sa_handler == SIG_IGN)
        return DROP;
    if (act->sa_handler != SIG_DFL)
        return QUEUE;
    switch (sig_default_of(sig)) {
    case SIG_ACT_IGNORE:
    case SIG_ACT_CONT:
        return DROP;
    case SIG_ACT_STOP:
        return STOP;
    default:
        return sigs.stopped ? QUEUE : END;
    }
}

int sig_generate(const siginfo_t *si, struct thread *to)
{
    uint64_t bit = SIG_BIT(si->si_signo);
    struct thread *t;
    enum fate fate;
    int r = 0;

    sig_lock();
    if (si->si_signo == SIGCONT)
        sig_discard(SIG_STOPPERS);
    else if (bit & SIG_STOPPERS)
        sig_discard(SIG_BIT(SIGCONT));
    thread_list_hold(true);
    t = to ? to : choose(bit);
    fate = fate_of(si, t);
    if (fate == QUEUE && (r = sig_enqueue(si, to)) == 0) {
        bool blocked = !t || (t->blocked & bit);

        trace_signal_queued(si->si_signo, si->si_pid, si->si_code, blocked);
        if (t && (!blocked || (t->sig_waited & bit)))
            sig_wake_thread(t);
    }
    thread_list_hold(false);
    sig_unlock();
    if (si->si_signo == SIGCONT)
        resume_stopped(); /* now that it is pending, so that its handler runs first */
    if (fate == DROP)
        trace_signal_ignored(si->si_signo, si->si_pid);
    else if (fate == END)
        sig_terminate(si);
    else if (fate == STOP)
        sig_stop(si);
    return r;
}

int sig_raise(const siginfo_t *si)
{
    return sig_generate(si, NULL);
}

int sig_raise_thread(struct thread *t, const siginfo_t *si)
{
    return sig_generate(si, t);
}

int sig_raise_simple(int sig)
{
    siginfo_t si;

    memset(&si, 0, sizeof(si));
    si.si_signo = sig;
    si.si_code = SI_KERNEL;
    si.si_pid = me.pid;
    si.si_uid = me.uid;
    return sig_generate(&si, NULL);
}

bool sig_nocldwait(void)
{
    const struct sigaction *act = &sigs.actions[SIGCHLD];

    return act->sa_handler == SIG_IGN || (act->sa_flags & SA_NOCLDWAIT);
}
