/* SPDX-License-Identifier: BSD-2-Clause */
/* Sleeping. */
#include <errno.h>
#include <limits.h>
#include <unistd.h>

#include "cpuclock.h"
#include "nt.h"
#include "nt/nt_system.h"
#include "shm.h"
#include "sig.h"
#include "sys.h"
#include "thread.h"
#include "systime.h"

#define CPU_LOOK_MIN 20000 /* 2 ms */

/* Until a clock that counts units of 100 ns says `due`. */
static int sleep_until(uint64_t due, uint64_t (*now)(void))
{
    int64_t left;
    int r;

    while ((left = (int64_t)(due - now())) > 0) {
        wait_record(SHM_WAIT_SLEEP, (uint64_t)left, 0);
        r = wait_for(NULL, 0, left, 0);
        if (r == -EINTR && sig_interrupted())
            return r;
        if (r < 0 && r != -EINTR && r != -ETIMEDOUT)
            return r;
    }
    return 0;
}

static bool valid(const struct timespec *ts)
{
    return ts->tv_sec >= 0 && ts->tv_nsec >= 0 && ts->tv_nsec < 1000000000;
}

static int sleep_for(uint64_t units, uint64_t *left)
{
    uint64_t due = nt_uptime() + units, now;
    int r = sleep_until(due, nt_uptime);

    now = nt_uptime();
    *left = now < due ? due - now : 0;
    return r;
}

static int relative(const struct timespec *ts, struct timespec *rest)
{
    uint64_t left;
    int r;

    cancel_point();
    if (!valid(ts))
        return -EINVAL;
    r = sleep_for(units_from_timespec(ts), &left);
    if (r == -EINTR && rest)
        *rest = timespec_from_units(left);
    return r;
}

/**
 * Sleeps.
 * @param rest receives what is left when a signal handler has run; may be NULL
 * @return 0, or -1 with errno
 *   EINTR  a handler has run
 *   EINVAL no valid time
 * POSIX.1-2017 nanosleep()
 */
int nanosleep(const struct timespec *ts, struct timespec *rest)
{
    int r = relative(ts, rest);

    trace_sys_nanosleep(ts->tv_sec, ts->tv_nsec, r);
    return (int)sys_ret(r);
}

static uint64_t wall_clock(void)
{
    return nt_time() - NT_EPOCH;
}

/* By CPU time: nobody can wait for that, so look when it could be over at the earliest. */
static int by_cpu_clock(clockid_t clock, bool absolute, uint64_t value)
{
    uint64_t now, due;
    int r;

    if ((r = cpuclock_read(clock, &now)) < 0)
        return r;
    due = absolute ? value : now + value;
    while (now < due) {
        uint64_t wait = (due - now) / nt_cpus();

        wait_record(SHM_WAIT_SLEEP, due - now, 0);
        r = wait_for(NULL, 0, (int64_t)(wait < CPU_LOOK_MIN ? CPU_LOOK_MIN : wait), 0);
        if (r == -EINTR && sig_interrupted())
            return r;
        if ((r = cpuclock_read(clock, &now)) < 0)
            return r;
    }
    return 0;
}

static int by_clock(clockid_t clock, int flags, const struct timespec *ts, struct timespec *rest)
{
    clockid_t cpu = cpuclock_of(clock);

    cancel_point();
    if (clock == CLOCK_THREAD_CPUTIME_ID || cpu == (CPUCLOCK_THREAD | self()->id))
        return -EINVAL; /* it would sleep for ever */
    if (!cpu && clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC && clock != CLOCK_BOOTTIME)
        return -EINVAL;
    if (!valid(ts))
        return -EINVAL;
    if (cpu)
        return by_cpu_clock(cpu, flags & TIMER_ABSTIME, units_from_timespec(ts));
    if (!(flags & TIMER_ABSTIME))
        return relative(ts, rest);
    return sleep_until(units_from_timespec(ts), clock == CLOCK_REALTIME ? wall_clock : nt_uptime);
}

/**
 * Sleeps by a clock, with TIMER_ABSTIME until it shows *ts.
 * @return 0 or the error's number: EINTR, EINVAL
 * POSIX.1-2017 clock_nanosleep()
 */
int clock_nanosleep(clockid_t clock, int flags, const struct timespec *ts, struct timespec *rest)
{
    int r = by_clock(clock, flags, ts, rest);

    trace_sys_clock_nanosleep(clock, flags, ts->tv_sec, ts->tv_nsec, r);
    return -r;
}

/** Sleeps. @return 0, or the seconds that were left when a handler ran. POSIX.1-2017 sleep() */
unsigned sleep(unsigned seconds)
{
    uint64_t left;
    int r;

    cancel_point();
    r = sleep_for(seconds * NT_SECOND, &left);
    trace_sys_nanosleep(seconds, 0, r);
    return r == -EINTR ? (unsigned)((left + NT_SECOND - 1) / NT_SECOND) : 0;
}

/** Sleeps some microseconds. @return 0, or -1 with EINTR. POSIX.1-2001 usleep() */
int usleep(useconds_t us)
{
    uint64_t left;
    int r;

    cancel_point();
    r = sleep_for((uint64_t)us * 10, &left);
    trace_sys_nanosleep(us / 1000000, us % 1000000 * 1000, r);
    return (int)sys_ret(r);
}
