/* SPDX-License-Identifier: BSD-2-Clause */
/* Actions, masks and stacks of signals. Sending is in kill.c, waiting in sigwait.c. */
#include <errno.h>
#include <signal.h>

#include "signal/state.h"
#include "sys.h"

static int set_action(int sig, const struct sigaction *act, struct sigaction *old)
{
    if (sig < 1 || sig >= NSIG)
        return -EINVAL;
    if (act && (sig == SIGKILL || sig == SIGSTOP))
        return -EINVAL;
    sig_lock();
    if (old)
        *old = sigs.actions[sig];
    if (act) {
        uint64_t bit = SIG_BIT(sig);
        bool ignore = act->sa_handler == SIG_IGN, dfl = act->sa_handler == SIG_DFL;

        sigs.actions[sig] = *act;
        sigs.actions[sig].sa_mask &= ~SIG_UNBLOCKABLE;
        sigs.ignored = ignore ? sigs.ignored | bit : sigs.ignored & ~bit;
        sigs.caught = ignore || dfl ? sigs.caught & ~bit : sigs.caught | bit;
        /* What is pending and now ignored is gone. */
        if (ignore
            || (dfl && (sig_default_of(sig) == SIG_ACT_IGNORE || sig_default_of(sig) == SIG_ACT_CONT)))
            sig_discard(bit);
        sig_publish();
    }
    sig_unlock();
    return 0;
}

/**
 * Asks for and sets what a signal does.
 * @param sig the signal
 * @param act the new action, NULL: only ask
 * @param old receives the old one, may be NULL
 * @return 0, or -1 with errno
 *   EINVAL no such signal, or SIGKILL or SIGSTOP are to be changed
 * POSIX.1-2017 sigaction()
 */
int sigaction(int sig, const struct sigaction *act, struct sigaction *old)
{
    int r = set_action(sig, act, old);

    trace_sys_sigaction(sig, act ? (void *)act->sa_handler : NULL, act ? act->sa_mask : 0,
                        act ? (uint32_t)act->sa_flags : 0, r);
    return (int)sys_ret(r);
}

static _sig_func_ptr set_handler(int sig, _sig_func_ptr handler, int flags)
{
    struct sigaction act = { .sa_handler = handler, .sa_flags = flags }, old;

    return sigaction(sig, &act, &old) < 0 ? SIG_ERR : old.sa_handler;
}

static uint64_t interrupting; /* set by siginterrupt: signal() leaves out SA_RESTART */

/**
 * Sets a handler as BSD does: it stays, the signal is blocked while it runs, calls are restarted.
 * @return the old handler, or SIG_ERR with EINVAL. C17, POSIX.1-2017 signal()
 */
_sig_func_ptr signal(int sig, _sig_func_ptr handler)
{
    bool restart = sig > 0 && sig < NSIG && !(interrupting & SIG_BIT(sig));

    return set_handler(sig, handler, restart ? SA_RESTART : 0);
}

/** Says whether the signal interrupts calls (flag 1) or lets them go on (0). POSIX.1-2008 */
int siginterrupt(int sig, int flag)
{
    struct sigaction act;

    if (sigaction(sig, NULL, &act) < 0)
        return -1;
    if (flag) {
        act.sa_flags &= ~SA_RESTART;
        interrupting |= SIG_BIT(sig);
    } else {
        act.sa_flags |= SA_RESTART;
        interrupting &= ~SIG_BIT(sig);
    }
    return sigaction(sig, &act, NULL);
}

static int change_mask(int how, const sigset_t *set, sigset_t *old)
{
    uint64_t mask = self()->blocked, before = mask;

    if (set) {
        switch (how) {
        case SIG_BLOCK:
            mask |= *set;
            break;
        case SIG_UNBLOCK:
            mask &= ~*set;
            break;
        case SIG_SETMASK:
            mask = *set;
            break;
        default:
            return -EINVAL;
        }
        sig_set_mask(mask);
    }
    if (old)
        *old = before;
    return 0;
}

/**
 * Asks for and changes the calling thread's mask. What gets unblocked and is pending is delivered
 * before the call returns.
 * @param how SIG_BLOCK, SIG_UNBLOCK or SIG_SETMASK; @param set NULL: only ask; @param old may be NULL
 * @return 0, or -1 with EINVAL: how. POSIX.1-2017 sigprocmask()
 */
