/* SPDX-License-Identifier: BSD-2-Clause */
/* The life of threads: create, end, join, detach. The Windows threads below them are in worker.c,
 * cancellation in cancel.c, names and priorities in pthread_info.c. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "mm.h"
#include "nt.h"
#include "pthread_internal.h"
#include "sig.h"
#include "thread_internal.h"

static struct pthread *all;   /* under the list's lock */
static uint32_t live = 1;     /* threads of the program that have not ended */
static uint32_t fork_last_id; /* all threads up to it were the parent's, */
static uint32_t fork_own_id;  /* and only this one lives on */

/* ---- the list ---- */

static void list_add(struct pthread *p)
{
    thread_list_hold(true);
    p->next = all;
    all = p;
    thread_list_hold(false);
}

/* Under the list's lock. */
static void list_remove(struct pthread *p)
{
    for (struct pthread **l = &all; *l; l = &(*l)->next)
        if (*l == p) {
            *l = p->next;
            return;
        }
}

static void pthread_free(struct pthread *p)
{
    rt_free(p->values);
    rt_free(p->robust);
    rt_free(p);
}

struct pthread *pthread_find(pthread_t id)
{
    struct pthread *p = all;

    while (p && (pthread_t)p != id)
        p = p->next;
    return p;
}

struct pthread *pthread_of(struct thread *t)
{
    struct pthread *p = t->pthread;

    if (likely(p))
        return p;
    if (!(p = rt_zalloc(sizeof(*p))))
        return NULL;
    p->thread = t;
    p->counted = t == main_thread;
    p->policy = SCHED_OTHER;
    p->stack = t->stack_limit;
    p->stack_size = t->stack_base - t->stack_limit;
    list_add(p);
    return t->pthread = p;
}

bool thread_died_in_fork(uint32_t id)
{
    return id && id <= fork_last_id && id != fork_own_id;
}

/* ---- the thread itself ---- */

static void run_cleanup(struct thread *t, struct pthread *p)
{
    struct __pthread_cleanup *c;

    while ((c = p->cleanup)) {
        p->cleanup = c->next;
        call_ported(t, c->fn, c->arg);
    }
}

/* Handlers, destructors, and what else happens while the thread is still one. */
static NORETURN void end(struct thread *t, struct pthread *p, void *result)
{
    t->cancel_off = t->ending = true;
    p->result = result;
    run_cleanup(t, p);
    key_destructors(t, p);
    mutex_owner_ends(p);
    if (p->counted && __atomic_sub_fetch(&live, 1, __ATOMIC_SEQ_CST) == 0)
        exit(0); /* it was the last */
    thread_list_hold(true);
    p->thread = NULL;
    thread_list_hold(false);
    if (p->has_base)
        longjmp(p->base, 1);
    /* The first thread of a process, or of a forked child: nothing to go back to. Its Windows thread
     * stays until the process ends. */
    trace_thread_exit(t->wintid, (uint64_t)(uintptr_t)result);
    sig_thread_end(t);
    t->pthread = NULL;
    pthread_ended(p);
    for (;;)
        nt_wait(&t->wake, 1, -1);
}

void pthread_body(void *arg)
{
    struct pthread *p = arg;
    struct thread *t = self();

    thread_stack_use(t, p->stack - p->guard, p->guard, p->stack + p->stack_size);
    p->has_base = true;
    if (setjmp(p->base) == 0) {
        void *result;

        rt_leave(t, true); /* from here on signals may interrupt */
        result = p->start(p->arg);
        t->ret_addr = IN_RUNTIME;
        end(t, p, result);
    }
}

void pthread_ended(struct pthread *p)
{
    struct park_bucket *b;
    struct park_node *n;
    bool detached;
    uint64_t v;

    thread_list_hold(true);
    detached = p->detached;
    if (detached) {
        list_remove(p);
    } else {
        b = park_begin(&p->word);
        while ((n = park_first(b, &p->word)))
            park_take(b, n);
        v = word_get(&p->word);
        while (!word_cas(&p->word, &v, (v & ~PARKED) | THREAD_DONE))
            ;
        park_end(b);
    }
    thread_list_hold(false);
    if (detached)
        pthread_free(p);
}

/* ---- creating ---- */

static struct thread *prepare(struct pthread *p, const struct thread_attr *a)
{
    struct thread *own = self(), *t = thread_new(false);
    struct pthread *creator = pthread_of(own);

    if (!t)
        return NULL;
    t->pthread = p;
    t->blocked = own->blocked;
    p->thread = t;
    p->detached = a->detached;
    p->counted = true;
    p->policy = a->inherit == PTHREAD_INHERIT_SCHED && creator ? creator->policy : a->policy;
    p->priority = a->inherit == PTHREAD_INHERIT_SCHED && creator ? creator->priority
                                                                 : a->param.sched_priority;
    return t;
}

int thread_create(pthread_t *id, const struct thread_attr *a, void *(*start)(void *), void *arg)
{
    struct pthread *p;
    struct thread *t;
    int r;

    if (!(p = rt_zalloc(sizeof(*p))))
        return -EAGAIN;
    p->start = start;
    p->arg = arg;
    if (!(t = prepare(p, a))) {
        rt_free(p);
        return -EAGAIN;
    }
    list_add(p);
    *id = (pthread_t)p;
    __atomic_add_fetch(&live, 1, __ATOMIC_SEQ_CST);
    if ((r = worker_start(p, t, a)) < 0) {
        __atomic_sub_fetch(&live, 1, __ATOMIC_SEQ_CST);
        thread_list_hold(true);
        list_remove(p);
        thread_list_hold(false);
        thread_drop(t);
        rt_free(p);
    }
    return r;
}

