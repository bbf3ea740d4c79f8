/* SPDX-License-Identifier: BSD-2-Clause */
/* Barriers and spin locks.
 *
 * A barrier's word has: how many are needed in bits 16..31, how many have come in 32..47, a count of
 * the rounds above. Those who have come are in the queue, so the last one need not know more. */
#include <errno.h>

#include "nt.h"
#include "nt/nt_context.h"
#include "pthread_internal.h"
#include "sig.h"

#define TAG_ATTR 0x62u
#define NEEDED(v) ((unsigned)((v) >> 16) & 0xffff)
#define COME(v)   ((unsigned)((v) >> 32) & 0xffff)
#define ONE_CAME  (1ull << 32)
#define ROUND     (1ull << 48)
#define ROUND_OF(v) ((v) >> 48)
#define MOST      0xffffu

/* ---- attributes ---- */

/** Default attributes: of this process. POSIX.1-2017 pthread_barrierattr_init() */
int pthread_barrierattr_init(pthread_barrierattr_t *attr)
{
    *(uint64_t *)attr = TAG_ATTR;
    return 0;
}

/** @return 0, or EINVAL. POSIX.1-2017 */
int pthread_barrierattr_destroy(pthread_barrierattr_t *attr)
{
    if (TAG_OF(*(uint64_t *)attr) != TAG_ATTR)
        return EINVAL;
    *(uint64_t *)attr = TAG_DESTROYED;
    return 0;
}

/** @return 0, or EINVAL. POSIX.1-2017 */
int pthread_barrierattr_getpshared(const pthread_barrierattr_t *attr, int *shared)
{
    uint64_t v = *(const uint64_t *)attr;

    if (TAG_OF(v) != TAG_ATTR)
        return EINVAL;
    *shared = v & SHARED ? PTHREAD_PROCESS_SHARED : PTHREAD_PROCESS_PRIVATE;
    return 0;
}

/** @return 0, or EINVAL. POSIX.1-2017 */
int pthread_barrierattr_setpshared(pthread_barrierattr_t *attr, int shared)
{
    uint64_t *v = (uint64_t *)attr;

    if (TAG_OF(*v) != TAG_ATTR || !pshared_valid(shared))
        return EINVAL;
    *v = (*v & ~SHARED) | (shared == PTHREAD_PROCESS_SHARED ? SHARED : 0);
    return 0;
}

/* ---- barriers ---- */

/**
 * Makes a barrier for `count` threads.
 * @return 0, or the error's number: EINVAL count is 0; EAGAIN it is above 65535
 * POSIX.1-2017 pthread_barrier_init()
 */
int pthread_barrier_init(pthread_barrier_t *barrier, const pthread_barrierattr_t *attr, unsigned count)
{
    uint64_t v = attr ? *(const uint64_t *)attr : TAG_ATTR;

    if (TAG_OF(v) != TAG_ATTR || count == 0)
        return EINVAL;
    if (count > MOST)
        return EAGAIN;
    __atomic_store_n((uint64_t *)barrier, TAG_BARRIER | (v & SHARED) | (uint64_t)count << 16,
                     __ATOMIC_RELEASE);
    return 0;
}

/** @return 0, or the error's number: EBUSY somebody waits; EINVAL. POSIX.1-2017 */
int pthread_barrier_destroy(pthread_barrier_t *barrier)
{
    uint64_t *w = (uint64_t *)barrier, v = word_get(w);

    if (TAG_OF(v) != TAG_BARRIER)
        return EINVAL;
    if (COME(v))
        return EBUSY;
    return word_cas(w, &v, TAG_DESTROYED) ? 0 : EBUSY;
}

/* Counts the caller in and enqueues him, or, being the last, lets all go. */
static bool arrive(uint64_t *w, struct park_node *me, uint64_t *round)
{
    struct park_bucket *b = park_begin(w);
    uint64_t v = word_get(w);
    bool last = COME(v) + 1 == NEEDED(v);
    struct park_node *n;

    *round = ROUND_OF(v);
    if (!last) {
        __atomic_store_n(w, (v + ONE_CAME) | PARKED, __ATOMIC_RELEASE);
        park_enqueue(b, w, me, 0);
    } else {
        while ((n = park_first(b, w)))
            park_take(b, n);
        v &= ~(PARKED | (uint64_t)MOST << 32);
        __atomic_store_n(w, v + ROUND, __ATOMIC_RELEASE);
    }
    park_end(b);
    return last;
}

