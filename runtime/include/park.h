/* SPDX-License-Identifier: BSD-2-Clause */
/* Waiting for objects in process memory: mutexes, condition variables, semaphores and the like.
 *
 * An object is one 64-bit word that its users change by compare-and-swap; no handle, no memory besides
 * it, so that a forked child inherits it as it is. Who has to wait puts himself into a queue that is
 * found by the word's address. Bit PARKED of the word says that somebody may be in the queue: only
 * then does who lets go of the object have to look there.
 *
 * How that meets the wait core. A thread in here waits for its own word, thread->park, not for the
 * object's: so whoever has something for this thread can wake it, without knowing what it waits for.
 *   - A waker takes the thread out of the queue, sets node->woken, then pokes the thread.
 *   - The sender of a signal sets thread->pending, then pokes; pthread_cancel sets thread->cancel, then
 *     pokes. (sig_wake_thread() in signal/generate.c: a parked thread is poked, one in wait_for()
 *     gets its event, one in ported code is diverted.)
 *   - The waiter sets thread->park, and only then looks at these three. So none is ever missed.
 * A wait that a signal or cancellation ended has left the queue, and the caller holds nothing: like a
 * system call after -EINTR from wait_for(), it runs the handlers by sig_restart() or
 * sig_interrupted(), which also act on cancellation, and then waits again, or not. Handlers may leave
 * by siglongjmp.
 *
 * Memory of struct thread is never given back, so a late poke hurts nobody. */
#ifndef PARK_H
#define PARK_H

#include <errno.h>
#include <time.h>

#include "lock.h"
#include "thread.h"

/* In every word: */
#define PARKED 0x100ull  /* somebody may wait */
#define SHARED 0x200ull  /* it lies in memory that processes share */

struct park_node {
    struct park_node *next, *prev;
    struct thread *thread;
    const uint64_t *key;
    uint32_t woken;
    uint32_t kind;           /* the object's, for its choice whom to wake */
};

struct park_bucket;

/* A point in time; NULL: never. */
struct until {
    clockid_t clock;
    const struct timespec *at;
};

#define PARK_SIGNALS 1u      /* a signal to deliver ends the wait */
#define PARK_CANCEL  2u      /* pthread_cancel does */

/* ---- the simple way ---- */
/* Wait if *word is `expect` but for PARKED, which gets set. 0: woken; -EAGAIN: the word is another;
 * -ETIMEDOUT; -EINVAL: no valid time; -EINTR: see above. */
int park_on(uint64_t *word, uint64_t expect, const struct until *until, unsigned flags);

/* ---- words with SHARED (park_shared.c): park_on does the waiting for them as well ---- */
/* As park_on. owner: a Windows thread whose end is to be noticed, -EOWNERDEAD; or 0. */
int park_shared(uint64_t *word, uint64_t expect, uint32_t owner, const struct until *until,
                unsigned flags);
/* The same, ended by any of up to PARK_HANDLES handles as well: -EOWNERDEAD. */
#define PARK_HANDLES 32
int park_shared_handles(uint64_t *word, uint64_t expect, const handle_t *handles, unsigned n,
                        const struct until *until, unsigned flags);
/* Step by step, for who waits for several: the thread's event `sync` is set when the word changes. 0,
 * -EAGAIN: it is another already, -ENOMEM. */
int park_shared_begin(uint64_t *word, uint64_t expect, uint64_t **entry);
void park_shared_end(uint64_t *entry);
/* The word had PARKED before it was changed, and has it no more: all look again. */
void park_shared_wake(const uint64_t *word);

/* ---- step by step: everything between begin and end is one change for all who use the word ---- */
struct park_bucket *park_begin(const uint64_t *word);
void park_enqueue(struct park_bucket *b, const uint64_t *word, struct park_node *n, uint32_t kind);
/* The first who waits for the word, NULL: nobody. */
struct park_node *park_first(struct park_bucket *b, const uint64_t *word);
struct park_node *park_next(const struct park_node *n); /* who waits for the same after n */
/* Takes n out of the queue, for park_end to wake. */
void park_take(struct park_bucket *b, struct park_node *n);
/* Wakes the taken ones. */
void park_end(struct park_bucket *b);
/* Of an enqueued thread, after park_end. Results as park_on. */
int park_wait(uint64_t *word, struct park_node *n, const struct until *until, unsigned flags);

/* Or the thread does not wait after all. False: somebody has woken it. */
bool park_cancel(uint64_t *word, struct park_node *n);
/* Does anybody wait? (PARKED is only a hint, in a forked child above all.) */
bool park_anybody(const uint64_t *word);

/* Is it parked? Then it looks at everything again. */
bool park_poke(struct thread *t);

/* Nanoseconds until then, 0: it has come; -1: never; or -EINVAL. (Not -1.) */
int64_t until_left(const struct until *u);
static inline bool until_valid(const struct until *u)
{
    return !u || (u->at->tv_nsec >= 0 && u->at->tv_nsec < 1000000000);
}

/* ---- atomic words ---- */
static inline uint64_t word_get(const uint64_t *w)
{
    return __atomic_load_n(w, __ATOMIC_ACQUIRE);
}
static inline bool word_cas(uint64_t *w, uint64_t *old, uint64_t to)
{
    return __atomic_compare_exchange_n(w, old, to, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

/* ---- functions without an entry stub (nosig) ----
 * Their fast paths change one word and hold nothing: there a signal may divert the thread as in ported
 * code. Before they do anything else they enter the runtime, as a stub would. */
static inline bool rt_enter(struct thread *t)
{
    if (t->ret_addr)
        return false; /* called from inside */
    __atomic_store_n(&t->ret_addr, IN_RUNTIME, __ATOMIC_RELAXED);
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    return true;
}
void rt_leave(struct thread *t, bool entered);

/* Calls ported code from inside the runtime: signals may interrupt it. */
void call_ported(struct thread *t, void (*fn)(void *), void *arg);

#endif