/**
 * Makes a thread.
 * @param attr how, NULL: joinable, 1 MiB of stack
 * @return 0, or the error's number
 *   EAGAIN no memory, or Windows gave no thread
 *   EINVAL attr was never initialised
 * POSIX.1-2017 pthread_create()
 */
int pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*start)(void *), void *arg)
{
    const struct thread_attr *a = attr ? thread_attr_get(attr) : &thread_attr_default;
    int r = a ? thread_create(thread, a, start, arg) : -EINVAL;

    trace_sys_pthread_create((void *)start, arg, r < 0 ? NULL : (void *)*thread, r);
    return -r;
}

/**
 * Ends the calling thread: runs its cleanup handlers and the destructors of its keys. The process ends
 * with its last thread. POSIX.1-2017 pthread_exit()
 */
void pthread_exit(void *value)
{
    struct thread *t = self();
    struct pthread *p;

    t->ret_addr = IN_RUNTIME;
    if (!(p = pthread_of(t)))
        rt_panic("no memory for the end of a thread", 0);
    end(t, p, value);
}

/* ---- joining ---- */

/* The thread that may be joined by the caller, who is announced. */
static int join_begin(pthread_t id, struct pthread **out)
{
    struct pthread *p;
    int r = 0;

    thread_list_hold(true);
    if (!(p = pthread_find(id)))
        r = -ESRCH;
    else if (p == self()->pthread)
        r = -EDEADLK;
    else if (p->detached || p->joining)
        r = -EINVAL;
    else
        p->joining = true;
    thread_list_hold(false);
    *out = p;
    return r;
}

static int join_wait(struct pthread *p, const struct until *until, bool try)
{
    uint64_t v;
    int r;

    while (!((v = word_get(&p->word)) & THREAD_DONE)) {
        if (try)
            return -EBUSY;
        r = park_on(&p->word, v, until, PARK_SIGNALS | PARK_CANCEL);
        if (r < 0 && r != -EAGAIN)
            return r;
    }
    return 0;
}

static int join(pthread_t id, void **value, const struct until *until, bool try)
{
    struct pthread *p;
    int r;

    if (!try)
        cancel_point();
    do {
        if ((r = join_begin(id, &p)) < 0)
            return r;
        r = join_wait(p, until, try);
        thread_list_hold(true);
        p->joining = false;
        if (r == 0)
            list_remove(p);
        thread_list_hold(false);
        if (r == -EINTR)
            sig_restart(); /* handlers, or the end by pthread_cancel: it can be joined again */
    } while (r == -EINTR);
    if (r == 0) {
        if (value)
            *value = p->result;
        pthread_free(p);
    }
    return r;
}

/**
 * Waits for the end of a thread and takes its result.
 * @return 0, or the error's number
 *   EDEADLK it is the caller itself
 *   EINVAL  it is detached, or another thread joins it already
 *   ESRCH   there is no such thread
 * A cancellation point. POSIX.1-2017 pthread_join()
 */
int pthread_join(pthread_t thread, void **value)
{
    int r = join(thread, value, NULL, false);

    trace_sys_pthread_join((void *)thread, r);
    return -r;
}

/** As pthread_join, but returns EBUSY if the thread runs still. GNU */
int pthread_tryjoin_np(pthread_t thread, void **value)
{
    return -join(thread, value, NULL, true);
}

/** As pthread_join, but returns ETIMEDOUT if the thread runs still at `until` (wall clock). GNU */
int pthread_timedjoin_np(pthread_t thread, void **value, const struct timespec *until)
{
    struct until u = { CLOCK_REALTIME, until };

    return -join(thread, value, &u, false);
}

/**
 * Nobody will join the thread: it is forgotten when it ends.
 * @return 0, or the error's number: EINVAL it is detached already; ESRCH there is no such thread
 * POSIX.1-2017 pthread_detach()
 */
int pthread_detach(pthread_t thread)
{
    struct pthread *p, *gone = NULL;
    int r = 0;

    thread_list_hold(true);
    if (!(p = pthread_find(thread))) {
        r = ESRCH;
    } else if (p->detached || p->joining) {
        r = EINVAL;
    } else if (word_get(&p->word) & THREAD_DONE) {
        list_remove(p);
        gone = p;
    } else {
        p->detached = true;
    }
    thread_list_hold(false);
    if (gone)
        pthread_free(gone);
    return r;
}

/** The calling thread. POSIX.1-2017 pthread_self() */
pthread_t pthread_self(void)
{
    struct thread *t = self();
    struct pthread *p = t->pthread;

    if (unlikely(!p)) {
        bool entered = rt_enter(t);

        p = pthread_of(t);
        rt_leave(t, entered);
    }
    return (pthread_t)p;
}

/** Do both mean the same thread? POSIX.1-2017 pthread_equal() */
int pthread_equal(pthread_t a, pthread_t b)
{
    return a == b;
}

/* ---- fork ---- */

/* In the child, before other threads' structures are dropped. */
void pthread_fork_child(struct thread *t)
{
    struct pthread *p, *own = t->pthread;

    while ((p = all)) {
        all = p->next;
        if (p != own)
            pthread_free(p);
    }
    for (struct thread *o = thread_list; o; o = o->next)
        if (o->id > fork_last_id)
            fork_last_id = o->id;
    fork_own_id = t->id;
    live = 1;
    if (own) {
        own->next = NULL;
        all = own;
        own->has_base = false; /* the Windows thread below it is another */
        own->counted = true;
        own->joining = false;
    }
    worker_fork_child();
}