/* After a handler: back into the queue, if the round still lasts. */
static bool enqueue_again(uint64_t *w, struct park_node *me, uint64_t round)
{
    struct park_bucket *b = park_begin(w);
    uint64_t v = word_get(w);
    bool lasts = TAG_OF(v) == TAG_BARRIER && ROUND_OF(v) == round;

    if (lasts) {
        __atomic_or_fetch(w, PARKED, __ATOMIC_RELAXED);
        park_enqueue(b, w, me, 0);
    }
    park_end(b);
    return lasts;
}

/* Between processes there is no common queue: those who have come watch the round. */
static int wait_shared(uint64_t *w)
{
    uint64_t v = word_get(w), round;
    bool last;

    do {
        round = ROUND_OF(v);
        last = COME(v) + 1 == NEEDED(v);
    } while (!word_cas(w, &v, last ? (v & ~(PARKED | (uint64_t)MOST << 32)) + ROUND : v + ONE_CAME));
    if (last) {
        if (v & PARKED)
            park_shared_wake(w);
        return PTHREAD_BARRIER_SERIAL_THREAD;
    }
    for (;;) {
        v = word_get(w);
        if (TAG_OF(v) != TAG_BARRIER || ROUND_OF(v) != round)
            break;
        if (park_on(w, v, NULL, PARK_SIGNALS) == -EINTR)
            sig_deliver(NULL);
    }
    return 0;
}

/**
 * Waits until all threads have come.
 * @return PTHREAD_BARRIER_SERIAL_THREAD in one of them, 0 in the others; or EINVAL
 * POSIX.1-2017 pthread_barrier_wait()
 */
int pthread_barrier_wait(pthread_barrier_t *barrier)
{
    uint64_t *w = (uint64_t *)barrier, round;
    struct park_node me;

    if (TAG_OF(word_get(w)) != TAG_BARRIER)
        return EINVAL;
    if (word_get(w) & SHARED)
        return wait_shared(w);
    if (arrive(w, &me, &round))
        return PTHREAD_BARRIER_SERIAL_THREAD;
    while (park_wait(w, &me, NULL, PARK_SIGNALS) == -EINTR) {
        sig_deliver(NULL);
        if (!enqueue_again(w, &me, round))
            break;
    }
    return 0;
}

/* ---- spin locks ---- */

/** Makes a spin lock; it works between processes as well. @return 0. POSIX.1-2017 */
int pthread_spin_init(pthread_spinlock_t *lock, int shared)
{
    __atomic_store_n((uint64_t *)lock, TAG_SPIN, __ATOMIC_RELEASE);
    return 0;
}

/** @return 0, or the error's number: EBUSY it is locked; EINVAL. POSIX.1-2017 */
int pthread_spin_destroy(pthread_spinlock_t *lock)
{
    uint64_t *w = (uint64_t *)lock, v = word_get(w);

    if (TAG_OF(v) != TAG_SPIN)
        return EINVAL;
    if (OWNER_OF(v))
        return EBUSY;
    return word_cas(w, &v, TAG_DESTROYED) ? 0 : EBUSY;
}

static int spin_try(uint64_t *w)
{
    uint64_t v = TAG_SPIN;

    if (word_cas(w, &v, v | (uint64_t)nt_wintid() << OWNER_SHIFT))
        return 0;
    if (TAG_OF(v) != TAG_SPIN)
        return EINVAL;
    return EBUSY;
}

/** Locks, without ever sleeping but giving way to others. @return 0, or EINVAL. POSIX.1-2017 */
int pthread_spin_lock(pthread_spinlock_t *lock)
{
    uint64_t *w = (uint64_t *)lock;
    int r;

    for (unsigned i = 1; (r = spin_try(w)) == EBUSY; i++) {
        while (OWNER_OF(__atomic_load_n(w, __ATOMIC_RELAXED)) && i % 256)
            __builtin_ia32_pause(), i++;
        if (i % 256 == 0)
            nt_yield(); /* its owner may not be running */
    }
    return r;
}

/** @return 0, or the error's number: EBUSY it is locked; EINVAL. POSIX.1-2017 */
int pthread_spin_trylock(pthread_spinlock_t *lock)
{
    return spin_try((uint64_t *)lock);
}

/** @return 0, or the error's number: EPERM it is not locked; EINVAL. POSIX.1-2017 */
int pthread_spin_unlock(pthread_spinlock_t *lock)
{
    uint64_t *w = (uint64_t *)lock, v = word_get(w);

    if (TAG_OF(v) != TAG_SPIN)
        return EINVAL;
    if (!OWNER_OF(v))
        return EPERM;
    __atomic_store_n(w, TAG_SPIN, __ATOMIC_RELEASE);
    return 0;
}
