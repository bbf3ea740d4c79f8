/* SPDX-License-Identifier: BSD-2-Clause */
/* Scheduling policies and priorities. sched_yield is in resource.c, priorities of single threads in
 * thread/pthread_info.c.
 *
 * Windows has no policies for threads, only a few priorities relative to the class of the process:
 * SCHED_OTHER has the normal one, SCHED_FIFO and SCHED_RR those above it. */
#include <errno.h>
#include <pthread.h>
#include <sched.h>

#include "nt.h"
#include "nt/nt_context.h"
#include "proc.h"
#include "sched_internal.h"
#include "sys.h"

enum { REALTIME_MIN = 1, REALTIME_MAX = 32, ABOVE_NORMAL = 1, HIGHEST = 2, TIME_CRITICAL = 15 };

static int64_t range(int policy, int *min, int *max)
{
    switch (policy) {
    case SCHED_OTHER:
        *min = *max = 0;
        return 0;
    case SCHED_FIFO:
    case SCHED_RR:
        *min = REALTIME_MIN;
        *max = REALTIME_MAX;
        return 0;
    default:
        return -EINVAL;
    }
}

bool sched_valid(int policy, int priority)
{
    int min, max;

    return range(policy, &min, &max) == 0 && priority >= min && priority <= max;
}

int sched_windows(int policy, int priority)
{
    if (policy == SCHED_OTHER)
        return 0;
    if (priority <= REALTIME_MAX / 2)
        return ABOVE_NORMAL;
    return priority < REALTIME_MAX ? HIGHEST : TIME_CRITICAL;
}

/** @return the lowest priority of a policy, or -1 with EINVAL. POSIX.1-2017 */
int sched_get_priority_min(int policy)
{
    int min, max;
    int64_t r = range(policy, &min, &max);

    return r < 0 ? (int)sys_ret(r) : min;
}

/** @return the highest priority of a policy, or -1 with EINVAL. POSIX.1-2017 */
int sched_get_priority_max(int policy)
{
    int min, max;
    int64_t r = range(policy, &min, &max);

    return r < 0 ? (int)sys_ret(r) : max;
}

/* Of other processes nothing is known here. */
static int64_t own(pid_t pid)
{
    if (pid < 0)
        return -EINVAL;
    return pid == 0 || pid == me.pid ? 0 : -ESRCH;
}

/** @return the calling thread's policy, or -1 with EINVAL, ESRCH. POSIX.1-2017 */
int sched_getscheduler(pid_t pid)
{
    struct sched_param param;
    int64_t r = own(pid);
    int policy;

    if (r == 0)
        r = -pthread_getschedparam(pthread_self(), &policy, &param);
    return r < 0 ? (int)sys_ret(r) : policy;
}

/** @return 0, or -1 with EINVAL, ESRCH. POSIX.1-2017 */
int sched_getparam(pid_t pid, struct sched_param *param)
{
    int64_t r = own(pid);
    int policy;

    if (r == 0)
        r = -pthread_getschedparam(pthread_self(), &policy, param);
    return (int)sys_ret(r);
}

/** Sets policy and priority of the calling thread. @return the old policy, or -1. POSIX.1-2017 */
int sched_setscheduler(pid_t pid, int policy, const struct sched_param *param)
{
    int64_t r = own(pid);
    int old = r == 0 ? sched_getscheduler(0) : -1;

    if (r == 0)
        r = -pthread_setschedparam(pthread_self(), policy, param);
    return r < 0 ? (int)sys_ret(r) : old;
}

/** Sets the priority of the calling thread. @return 0, or -1 with EINVAL, EPERM, ESRCH. POSIX.1-2017 */
int sched_setparam(pid_t pid, const struct sched_param *param)
{
    int64_t r = own(pid);

    if (r == 0)
        r = -pthread_setschedprio(pthread_self(), param->sched_priority);
    return (int)sys_ret(r);
}

/** The time slice: two ticks of the clock. @return 0, or -1 with EINVAL, ESRCH. POSIX.1-2017 */
int sched_rr_get_interval(pid_t pid, struct timespec *interval)
{
    int64_t r = own(pid);

    if (r == 0)
        *interval = (struct timespec){ 0, 31250000 };
    return (int)sys_ret(r);
}

/** @return number of the processor that the caller is running on. GNU */
int sched_getcpu(void)
{
    return (int)nt_cpu_number();
}
