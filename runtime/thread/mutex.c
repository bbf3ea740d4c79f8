/* SPDX-License-Identifier: BSD-2-Clause */
/* Mutexes: one word each, pthread_internal.h says what is in it. The fast paths are one
 * compare-and-swap each and need no entry stub. Attributes are in mutexattr.c. */
#include <errno.h>

#include "mm.h"
#include "nt/nt_context.h"
#include "pthread_internal.h"
#include "sig.h"

/* Most critical sections are over sooner than a thread is put to sleep and woken. */
#define SPINS 100

#define ANY_MUTEX(v) (TAG_OF(v) - TAG_RECURSIVE <= TAG_ERRORCHECK - TAG_RECURSIVE)

/* Unlocked, nobody waits, nothing special: the value of an initialiser. */
static inline bool plain(uint64_t v)
{
    return v - TAG_RECURSIVE <= TAG_ERRORCHECK - TAG_RECURSIVE;
}

static inline uint64_t owned_by(const struct thread *t)
{
    return (uint64_t)t->id << OWNER_SHIFT;
}

/* Memory of zeros is taken for a normal mutex. */
static int tag_check(uint64_t *w, uint64_t *v)
{
    if (likely(ANY_MUTEX(*v)))
        return 0;
    if (*v)
        return -EINVAL;
    word_cas(w, v, TAG_NORMAL);
    *v = word_get(w);
    return ANY_MUTEX(*v) ? 0 : -EINVAL;
}

/* ---- robust mutexes: each thread knows which it may hold ---- */

static int robust_note(struct thread *t, uint64_t *w)
{
    struct pthread *p = pthread_of(t);
    uint64_t **v;

    if (!p)
        return -EAGAIN;
    if (p->nrobust == p->robust_room) {
        unsigned room = p->robust_room ? 2 * p->robust_room : 8;

        if (!(v = rt_realloc(p->robust, room * sizeof(*v))))
            return -EAGAIN;
        p->robust = v;
        p->robust_room = room;
    }
    p->robust[p->nrobust++] = w;
    return 0;
}

static void robust_forget(struct thread *t, const uint64_t *w)
{
    struct pthread *p = t->pthread;

    for (unsigned i = p ? p->nrobust : 0; i-- > 0;)
        if (p->robust[i] == w) {
            p->robust[i] = p->robust[--p->nrobust];
            break;
        }
}

/* ---- locking ---- */

/* It is ours already. */
static int again(uint64_t *w, uint64_t v)
{
    do {
        if (TAG_OF(v) == TAG_ERRORCHECK)
            return -EDEADLK;
        if (TAG_OF(v) != TAG_RECURSIVE)
            return -EBUSY; /* a deadlock, but for trylock */
        if ((v & MUTEX_DEPTHS) == MUTEX_DEPTHS)
            return -EAGAIN;
    } while (!word_cas(w, &v, v + MUTEX_DEPTH));
    return 0;
}

/* Has the owner of a robust mutex in shared memory ended with its process? Then it has no owner. */
static bool has_died(uint64_t *w, uint64_t *v)
{
    uint64_t to = (*v & 0xffffffffull & ~MUTEX_DEPTHS) | MUTEX_DIED;

    if (!(*v & SHARED) || !(*v & MUTEX_ROBUST) || nt_thread_alive(OWNER_OF(*v)))
        return false;
    if (word_cas(w, v, to))
        *v = to;
    return !OWNER_OF(*v);
}

/* One attempt: -EBUSY means to wait while the word is *v. */
static int attempt(uint64_t *w, uint64_t *v, struct thread *t)
{
    int r;

    *v = word_get(w);
    if ((r = tag_check(w, v)) < 0)
        return r;
    if (*v & MUTEX_LOST)
        return -ENOTRECOVERABLE;
    if (OWNER_OF(*v) == owner_id(*v, t))
        return again(w, *v);
    if (OWNER_OF(*v) && !has_died(w, v))
        return -EBUSY;
    if ((*v & MUTEX_ROBUST) && (r = robust_note(t, w)) < 0)
        return r;
    if (word_cas(w, v, *v | (uint64_t)owner_id(*v, t) << OWNER_SHIFT))
        return *v & MUTEX_DIED ? -EOWNERDEAD : 0;
    if (*v & MUTEX_ROBUST)
        robust_forget(t, w);
    return -EINTR; /* somebody was faster: look again */
}

static void spin(const uint64_t *w, uint64_t v)
{
    for (unsigned i = 0; i < SPINS && OWNER_OF(v) && !(v & PARKED); i++) {
        __builtin_ia32_pause();
        v = word_get(w);
    }
}

