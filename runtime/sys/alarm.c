/* SPDX-License-Identifier: BSD-2-Clause */
/* Interval timers. */
#include <errno.h>
#include <unistd.h>

#include "signal/sigtimer.h"
#include "sys.h"
#include "systime.h"

/**
 * SIGALRM after some seconds, 0: no more.
 * @return seconds that an earlier alarm had left, 0: there was none. POSIX.1-2017 alarm()
 */
unsigned alarm(unsigned seconds)
{
    uint64_t old = 0, interval;
    unsigned left;

    sig_timer_set(ITIMER_REAL, seconds * NT_SECOND, 0, &old, &interval);
    left = (unsigned)((old + NT_SECOND - 1) / NT_SECOND);
    trace_sys_alarm(seconds, left);
    return left;
}

/** SIGALRM after some microseconds, then at intervals. @return microseconds that were left. XSI */
useconds_t ualarm(useconds_t us, useconds_t interval)
{
    uint64_t old = 0, ignored;

    sig_timer_set(ITIMER_REAL, (uint64_t)us * 10, (uint64_t)interval * 10, &old, &ignored);
    return (useconds_t)(old / 10);
}

static int get(int which, struct itimerval *it)
{
    uint64_t value, interval;

    if (which < ITIMER_REAL || which > ITIMER_PROF)
        return -EINVAL;
    sig_timer_get(which, &value, &interval);
    it->it_value = timeval_from_units(value);
    it->it_interval = timeval_from_units(interval);
    return 0;
}

static bool valid(const struct timeval *tv)
{
    return tv->tv_sec >= 0 && tv->tv_usec >= 0 && tv->tv_usec < 1000000;
}

static int set(int which, const struct itimerval *it, struct itimerval *old)
{
    uint64_t value, interval;
    int r;

    if (which < ITIMER_REAL || which > ITIMER_PROF || !valid(&it->it_value) || !valid(&it->it_interval))
        return -EINVAL;
    r = sig_timer_set(which, units_from_timeval(&it->it_value), units_from_timeval(&it->it_interval),
                      &value, &interval);
    if (r == 0 && old) {
        old->it_value = timeval_from_units(value);
        old->it_interval = timeval_from_units(interval);
    }
    return r;
}

/**
 * Reads an interval timer.
 * @param which ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF
 * @return 0, or -1 with EINVAL: which. POSIX.1-2017 getitimer()
 */
int getitimer(int which, struct itimerval *it)
{
    int r = get(which, it);

    trace_sys_getitimer(which, r ? 0 : it->it_value.tv_sec, r ? 0 : it->it_value.tv_usec, r);
    return (int)sys_ret(r);
}

/**
 * Sets an interval timer: SIGALRM after it_value, then every it_interval; SIGVTALRM by user time of the
 * process, SIGPROF by all of its CPU time.
 * @param old receives the old setting, may be NULL
 * @return 0, or -1 with EINVAL: which, or no valid time
 * POSIX.1-2017 setitimer()
 */
int setitimer(int which, const struct itimerval *restrict it, struct itimerval *restrict old)
{
    int r = set(which, it, old);

    trace_sys_setitimer(which, it->it_value.tv_sec, it->it_value.tv_usec, it->it_interval.tv_sec,
                        it->it_interval.tv_usec, r);
    return (int)sys_ret(r);
}
