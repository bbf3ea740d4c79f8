/* SPDX-License-Identifier: BSD-2-Clause */
/* POSIX timers. */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <time.h>

#include "cpuclock.h"
#include "nt.h"
#include "nt/nt_system.h"
#include "proc.h"
#include "signal/sigtimer.h"
#include "sys.h"
#include "systime.h"

/* A timer's number says its clock as well. */
#define ON_REALTIME 0x100

static int create(clockid_t clock, const struct sigevent *ev)
{
    clockid_t cpu = cpuclock_of(clock);
    uint64_t units;
    int r;

    if (cpu ? (cpu & CPUCLOCK_KIND) == CPUCLOCK_PROCESS && (pid_t)(uint32_t)cpu != me.pid
            : clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC && clock != CLOCK_BOOTTIME)
        return -EINVAL;
    if (cpu && cpuclock_read(cpu, &units) < 0)
        return -EINVAL;
    if (ev && ev->sigev_notify != SIGEV_NONE && ev->sigev_notify != SIGEV_THREAD
        && (ev->sigev_notify != SIGEV_SIGNAL || ev->sigev_signo < 1 || ev->sigev_signo >= NSIG))
        return -EINVAL;
    r = sig_timer_new(ev, cpu);
    return r < 0 ? r : r | (clock == CLOCK_REALTIME ? ON_REALTIME : 0);
}

static int number(timer_t timer)
{
    int id = (int)((uintptr_t)timer & ~(uintptr_t)ON_REALTIME);

    return id >= SIG_ITIMERS && id < SIG_ITIMERS + SIG_TIMERS ? id : -1;
}

/**
 * Makes a timer.
 * @param clock CLOCK_REALTIME, CLOCK_MONOTONIC, or a clock of CPU time: of this process, of a thread
 * @param ev what to do when it expires: SIGEV_SIGNAL, SIGEV_NONE, SIGEV_THREAD (the function is called in
 *   a new, detached thread); NULL: SIGALRM with the timer as value
 * @return 0, or -1 with errno
 *   EAGAIN  there are too many
 *   EINVAL  no such clock, signal or notification, or a clock of another process
 * POSIX.1-2017 timer_create()
 */
int timer_create(clockid_t clock, struct sigevent *restrict ev, timer_t *restrict timer)
{
    int r = create(clock, ev);

    if (r > 0)
        *timer = (timer_t)(uintptr_t)r;
    trace_sys_timer_create(clock, ev ? ev->sigev_signo : SIGALRM, r > 0 ? (uint64_t)r : 0,
                           r < 0 ? r : 0);
    return (int)sys_ret(r < 0 ? r : 0);
}

/** Removes a timer. @return 0, or -1 with EINVAL. POSIX.1-2017 timer_delete() */
int timer_delete(timer_t timer)
{
    int r = sig_timer_delete(number(timer));

    trace_sys_timer_delete((uint64_t)timer, r);
    return (int)sys_ret(r);
}

/** Expirations that were missed before the last one. @return -1 with EINVAL. POSIX.1-2017 */
int timer_getoverrun(timer_t timer)
{
    int r = sig_timer_overrun(number(timer));

    trace_sys_timer_getoverrun((uint64_t)timer, r);
    return (int)sys_ret(r);
}

/** Reads a timer. @return 0, or -1 with EINVAL. POSIX.1-2017 timer_gettime() */
int timer_gettime(timer_t timer, struct itimerspec *it)
{
    uint64_t value, interval;
    int r = sig_timer_get(number(timer), &value, &interval);

    if (r == 0) {
        it->it_value = timespec_from_units(value);
        it->it_interval = timespec_from_units(interval);
    }
    trace_sys_timer_gettime((uint64_t)timer, r ? 0 : it->it_value.tv_sec, r ? 0 : it->it_value.tv_nsec, r);
    return (int)sys_ret(r);
}

static bool valid(const struct timespec *ts)
{
    return ts->tv_sec >= 0 && ts->tv_nsec >= 0 && ts->tv_nsec < 1000000000;
}

static int set(timer_t timer, int flags, const struct itimerspec *it, struct itimerspec *old)
{
    uint64_t value, interval, now;
    clockid_t cpu = sig_timer_clock(number(timer));
    int r;

    if (!valid(&it->it_value) || !valid(&it->it_interval))
        return -EINVAL;
    value = units_from_timespec(&it->it_value);
    if (value && (flags & TIMER_ABSTIME)) {
        if (!cpu)
            now = (uintptr_t)timer & ON_REALTIME ? nt_time_precise() - NT_EPOCH : nt_uptime();
        else if ((r = cpuclock_read(cpu, &now)) < 0)
            return r;
        value = value > now ? value - now : 1;
    }
    r = sig_timer_set(number(timer), value, units_from_timespec(&it->it_interval), &value, &interval);
    if (r == 0 && old) {
        old->it_value = timespec_from_units(value);
        old->it_interval = timespec_from_units(interval);
    }
    return r;
}

/**
 * Arms a timer (it_value 0: disarms it), with TIMER_ABSTIME for a time that its clock will show.
 * @param old receives the old setting, may be NULL
 * @return 0, or -1 with EINVAL: no such timer, no valid time. POSIX.1-2017 timer_settime()
 */
int timer_settime(timer_t timer, int flags, const struct itimerspec *restrict it,
                  struct itimerspec *restrict old)
{
    int r = set(timer, flags, it, old);

    trace_sys_timer_settime((uint64_t)timer, flags, it->it_value.tv_sec, it->it_value.tv_nsec,
                            it->it_interval.tv_sec, it->it_interval.tv_nsec, r);
    return (int)sys_ret(r);
}
