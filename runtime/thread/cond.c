/* SPDX-License-Identifier: BSD-2-Clause */
/* Condition variables: the queue of those who wait is all there is to them, so a signal wakes exactly
 * one of those who waited before it. */
#include <errno.h>

#include "pthread_internal.h"
#include "sig.h"

#define TAG_ATTR 0x63u
#define COND_SIGNAL 0x100000000ull /* shared ones: the upper half counts signals */

/* ---- attributes ---- */

/** Default attributes: wall clock, of this process. POSIX.1-2017 pthread_condattr_init() */
int pthread_condattr_init(pthread_condattr_t *attr)
{
    *(uint64_t *)attr = TAG_ATTR;
    return 0;
}

/** @return 0, or EINVAL. POSIX.1-2017 */
int pthread_condattr_destroy(pthread_condattr_t *attr)
{
    if (TAG_OF(*(uint64_t *)attr) != TAG_ATTR)
        return EINVAL;
    *(uint64_t *)attr = TAG_DESTROYED;
    return 0;
}

/** @return 0, or EINVAL. POSIX.1-2017 */
int pthread_condattr_getclock(const pthread_condattr_t *attr, clockid_t *clock)
{
    uint64_t v = *(const uint64_t *)attr;

    if (TAG_OF(v) != TAG_ATTR)
        return EINVAL;
    *clock = v & COND_MONOTONIC ? CLOCK_MONOTONIC : CLOCK_REALTIME;
    return 0;
}

/** @return 0, or EINVAL: neither CLOCK_REALTIME nor CLOCK_MONOTONIC. POSIX.1-2017 */
int pthread_condattr_setclock(pthread_condattr_t *attr, clockid_t clock)
{
    uint64_t *v = (uint64_t *)attr;

    if (TAG_OF(*v) != TAG_ATTR || (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC))
        return EINVAL;
    *v = (*v & ~COND_MONOTONIC) | (clock == CLOCK_MONOTONIC ? COND_MONOTONIC : 0);
    return 0;
}

/** @return 0, or EINVAL. POSIX.1-2017 */
int pthread_condattr_getpshared(const pthread_condattr_t *attr, int *shared)
{
    uint64_t v = *(const uint64_t *)attr;

    if (TAG_OF(v) != TAG_ATTR)
        return EINVAL;
    *shared = v & SHARED ? PTHREAD_PROCESS_SHARED : PTHREAD_PROCESS_PRIVATE;
    return 0;
}

/** @return 0, or EINVAL. POSIX.1-2017 */
int pthread_condattr_setpshared(pthread_condattr_t *attr, int shared)
{
    uint64_t *v = (uint64_t *)attr;

    if (TAG_OF(*v) != TAG_ATTR || !pshared_valid(shared))
        return EINVAL;
    *v = (*v & ~SHARED) | (shared == PTHREAD_PROCESS_SHARED ? SHARED : 0);
    return 0;
}

/* ---- */

/**
 * Makes a condition variable.
 * @return 0, or EINVAL: attr was never initialised. POSIX.1-2017 pthread_cond_init()
 */
int pthread_cond_init(pthread_cond_t *cond, const pthread_condattr_t *attr)
{
    uint64_t v = attr ? *(const uint64_t *)attr : TAG_ATTR;

    if (TAG_OF(v) != TAG_ATTR)
        return EINVAL;
    __atomic_store_n((uint64_t *)cond, TAG_COND | (v & (SHARED | COND_MONOTONIC)), __ATOMIC_RELEASE);
    return 0;
}

/** @return 0, or the error's number: EBUSY somebody waits; EINVAL. POSIX.1-2017 */
int pthread_cond_destroy(pthread_cond_t *cond)
{
    uint64_t *w = (uint64_t *)cond, v = word_get(w);

    if (v && TAG_OF(v) != TAG_COND)
        return EINVAL;
    if ((v & PARKED) && !(v & SHARED) && park_anybody(w))
        return EBUSY;
    return word_cas(w, &v, TAG_DESTROYED) ? 0 : EBUSY;
}

static int check(uint64_t *w, uint64_t *v)
{
    *v = word_get(w);
    if (!*v && word_cas(w, v, TAG_COND))
        *v = TAG_COND;
    return TAG_OF(*v) == TAG_COND ? 0 : -EINVAL;
}

/* Into the queue before the mutex is free: whoever locks it then and signals finds us. */
static void enqueue(uint64_t *w, struct park_node *n)
{
    struct park_bucket *b = park_begin(w);

    __atomic_or_fetch(w, PARKED, __ATOMIC_ACQ_REL);
    park_enqueue(b, w, n, 0);
    park_end(b);
}

