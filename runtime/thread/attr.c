/* SPDX-License-Identifier: BSD-2-Clause */
/* Attributes of threads. */
#include <errno.h>
#include <limits.h>

#include "mm.h"
#include "pthread_internal.h"
#include "thread_internal.h"

const struct thread_attr thread_attr_default = {
    .magic = ATTR_MAGIC, .inherit = PTHREAD_INHERIT_SCHED, .policy = SCHED_OTHER,
    .scope = PTHREAD_SCOPE_SYSTEM, .stack_size = STACK_DEFAULT, .guard = ARENA_STACK_GUARD,
};

static struct thread_attr *get(const pthread_attr_t *a)
{
    struct thread_attr *t = a ? *(struct thread_attr *const *)a : NULL;

    return t && t->magic == ATTR_MAGIC ? t : NULL;
}

const struct thread_attr *thread_attr_get(const pthread_attr_t *a)
{
    return get(a);
}

/** Default attributes. @return 0 or ENOMEM. POSIX.1-2017 pthread_attr_init() */
int pthread_attr_init(pthread_attr_t *attr)
{
    struct thread_attr *a = rt_alloc(sizeof(*a));

    if (!a)
        return ENOMEM;
    *a = thread_attr_default;
    *attr = (pthread_attr_t)a;
    return 0;
}

/** @return 0, or EINVAL. POSIX.1-2017 pthread_attr_destroy() */
int pthread_attr_destroy(pthread_attr_t *attr)
{
    struct thread_attr *a = get(attr);

    if (!a)
        return EINVAL;
    a->magic = 0;
    rt_free(a);
    *attr = NULL;
    return 0;
}

/* The functions that get or set one field each: 0 or EINVAL, as POSIX.1-2017 has them. */

int pthread_attr_getdetachstate(const pthread_attr_t *attr, int *state)
{
    const struct thread_attr *a = get(attr);

    if (!a)
        return EINVAL;
    *state = a->detached;
    return 0;
}

int pthread_attr_setdetachstate(pthread_attr_t *attr, int state)
{
    struct thread_attr *a = get(attr);

    if (!a || (state != PTHREAD_CREATE_DETACHED && state != PTHREAD_CREATE_JOINABLE))
        return EINVAL;
    a->detached = state;
    return 0;
}

int pthread_attr_getguardsize(const pthread_attr_t *attr, size_t *size)
{
    const struct thread_attr *a = get(attr);

    if (!a)
        return EINVAL;
    *size = a->guard;
    return 0;
}

/** Below 64 KiB it makes no difference: that much is always there. */
int pthread_attr_setguardsize(pthread_attr_t *attr, size_t size)
{
    struct thread_attr *a = get(attr);

    if (!a || size > 0x40000000)
        return EINVAL;
    a->guard = size;
    return 0;
}

int pthread_attr_getinheritsched(const pthread_attr_t *attr, int *inherit)
{
    const struct thread_attr *a = get(attr);

    if (!a)
        return EINVAL;
    *inherit = a->inherit;
    return 0;
}

int pthread_attr_setinheritsched(pthread_attr_t *attr, int inherit)
{
    struct thread_attr *a = get(attr);

    if (!a || (inherit != PTHREAD_INHERIT_SCHED && inherit != PTHREAD_EXPLICIT_SCHED))
        return EINVAL;
    a->inherit = inherit;
    return 0;
}

int pthread_attr_getschedparam(const pthread_attr_t *attr, struct sched_param *param)
{
    const struct thread_attr *a = get(attr);

    if (!a)
        return EINVAL;
    *param = a->param;
    return 0;
}

int pthread_attr_setschedparam(pthread_attr_t *attr, const struct sched_param *param)
{
    struct thread_attr *a = get(attr);

    if (!a)
        return EINVAL;
    a->param = *param;
    return 0;
}

int pthread_attr_getschedpolicy(const pthread_attr_t *attr, int *policy)
{
    const struct thread_attr *a = get(attr);

    if (!a)
        return EINVAL;
    *policy = a->policy;
    return 0;
}

int pthread_attr_setschedpolicy(pthread_attr_t *attr, int policy)
{
    struct thread_attr *a = get(attr);

    if (!a || (policy != SCHED_OTHER && policy != SCHED_FIFO && policy != SCHED_RR))
        return EINVAL;
    a->policy = policy;
    return 0;
}

int pthread_attr_getscope(const pthread_attr_t *attr, int *scope)
{
    const struct thread_attr *a = get(attr);

    if (!a)
        return EINVAL;
    *scope = a->scope;
    return 0;
}

/** @return 0, EINVAL, or ENOTSUP: threads compete with all of the system, never within the process. */
int pthread_attr_setscope(pthread_attr_t *attr, int scope)
{
    if (!get(attr) || (scope != PTHREAD_SCOPE_SYSTEM && scope != PTHREAD_SCOPE_PROCESS))
        return EINVAL;
    return scope == PTHREAD_SCOPE_SYSTEM ? 0 : ENOTSUP;
}

int pthread_attr_getstack(const pthread_attr_t *attr, void **addr, size_t *size)
{
    const struct thread_attr *a = get(attr);

    if (!a)
        return EINVAL;
    *addr = a->stack;
    *size = a->stack_size;
    return 0;
}

/** A stack of the program's own, from addr upwards; it has no guard. */
int pthread_attr_setstack(pthread_attr_t *attr, void *addr, size_t size)
{
    struct thread_attr *a = get(attr);

    if (!a || size < PTHREAD_STACK_MIN || (uintptr_t)addr % 16 || size % 16)
        return EINVAL;
    a->stack = addr;
    a->stack_size = size;
    return 0;
}

int pthread_attr_getstackaddr(const pthread_attr_t *attr, void **addr)
{
    const struct thread_attr *a = get(attr);

    if (!a)
        return EINVAL;
    *addr = a->stack ? (char *)a->stack + a->stack_size : NULL;
    return 0;
}

/** The end of the stack, since it grows downwards; the size has to be set before. Obsolete. */
int pthread_attr_setstackaddr(pthread_attr_t *attr, void *addr)
{
    struct thread_attr *a = get(attr);

    if (!a || (uintptr_t)addr % 16 || (uintptr_t)addr < a->stack_size)
        return EINVAL;
    a->stack = (char *)addr - a->stack_size;
    return 0;
}

int pthread_attr_getstacksize(const pthread_attr_t *attr, size_t *size)
{
    const struct thread_attr *a = get(attr);

    if (!a)
        return EINVAL;
    *size = a->stack_size;
    return 0;
}

int pthread_attr_setstacksize(pthread_attr_t *attr, size_t size)
{
    struct thread_attr *a = get(attr);

    if (!a || size < PTHREAD_STACK_MIN || size > 0x4000000000ull)
        return EINVAL;
    a->stack_size = ALIGN_UP(size, 0x10000ull);
    return 0;
}

/** What a running thread has. @return 0, ESRCH, ENOMEM. GNU */
int pthread_getattr_np(pthread_t thread, pthread_attr_t *attr)
{
    struct thread_attr a = thread_attr_default;
    struct pthread *p;
    int r;

    thread_list_hold(true);
    if ((p = pthread_find(thread))) {
        a.detached = p->detached;
        a.policy = p->policy;
        a.param.sched_priority = p->priority;
        a.stack = (void *)p->stack;
        a.stack_size = p->stack_size;
        a.guard = p->guard;
    }
    thread_list_hold(false);
    if (!p)
        return ESRCH;
    if ((r = pthread_attr_init(attr)) == 0)
        *get(attr) = a;
    return r;
}
