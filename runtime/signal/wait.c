/* SPDX-License-Identifier: BSD-2-Clause */
/* The wait core: the only place where the runtime blocks, so the only one that signals have to wake. */
#include <errno.h>
#include <string.h>

#include "nt.h"
#include "nt_window.h"
#include "shm.h"
#include "sig.h"
#include "state.h"
#include "sys.h"
#include "thread.h"
#include "wait_many.h"

void wait_record(uint32_t kind, uint64_t arg, uint32_t owner)
{
    struct shm_thread *s = self()->shm;

    trace_wait_begin(kind, (int64_t)arg, (int32_t)owner);
    if (!s)
        return;
    s->wait_arg = arg;
    s->owner = owner;
    s->waiting = 0;
    s->since = rdtsc();
    __atomic_store_n(&s->wait_kind, kind, __ATOMIC_RELEASE);
}

void thread_waits(struct thread *t, uint32_t waits)
{
    if (!t->shm)
        return;
    t->shm->waiting = waits;
    if (t == main_thread)
        shm_summary_waiting(waits);
}

/* ---- what others send, without the signal thread ----
 * While the first thread waits here it takes what comes by itself: one thread less to be woken. Senders
 * enter a signal and then look at sig_direct; we clear it and then look for signals. */

static handle_t direct_begin(const struct thread *t, unsigned n)
{
    handle_t event = t == main_thread && n + 2 <= WAIT_DIRECT ? sig_direct_event() : NULL;

    if (!event || shm_self->winpid != nt_winpid())
        return NULL;
    __atomic_store_n(&shm_self->sig_direct, 1, __ATOMIC_SEQ_CST);
    sig_settle();
    return event;
}

static void direct_end(void)
{
    __atomic_store_n(&shm_self->sig_direct, 0, __ATOMIC_SEQ_CST);
    sig_settle();
}

/* One wait, which the event of a signal ends as well (result n), or that others sent one (n + 1), or a message
 * (a result above those). */
static int wait_once(struct thread *t, const handle_t *handles, unsigned n, int64_t timeout, handle_t direct,
                     bool messages)
{
    handle_t all[64];

    if (n == 0 && !direct && !messages)
        return nt_wait(&t->wake, 1, timeout);
    if (n > WAIT_DIRECT)
        return wait_many(t->wake, handles, n, timeout, messages);
    if (n)
        memcpy(all, handles, n * sizeof(*handles));
    all[n] = t->wake;
    all[n + 1] = direct;
    n += direct ? 2 : 1;
    return messages ? nt_wait_messages(all, n, timeout) : nt_wait(all, n, timeout);
}

static int wait_signal(struct thread *t, const handle_t *handles, unsigned n, int64_t timeout, bool messages)
{
    uint64_t until = timeout > 0 ? nt_uptime() + (uint64_t)timeout : 0;
    handle_t direct = direct_begin(t, n);
    int r;

    for (;;) {
        /* Whoever has a signal for us sets `pending`, then looks at `in_wait`: so the order here is
         * the other way round. */
        if ((t->pending && sig_deliverable()) || thread_cancel_wanted(t))
            r = -EINTR;
        else
            r = wait_once(t, handles, n, timeout, direct, messages);
        if (direct && r == (int)n + 1)
            sig_drain();
        else if (r != (int)n)
            break;
        if (timeout > 0) { /* woken, but perhaps another thread has taken the signal meanwhile */
            uint64_t now = nt_uptime();

            timeout = now < until ? (int64_t)(until - now) : 0;
        }
    }
    if (direct)
        direct_end();
    return r;
}

static const char *woken_by(int r)
{
    return r >= 0 ? "object" : r == -ETIMEDOUT ? "time-out" : r == -EINTR ? "signal" : "failure of object";
}

int wait_for(const handle_t *handles, unsigned n, int64_t timeout, unsigned flags)
{
    struct thread *t = self();
    uint64_t begin = trace_clock();
    int r;

    if (flags & WAIT_NOSIGNAL && n > WAIT_DIRECT)
        return -EINVAL;
    thread_waits(t, 1);
    if (flags & WAIT_NOSIGNAL) {
        r = n ? nt_wait(handles, n, timeout) : -EINVAL;
    } else {
        __atomic_exchange_n((uint8_t *)&t->in_wait, 1, __ATOMIC_SEQ_CST);
        r = wait_signal(t, handles, n, timeout, flags & WAIT_MESSAGES);
        t->in_wait = false;
    }
    thread_waits(t, 0);
    trace_wait_woken(r >= 0 ? (uint32_t)r : n, woken_by(r), trace_clock() - begin);
    return r;
}
