/* SPDX-License-Identifier: BSD-2-Clause */
/* Sending signals. */
#include <errno.h>
#include <signal.h>
#include <string.h>

#include "proc.h"
#include "signal/state.h"
#include "sys.h"

static siginfo_t info_for(int sig, int code)
{
    siginfo_t si;

    memset(&si, 0, sizeof(si));
    si.si_signo = sig;
    si.si_code = code;
    si.si_pid = me.pid;
    si.si_uid = me.uid;
    return si;
}

/**
 * Sends a signal.
 * @param pid a process; 0: all of the own group; -1: all that we may; below -1: all of group -pid
 * @param sig the signal, 0: only find out whether it could be sent
 * @return 0, or -1 with errno
 *   EINVAL sig
 *   EPERM  there are such processes, but none that we may send signals
 *   ESRCH  no such process or group
 * A signal that the caller sends itself and does not block is delivered before the call returns.
 * POSIX.1-2017 kill()
 */
int kill(pid_t pid, int sig)
{
    siginfo_t si = info_for(sig, SI_USER);
    int r = sig_send(pid, &si);

    trace_sys_kill(pid, sig, r);
    return (int)sys_ret(r);
}

/** Sends a signal to a process group, 0: the own. POSIX.1-2017 killpg() */
int killpg(pid_t pgid, int sig)
{
    siginfo_t si = info_for(sig, SI_USER);
    int r = pgid < 0 ? -EINVAL : sig_send(pgid ? -pgid : 0, &si);

    trace_sys_killpg(pgid, sig, r);
    return (int)sys_ret(r);
}

/** Sends a signal to the calling thread. @return 0, or nonzero with EINVAL. C17 raise() */
int raise(int sig)
{
    siginfo_t si = info_for(sig, SI_USER);
    int r = sig < 0 || sig >= NSIG ? -EINVAL : sig ? sig_raise_thread(self(), &si) : 0;

    trace_sys_raise(sig, r);
    return (int)sys_ret(r);
}

/**
 * Sends a signal with a value. Real-time signals queue.
 * @return 0, or -1 with errno as kill(), and EAGAIN: too many are pending there
 * POSIX.1-2017 sigqueue()
 */
int sigqueue(pid_t pid, int sig, const union sigval value)
{
    siginfo_t si = info_for(sig, SI_QUEUE);
    int r;

    si.si_value = value;
    r = pid <= 0 ? -ESRCH : sig_send(pid, &si);
    trace_sys_sigqueue(pid, sig, (uint64_t)value.sival_ptr, r);
    return (int)sys_ret(r);
}
