/* SPDX-License-Identifier: BSD-2-Clause */
/* Waiting for more objects than one thread can wait for. Helper threads take 62 each; they are made when
 * first needed, belong to nobody in between, and stay. */
#include <errno.h>
#include <string.h>

#include "lock.h"
#include "mm.h"
#include "nt.h"
#include "nt_window.h"
#include "sig.h"
#include "sys.h"
#include "thread.h"
#include "wait_many.h"

#define SHARE 62u
#define STACK 65536

enum { IDLE, WAITING, ENDED };

struct helper {
    struct helper *next;
    handle_t go, stop;          /* events */
    handle_t fired;             /* of who has hired it */
    uint32_t state;             /* futex */
    int result;                 /* index of what ended its wait, or -1 */
    unsigned n;
    handle_t h[1 + SHARE];      /* [0]: stop */
};

static NOCOPY struct helper *idle;
static NOCOPY struct lock lock;

static void helper_main(void *arg)
{
    struct helper *w = arg;
    struct thread *t = self();

    t->blocked = UINT64_MAX; /* no signal is for this thread: SIG_NOTHREAD */
    t->ret_addr = IN_RUNTIME;
    while (nt_wait(&w->go, 1, -1) == 0) {
        int r = nt_wait(w->h, w->n + 1, -1);

        w->result = r > 0 ? r - 1 : -1;
        if (r != 0)
            nt_event_set(w->fired);
        __atomic_store_n(&w->state, ENDED, __ATOMIC_SEQ_CST);
        futex_wake(&w->state, true);
    }
}

static struct helper *helper_new(void)
{
    struct helper *w = rt_zalloc(sizeof(*w));

    if (!w)
        return NULL;
    if (nt_event_create(NULL, NULL, false, &w->go) == 0 && nt_event_create(NULL, NULL, false, &w->stop) == 0
        && nt_thread_create(helper_main, w, STACK, NULL, NULL) == 0)
        return w;
    nt_close(w->go);
    nt_close(w->stop);
    rt_free(w);
    return NULL;
}

static struct helper *helper_get(void)
{
    struct helper *w;

    lock_take(&lock);
    if ((w = idle))
        idle = w->next;
    lock_release(&lock);
    return w ? w : helper_new();
}

static void helper_put(struct helper *w)
{
    lock_take(&lock);
    w->next = idle;
    idle = w;
    lock_release(&lock);
}

/* Ends the helpers' waits. The index of something that one of them has seen, or -1. */
static int dismiss(struct helper *hired, unsigned first)
{
    int found = -1;

    for (struct helper *w = hired; w; w = w->next)
        nt_event_set(w->stop);
    for (struct helper *w = hired, *next; w; w = next, first += SHARE) {
        next = w->next;
        while (__atomic_load_n(&w->state, __ATOMIC_SEQ_CST) == WAITING)
            futex_wait(&w->state, WAITING, -1);
        nt_event_reset(w->stop); /* it may have been woken by something else */
        if (w->result >= 0)
            found = (int)first + w->result;
        w->state = IDLE;
        helper_put(w);
    }
    return found;
}

static int hire(struct helper **last, const handle_t *handles, unsigned n, handle_t fired, unsigned *count)
{
    for (unsigned at = 0; at < n; at += SHARE) {
        struct helper *w = helper_get();

        if (!w)
            return -ENOMEM;
        w->n = n - at < SHARE ? n - at : SHARE;
        w->h[0] = w->stop;
        memcpy(w->h + 1, handles + at, w->n * sizeof(*handles));
        w->fired = fired;
        w->state = WAITING;
        w->next = NULL;
        *last = w;
        last = &w->next;
        nt_event_set(w->go);
        ++*count;
    }
    return 0;
}

int wait_many(handle_t wake, const handle_t *handles, unsigned n, int64_t timeout, bool messages)
{
    struct helper *hired = NULL;
    handle_t own[64], fired;
    unsigned count = 0, direct = WAIT_DIRECT - messages; /* of messages Windows makes another object */
    int r, found;

    if ((r = nt_event_create(NULL, NULL, false, &fired)) < 0)
        return r;
    memcpy(own, handles, direct * sizeof(*handles));
    own[direct] = wake;
    own[direct + 1] = fired;
    r = hire(&hired, handles + direct, n - direct, fired, &count);
    trace_wait_many(n, count);
    if (r == 0)
        r = messages ? nt_wait_messages(own, direct + 2, timeout) : nt_wait(own, direct + 2, timeout);
    found = dismiss(hired, direct);
    nt_close(fired);
    if (found >= 0)
        return found;
    /* A helper's wait may have failed: then the caller looks at everything and finds out. */
    return r == (int)direct ? (int)n : r == (int)direct + 1 ? 0 : r > (int)direct ? (int)n + 2 : r;
}
