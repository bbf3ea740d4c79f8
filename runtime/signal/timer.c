/* SPDX-License-Identifier: BSD-2-Clause */
/* The real-time interval timer behind alarm() and setitimer(). The signal thread's wait is its clock.
 * Neither a forked child nor another program in another Windows process has it by itself. */
#include <string.h>

#include "nt.h"
#include "proc.h"
#include "sigtimer.h"
#include "state.h"

static NOCOPY struct {
    struct lock lock;
    uint64_t due;      /* nt_uptime(), 0: off */
    uint64_t interval;
} real;

static void left(uint64_t now, uint64_t *value, uint64_t *interval)
{
    *interval = real.interval;
    *value = !real.due ? 0 : real.due > now ? real.due - now : 1;
}

void sig_timer_get(uint64_t *value, uint64_t *interval)
{
    lock_take(&real.lock);
    left(nt_uptime(), value, interval);
    lock_release(&real.lock);
}

int sig_timer_set(uint64_t value, uint64_t interval, uint64_t *old_value, uint64_t *old_interval)
{
    uint64_t now = nt_uptime();
    int r = value ? sig_thread_ensure() : 0;

    if (r < 0)
        return r;
    lock_take(&real.lock);
    left(now, old_value, old_interval);
    real.due = value ? now + value : 0;
    real.interval = value ? interval : 0;
    lock_release(&real.lock);
    if (value)
        sig_thread_kick();
    return 0;
}

uint64_t sig_alarm_left(void)
{
    uint64_t value, interval;

    sig_timer_get(&value, &interval);
    return value;
}

int64_t sig_timers_run(void)
{
    uint64_t now = nt_uptime();
    bool fire = false;
    int64_t next = -1;

    lock_take(&real.lock);
    if (real.due && real.due <= now) {
        fire = true;
        if (real.interval) /* the next of the series: what was missed is missed */
            real.due += (now - real.due) / real.interval * real.interval + real.interval;
        else
            real.due = 0;
    }
    if (real.due)
        next = (int64_t)(real.due - now);
    lock_release(&real.lock);
    if (fire) {
        siginfo_t si;

        memset(&si, 0, sizeof(si));
        si.si_signo = SIGALRM;
        si.si_code = SI_TIMER;
        si.si_pid = me.pid;
        si.si_uid = me.uid;
        sig_generate(&si, NULL);
    }
    return next;
}
