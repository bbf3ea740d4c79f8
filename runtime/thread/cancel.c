/* SPDX-License-Identifier: BSD-2-Clause */
/* Cancellation and cleanup handlers.
 *
 * A cancelled thread ends at a cancellation point, by itself: cancel_point() at the entry of the calls
 * that POSIX lists, sig_restart() and sig_interrupted() in those that wait (wait_for() and park_wait()
 * end with -EINTR). With PTHREAD_CANCEL_ASYNCHRONOUS it is treated as if it had got a signal: in ported
 * code it is diverted, in the runtime it ends on its way out, see deliver() in signal/deliver.c. */
#include <errno.h>

#include "nt.h"
#include "pthread_internal.h"
#include "sig.h"
#include "signal/state.h"
#include "thread_internal.h"

NORETURN void thread_cancel_now(void)
{
    pthread_exit(PTHREAD_CANCELED);
}

/* Under both locks. */
static void cancel_other(struct thread *t)
{
    __atomic_exchange_n(&t->cancel, 1, __ATOMIC_SEQ_CST);
    if (t->cancel_off)
        return;
    if (t->cancel_async)
        sig_wake_thread(t);
    else if (!park_poke(t) && __atomic_load_n(&t->in_wait, __ATOMIC_SEQ_CST))
        nt_event_set(t->wake);
}

/**
 * Asks a thread to end.
 * @return 0, or ESRCH: there is no such thread
 * POSIX.1-2017 pthread_cancel()
 */
int pthread_cancel(pthread_t thread)
{
    struct thread *own = self();
    struct pthread *p;
    int r = 0;

    sig_lock();
    thread_list_hold(true);
    p = pthread_find(thread);
    if (!p)
        r = ESRCH;
    else if (p->thread == own)
        own->cancel = 1;
    else if (p->thread)
        cancel_other(p->thread);
    thread_list_hold(false);
    sig_unlock();
    trace_sys_pthread_cancel((void *)thread, -r);
    if (own->cancel_async)
        cancel_point();
    return r;
}

/** A cancellation point, and nothing else. POSIX.1-2017 pthread_testcancel() */
void pthread_testcancel(void)
{
    cancel_point();
}

/**
 * Whether the thread can be cancelled.
 * @param old receives what was before; may be NULL
 * @return 0, or EINVAL. POSIX.1-2017 pthread_setcancelstate()
 */
int pthread_setcancelstate(int state, int *old)
{
    struct thread *t = self();

    if (state != PTHREAD_CANCEL_ENABLE && state != PTHREAD_CANCEL_DISABLE)
        return EINVAL;
    if (old)
        *old = t->cancel_off ? PTHREAD_CANCEL_DISABLE : PTHREAD_CANCEL_ENABLE;
    if (t->ending)
        return 0;
    __atomic_exchange_n(&t->cancel_off, state == PTHREAD_CANCEL_DISABLE, __ATOMIC_SEQ_CST);
    if (t->cancel_async)
        cancel_point();
    return 0;
}

/**
 * Whether the thread is cancelled anywhere, or at cancellation points only.
 * @param old receives what was before; may be NULL
 * @return 0, or EINVAL. POSIX.1-2017 pthread_setcanceltype()
 */
int pthread_setcanceltype(int type, int *old)
{
    struct thread *t = self();

    if (type != PTHREAD_CANCEL_DEFERRED && type != PTHREAD_CANCEL_ASYNCHRONOUS)
        return EINVAL;
    if (old)
        *old = t->cancel_async ? PTHREAD_CANCEL_ASYNCHRONOUS : PTHREAD_CANCEL_DEFERRED;
    __atomic_exchange_n(&t->cancel_async, type == PTHREAD_CANCEL_ASYNCHRONOUS, __ATOMIC_SEQ_CST);
    if (t->cancel_async)
        cancel_point();
    return 0;
}

/** Behind the macro pthread_cleanup_push: `entry` lies in the caller's frame. */
void _pthread_cleanup_push(struct __pthread_cleanup *entry)
{
    struct pthread *p = (struct pthread *)pthread_self();

    if (!p)
        rt_panic("no memory for a cleanup handler", 0);
    entry->next = p->cleanup;
    p->cleanup = entry;
}

/** Behind pthread_cleanup_pop. */
void _pthread_cleanup_pop(int execute)
{
    struct pthread *p = self()->pthread;
    struct __pthread_cleanup *c = p->cleanup;

    p->cleanup = c->next;
    if (execute)
        c->fn(c->arg);
}
