/* SPDX-License-Identifier: BSD-2-Clause */
/* struct thread: making it, finding it, renewing it in a forked child. */
#include <string.h>

#include "lock.h"
#include "mm.h"
#include "nt.h"
#include "pthread_internal.h"
#include "shm.h"
#include "sig.h"
#include "thread.h"
#include "thread_internal.h"

NOCOPY uint32_t tls_teb_offset;
struct thread *main_thread;
struct thread *thread_list;
static struct thread *thread_free; /* never given back: see park.h */
static uint32_t last_id;
static struct lock thread_list_lock = LOCK_INIT;

extern struct _reent *const _global_impure_ptr; /* newlib's own, for the first thread */
void __sinit(struct _reent *);

static void set_self(struct thread *t)
{
    __asm__ volatile("movq %0, %%gs:(%1)" : : "r"(t), "r"((uint64_t)tls_teb_offset) : "memory");
}

/* An entry of the process section's thread table; NULL when all are taken: `ps` shows it less. */
static struct shm_thread *shm_entry(uint32_t wintid)
{
    struct shm_thread *e = shm_self ? shm_threads(shm_self) : NULL;

    for (unsigned i = 0; e && i < SHM_MAX_THREADS; i++) {
        uint32_t free = 0;

        if (__atomic_compare_exchange_n(&e[i].wintid, &free, wintid, false, __ATOMIC_ACQ_REL,
                                        __ATOMIC_RELAXED)) {
            __atomic_add_fetch(&shm_self->nthreads, 1, __ATOMIC_RELAXED);
            return &e[i];
        }
    }
    return NULL;
}

/* What belongs to the Windows thread, not to the POSIX one. */
static int bind_windows(struct thread *t)
{
    int r;

    t->wintid = nt_wintid();
    t->handle = t->wake = t->sync = NULL;
    if ((r = nt_event_create(NULL, NULL, false, &t->wake)) < 0 || (r = nt_thread_self(&t->handle)) < 0)
        return r;
    return 0;
}

/* The first thread has the streams; others use them, and must not set them up again. */
static void reent_init(struct thread *t)
{
    if (!_global_impure_ptr->__sdidinit)
        __sinit(_global_impure_ptr);
    _REENT_INIT_PTR(t->reent);
    t->reent->_stdin = _global_impure_ptr->_stdin;
    t->reent->_stdout = _global_impure_ptr->_stdout;
    t->reent->_stderr = _global_impure_ptr->_stderr;
    t->reent->__sdidinit = 1;
}

static void reent_done(struct thread *t)
{
    t->reent->__sdidinit = 0; /* it has no streams of its own to close */
    _reclaim_reent(t->reent);
}

static void init(struct thread *t, bool first)
{
    t->reent = first ? _global_impure_ptr : &t->own_reent;
    t->id = __atomic_add_fetch(&last_id, 1, __ATOMIC_RELAXED);
    t->ret_addr = IN_RUNTIME;
}

struct thread *thread_new(bool first)
{
    struct thread *t;

    lock_take(&thread_list_lock);
    if ((t = thread_free))
        thread_free = t->next;
    lock_release(&thread_list_lock);
    if (t)
        memset(t, 0, sizeof(*t));
    else
        t = rt_zalloc(sizeof(*t));
    if (t)
        init(t, first);
    return t;
}

void thread_drop(struct thread *t)
{
    rt_free(t->dl_text);
    t->dl_text = NULL;
    lock_take(&thread_list_lock);
    t->next = thread_free;
    thread_free = t;
    lock_release(&thread_list_lock);
}

static void link_self(struct thread *t)
{
    struct nt_stack s;

    nt_stack_get(&s);
    t->stack_base = s.base;
    t->stack_limit = s.limit;
    t->stack_alloc = s.alloc;
    set_self(t);
    lock_take(&thread_list_lock);
    t->next = thread_list;
    thread_list = t;
    lock_release(&thread_list_lock);
}

void thread_attach(struct thread *t)
{
    link_self(t);
}

