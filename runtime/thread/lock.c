/* SPDX-License-Identifier: BSD-2-Clause */
/* Recursive locks on a futex, and the C library's locks on top of them. */
#include "lock.h"
#include "mm.h"
#include "nt.h"

enum { FREE = 0, HELD = 1, CONTENDED = 2 };

/* A short spin before waiting: most critical sections of the runtime are tens of instructions. */
#define SPINS 100

static bool grab(uint32_t *state, uint32_t to)
{
    uint32_t free = FREE;

    return __atomic_compare_exchange_n(state, &free, to, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

static void take_slow(struct lock *l)
{
    for (unsigned i = 0; i < SPINS; i++) {
        if (grab(&l->state, HELD))
            return;
        __builtin_ia32_pause();
    }
    while (__atomic_exchange_n(&l->state, CONTENDED, __ATOMIC_ACQUIRE) != FREE)
        futex_wait(&l->state, CONTENDED, -1);
}

void lock_take(struct lock *l)
{
    uint32_t me = nt_wintid();

    if (__atomic_load_n(&l->owner, __ATOMIC_RELAXED) == me) {
        l->depth++;
        return;
    }
    if (!grab(&l->state, HELD))
        take_slow(l);
    __atomic_store_n(&l->owner, me, __ATOMIC_RELAXED);
    l->depth = 1;
}

bool lock_try(struct lock *l)
{
    uint32_t me = nt_wintid();

    if (__atomic_load_n(&l->owner, __ATOMIC_RELAXED) == me) {
        l->depth++;
        return true;
    }
    if (!grab(&l->state, HELD))
        return false;
    __atomic_store_n(&l->owner, me, __ATOMIC_RELAXED);
    l->depth = 1;
    return true;
}

void lock_release(struct lock *l)
{
    if (--l->depth)
        return;
    __atomic_store_n(&l->owner, 0, __ATOMIC_RELAXED);
    if (__atomic_exchange_n(&l->state, FREE, __ATOMIC_RELEASE) == CONTENDED)
        futex_wake(&l->state, false);
}

void lock_reset(struct lock *l)
{
    *l = (struct lock)LOCK_INIT;
}

/* ---- newlib's locks: a pointer, or a small number from a static initialiser until first used ---- */

#define INITIALIZERS 0xffffu

static struct lock *libc_lock(void **p)
{
    void *seen = __atomic_load_n(p, __ATOMIC_ACQUIRE);
    struct lock *l;

    if ((uintptr_t)seen > INITIALIZERS && seen != (void *)-1)
        return seen;
    if (!(l = rt_zalloc(sizeof(*l))))
        rt_panic("no memory for a lock of the C library", 0);
    /* fails only when another thread was first */
    if (!__atomic_compare_exchange_n(p, &seen, l, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
        rt_free(l);
        return seen;
    }
    return l;
}

void __cygwin_lock_init(void **p)
{
    *p = NULL;
}

void __cygwin_lock_init_recursive(void **p)
{
    *p = NULL;
}

void __cygwin_lock_fini(void **p)
{
    if ((uintptr_t)*p > INITIALIZERS && *p != (void *)-1)
        rt_free(*p);
    *p = NULL;
}

void __cygwin_lock_lock(void **p)
{
    lock_take(libc_lock(p));
}

int __cygwin_lock_trylock(void **p)
{
    return lock_try(libc_lock(p)) ? 0 : -1;
}

void __cygwin_lock_unlock(void **p)
{
    lock_release(libc_lock(p));
}