/* The end of a wait that had the result r. */
static int retake(uint64_t *m, struct thread *t, uint64_t depth, int r)
{
    int r2 = mutex_retake(m, t, depth);

    if (r == -EINTR) {
        cancel_point();
        r = 0;
    }
    return r2 < 0 ? r2 : r;
}

/* Between processes a signal is a change of the number in the word: there is no common queue. */
static int wait_shared(uint64_t *w, uint64_t *m, uint64_t v, const struct until *until)
{
    struct thread *t = self();
    uint64_t depth;
    int r = mutex_release(m, t, &depth);

    if (r < 0)
        return r;
    r = park_shared(w, v, 0, until, PARK_SIGNALS | PARK_CANCEL);
    if (r == -EINTR)
        sig_deliver(NULL);
    return retake(m, t, depth, r == -EAGAIN ? 0 : r);
}

/* Handlers run while the mutex is free, and the wait ends then: spuriously, as POSIX permits. Only so
 * are we in no queue when a handler leaves by siglongjmp. A thread that is cancelled has the mutex when
 * its cleanup handlers run. */
static int wait(uint64_t *w, uint64_t *m, const struct until *until)
{
    struct thread *t = self();
    struct park_node n;
    uint64_t v, depth;
    int r;

    if ((r = check(w, &v)) < 0)
        return r;
    cancel_point();
    if (v & SHARED)
        return wait_shared(w, m, v, until);
    enqueue(w, &n);
    r = mutex_release(m, t, &depth);
    if (r < 0) {
        park_cancel(w, &n);
        return r;
    }
    r = park_wait(w, &n, until, PARK_SIGNALS | PARK_CANCEL);
    if (r == -EINTR)
        sig_deliver(NULL);
    return retake(m, t, depth, r);
}

/**
 * Waits until another thread signals the condition. The mutex is free meanwhile.
 * @return 0, or the error's number: EINVAL; EPERM the mutex is not the caller's
 * A cancellation point. May return without a reason: look at the condition. POSIX.1-2017
 */
int pthread_cond_wait(pthread_cond_t *cond, pthread_mutex_t *mutex)
{
    return -wait((uint64_t *)cond, (uint64_t *)mutex, NULL);
}

/** The same, by a clock of choice. POSIX.1-2024 pthread_cond_clockwait() */
int pthread_cond_clockwait(pthread_cond_t *cond, pthread_mutex_t *mutex, clockid_t clock,
                           const struct timespec *until)
{
    struct until u = { clock, until };

    if ((clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC) || !until_valid(&u))
        return EINVAL;
    return -wait((uint64_t *)cond, (uint64_t *)mutex, &u);
}

/** As pthread_cond_wait; ETIMEDOUT at `until` of the clock in the attributes. POSIX.1-2017 */
int pthread_cond_timedwait(pthread_cond_t *cond, pthread_mutex_t *mutex, const struct timespec *until)
{
    clockid_t clock = word_get((uint64_t *)cond) & COND_MONOTONIC ? CLOCK_MONOTONIC : CLOCK_REALTIME;

    return pthread_cond_clockwait(cond, mutex, clock, until);
}

static void wake_shared(uint64_t *w, uint64_t v)
{
    struct thread *t = self();
    bool entered = rt_enter(t);

    while (!word_cas(w, &v, (v & ~PARKED) + COND_SIGNAL))
        ;
    if (v & PARKED)
        park_shared_wake(w);
    rt_leave(t, entered);
}

static __attribute__((noinline)) void wake(uint64_t *w, bool all)
{
    struct thread *t = self();
    bool entered = rt_enter(t);
    struct park_bucket *b = park_begin(w);
    struct park_node *n;

    while ((n = park_first(b, w))) {
        park_take(b, n);
        if (!all)
            break;
    }
    if (!park_first(b, w))
        __atomic_and_fetch(w, ~PARKED, __ATOMIC_ACQ_REL);
    park_end(b);
    rt_leave(t, entered);
}

/** Wakes one of those who wait. @return 0, or EINVAL. POSIX.1-2017 pthread_cond_signal() */
int pthread_cond_signal(pthread_cond_t *cond)
{
    uint64_t *w = (uint64_t *)cond, v = word_get(w);

    if (v && TAG_OF(v) != TAG_COND)
        return EINVAL;
    if (v & SHARED)
        wake_shared(w, v);
    else if (v & PARKED)
        wake(w, false);
    return 0;
}

/** Wakes all who wait. @return 0, or EINVAL. POSIX.1-2017 pthread_cond_broadcast() */
int pthread_cond_broadcast(pthread_cond_t *cond)
{
    uint64_t *w = (uint64_t *)cond, v = word_get(w);

    if (v && TAG_OF(v) != TAG_COND)
        return EINVAL;
    if (v & SHARED)
        wake_shared(w, v);
    else if (v & PARKED)
        wake(w, true);
    return 0;
}
