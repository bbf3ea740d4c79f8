/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of locks on files (lib/abi/locks.h): conflicts, ranges, deadlocks. Pure: whoever calls holds
 * the table's lock, and does the waiting. */
#ifndef LIB_LOCK_H
#define LIB_LOCK_H

#include "lib/abi/locks.h"

struct lock_file {
    uint64_t dev, ino;
};

struct lock_owner {
    uint32_t kind; /* enum shm_lock_kind */
    uint64_t id, started;
    uint32_t winpid;
};

struct lock_range {
    int64_t start, last;
};

/** Bucket of a file. */
uint32_t lock_bucket(const struct lock_file *f);

/** Makes the lists anew from the entries: after the holder of the table's lock has died, or when
 * something in the table cannot be. */
void lock_rebuild(struct shm_locks *t);

/** Is the owner of the entry still there? May renew e->winpid. */
typedef int lock_alive_fn(void *arg, struct shm_lock *e);

/**
 * First lock that stands in the way of one of `type` (SHM_LOCK_READ or SHM_LOCK_WRITE) of owner `o`. Locks
 * of owners that are gone are removed on the way.
 * @return the entry, or NULL: there is none
 */
struct shm_lock *lock_conflict(struct shm_locks *t, const struct lock_file *f, const struct lock_owner *o,
                               unsigned type, struct lock_range r, lock_alive_fn *alive, void *arg);

/**
 * Sets the range to `type` (SHM_LOCK_NONE: unlocks it) for the owner, who has no conflict: splits and
 * joins what he has there.
 * @return 0; 1: something was let go of, or made weaker; -ENOLCK: no room, nothing was changed
 */
int lock_set(struct shm_locks *t, const struct lock_file *f, const struct lock_owner *o, unsigned type,
             struct lock_range r);

/** What the owner has on the file. SHM_LOCK_NONE for none; for flock(). */
unsigned lock_get(struct shm_locks *t, const struct lock_file *f, const struct lock_owner *o);

/**
 * Removes all locks of an owner on all files; `changed` is told each bucket that lost some.
 */
void lock_drop(struct shm_locks *t, const struct lock_owner *o, void (*changed)(void *arg, uint32_t bucket),
               void *arg);

struct lock_wait {
    uint32_t slot;
    uint64_t id; /* 0: none */
};

/**
 * Process `pid` is going to wait for `e`, a lock of another process.
 * @param wait receives what lock_wait_end wants, if the result is 0
 * @return 0; -EDEADLK: the other one waits for us, through however many others; -ENOLCK: no room
 */
int lock_wait_begin(struct shm_locks *t, uint64_t pid, uint64_t started, const struct shm_lock *e,
                    struct lock_wait *wait);
/** It waits no more. The table's lock is not needed. */
void lock_wait_end(struct shm_locks *t, const struct lock_wait *wait);
/** Something in the bucket was let go of: those who wait there look again, and wait for nobody until then. */
void lock_wait_changed(struct shm_locks *t, uint32_t bucket);
/** Entries of processes that are gone; `alive` is asked by pid and start. */
void lock_wait_sweep(struct shm_locks *t, int (*alive)(void *arg, uint64_t pid, uint64_t started), void *arg);

#endif