int thread_start_self(struct thread *t)
{
    int r = bind_windows(t);

    if (r == 0)
        link_self(t);
    return r;
}

void thread_register(struct thread *t)
{
    if (t->reent == &t->own_reent)
        reent_init(t);
    t->shm = shm_entry(t->wintid);
    trace_thread_attach(t, t->wintid);
}

void thread_retire(struct thread *t)
{
    sig_thread_end(t);
    trace_thread_detach(t);
    lock_take(&thread_list_lock);
    for (struct thread **p = &thread_list; *p; p = &(*p)->next)
        if (*p == t) {
            *p = t->next;
            break;
        }
    lock_release(&thread_list_lock);
    if (t->shm) {
        __atomic_sub_fetch(&shm_self->nthreads, 1, __ATOMIC_RELAXED);
        __atomic_store_n(&t->shm->wintid, 0, __ATOMIC_RELEASE);
        t->shm = NULL;
    }
    if (t->reent == &t->own_reent)
        reent_done(t);
}

void thread_revive(struct thread *t, struct thread *as)
{
    as->wintid = t->wintid;
    as->wake = t->wake;
    as->handle = t->handle;
    as->sync = t->sync;
    link_self(as);
    thread_drop(t);
}

void thread_end_self(struct thread *t)
{
    thread_retire(t);
    thread_unbind(t);
}

void thread_unbind(struct thread *t)
{
    set_self(NULL);
    nt_close(t->wake);
    nt_close(t->handle);
    nt_close(t->sync);
    thread_drop(t);
}

struct thread *thread_adopt(void)
{
    struct thread *t = thread_new(false);

    /* Windows or a DLL of others made it for a purpose of theirs: signals are for threads of the program,
     * unless it asks for them. So from the moment on at which a sender can find it in the list. */
    if (t)
        t->blocked = ~(SIG_BIT(SIGKILL) | SIG_BIT(SIGSTOP));
    if (!t || thread_start_self(t) < 0)
        rt_panic("no memory for a thread that Windows made", nt_last_status());
    thread_register(t);
    t->ret_addr = 0; /* its first call came in without one */
    return t;
}

void thread_list_hold(bool hold)
{
    if (hold)
        lock_take(&thread_list_lock);
    else
        lock_release(&thread_list_lock);
}

void thread_stack_resume(const struct thread *t)
{
    struct nt_stack s = { t->stack_base, t->stack_limit, t->stack_alloc, 0 };

    if (s.limit - s.alloc == ARENA_STACK_GUARD)
        s.guarantee = ARENA_STACK_GUARANTEE;
    nt_stack_set(&s);
}

void thread_stack_use(struct thread *t, uintptr_t alloc, uintptr_t guard, uintptr_t end)
{
    t->stack_base = end;
    t->stack_limit = alloc + guard;
    t->stack_alloc = alloc;
    t->stack_spent = 0;
    thread_stack_resume(t);
}

/* Called by longjmp: whoever handled an overflow of the stack leaves the handler, so that the stack is as
 * good as new. */
void thread_stack_rearm(void);
void thread_stack_rearm(void)
{
    struct thread *t = self();
    bool entered = rt_enter(t);

    t->stack_spent = 0;
    arena_stack_rearm(t->stack_alloc);
    rt_leave(t, entered);
}

void thread_enter_child(struct thread *t)
{
    set_self(t);
}

/* Other threads do not exist in a forked child; their memory is given back, their stacks stay what they
 * are: memory that somebody may hold pointers into. */
int thread_fork_child(struct thread *t)
{
    int r;

    lock_reset(&thread_list_lock);
    pthread_fork_child(t);
    for (struct thread *o = thread_list, *next; o; o = next) {
        next = o->next;
        if (o != t)
            thread_drop(o);
    }
    t->next = NULL;
    thread_list = main_thread = t;
    if ((r = bind_windows(t)) < 0)
        return r;
    t->in_wait = false;
    t->shm = shm_entry(t->wintid);
    return 0;
}

struct _reent *__getreent(void)
{
    return self()->reent;
}
