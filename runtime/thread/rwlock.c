/* SPDX-License-Identifier: BSD-2-Clause */
/* Read-write locks: a word each, the number of readers or the writer in it. Readers get in while other
 * readers are there, even if a writer waits: so a thread may lock for reading twice. */
#include <errno.h>

#include "pthread_internal.h"
#include "sig.h"

#define TAG_ATTR 0x72u
enum { READER = 1, WRITER = 2 };

/* ---- attributes ---- */

/** Default attributes: of this process. POSIX.1-2017 pthread_rwlockattr_init() */
int pthread_rwlockattr_init(pthread_rwlockattr_t *attr)
{
    *(uint64_t *)attr = TAG_ATTR;
    return 0;
}

/** @return 0, or EINVAL. POSIX.1-2017 */
int pthread_rwlockattr_destroy(pthread_rwlockattr_t *attr)
{
    if (TAG_OF(*(uint64_t *)attr) != TAG_ATTR)
        return EINVAL;
    *(uint64_t *)attr = TAG_DESTROYED;
    return 0;
}

/** @return 0, or EINVAL. POSIX.1-2017 */
int pthread_rwlockattr_getpshared(const pthread_rwlockattr_t *attr, int *shared)
{
    uint64_t v = *(const uint64_t *)attr;

    if (TAG_OF(v) != TAG_ATTR)
        return EINVAL;
    *shared = v & SHARED ? PTHREAD_PROCESS_SHARED : PTHREAD_PROCESS_PRIVATE;
    return 0;
}

/** @return 0, or EINVAL. POSIX.1-2017 */
int pthread_rwlockattr_setpshared(pthread_rwlockattr_t *attr, int shared)
{
    uint64_t *v = (uint64_t *)attr;

    if (TAG_OF(*v) != TAG_ATTR || !pshared_valid(shared))
        return EINVAL;
    *v = (*v & ~SHARED) | (shared == PTHREAD_PROCESS_SHARED ? SHARED : 0);
    return 0;
}

/** Makes a lock. @return 0, or EINVAL. POSIX.1-2017 pthread_rwlock_init() */
int pthread_rwlock_init(pthread_rwlock_t *lock, const pthread_rwlockattr_t *attr)
{
    uint64_t v = attr ? *(const uint64_t *)attr : TAG_ATTR;

    if (TAG_OF(v) != TAG_ATTR)
        return EINVAL;
    __atomic_store_n((uint64_t *)lock, TAG_RWLOCK | (v & SHARED), __ATOMIC_RELEASE);
    return 0;
}

/** @return 0, or the error's number: EBUSY it is locked; EINVAL. POSIX.1-2017 */
int pthread_rwlock_destroy(pthread_rwlock_t *lock)
{
    uint64_t *w = (uint64_t *)lock, v = word_get(w);

    if (v && TAG_OF(v) != TAG_RWLOCK)
        return EINVAL;
    if (OWNER_OF(v) || (v & RW_READERS))
        return EBUSY;
    return word_cas(w, &v, TAG_DESTROYED) ? 0 : EBUSY;
}

/* ---- locking ---- */

/* One attempt. -EBUSY means to wait while the word is *v. */
static int attempt(uint64_t *w, uint64_t *v, struct thread *t, unsigned kind)
{
    *v = word_get(w);
    if (!*v && word_cas(w, v, TAG_RWLOCK)) /* memory of zeros */
        *v = TAG_RWLOCK;
    do {
        if (TAG_OF(*v) != TAG_RWLOCK)
            return -EINVAL;
        if (OWNER_OF(*v) == owner_id(*v, t))
            return -EDEADLK;
        if (OWNER_OF(*v) || (kind == WRITER && (*v & RW_READERS)))
            return -EBUSY;
        if ((*v & RW_READERS) == RW_READERS)
            return -EAGAIN;
    } while (!word_cas(w, v, kind == WRITER ? *v | (uint64_t)owner_id(*v, t) << OWNER_SHIFT
                                          : *v + RW_READER));
    return 0;
}

/* Enqueues, unless the lock is to be had meanwhile. */
static bool enqueue(uint64_t *w, struct park_node *n, unsigned kind)
{
    struct park_bucket *b = park_begin(w);
    uint64_t v = word_get(w);
    bool busy;

    do
        busy = OWNER_OF(v) || (kind == WRITER && (v & RW_READERS));
    while (busy && !word_cas(w, &v, v | PARKED));
    if (busy)
        park_enqueue(b, w, n, kind);
    park_end(b);
    return busy;
}

static int wait(uint64_t *w, struct thread *t, unsigned kind, const struct until *until)
{
    struct park_node n;
    uint64_t v;
    int r;

    while ((r = attempt(w, &v, t, kind)) == -EBUSY) {
        if (v & SHARED)
            r = park_on(w, v, until, PARK_SIGNALS);
        else
            r = enqueue(w, &n, kind) ? park_wait(w, &n, until, PARK_SIGNALS) : 0;
        if (r == -EINTR)
            sig_deliver(NULL);
        else if (r < 0 && r != -EAGAIN)
            break;
    }
    return r;
}

