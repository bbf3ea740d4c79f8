/* SPDX-License-Identifier: BSD-2-Clause */
/* Clocks. */
#include <errno.h>
#include <string.h>
#include <sys/times.h>

#include "cpuclock.h"
#include "nt.h"
#include "nt/nt_system.h"
#include "proc.h"
#include "sys.h"
#include "systime.h"
#include "thread.h"

static int clock_read(clockid_t clock, uint64_t *units)
{
    switch (clock) {
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_ALARM:
        *units = nt_time_precise() - NT_EPOCH;
        return 0;
    case CLOCK_REALTIME_COARSE:
        *units = nt_time() - NT_EPOCH;
        return 0;
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_RAW:
    case CLOCK_MONOTONIC_COARSE:
    case CLOCK_BOOTTIME:
    case CLOCK_BOOTTIME_ALARM:
        *units = nt_uptime();
        return 0;
    default:
        return cpuclock_read(cpuclock_of(clock), units);
    }
}

/**
 * Reads a clock.
 * @return 0, or -1 with EINVAL: no such clock. POSIX.1-2017 clock_gettime()
 */
int clock_gettime(clockid_t clock, struct timespec *ts)
{
    uint64_t units = 0;
    int r = clock_read(clock, &units);

    if (r == 0)
        *ts = timespec_from_units(units);
    trace_sys_clock_gettime(clock, r ? 0 : ts->tv_sec, r ? 0 : ts->tv_nsec, r);
    return (int)sys_ret(r);
}

/**
 * Sets the wall clock.
 * @return 0, or -1 with errno
 *   EINVAL no such clock, or not one that can be set, or no valid time
 *   EPERM  the user may not set it
 * POSIX.1-2017 clock_settime()
 */
int clock_settime(clockid_t clock, const struct timespec *ts)
{
    int r;

    if (clock != CLOCK_REALTIME || ts->tv_nsec < 0 || ts->tv_nsec >= 1000000000 || ts->tv_sec < 0)
        r = -EINVAL;
    else
        r = nt_set_time(units_from_timespec(ts) + NT_EPOCH);
    if (r == -EACCES)
        r = -EPERM;
    trace_sys_clock_settime(clock, ts->tv_sec, ts->tv_nsec, r);
    return (int)sys_ret(r);
}

static int64_t resolution(clockid_t clock)
{
    uint64_t ignored;

    if (clock_read(clock, &ignored) < 0)
        return -EINVAL;
    if (clock == CLOCK_REALTIME_COARSE || clock == CLOCK_MONOTONIC_COARSE || cpuclock_of(clock))
        return 15625000; /* the system's tick */
    return 100;
}

/** Resolution of a clock; res may be NULL. @return 0, or -1 with EINVAL. POSIX.1-2017 clock_getres() */
int clock_getres(clockid_t clock, struct timespec *res)
{
    int64_t ns = resolution(clock);

    if (ns > 0 && res)
        *res = (struct timespec){ 0, (long)ns };
    trace_sys_clock_getres(clock, 0, ns > 0 ? ns : 0, ns > 0 ? 0 : ns);
    return (int)sys_ret(ns > 0 ? 0 : ns);
}

/** Not allowed: the resolution is Windows' own. @return -1 with EPERM, EINVAL */
int clock_setres(clockid_t clock, struct timespec *res)
{
    return (int)sys_ret(resolution(clock) > 0 ? -EPERM : -EINVAL);
}

/** Wall clock since 1970-01-01 00:00 UTC. `zone` is left alone. @return 0. POSIX.1-2017 gettimeofday() */
int gettimeofday(struct timeval *restrict tv, void *restrict zone)
{
    struct timeval now = timeval_from_units(nt_time_precise() - NT_EPOCH);

    if (tv)
        *tv = now;
    trace_sys_gettimeofday(now.tv_sec, now.tv_usec, 0);
    return 0;
}

/** Sets the wall clock. @return 0, or -1 with EPERM. 4.3BSD */
int settimeofday(const struct timeval *tv, const struct timezone *zone)
{
    struct timespec ts;

    if (!tv)
        return 0;
    ts = (struct timespec){ tv->tv_sec, tv->tv_usec * 1000 };
    return clock_settime(CLOCK_REALTIME, &ts);
}

/** Seconds since 1970-01-01 00:00 UTC, also to *t if t is not NULL. C17 time() */
time_t time(time_t *t)
{
    time_t now = (time_t)((nt_time() - NT_EPOCH) / NT_SECOND);

    if (t)
        *t = now;
    trace_sys_time(now);
    return now;
}

static clock_t ticks(uint64_t units)
{
    return (clock_t)(units / (NT_SECOND / CLOCKS_PER_SEC));
}

/**
 * CPU times of this process and of the children it has waited for, in units of sysconf(_SC_CLK_TCK).
 * @return time since the system started in the same unit. POSIX.1-2017 times()
 */
clock_t times(struct tms *t)
{
    uint64_t user = 0, sys = 0;
    clock_t now = ticks(nt_uptime());

    if (t) {
        proc_times(&user, &sys);
        t->tms_utime = ticks(user);
        t->tms_stime = ticks(sys);
        proc_children_times(&user, &sys);
        t->tms_cutime = ticks(user);
        t->tms_cstime = ticks(sys);
    }
    trace_sys_times(now);
    return now;
}