int sigprocmask(int how, const sigset_t *set, sigset_t *old)
{
    uint64_t before = self()->blocked;
    int r = change_mask(how, set, old);

    trace_sys_sigprocmask(how, set ? *set : 0, before, r);
    return (int)sys_ret(r);
}

/** As sigprocmask; returns 0 or the error's number. POSIX.1-2017 pthread_sigmask() */
int pthread_sigmask(int how, const sigset_t *set, sigset_t *old)
{
    uint64_t before = self()->blocked;
    int r = change_mask(how, set, old);

    trace_sys_sigprocmask(how, set ? *set : 0, before, r);
    return -r;
}

/** Which signals are pending for the thread or the process, and blocked? POSIX.1-2017 sigpending() */
int sigpending(sigset_t *set)
{
    struct thread *t = self();

    *set = (t->sig_pending | sigs.pending) & t->blocked;
    trace_sys_sigpending(*set, 0);
    return 0;
}

static int set_altstack(const stack_t *ss, stack_t *old)
{
    struct thread *t = self();
    bool on = sig_on_altstack(t);

    if (old) {
        *old = t->altstack;
        old->ss_flags = on ? SS_ONSTACK : t->altstack.ss_size ? 0 : SS_DISABLE;
    }
    if (!ss)
        return 0;
    if (on)
        return -EPERM;
    if (ss->ss_flags & ~SS_DISABLE)
        return -EINVAL;
    if (ss->ss_flags & SS_DISABLE) {
        t->altstack = (stack_t){ .ss_flags = SS_DISABLE };
        return 0;
    }
    if (ss->ss_size < MINSIGSTKSZ)
        return -ENOMEM;
    t->altstack = *ss;
    return 0;
}

/**
 * Asks for and sets the stack on which handlers with SA_ONSTACK run.
 * @return 0, or -1 with errno
 *   EPERM  the calling thread is on that stack
 *   EINVAL flags other than SS_DISABLE
 *   ENOMEM smaller than MINSIGSTKSZ
 * POSIX.1-2017 sigaltstack()
 */
int sigaltstack(const stack_t *restrict ss, stack_t *restrict old)
{
    int r = set_altstack(ss, old);

    trace_sys_sigaltstack(ss ? ss->ss_sp : NULL, ss ? ss->ss_size : 0, ss ? ss->ss_flags : 0, r);
    return (int)sys_ret(r);
}

/* ---- older interfaces ---- */

static int change_one(int how, int sig)
{
    sigset_t set;

    if (sigemptyset(&set) < 0 || sigaddset(&set, sig) < 0)
        return -1;
    return sigprocmask(how, &set, NULL);
}

/** Blocks a signal. XSI */
int sighold(int sig)
{
    return change_one(SIG_BLOCK, sig);
}

/** Unblocks a signal. XSI */
int sigrelse(int sig)
{
    return change_one(SIG_UNBLOCK, sig);
}

/** Ignores a signal. XSI */
int sigignore(int sig)
{
    return set_handler(sig, SIG_IGN, 0) == SIG_ERR ? -1 : 0;
}

/** Blocks the signal (SIG_HOLD), or sets its handler and unblocks it. XSI */
_sig_func_ptr sigset(int sig, _sig_func_ptr disp)
{
    struct sigaction act;
    sigset_t mask;
    bool held;

    if (sigaction(sig, NULL, &act) < 0)
        return SIG_ERR;
    sigprocmask(SIG_BLOCK, NULL, &mask);
    held = sigismember(&mask, sig) == 1;
    if (disp == SIG_HOLD)
        return sighold(sig) < 0 ? SIG_ERR : held ? SIG_HOLD : act.sa_handler;
    if (set_handler(sig, disp, 0) == SIG_ERR || sigrelse(sig) < 0)
        return SIG_ERR;
    return held ? SIG_HOLD : act.sa_handler;
}

/** Sets the mask of the first 31 signals (signal n is bit n-1). @return the old one. 4.2BSD */
int sigsetmask(int mask)
{
    sigset_t set = (uint32_t)mask, old;

    sigprocmask(SIG_SETMASK, &set, &old);
    return (int)old;
}

/** Adds to the mask of the first 31 signals. @return the old one. 4.2BSD */
int sigblock(int mask)
{
    sigset_t set = (uint32_t)mask, old;

    sigprocmask(SIG_BLOCK, &set, &old);
    return (int)old;
}
