/* SPDX-License-Identifier: BSD-2-Clause */
/* Waiting for words in memory that several processes share. lib/abi/sync.h says how waiters are found.
 * Everybody is woken and looks for himself, so nothing is lost with a process that dies. */
#include <errno.h>
#include <stddef.h>

#include "abi/sync.h"
#include "nt.h"
#include "nt/nt_context.h"
#include "park.h"
#include "proc.h"
#include "shm.h"
#include "sig.h"

static NOCOPY struct sync_table *table;
static struct lock table_lock = LOCK_INIT;

static int table_open(void)
{
    struct sync_table *t;
    handle_t h;
    int r = 0;

    if (likely(__atomic_load_n(&table, __ATOMIC_ACQUIRE)))
        return 0;
    lock_take(&table_lock);
    if (!table && (r = shm_create("sync", sizeof(*t), (void **)&t, &h)) >= 0) {
        /* Whoever is first: the values are always the same. The section stays open with this process. */
        t->hdr = (struct shm_hdr){ SHM_MAGIC_SYNC, ISTHMUS_ABI_MAJOR, ISTHMUS_ABI_MINOR, sizeof(*t) };
        __atomic_store_n(&table, t, __ATOMIC_RELEASE);
        r = 0;
    }
    lock_release(&table_lock);
    return r;
}

/* The calling thread's event, made when it is first needed. */
static int own_event(struct thread *t)
{
    char name[32];
    int r;

    if (likely(t->sync))
        return 0;
    r = nt_event_create(shm_dir, shm_name(name, "sync", (int)t->wintid), false, &t->sync);
    return r < 0 ? r : 0;
}

static uint32_t key_of(const uint64_t *word)
{
    return (uint32_t)((uintptr_t)word & 0xffff);
}

static uint64_t *try_take(uint64_t mine)
{
    for (uint32_t i = 0; i < SYNC_WAITERS; i++) {
        uint64_t free = SYNC_FREE;
        uint32_t high = __atomic_load_n(&table->high, __ATOMIC_ACQUIRE);

        /* Wakers look up to `high`: so it has to grow before the entry is one. */
        while (high <= i
               && !__atomic_compare_exchange_n(&table->high, &high, i + 1, false, __ATOMIC_SEQ_CST,
                                               __ATOMIC_SEQ_CST))
            ;
        if (table->waiter[i] == SYNC_FREE && word_cas(&table->waiter[i], &free, mine))
            return &table->waiter[i];
    }
    return NULL;
}

/* Entries of threads that have died while they waited. */
static void sweep(void)
{
    for (uint32_t i = 0; i < SYNC_WAITERS; i++) {
        uint64_t v = word_get(&table->waiter[i]);

        if (v != SYNC_FREE && !nt_thread_alive(sync_wintid_of(v)))
            word_cas(&table->waiter[i], &v, SYNC_FREE);
    }
}

static uint64_t *take(const struct thread *t, const uint64_t *word)
{
    uint64_t mine = sync_waiter(SYNC_WAITING, t->wintid, key_of(word)), *e;

    if ((e = try_take(mine)))
        return e;
    sweep();
    return try_take(mine);
}

void park_shared_wake(const uint64_t *word)
{
    uint32_t key = key_of(word), high;
    char name[32];
    handle_t event;

    if (table_open() < 0)
        return; /* then nobody could wait either */
    high = __atomic_load_n(&table->high, __ATOMIC_SEQ_CST);
    for (uint32_t i = 0; i < high && i < SYNC_WAITERS; i++) {
        uint64_t v = word_get(&table->waiter[i]);
        uint32_t tid = sync_wintid_of(v);

        if (sync_state_of(v) != SYNC_WAITING || sync_key_of(v) != key
            || !word_cas(&table->waiter[i], &v, sync_waiter(SYNC_WOKEN, tid, key)))
            continue;
        if (nt_event_open(shm_dir, shm_name(name, "sync", (int)tid), &event) < 0)
            continue; /* it has died, or does not wait any more */
        nt_event_set(event);
        nt_close(event);
    }
}

static int64_t units_left(const struct until *u)
{
    int64_t ns = until_left(u);

    return ns > 0 ? (ns + 99) / 100 : ns;
}

/* Until the entry says that somebody has changed the word. */
static int sleep_shared(const uint64_t *entry, const handle_t *handles, unsigned n,
                        const struct until *until, unsigned flags)
{
    int r;

    for (;;) {
        int64_t left = units_left(until);

        if (sync_state_of(word_get(entry)) == SYNC_WOKEN)
            return 0;
        if (left == -EINVAL)
            return -EINVAL;
        if (left == 0)
            return -ETIMEDOUT;
        r = wait_for(handles, n, left, flags & PARK_SIGNALS ? 0 : WAIT_NOSIGNAL);
        if (r >= 1)
            return -EOWNERDEAD;
        if (r < 0 && r != -ETIMEDOUT)
            return r;
    }
}

int park_shared_begin(uint64_t *word, uint64_t expect, uint64_t **entry)
{
    struct thread *t = self();
    uint64_t v;
    int r;

    if ((r = table_open()) < 0 || (r = own_event(t)) < 0)
        return r;
    if (!(*entry = take(t, word)))
        return -ENOMEM;
    v = word_get(word);
    do {
        if ((v ^ expect) & ~PARKED) {
            park_shared_end(*entry);
            return -EAGAIN;
        }
    } while (!word_cas(word, &v, v | PARKED));
    return 0;
}

void park_shared_end(uint64_t *entry)
{
    __atomic_store_n(entry, SYNC_FREE, __ATOMIC_SEQ_CST);
}

int park_shared_handles(uint64_t *word, uint64_t expect, const handle_t *more, unsigned n,
                        const struct until *until, unsigned flags)
{
    struct thread *t = self();
    uint8_t cancel_off = t->cancel_off;
    handle_t handles[1 + PARK_HANDLES];
    uint64_t *entry;
    int r = park_shared_begin(word, expect, &entry);

    if (r < 0)
        return r;
    handles[0] = t->sync;
    for (unsigned i = 0; i < n && i < PARK_HANDLES; i++)
        handles[1 + i] = more[i];
    if (!(flags & PARK_CANCEL))
        t->cancel_off = true;
    r = sleep_shared(entry, handles, 1 + (n < PARK_HANDLES ? n : PARK_HANDLES), until, flags);
    t->cancel_off = cancel_off;
    park_shared_end(entry);
    return r;
}

int park_shared(uint64_t *word, uint64_t expect, uint32_t owner, const struct until *until, unsigned flags)
{
    handle_t thread;
    unsigned n = 0;
    int r = 0;

    if (owner && (r = nt_thread_open(owner, &thread)) == 0)
        n = 1;
    if (r == -ESRCH)
        return (word_get(word) ^ expect) & ~PARKED ? -EAGAIN : -EOWNERDEAD;
    wait_record(SHM_WAIT_LOCK, (uint64_t)(uintptr_t)word, 0);
    r = park_shared_handles(word, expect, &thread, n, until, flags);
    if (n)
        nt_close(thread);
    return r;
}
