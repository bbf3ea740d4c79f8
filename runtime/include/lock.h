/* SPDX-License-Identifier: BSD-2-Clause */
/* Locks inside the runtime: a futex in process memory, no handle, so that fork can hand them on. */
#ifndef LOCK_H
#define LOCK_H

#include "base.h"

struct lock {
    uint32_t state; /* 0 free, 1 held, 2 held and waited for */
    uint32_t owner; /* Windows thread id, for recursion and for `ps` */
    uint32_t depth;
};
#define LOCK_INIT { 0, 0, 0 }

void lock_take(struct lock *l);      /* recursive */
bool lock_try(struct lock *l);
void lock_release(struct lock *l);
void lock_reset(struct lock *l);     /* in a forked child: free, whoever held it */

/* Wait while *addr == value; wake them. Within this process only. Time-out in ns, -1: none.
 * Returns 0 or -ETIMEDOUT; may return early. */
int futex_wait(uint32_t *addr, uint32_t value, int64_t timeout_ns);
void futex_wake(uint32_t *addr, bool all);

#endif
