/* SPDX-License-Identifier: BSD-2-Clause */
/* Timers: the first three are the interval timers of alarm() and setitimer(), the others are those of
 * timer_create(). The signal thread's wait is their clock. Neither a forked child nor another program
 * in another Windows process has them by itself.
 *
 * Nobody can wait for CPU time. While a timer of it is armed the signal thread looks as often as it could
 * be due at the earliest. */
#include "sigtimer.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/time.h>

#include "cpuclock.h"
#include "nt.h"
#include "nt/nt_system.h"
#include "proc.h"
#include "pthread_internal.h"
#include "state.h"
#include "timer_thread.h"

struct timer {
    bool used;
    bool silent;        /* SIGEV_NONE */
    int sig;
    union sigval value;
    clockid_t clock;    /* 0: nt_uptime() */
    struct timer_thread *thread; /* SIGEV_THREAD */
    uint64_t due;       /* by the clock, 0: not armed */
    uint64_t interval;
    uint64_t missed;    /* since its signal was delivered last */
    int overrun;        /* before that */
};

static NOCOPY struct timer timers[SIG_ITIMERS + SIG_TIMERS];
static NOCOPY struct lock timers_lock;

#define CPU_LOOK_MIN 20000  /* 2 ms */

/* setitimer's own need no creation. */
static struct timer *timer_of(int id)
{
    static const int sigs_of[SIG_ITIMERS] = {
        [ITIMER_REAL] = SIGALRM, [ITIMER_VIRTUAL] = SIGVTALRM, [ITIMER_PROF] = SIGPROF,
    };

    if (id < 0 || id >= SIG_ITIMERS + SIG_TIMERS)
        return NULL;
    if (id < SIG_ITIMERS) {
        timers[id].used = true;
        timers[id].sig = sigs_of[id];
        timers[id].clock = id == ITIMER_VIRTUAL ? CPUCLOCK_USER
            : id == ITIMER_PROF ? CPUCLOCK_PROCESS | (clockid_t)me.pid : 0;
    }
    return timers[id].used ? &timers[id] : NULL;
}

/* False once what the clock measures is gone: nothing is ever due then. */
static bool now_of(const struct timer *t, uint64_t *now)
{
    *now = 0;
    if (t->clock)
        return cpuclock_read(t->clock, now) == 0;
    *now = nt_uptime();
    return true;
}

int sig_timer_new(const struct sigevent *ev, clockid_t clock)
{
    struct timer fresh = { .used = true, .clock = clock };
    int r = -EAGAIN;

    if (ev && ev->sigev_notify == SIGEV_THREAD && !(fresh.thread = timer_thread_new(ev)))
        return -EAGAIN;
    lock_take(&timers_lock);
    for (int i = SIG_ITIMERS; i < SIG_ITIMERS + SIG_TIMERS && r < 0; i++) {
        if (timers[i].used)
            continue;
        fresh.silent = ev && ev->sigev_notify == SIGEV_NONE;
        fresh.sig = ev ? ev->sigev_signo : SIGALRM;
        if (ev)
            fresh.value = ev->sigev_value;
        else
            fresh.value.sival_int = i;
        timers[i] = fresh;
        r = i;
    }
    lock_release(&timers_lock);
    if (r < 0)
        timer_thread_free(fresh.thread);
    return r;
}

