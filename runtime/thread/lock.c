/* SPDX-License-Identifier: BSD-2-Clause */
/* Recursive locks on a futex. The C library has mutexes instead: mutex.c. */
#include "lock.h"
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