int mutex_lock(uint64_t *w, struct thread *t, const struct until *until, unsigned flags)
{
    bool spun = false;
    uint64_t v;
    int r;

    for (;;) {
        r = attempt(w, &v, t);
        if (r == -EINTR)
            continue;
        if (r != -EBUSY)
            return r;
        if (!spun && OWNER_OF(v) != owner_id(v, t)) {
            spin(w, v);
            spun = true;
            continue;
        }
        if (v & SHARED)
            r = park_shared(w, v, v & MUTEX_ROBUST ? OWNER_OF(v) : 0, until, flags);
        else
            r = park_on(w, v, until, flags);
        if (r == -EINTR)
            sig_deliver(NULL);
        else if (r < 0 && r != -EAGAIN && r != -EOWNERDEAD)
            return r;
    }
}

static __attribute__((noinline)) int lock_slow(uint64_t *w, const struct until *until)
{
    struct thread *t = self();
    bool entered = rt_enter(t);
    int r = until_valid(until) ? mutex_lock(w, t, until, PARK_SIGNALS) : -EINVAL;

    rt_leave(t, entered);
    return -r;
}

/**
 * Locks a mutex.
 * @return 0, or the error's number
 *   EAGAIN  locked recursively too often
 *   EDEADLK it is ours already, and of type PTHREAD_MUTEX_ERRORCHECK
 *   EINVAL  it was destroyed
 *   EOWNERDEAD, ENOTRECOVERABLE  robust mutexes: see POSIX
 * POSIX.1-2017 pthread_mutex_lock()
 */
int pthread_mutex_lock(pthread_mutex_t *mutex)
{
    uint64_t *w = (uint64_t *)mutex, v = word_get(w);
    struct thread *t = self_or_null();

    if (likely(t && plain(v)) && likely(word_cas(w, &v, v | owned_by(t))))
        return 0;
    return lock_slow(w, NULL);
}

/** As pthread_mutex_lock, but EBUSY where that would wait. POSIX.1-2017 pthread_mutex_trylock() */
int pthread_mutex_trylock(pthread_mutex_t *mutex)
{
    uint64_t *w = (uint64_t *)mutex, v = word_get(w);
    struct thread *t = self();
    bool entered;
    int r;

    if (likely(plain(v)) && likely(word_cas(w, &v, v | owned_by(t))))
        return 0;
    entered = rt_enter(t);
    do
        r = attempt(w, &v, t);
    while (r == -EINTR);
    rt_leave(t, entered);
    return r == -EDEADLK ? EBUSY : -r;
}

/** As pthread_mutex_lock; ETIMEDOUT at `until` of the wall clock. POSIX.1-2017 */
int pthread_mutex_timedlock(pthread_mutex_t *mutex, const struct timespec *until)
{
    return pthread_mutex_clocklock(mutex, CLOCK_REALTIME, until);
}

/** The same by CLOCK_REALTIME or CLOCK_MONOTONIC. POSIX.1-2024 */
int pthread_mutex_clocklock(pthread_mutex_t *mutex, clockid_t clock, const struct timespec *until)
{
    struct until u = { clock, until };
    uint64_t v;
    int r;

    if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC)
        return EINVAL;
    if ((r = pthread_mutex_trylock(mutex)) != EBUSY)
        return r;
    v = word_get((uint64_t *)mutex);
    if (TAG_OF(v) == TAG_ERRORCHECK && OWNER_OF(v) == owner_id(v, self()))
        return EDEADLK;
    return lock_slow((uint64_t *)mutex, &u);
}

/* ---- unlocking ---- */

/* To the state `to` (but for PARKED), and wakes one waiter or all. Nothing of the word is looked at
 * after the change: the next owner may destroy it. */
static void give(uint64_t *w, uint64_t v, uint64_t to, bool all)
{
    struct park_bucket *b;
    struct park_node *n;

    while (!(v & PARKED) || (v & SHARED))
        if (word_cas(w, &v, to)) {
            if (v & PARKED)
                park_shared_wake(w);
            return;
        }
    b = park_begin(w);
    while ((n = park_first(b, w))) {
        park_take(b, n);
        if (!all)
            break;
    }
    if (!all && park_first(b, w))
        to |= PARKED;
    while (!word_cas(w, &v, to))
        ;
    park_end(b);
}

static uint64_t unlocked(uint64_t v)
{
    v &= 0xffffffffull & ~(MUTEX_DEPTHS | PARKED);
    if (v & MUTEX_DIED) /* and the one who knew has not made it consistent */
        v = (v & ~MUTEX_DIED) | MUTEX_LOST;
    return v;
}

int mutex_unlock(uint64_t *w, struct thread *t)
{
    uint64_t v = word_get(w);
    int r = tag_check(w, &v);

    if (r < 0)
        return r;
    /* Others may unlock a normal one: programs use it as a semaphore. */
    if (OWNER_OF(v) != owner_id(v, t)
        && (!OWNER_OF(v) || TAG_OF(v) != TAG_NORMAL || (v & MUTEX_ROBUST)))
        return -EPERM;
    while (v & MUTEX_DEPTHS)
        if (word_cas(w, &v, v - MUTEX_DEPTH))
            return 0;
    if (v & MUTEX_ROBUST)
        robust_forget(t, w);
    give(w, v, unlocked(v), unlocked(v) & MUTEX_LOST);
    return 0;
}