int sig_timer_delete(int id)
{
    struct timer *t, old = { 0 };
    int r = -EINVAL;

    lock_take(&timers_lock);
    if (id >= SIG_ITIMERS && (t = timer_of(id))) {
        old = *t;
        *t = (struct timer){ 0 };
        r = 0;
    }
    lock_release(&timers_lock);
    timer_thread_free(old.thread);
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

clockid_t sig_timer_clock(int id)
{
    struct timer *t;
    clockid_t clock;

    lock_take(&timers_lock);
    t = timer_of(id);
    clock = t ? t->clock : 0;
    lock_release(&timers_lock);
    return clock;
}

static void left(const struct timer *t, uint64_t now, uint64_t *value, uint64_t *interval)
{
    *interval = t->interval;
    *value = !t->due ? 0 : t->due > now ? t->due - now : 1;
}

int sig_timer_get(int id, uint64_t *value, uint64_t *interval)
{
    struct timer *t;
    uint64_t now;

    lock_take(&timers_lock);
    if ((t = timer_of(id))) {
        now_of(t, &now);
        left(t, now, value, interval);
    }
    lock_release(&timers_lock);
    return t ? 0 : -EINVAL;
}

int sig_timer_set(int id, uint64_t value, uint64_t interval, uint64_t *old_value, uint64_t *old_interval)
{
    struct timer *t;
    uint64_t now;
    int r = value ? sig_thread_ensure() : 0;

    if (r < 0)
        return r;
    lock_take(&timers_lock);
    if ((t = timer_of(id))) {
        now_of(t, &now);
        left(t, now, old_value, old_interval);
        t->due = value ? now + value : 0;
        t->interval = value ? interval : 0;
        t->missed = 0;
        t->overrun = 0;
    }
    lock_release(&timers_lock);
    if (t && value)
        sig_thread_kick();
    return t ? 0 : -EINVAL;
}

void sig_timer_missed(int id)
{
    struct timer *t;

    lock_take(&timers_lock);
    if ((t = timer_of(id)))
        t->missed++;
    lock_release(&timers_lock);
}

void sig_timer_delivered(int id)
{
    struct timer *t;

    lock_take(&timers_lock);
    if ((t = timer_of(id))) {
        t->overrun = t->missed > INT_MAX ? INT_MAX : (int)t->missed;
        t->missed = 0;
    }
    lock_release(&timers_lock);
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
    t->missed += missed;
}

static siginfo_t info_of(int id, const struct timer *t)
{
    siginfo_t si;

    memset(&si, 0, sizeof(si));
    si.si_signo = t->sig;
    si.si_code = id < SIG_ITIMERS ? SI_KERNEL : SI_TIMER;
    if (id >= SIG_ITIMERS) {
        si.si_pid = me.pid;
        si.si_uid = me.uid;
        si.si_value = t->value;
        si.si_tid = id;
    }
    return si;
}

/* When to look at it again: at the earliest time that all processors together can reach. */
static uint64_t look_again(const struct timer *t, uint64_t now)
{
    uint64_t wait;

    if (!t->due)
        return UINT64_MAX;
    wait = t->due > now ? t->due - now : 0;
    if (!t->clock)
        return wait;
    wait /= (t->clock & CPUCLOCK_KIND) == CPUCLOCK_THREAD ? 1 : nt_cpus();
    return wait < CPU_LOOK_MIN ? CPU_LOOK_MIN : wait;
}

/* Looks at one timer. True: it was due, *copy is how it was. */
static bool expire(int id, struct timer *copy, uint64_t *next)
{
    struct timer *t = &timers[id];
    uint64_t now, wait;
    bool due;

    if (!t->due || !now_of(t, &now))
        return false;
    due = t->due <= now;
    if (due)
        rearm(t, now);
    if ((wait = look_again(t, now)) < *next)
        *next = wait;
    *copy = *t;
    return due;
}

int64_t sig_timers_run(void)
{
    uint64_t next = UINT64_MAX;

    for (int id = 0; id < SIG_ITIMERS + SIG_TIMERS; id++) {
        struct timer t;
        siginfo_t si;
        bool due;

        lock_take(&timers_lock);
        due = expire(id, &t, &next);
        /* Under the lock, since timer_delete frees what it needs. */
        if (due && t.thread && timer_thread_start(t.thread) < 0)
            timers[id].missed++;
        lock_release(&timers_lock);
        if (!due || t.silent || t.thread)
            continue;
        si = info_of(id, &t);
        sig_generate(&si, NULL);
    }
    return next == UINT64_MAX ? -1 : (int64_t)next;
}
