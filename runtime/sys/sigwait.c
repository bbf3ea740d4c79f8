/* SPDX-License-Identifier: BSD-2-Clause */
/* Waiting for signals. */
#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "nt.h"
#include "shm.h"
#include "signal/state.h"
#include "sys.h"
#include "systime.h"

/* Until a handler has run. */
static int wait_handler(void)
{
    cancel_point();
    do
        wait_record(SHM_WAIT_SIGNAL, 0, 0);
    while (wait_for(NULL, 0, -1, 0) != -EINTR || !sig_interrupted());
    return -EINTR;
}

static int suspend(uint64_t mask)
{
    struct thread *t = self();

    cancel_point();
    t->saved_mask = t->blocked;
    t->has_saved_mask = true; /* the handler returns to it */
    sig_set_mask(mask);
    return wait_handler();
}

/**
 * Waits with another mask until a signal handler has run, and takes back the mask.
 * @return -1 with EINTR. POSIX.1-2017 sigsuspend()
 */
int sigsuspend(const sigset_t *mask)
{
    int r = suspend(*mask);

    trace_sys_sigsuspend(*mask, r);
    return (int)sys_ret(r);
}

/** Waits until a signal handler has run. @return -1 with EINTR. POSIX.1-2017 pause() */
int pause(void)
{
    int r = wait_handler();

    trace_sys_pause(r);
    return (int)sys_ret(r);
}

/** The XSI sigpause, which <signal.h> calls so: waits with `sig` taken out of the mask.
 * @return -1 with EINTR */
int xpg_sigpause(int sig) __asm__("__xpg_sigpause");
int xpg_sigpause(int sig)
{
    sigset_t mask = self()->blocked;

    if (sigdelset(&mask, sig) < 0)
        return -1;
    return sigsuspend(&mask);
}

/** The BSD sigpause: waits with `mask`. @return -1 with EINTR */
int bsd_sigpause(int mask) __asm__("sigpause");
int bsd_sigpause(int mask)
{
    sigset_t set = (uint32_t)mask;

    return sigsuspend(&set);
}

/* Takes a pending signal of `set`, or waits for one. until: nt_uptime(), 0: for ever. */
static int take(uint64_t set, siginfo_t *si, uint64_t until, bool timed)
{
    struct thread *t = self();
    int r = 0, sig;

    for (;;) {
        uint64_t now = timed ? nt_uptime() : 0;

        sig_lock();
        sig = sig_dequeue(t, set, si);
        t->sig_waited = sig ? 0 : set; /* under the lock: from now on we are told */
        sig_unlock();
        if (sig)
            return sig;
        if (r == -ETIMEDOUT || (timed && now >= until))
            break;
        wait_record(SHM_WAIT_SIGNAL, set, 0);
        r = wait_for(NULL, 0, timed ? (int64_t)(until - now) : -1, 0);
        if (r == -EINTR && !((t->sig_pending | sigs.pending) & set)) {
            t->sig_waited = 0; /* a handler may leave by siglongjmp */
            if (sig_interrupted())
                return -EINTR;
        }
    }
    t->sig_waited = 0;
    return -EAGAIN;
}

static int timed_take(uint64_t set, siginfo_t *info, const struct timespec *timeout)
{
    uint64_t until = 0;
    siginfo_t si;
    int r;

    cancel_point();
    if (timeout) {
        if (timeout->tv_sec < 0 || timeout->tv_nsec < 0 || timeout->tv_nsec >= 1000000000)
            return -EINVAL;
        until = nt_uptime() + units_from_timespec(timeout);
    }
    r = take(set & ~SIG_UNBLOCKABLE, &si, until, timeout != NULL);
    if (r > 0 && info)
        *info = si;
    return r;
}

/**
 * Takes a pending signal of a set, or waits for one. The caller has them blocked.
 * @param info may be NULL; @param timeout NULL: no limit
 * @return the signal, or -1 with errno
 *   EAGAIN none came in time
 *   EINTR  the handler of another signal ran
 *   EINVAL timeout
 * POSIX.1-2017 sigtimedwait()
 */
int sigtimedwait(const sigset_t *set, siginfo_t *info, const struct timespec *timeout)
{
    int r = timed_take(*set, info, timeout);

    trace_sys_sigtimedwait(*set, timeout ? timeout->tv_sec : -1, timeout ? timeout->tv_nsec : 0, r);
    return (int)sys_ret(r);
}

/** As sigtimedwait without a limit. POSIX.1-2017 sigwaitinfo() */
int sigwaitinfo(const sigset_t *set, siginfo_t *info)
{
    return sigtimedwait(set, info, NULL);
}

/** As sigwaitinfo, but is not interrupted. @return 0 or the error's number. POSIX.1-2017 sigwait() */
int sigwait(const sigset_t *set, int *sig)
{
    int r;

    do
        r = timed_take(*set, NULL, NULL);
    while (r == -EINTR);
    if (r > 0)
        *sig = r;
    trace_sys_sigwait(*set, r, r > 0 ? 0 : r);
    return r > 0 ? 0 : -r;
}
