/* SPDX-License-Identifier: BSD-2-Clause */
/* What is asked and told about threads by their pthread_t: names, signals, clocks, priorities. */
#include <errno.h>
#include <string.h>

#include "nt.h"
#include "nt/nt_context.h"
#include "proc.h"
#include "pthread_internal.h"
#include "sched_internal.h"
#include "signal/state.h"
#include "thread_internal.h"

/* ---- signals ---- */

static int send(pthread_t thread, const siginfo_t *si)
{
    struct pthread *p;
    int r = 0;

    if (si->si_signo < 0 || si->si_signo >= NSIG)
        return -EINVAL;
    sig_lock();
    thread_list_hold(true);
    if (!(p = pthread_find(thread)))
        r = -ESRCH;
    else if (si->si_signo && p->thread) /* one that has ended and was not joined takes it silently */
        r = sig_raise_thread(p->thread, si);
    thread_list_hold(false);
    sig_unlock();
    return r;
}

static siginfo_t info(int sig, int code)
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
 * Sends a thread of this process a signal, 0: only asks whether there is such a thread.
 * @return 0, or the error's number: EINVAL, ESRCH. POSIX.1-2017 pthread_kill()
 */
int pthread_kill(pthread_t thread, int sig)
{
    siginfo_t si = info(sig, SI_USER);
    int r = send(thread, &si);

    trace_sys_pthread_kill((void *)thread, sig, r);
    return -r;
}

/** The same with a value. @return 0, EINVAL, ESRCH, or EAGAIN: too many are pending. GNU */
int pthread_sigqueue(pthread_t *thread, int sig, const union sigval value)
{
    siginfo_t si = info(sig, SI_QUEUE);
    int r;

    si.si_value = value;
    r = send(*thread, &si);
    trace_sys_pthread_kill((void *)*thread, sig, r);
    return -r;
}

/* ---- names ---- */

/** The name, at most 15 characters. @return 0, ERANGE: buf is too small; ESRCH. GNU */
int pthread_getname_np(pthread_t thread, char *buf, size_t size)
{
    struct pthread *p;
    int r = ESRCH;

    thread_list_hold(true);
    if ((p = pthread_find(thread)) && (r = strlen(p->name) < size ? 0 : ERANGE) == 0)
        strcpy(buf, p->name);
    thread_list_hold(false);
    return r;
}

/** Sets the name. @return 0, ERANGE: longer than 15 characters; ESRCH. GNU */
int pthread_setname_np(pthread_t thread, const char *name)
{
    struct pthread *p;
    int r = ESRCH;

    thread_list_hold(true);
    if ((p = pthread_find(thread)) && (r = strlen(name) < sizeof(p->name) ? 0 : ERANGE) == 0)
        strcpy(p->name, name);
    thread_list_hold(false);
    return r;
}

/* ---- scheduling ---- */

/** Policy and priority. @return 0 or ESRCH. POSIX.1-2017 pthread_getschedparam() */
int pthread_getschedparam(pthread_t thread, int *policy, struct sched_param *param)
{
    struct pthread *p;

    thread_list_hold(true);
    if ((p = pthread_find(thread))) {
        *policy = p->policy;
        memset(param, 0, sizeof(*param));
        param->sched_priority = p->priority;
    }
    thread_list_hold(false);
    return p ? 0 : ESRCH;
}

/**
 * Sets policy and priority: the latter becomes one of the few that Windows has for threads.
 * @return 0, or the error's number: EINVAL no such policy or priority; EPERM; ESRCH
 * POSIX.1-2017 pthread_setschedparam()
 */
int pthread_setschedparam(pthread_t thread, int policy, const struct sched_param *param)
{
    struct pthread *p;
    int r = 0;

    if (!sched_valid(policy, param->sched_priority))
        return EINVAL;
    thread_list_hold(true);
    if (!(p = pthread_find(thread)))
        r = -ESRCH;
    else if (p->thread && p->thread->handle)
        r = nt_thread_priority(p->thread->handle, sched_windows(policy, param->sched_priority));
    if (r == 0) {
        p->policy = policy;
        p->priority = param->sched_priority;
    }
    thread_list_hold(false);
    return r == -EACCES ? EPERM : -r;
}

/** Sets the priority. @return as pthread_setschedparam. POSIX.1-2017 pthread_setschedprio() */
int pthread_setschedprio(pthread_t thread, int priority)
{
    struct sched_param param;
    int policy, r = pthread_getschedparam(thread, &policy, &param);

    param.sched_priority = priority;
    return r ? r : pthread_setschedparam(thread, policy, &param);
}

static int concurrency;

/** What pthread_setconcurrency said: every thread is one of Windows', so it means nothing. POSIX.1 */
int pthread_getconcurrency(void)
{
    return concurrency;
}

/** @return 0, or EINVAL: negative. POSIX.1-2017 pthread_setconcurrency() */
int pthread_setconcurrency(int level)
{
    if (level < 0)
        return EINVAL;
    concurrency = level;
    return 0;
}

/** As sched_yield. GNU */
int pthread_yield(void)
{
    return sched_yield();
}
