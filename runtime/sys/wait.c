/* SPDX-License-Identifier: BSD-2-Clause */
/* wait and its relatives. */
#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "proc.h"
#include "sig.h"
#include "sys.h"
#include "thread.h"

static int64_t wait_restart(pid_t pid, int *status, int options, struct rusage *ru, uint32_t *uid)
{
    int64_t r;

    cancel_point();
    do
        r = proc_wait4(pid, status, options, ru, uid);
    while (r == -EINTR && sig_restart());
    return r;
}

/**
 * Waits for a child to change its state.
 * @param pid     a child; -1: any; 0: any of the own group; below -1: any of group -pid
 * @param status  receives the status, may be NULL
 * @param options WNOHANG, WUNTRACED, WCONTINUED
 * @return its pid; 0 with WNOHANG when nothing has changed; -1 with errno
 *   ECHILD  there is no such child
 *   EINTR   a signal handler ran
 *   EINVAL  options
 * POSIX.1-2017 waitpid()
 */
pid_t waitpid(pid_t pid, int *status, int options)
{
    int st = 0;
    int64_t r = wait_restart(pid, &st, options, NULL, NULL);

    if (r > 0 && status)
        *status = st;
    trace_sys_waitpid(pid, st, options, r);
    return (pid_t)sys_ret(r);
}

pid_t wait(int *status)
{
    return waitpid(-1, status, 0);
}

/** As waitpid; *ru (may be NULL) receives what the child used. 4.3BSD */
pid_t wait4(pid_t pid, int *status, int options, struct rusage *ru)
{
    int st = 0;
    int64_t r = wait_restart(pid, &st, options, ru, NULL);

    if (r > 0 && status)
        *status = st;
    trace_sys_wait4(pid, st, options, r);
    return (pid_t)sys_ret(r);
}

pid_t wait3(int *status, int options, struct rusage *ru)
{
    return wait4(-1, status, options, ru);
}

static void fill(siginfo_t *si, pid_t pid, uid_t uid, int status)
{
    si->si_signo = SIGCHLD;
    si->si_pid = pid;
    si->si_uid = uid;
    if (WIFEXITED(status)) {
        si->si_code = CLD_EXITED;
        si->si_status = WEXITSTATUS(status);
    } else if (WIFSTOPPED(status)) {
        si->si_code = CLD_STOPPED;
        si->si_status = WSTOPSIG(status);
    } else if (WIFCONTINUED(status)) {
        si->si_code = CLD_CONTINUED;
        si->si_status = SIGCONT;
    } else {
        si->si_code = WCOREDUMP(status) ? CLD_DUMPED : CLD_KILLED;
        si->si_status = WTERMSIG(status);
    }
}

/* WSTOPPED is WUNTRACED; without WEXITED ends are not asked for. */
static int64_t wait_info(idtype_t type, id_t id, siginfo_t *si, int options)
{
    pid_t pid = type == P_PID ? (pid_t)id : type == P_PGID ? (id ? -(pid_t)id : 0) : -1;
    uint32_t uid = 0;
    int status = 0;
    int64_t r;

    if (type != P_PID && type != P_PGID && type != P_ALL)
        return -EINVAL;
    if ((type == P_PID && pid <= 0) || !(options & (WEXITED | WSTOPPED | WCONTINUED)))
        return -EINVAL;
    r = wait_restart(pid, &status, options | (options & WEXITED ? 0 : PROC_WAIT_NO_END), NULL,
                     &uid);
    memset(si, 0, sizeof(*si));
    if (r > 0)
        fill(si, (pid_t)r, uid, status);
    return r > 0 ? 0 : r;
}

/**
 * As waitpid, with the result in a siginfo_t (all zero with WNOHANG when nothing has changed).
 * POSIX.1-2017 waitid()
 */
int waitid(idtype_t type, id_t id, siginfo_t *si, int options)
{
    siginfo_t got;
    int64_t r = wait_info(type, id, &got, options);

    if (r == 0 && si)
        *si = got;
    trace_sys_waitid((int)type, (int)id, got.si_pid, got.si_code, got.si_status, options, r);
    return (int)sys_ret(r);
}