static int lock(uint64_t *w, unsigned kind, const struct until *until)
{
    struct thread *t = self();
    uint64_t v;
    int r = attempt(w, &v, t, kind);

    if (r == -EBUSY) {
        bool entered = rt_enter(t);

        r = until_valid(until) ? wait(w, t, kind, until) : -EINVAL;
        rt_leave(t, entered);
    }
    return -r;
}

/**
 * Locks for reading.
 * @return 0, or the error's number: EAGAIN too many readers; EDEADLK the caller has it for writing;
 *   EINVAL
 * POSIX.1-2017 pthread_rwlock_rdlock()
 */
int pthread_rwlock_rdlock(pthread_rwlock_t *l)
{
    return lock((uint64_t *)l, READER, NULL);
}

/** Locks for writing. @return 0, EDEADLK, EINVAL. POSIX.1-2017 pthread_rwlock_wrlock() */
int pthread_rwlock_wrlock(pthread_rwlock_t *l)
{
    return lock((uint64_t *)l, WRITER, NULL);
}

/** As pthread_rwlock_rdlock, but EBUSY where that would wait. POSIX.1-2017 */
int pthread_rwlock_tryrdlock(pthread_rwlock_t *l)
{
    uint64_t v;
    int r = attempt((uint64_t *)l, &v, self(), READER);

    return r == -EDEADLK ? EBUSY : -r;
}

/** As pthread_rwlock_wrlock, but EBUSY where that would wait. POSIX.1-2017 */
int pthread_rwlock_trywrlock(pthread_rwlock_t *l)
{
    uint64_t v;
    int r = attempt((uint64_t *)l, &v, self(), WRITER);

    return r == -EDEADLK ? EBUSY : -r;
}

static int clocklock(pthread_rwlock_t *l, unsigned kind, clockid_t clock, const struct timespec *until)
{
    struct until u = { clock, until };

    if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC)
        return EINVAL;
    return lock((uint64_t *)l, kind, &u);
}

/** As pthread_rwlock_rdlock; ETIMEDOUT at `until` of the wall clock. POSIX.1-2017 */
int pthread_rwlock_timedrdlock(pthread_rwlock_t *l, const struct timespec *until)
{
    return clocklock(l, READER, CLOCK_REALTIME, until);
}

/** As pthread_rwlock_wrlock; ETIMEDOUT at `until` of the wall clock. POSIX.1-2017 */
int pthread_rwlock_timedwrlock(pthread_rwlock_t *l, const struct timespec *until)
{
    return clocklock(l, WRITER, CLOCK_REALTIME, until);
}

/** The same by CLOCK_REALTIME or CLOCK_MONOTONIC. POSIX.1-2024 */
int pthread_rwlock_clockrdlock(pthread_rwlock_t *l, clockid_t clock, const struct timespec *until)
{
    return clocklock(l, READER, clock, until);
}

/** The same by CLOCK_REALTIME or CLOCK_MONOTONIC. POSIX.1-2024 */
int pthread_rwlock_clockwrlock(pthread_rwlock_t *l, clockid_t clock, const struct timespec *until)
{
    return clocklock(l, WRITER, clock, until);
}

/* ---- unlocking ---- */

/* It has become free: in one change, and whoever is first gets his turn: one writer, or all readers. */
static void give(uint64_t *w, struct thread *t, uint64_t v)
{
    bool entered = rt_enter(t);
    struct park_bucket *b = park_begin(w);
    struct park_node *n = park_first(b, w), *next;
    uint64_t to = v & 0xffffffffull & ~(RW_READERS | PARKED);

    if (n && n->kind == WRITER) {
        park_take(b, n);
    } else {
        for (; n; n = next) {
            next = park_next(n);
            if (n->kind == READER)
                park_take(b, n);
        }
    }
    if (park_first(b, w))
        to |= PARKED;
    /* Meanwhile other readers may have come; then they are the ones to do this when they leave. */
    while (!word_cas(w, &v, (v & RW_READERS) > RW_READER ? v - RW_READER : to))
        ;
    park_end(b);
    rt_leave(t, entered);
}

static void wake_shared(const uint64_t *w, struct thread *t)
{
    bool entered = rt_enter(t);

    park_shared_wake(w);
    rt_leave(t, entered);
}

/** Unlocks. @return 0, or EINVAL, EPERM: it is not locked. POSIX.1-2017 pthread_rwlock_unlock() */
int pthread_rwlock_unlock(pthread_rwlock_t *l)
{
    uint64_t *w = (uint64_t *)l, v = word_get(w);
    struct thread *t = self();

    for (;;) {
        uint64_t to;

        if (TAG_OF(v) != TAG_RWLOCK)
            return v ? EINVAL : EPERM;
        if (OWNER_OF(v) ? OWNER_OF(v) != owner_id(v, t) : !(v & RW_READERS))
            return EPERM;
        to = OWNER_OF(v) ? v & 0xffffffffull : v - RW_READER;
        if ((v & PARKED) && !(to & RW_READERS)) {
            if (!(v & SHARED)) {
                give(w, t, v);
                return 0;
            }
            to &= ~PARKED;
        }
        if (word_cas(w, &v, to)) {
            if ((v & SHARED) && (v & PARKED) && !(to & PARKED))
                wake_shared(w, t);
            return 0;
        }
    }
}
