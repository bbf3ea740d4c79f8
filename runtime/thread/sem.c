/* SPDX-License-Identifier: BSD-2-Clause */
/* Unnamed semaphores: a word each, the value in its upper half. Named ones wait for shared mappings. */
#include <errno.h>
#include <limits.h>
#include <semaphore.h>

#include "pthread_internal.h"
#include "sig.h"
#include "sys.h"

#define ONE 0x100000000ull
#define VALUE_OF(v) ((uint32_t)((v) >> 32))

/**
 * Makes a semaphore.
 * @param shared between processes: it lies in memory that they share
 * @return 0, or -1 with EINVAL: value is above SEM_VALUE_MAX
 * POSIX.1-2017 sem_init()
 */
int sem_init(sem_t *sem, int shared, unsigned value)
{
    if (value > SEM_VALUE_MAX)
        return (int)sys_ret(-EINVAL);
    __atomic_store_n((uint64_t *)sem, TAG_SEM | (shared ? SHARED : 0) | value * ONE, __ATOMIC_RELEASE);
    return 0;
}

/** @return 0, or -1 with EINVAL, or EBUSY: somebody waits. POSIX.1-2017 sem_destroy() */
int sem_destroy(sem_t *sem)
{
    uint64_t *w = (uint64_t *)sem, v = word_get(w);

    if (TAG_OF(v) != TAG_SEM)
        return (int)sys_ret(-EINVAL);
    if ((v & PARKED) && !(v & SHARED) && park_anybody(w))
        return (int)sys_ret(-EBUSY);
    __atomic_store_n(w, TAG_DESTROYED, __ATOMIC_RELEASE);
    return 0;
}

/* One attempt. -EAGAIN: the value is 0, *v the word. */
static int take(uint64_t *w, uint64_t *v)
{
    *v = word_get(w);
    do {
        if (TAG_OF(*v) != TAG_SEM)
            return -EINVAL;
        if (!VALUE_OF(*v))
            return -EAGAIN;
    } while (!word_cas(w, v, *v - ONE));
    return 0;
}

/** Takes one if there is one. @return 0, or -1 with EAGAIN or EINVAL. POSIX.1-2017 sem_trywait() */
int sem_trywait(sem_t *sem)
{
    uint64_t v;

    return (int)sys_ret(take((uint64_t *)sem, &v));
}

static int64_t wait(uint64_t *w, const struct until *until)
{
    uint64_t v;
    int r;

    cancel_point();
    while ((r = take(w, &v)) == -EAGAIN) {
        r = park_on(w, v, until, PARK_SIGNALS | PARK_CANCEL);
        if (r == -EINTR && !sig_restart())
            return r;
        if (r < 0 && r != -EINTR && r != -EAGAIN)
            return r;
    }
    return r;
}

/**
 * Takes one, waits for it if need be.
 * @return 0, or -1 with errno: EINTR a handler without SA_RESTART ran; EINVAL
 * A cancellation point. POSIX.1-2017 sem_wait()
 */
int sem_wait(sem_t *sem)
{
    return (int)sys_ret(wait((uint64_t *)sem, NULL));
}

/** The same by a clock of choice; ETIMEDOUT. POSIX.1-2024 sem_clockwait() */
int sem_clockwait(sem_t *sem, clockid_t clock, const struct timespec *until)
{
    struct until u = { clock, until };

    if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC)
        return (int)sys_ret(-EINVAL);
    return (int)sys_ret(wait((uint64_t *)sem, &u));
}

/** As sem_wait; ETIMEDOUT at `until` of the wall clock. POSIX.1-2017 sem_timedwait() */
int sem_timedwait(sem_t *sem, const struct timespec *until)
{
    return sem_clockwait(sem, CLOCK_REALTIME, until);
}

/* Somebody may wait: in one change, after which the semaphore may be destroyed. */
static __attribute__((noinline)) int post_slow(uint64_t *w, uint64_t v)
{
    struct thread *t = self();
    bool entered = rt_enter(t);
    struct park_bucket *b = park_begin(w);
    struct park_node *n = park_first(b, w);
    bool more;
    int r = 0;

    if (n)
        park_take(b, n);
    more = park_first(b, w) != NULL;
    do
        if (VALUE_OF(v) >= SEM_VALUE_MAX)
            r = -EOVERFLOW;
    while (r == 0 && !word_cas(w, &v, ((v & ~PARKED) | (more ? PARKED : 0)) + ONE));
    park_end(b);
    rt_leave(t, entered);
    return r;
}

static void wake_shared(const uint64_t *w)
{
    struct thread *t = self();
    bool entered = rt_enter(t);

    park_shared_wake(w);
    rt_leave(t, entered);
}

/**
 * Gives one. May be called from signal handlers.
 * @return 0, or -1 with EINVAL or EOVERFLOW. POSIX.1-2017 sem_post()
 */
int sem_post(sem_t *sem)
{
    uint64_t *w = (uint64_t *)sem, v = word_get(w);

    for (;;) {
        if (TAG_OF(v) != TAG_SEM)
            return (int)sys_ret(-EINVAL);
        if ((v & PARKED) && !(v & SHARED))
            return (int)sys_ret(post_slow(w, v));
        if (VALUE_OF(v) >= SEM_VALUE_MAX)
            return (int)sys_ret(-EOVERFLOW);
        if (word_cas(w, &v, (v & ~PARKED) + ONE)) {
            if (v & PARKED)
                wake_shared(w);
            return 0;
        }
    }
}

/** @return 0, or -1 with EINVAL. POSIX.1-2017 sem_getvalue() */
int sem_getvalue(sem_t *sem, int *value)
{
    uint64_t v = word_get((uint64_t *)sem);

    if (TAG_OF(v) != TAG_SEM)
        return (int)sys_ret(-EINVAL);
    *value = (int)VALUE_OF(v);
    return 0;
}
