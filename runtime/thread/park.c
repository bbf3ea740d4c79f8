/* SPDX-License-Identifier: BSD-2-Clause */
/* Queues of waiting threads, by the address of what they wait for. See park.h for the protocol. */
#include "park.h"

#include <errno.h>

#include "nt.h"
#include "nt/nt_system.h"
#include "proc.h"
#include "sig.h"
#include "systime.h"

enum { PARK_NONE = 0, PARK_WAITING = 1, PARK_POKED = 2 };

#define BUCKETS 128u

/* Under its lock. `taken`: out of the queue, to be woken by park_end. */
struct park_bucket {
    struct lock lock;
    struct park_node *first, *last, *taken, **taken_end;
};

/* A forked child begins with empty queues: its only thread waits for nothing. */
static NOCOPY struct park_bucket buckets[BUCKETS];

static struct park_bucket *bucket_of(const uint64_t *word)
{
    uint64_t h = (uint64_t)(uintptr_t)word >> 3;

    return &buckets[(h * 0x9e3779b97f4a7c15ull) >> 57];
}
_Static_assert(BUCKETS == 1u << (64 - 57), "the hash gives a bucket");

struct park_bucket *park_begin(const uint64_t *word)
{
    struct park_bucket *b = bucket_of(word);

    lock_take(&b->lock);
    b->taken = NULL;
    b->taken_end = &b->taken;
    return b;
}

void park_enqueue(struct park_bucket *b, const uint64_t *word, struct park_node *n, uint32_t kind)
{
    *n = (struct park_node){ NULL, b->last, self(), word, 0, kind };
    if (b->last)
        b->last->next = n;
    else
        b->first = n;
    b->last = n;
}

static void unlink_node(struct park_bucket *b, struct park_node *n)
{
    if (n->prev)
        n->prev->next = n->next;
    else
        b->first = n->next;
    if (n->next)
        n->next->prev = n->prev;
    else
        b->last = n->prev;
}

struct park_node *park_first(struct park_bucket *b, const uint64_t *word)
{
    struct park_node *n = b->first;

    while (n && n->key != word)
        n = n->next;
    return n;
}

struct park_node *park_next(const struct park_node *n)
{
    struct park_node *m = n->next;

    while (m && m->key != n->key)
        m = m->next;
    return m;
}

void park_take(struct park_bucket *b, struct park_node *n)
{
    unlink_node(b, n);
    n->next = NULL;
    *b->taken_end = n;
    b->taken_end = &n->next;
}

bool park_poke(struct thread *t)
{
    uint32_t was = PARK_WAITING;

    if (__atomic_compare_exchange_n(&t->park, &was, PARK_POKED, false, __ATOMIC_SEQ_CST,
                                    __ATOMIC_SEQ_CST))
        futex_wake(&t->park, false);
    return was != PARK_NONE;
}

void park_end(struct park_bucket *b)
{
    struct park_node *n = b->taken, *next;

    lock_release(&b->lock);
    for (; n; n = next) {
        struct thread *t = n->thread;

        /* The node lies on the waiter's stack: it may be gone as soon as this is stored. */
        next = n->next;
        __atomic_store_n(&n->woken, 1, __ATOMIC_SEQ_CST);
        park_poke(t);
    }
}

int64_t until_left(const struct until *u)
{
    uint64_t now, due;

    if (!u)
        return -1;
    if (!until_valid(u))
        return -EINVAL;
    if (u->at->tv_sec < 0)
        return 0;
    due = units_from_timespec(u->at);
    now = u->clock == CLOCK_MONOTONIC ? nt_uptime() : nt_time_precise() - NT_EPOCH;
    if (due <= now)
        return 0;
    due -= now;
    return due < (uint64_t)INT64_MAX / 100 ? (int64_t)due * 100 : INT64_MAX;
}

bool park_anybody(const uint64_t *word)
{
    struct park_bucket *b = park_begin(word);
    bool r = park_first(b, word) != NULL;

    park_end(b);
    return r;
}

bool park_cancel(uint64_t *word, struct park_node *n)
{
    struct park_bucket *b = park_begin(word);
    bool mine = false;

    for (struct park_node *m = b->first; m && !mine; m = m->next)
        mine = m == n;
    if (mine) {
        unlink_node(b, n);
        if (!park_first(b, word))
            __atomic_and_fetch(word, ~PARKED, __ATOMIC_ACQ_REL);
    }
    park_end(b);
    /* Or the waker is about to write to the node. */
    while (!mine && !__atomic_load_n(&n->woken, __ATOMIC_ACQUIRE))
        __builtin_ia32_pause();
    return mine;
}

static bool interrupted(const struct thread *t, unsigned flags)
{
    if ((flags & PARK_SIGNALS) && t->pending && sig_deliverable())
        return true;
    return (flags & PARK_CANCEL) && thread_cancel_wanted(t);
}

/* Sleeps until woken or there is another reason: 0, -EINTR, -ETIMEDOUT, -EINVAL. */
static int doze(struct thread *t, struct park_node *n, const struct until *until, unsigned flags)
{
    int64_t left;
    int r = 0;

    for (;;) {
        __atomic_exchange_n(&t->park, PARK_WAITING, __ATOMIC_SEQ_CST);
        if (__atomic_load_n(&n->woken, __ATOMIC_SEQ_CST))
            break;
        if (interrupted(t, flags))
            r = -EINTR;
        else if ((left = until_left(until)) == 0)
            r = -ETIMEDOUT;
        else if (left == -EINVAL)
            r = -EINVAL;
        if (r < 0)
            break;
        futex_wait(&t->park, PARK_WAITING, left);
    }
    __atomic_store_n(&t->park, PARK_NONE, __ATOMIC_SEQ_CST);
    return r;
}

int park_wait(uint64_t *word, struct park_node *n, const struct until *until, unsigned flags)
{
    struct thread *t = n->thread;
    uint64_t begin = trace_clock();
    int r;

    wait_record(SHM_WAIT_LOCK, (uint64_t)(uintptr_t)word, (uint32_t)me.pid);
    thread_waits(t, 1);
    r = doze(t, n, until, flags);
    if (r < 0 && !park_cancel(word, n))
        r = 0;
    thread_waits(t, 0);
    trace_thread_waited(word, -r, trace_clock() - begin);
    return r;
}

int park_on(uint64_t *word, uint64_t expect, const struct until *until, unsigned flags)
{
    struct park_bucket *b;
    struct park_node n;
    uint64_t v;

    if (expect & SHARED)
        return park_shared(word, expect, 0, until, flags);
    b = park_begin(word);
    v = word_get(word);

    do {
        if ((v ^ expect) & ~PARKED) {
            park_end(b);
            return -EAGAIN;
        }
    } while (!word_cas(word, &v, v | PARKED));
    park_enqueue(b, word, &n, 0);
    park_end(b);
    return park_wait(word, &n, until, flags);
}

/* ---- in and out ---- */

void rt_leave(struct thread *t, bool entered)
{
    while (entered) {
        __atomic_exchange_n(&t->ret_addr, 0, __ATOMIC_SEQ_CST);
        if (!t->pending)
            break;
        t->ret_addr = IN_RUNTIME;
        sig_deliver(NULL);
    }
}

void call_ported(struct thread *t, void (*fn)(void *), void *arg)
{
    uint64_t ret_addr = t->ret_addr;

    rt_leave(t, true);
    fn(arg);
    __atomic_store_n(&t->ret_addr, ret_addr, __ATOMIC_RELAXED);
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
}
