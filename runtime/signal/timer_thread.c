/* SPDX-License-Identifier: BSD-2-Clause */
/* SIGEV_THREAD: each expiration runs the program's function in a new, detached thread. */
#include "timer_thread.h"

#include <errno.h>

#include "mm.h"
#include "pthread_internal.h"
#include "sig.h"

struct timer_thread {
    void (*fn)(union sigval);
    union sigval value;
    struct thread_attr attr;
    uint64_t mask;
};

struct timer_thread *timer_thread_new(const struct sigevent *ev)
{
    const struct thread_attr *a = &thread_attr_default;
    struct timer_thread *n;

    if (ev->sigev_notify_attributes && !(a = thread_attr_get(ev->sigev_notify_attributes)))
        return NULL;
    if (!(n = rt_alloc(sizeof(*n))))
        return NULL;
    *n = (struct timer_thread){ ev->sigev_notify_function, ev->sigev_value, *a, self()->blocked };
    n->attr.detached = PTHREAD_CREATE_DETACHED; /* nobody could know whom to join */
    return n;
}

void timer_thread_free(struct timer_thread *n)
{
    rt_free(n);
}

static void *run(void *arg)
{
    struct thread *t = self();
    bool entered = rt_enter(t);
    struct timer_thread n = *(struct timer_thread *)arg;

    rt_free(arg);
    sig_set_mask(n.mask);
    rt_leave(t, entered);
    n.fn(n.value);
    return NULL;
}

int timer_thread_start(const struct timer_thread *n)
{
    struct timer_thread *copy = rt_alloc(sizeof(*copy));
    pthread_t id;
    int r;

    if (!copy)
        return -ENOMEM;
    *copy = *n;
    if ((r = thread_create(&id, &copy->attr, run, copy)) < 0)
        rt_free(copy);
    return r;
}
