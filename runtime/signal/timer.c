/* SPDX-License-Identifier: BSD-2-Clause */
/* Timers: number 0 is the real-time interval timer of alarm() and setitimer(), the others are those of
 * timer_create(). The signal thread's wait is their clock. Neither a forked child nor another program
 * in another Windows process has them by itself. */
#include "sigtimer.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "nt.h"
#include "proc.h"
#include "state.h"

struct timer {
    bool used;
    bool silent;        /* SIGEV_NONE */
    int sig;
    union sigval value;
    uint64_t due;       /* nt_uptime(), 0: not armed */
    uint64_t interval;
    int overrun;
};

static NOCOPY struct timer timers[1 + SIG_TIMERS];
static NOCOPY struct lock timers_lock;

static struct timer *timer_of(int id)
{
    if (id == 0) {
        timers[0].used = true;
        timers[0].sig = SIGALRM;
    }
    return id >= 0 && id <= SIG_TIMERS && timers[id].used ? &timers[id] : NULL;
}

int sig_timer_new(int sig, union sigval value, bool silent)
{
    int r = -EAGAIN;

    lock_take(&timers_lock);
    for (int i = 1; i <= SIG_TIMERS && r < 0; i++) {
        if (timers[i].used)
            continue;
        timers[i] = (struct timer){ .used = true, .silent = silent, .sig = sig, .value = value };
        if (!sig) /* no sigevent was given */
            timers[i].sig = SIGALRM, timers[i].value.sival_int = i;
        r = i;
    }
    lock_release(&timers_lock);
    return r;
}

int sig_timer_delete(int id)
{
    struct timer *t;
    int r = -EINVAL;

    lock_take(&timers_lock);
    if (id > 0 && (t = timer_of(id))) {
        *t = (struct timer){ 0 };
        r = 0;
    }
    lock_release(&timers_lock);
    return r;
}

int sig_timer_overrun(int id)
{
    struct timer *t;
    int r;

    lock_take(&timers_lock);
    t = timer_of(id);
    r = t ? t->overrun : -EINVAL;
    lock_release(&timers_lock);
    return r;
}

static void left(const struct timer *t, uint64_t now, uint64_t *value, uint64_t *interval)
{
    *interval = t->interval;
    *value = !t->due ? 0 : t->due > now ? t->due - now : 1;
}

int sig_timer_get(int id, uint64_t *value, uint64_t *interval)
{
    struct timer *t;

    lock_take(&timers_lock);
    if ((t = timer_of(id)))
        left(t, nt_uptime(), value, interval);
    lock_release(&timers_lock);
    return t ? 0 : -EINVAL;
}

int sig_timer_set(int id, uint64_t value, uint64_t interval, uint64_t *old_value, uint64_t *old_interval)
{
    uint64_t now = nt_uptime();
    struct timer *t;
    int r = value ? sig_thread_ensure() : 0;

    if (r < 0)
        return r;
    lock_take(&timers_lock);
    if ((t = timer_of(id))) {
        left(t, now, old_value, old_interval);
        t->due = value ? now + value : 0;
        t->interval = value ? interval : 0;
        t->overrun = 0;
    }
    lock_release(&timers_lock);
    if (t && value)
        sig_thread_kick();
    return t ? 0 : -EINVAL;
}

uint64_t sig_alarm_left(void)
{
    uint64_t value, interval;

    sig_timer_get(0, &value, &interval);
    return value;
}

/* The next time of a series. What was missed is counted, not made up for. */
static void rearm(struct timer *t, uint64_t now)
{
    uint64_t missed;

    if (!t->interval) {
        t->due = 0;
        return;
    }
    missed = (now - t->due) / t->interval;
    t->due += (missed + 1) * t->interval;
    t->overrun = missed > INT_MAX ? INT_MAX : (int)missed;
}

/* Is it due? Then what to send. */
static bool expire(int id, uint64_t now, siginfo_t *si, uint64_t *next)
{
    struct timer *t = &timers[id];
    bool due = t->due && t->due <= now;

    if (due) {
        rearm(t, now);
        memset(si, 0, sizeof(*si));
        si->si_signo = t->silent ? 0 : t->sig;
        si->si_code = SI_TIMER;
        si->si_pid = me.pid;
        si->si_uid = me.uid;
        si->si_value = t->value;
        si->si_tid = id;
    }
    if (t->due && t->due < *next)
        *next = t->due;
    return due && si->si_signo;
}

int64_t sig_timers_run(void)
{
    uint64_t now = nt_uptime(), next = UINT64_MAX;

    for (int id = 0; id <= SIG_TIMERS; id++) {
        siginfo_t si;
        bool fire;

        lock_take(&timers_lock);
        fire = expire(id, now, &si, &next);
        lock_release(&timers_lock);
        if (fire)
            sig_generate(&si, NULL);
    }
    return next == UINT64_MAX ? -1 : (int64_t)(next - now);
}
