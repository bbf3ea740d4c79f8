/* SPDX-License-Identifier: BSD-2-Clause */
/* Windows threads that run POSIX threads, and their stacks. Making a thread is expensive (about 1 ms
 * under Wine), so one whose thread has ended stays for a while, stack and all, and takes the next. */
#include <errno.h>

#include "file/pipe.h"
#include "mm.h"
#include "nt.h"
#include "pthread_internal.h"
#include "sig.h"
#include "thread_internal.h"

#define IDLE_MAX  8u
#define IDLE_TIME 5000000000ll  /* 5 s in ns: then it ends */
#define OWN_STACK 0x20000u      /* of the Windows thread: start, end, callbacks of Windows */

/* What a frame of another language's unwinder may read above the first frame. */
#define HEADROOM 0x200u

struct worker {
    struct worker *next;
    uint32_t go;                /* futex: there is something to do */
    struct pthread *p;
    struct thread *t;           /* that it is to become */
    struct thread *was;         /* that it has been: has the handles */
    uintptr_t map;              /* lowest address of the stack's extent, 0: the program's own stack */
    size_t guard, size;
};

static struct lock worker_lock = LOCK_INIT;
static struct worker *idle;     /* with a Windows thread */
static struct worker *stacks;   /* without one, left over from before a fork */
static unsigned idle_n;

/* ---- stacks ---- */

static int stack_make(struct worker *w, size_t size, size_t guard)
{
    void *base;
    int r;

    /* fork restores ARENA_STACK_GUARD; a larger one is not complete in a child. */
    guard = guard > ARENA_STACK_GUARD ? ALIGN_UP(guard, 0x1000ull) : ARENA_STACK_GUARD;
    if ((r = arena_map(size + guard, EXTENT_STACK, &base)) < 0)
        return r;
    if (guard > ARENA_STACK_GUARD && (r = nt_protect(base, guard, NT_PROT_NONE)) < 0) {
        arena_unmap(base);
        return r;
    }
    w->map = (uintptr_t)base;
    w->guard = guard;
    w->size = size;
    return 0;
}

static void worker_free(struct worker *w)
{
    if (w->map)
        arena_unmap((void *)w->map);
    rt_free(w);
}

/* One of `list` whose stack is as wanted. */
static struct worker *pick(struct worker **list, size_t size)
{
    for (struct worker *w; (w = *list); list = &w->next)
        if (w->map && w->size == size && w->guard == ARENA_STACK_GUARD) {
            *list = w->next;
            return w;
        }
    return NULL;
}

/* ---- the thread's side ---- */

static void run(struct worker *w)
{
    struct pthread *p = w->p;
    struct thread *t = w->t;
    uintptr_t top = p->stack + p->stack_size - HEADROOM;
    struct nt_stack own;

    nt_stack_get(&own);
    if (w->was)
        thread_revive(w->was, t);
    else
        thread_attach(t);
    w->was = NULL;
    thread_register(t);
    trace_thread_start(t->wintid, (void *)p->start, p->arg, (void *)top);
    /* Windows starts threads with 53 bits of precision, which halves long double (see sdk/crt0.c). */
    __asm__ volatile("fldcw %0" : : "m"((const uint16_t){ 0x037f }));
    stack_call(pthread_body, p, (void *)top);
    nt_stack_set(&own);
    if (t->stack_spent) { /* pthread_exit out of the handler of an overflow */
        t->stack_spent = 0;
        arena_stack_rearm(t->stack_alloc);
    }
    trace_thread_exit(t->wintid, (uint64_t)(uintptr_t)p->result);
    thread_retire(t);
    w->was = t;
    if (w->map)
        arena_set_use((void *)w->map, EXTENT_STACK_FREE);
    pthread_ended(p); /* whoever has joined it may reuse its stack now, if that is his */
}

/* Waits for the next thread to run. False: none came. */
static bool wait_go(struct worker *w)
{
    bool gone = false;

    while (!__atomic_load_n(&w->go, __ATOMIC_ACQUIRE)) {
        /* Windows cancels what a thread has begun when it ends: writes that it left behind end first. */
        if (futex_wait(&w->go, 0, IDLE_TIME) != -ETIMEDOUT || pipe_left_any())
            continue;
        lock_take(&worker_lock);
        for (struct worker **l = &idle; *l && !gone; l = &(*l)->next)
            if ((gone = *l == w)) {
                *l = w->next;
                idle_n--;
                break;
            }
        lock_release(&worker_lock);
        if (gone)
            return false;
    }
    return true;
}

static bool become_idle(struct worker *w)
{
    bool room;

    lock_take(&worker_lock);
    room = (w->map && w->guard == ARENA_STACK_GUARD && idle_n < IDLE_MAX) || pipe_left_any();
    if (room) {
        w->next = idle;
        idle = w;
        idle_n++;
    }
    lock_release(&worker_lock);
    return room;
}

static void worker_main(void *arg)
{
    struct worker *w = arg;
    struct thread *was;

    while (!__atomic_load_n(&w->go, __ATOMIC_ACQUIRE))
        futex_wait(&w->go, 0, -1);
    do {
        w->go = 0;
        run(w);
    } while (become_idle(w) && wait_go(w));
    was = w->was;
    worker_free(w);
    thread_unbind(was);
}

/* ---- the creator's side ---- */

static struct worker *worker_get(const struct thread_attr *a, bool *has_thread)
{
    struct worker *w = NULL;

    *has_thread = false;
    if (!a->stack && a->guard <= ARENA_STACK_GUARD) {
        lock_take(&worker_lock);
        if ((w = pick(&idle, a->stack_size))) {
            *has_thread = true;
            idle_n--;
        } else {
            w = pick(&stacks, a->stack_size);
        }
        lock_release(&worker_lock);
    }
    if (w) {
        arena_set_use((void *)w->map, EXTENT_STACK);
        return w;
    }
    if (!(w = rt_zalloc(sizeof(*w))))
        return NULL;
    if (!a->stack && stack_make(w, a->stack_size, a->guard) < 0) {
        rt_free(w);
        return NULL;
    }
    return w;
}

int worker_start(struct pthread *p, struct thread *t, const struct thread_attr *a)
{
    bool has_thread;
    struct worker *w = worker_get(a, &has_thread);
    int r;

    if (!w)
        return -EAGAIN;
    p->worker = w;
    p->guard = w->guard;
    p->stack = w->map ? w->map + w->guard : (uintptr_t)a->stack;
    p->stack_size = w->map ? w->size : a->stack_size;
    w->p = p;
    w->t = t;
    if (!has_thread) {
        if ((r = nt_event_create(NULL, NULL, false, &t->wake)) < 0
            || (r = nt_thread_create(worker_main, w, OWN_STACK, &t->handle, &t->wintid)) < 0) {
            nt_close(t->wake);
            worker_free(w);
            return -EAGAIN;
        }
    }
    __atomic_store_n(&w->go, 1, __ATOMIC_SEQ_CST);
    futex_wake(&w->go, false);
    return 0;
}

/* No Windows thread of the parent's is here. Stacks that nobody uses are good for new threads; the
 * others stay: there may be pointers into them. */
void worker_fork_child(void)
{
    struct worker *w;

    lock_reset(&worker_lock);
    while ((w = idle)) {
        idle = w->next;
        if (w->was)
            thread_drop(w->was);
        w->was = NULL;
        w->go = 0;
        w->next = stacks;
        stacks = w;
    }
    idle_n = 0;
}