static __attribute__((noinline)) int unlock_slow(uint64_t *w)
{
    struct thread *t = self();
    bool entered = rt_enter(t);
    int r = mutex_unlock(w, t);

    rt_leave(t, entered);
    return -r;
}

/**
 * Unlocks a mutex.
 * @return 0, or the error's number
 *   EINVAL it was destroyed
 *   EPERM  it is not the caller's (a normal one: nobody's)
 * POSIX.1-2017 pthread_mutex_unlock()
 */
int pthread_mutex_unlock(pthread_mutex_t *mutex)
{
    uint64_t *w = (uint64_t *)mutex, v = word_get(w);
    struct thread *t = self_or_null();

    if (likely(t && plain(v ^ owned_by(t))) && likely(word_cas(w, &v, v & 0xff)))
        return 0;
    return unlock_slow(w);
}

int mutex_release(uint64_t *w, struct thread *t, uint64_t *depth)
{
    uint64_t v = word_get(w);
    int r = tag_check(w, &v);

    if (r < 0)
        return r;
    *depth = v & MUTEX_DEPTHS;
    while ((v & MUTEX_DEPTHS) && !word_cas(w, &v, v & ~MUTEX_DEPTHS))
        ;
    return mutex_unlock(w, t);
}

int mutex_retake(uint64_t *w, struct thread *t, uint64_t depth)
{
    int r = mutex_lock(w, t, NULL, PARK_SIGNALS);

    if (depth && (r == 0 || r == -EOWNERDEAD))
        __atomic_fetch_or(w, depth, __ATOMIC_RELAXED);
    return r;
}

/* ---- the rest ---- */

void mutex_owner_ends(struct pthread *p)
{
    struct thread *t = p->thread;

    while (p->nrobust) {
        uint64_t *w = p->robust[--p->nrobust], v = word_get(w);

        if (ANY_MUTEX(v) && OWNER_OF(v) == owner_id(v, t))
            give(w, v, (unlocked(v & ~MUTEX_DIED)) | MUTEX_DIED, false);
    }
}

/**
 * Makes a robust mutex usable again after EOWNERDEAD.
 * @return 0, or EINVAL: it is not robust, or not in that state, or not ours
 * POSIX.1-2017 pthread_mutex_consistent()
 */
int pthread_mutex_consistent(pthread_mutex_t *mutex)
{
    uint64_t *w = (uint64_t *)mutex, v = word_get(w);

    if (!ANY_MUTEX(v) || !(v & MUTEX_DIED) || OWNER_OF(v) != owner_id(v, self()))
        return EINVAL;
    __atomic_fetch_and(w, ~MUTEX_DIED, __ATOMIC_ACQ_REL);
    return 0;
}

/**
 * Ends the use of a mutex; its memory may then be used for something else.
 * @return 0, or the error's number: EBUSY it is locked; EINVAL it was destroyed before
 * POSIX.1-2017 pthread_mutex_destroy()
 */
int pthread_mutex_destroy(pthread_mutex_t *mutex)
{
    uint64_t *w = (uint64_t *)mutex, v = word_get(w);

    if (v && !ANY_MUTEX(v))
        return EINVAL;
    if (OWNER_OF(v))
        return EBUSY;
    return word_cas(w, &v, TAG_DESTROYED) ? 0 : EBUSY;
}

/* ---- the C library's locks: recursive mutexes, whatever it calls them ---- */

void __cygwin_lock_init(void **p)
{
    *p = (void *)(uintptr_t)TAG_RECURSIVE;
}

void __cygwin_lock_init_recursive(void **p)
{
    *p = (void *)(uintptr_t)TAG_RECURSIVE;
}

void __cygwin_lock_fini(void **p)
{
    *p = (void *)(uintptr_t)TAG_RECURSIVE;
}

/* In a forked child, what another thread of the parent held is free: nobody else would ever do it. */
static bool inherited(uint64_t *w)
{
    uint64_t v = word_get(w);

    return thread_died_in_fork(OWNER_OF(v)) && word_cas(w, &v, TAG_RECURSIVE);
}

static bool libc_try(uint64_t *w, struct thread *t)
{
    uint64_t v = word_get(w);

    if (!v || plain(v))
        return word_cas(w, &v, TAG_RECURSIVE | owned_by(t));
    if (OWNER_OF(v) == t->id)
        return again(w, v) == 0;
    return false;
}

int __cygwin_lock_lock(void **p)
{
    uint64_t *w = (uint64_t *)p;
    struct thread *t = self();

    while (!libc_try(w, t))
        if (!inherited(w) && mutex_lock(w, t, NULL, 0) == 0)
            break;
    return 0;
}

int __cygwin_lock_trylock(void **p)
{
    uint64_t *w = (uint64_t *)p;
    struct thread *t = self();

    return libc_try(w, t) || (inherited(w) && libc_try(w, t)) ? 0 : -1;
}

int __cygwin_lock_unlock(void **p)
{
    return mutex_unlock((uint64_t *)p, self());
}
