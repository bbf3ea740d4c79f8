/* SPDX-License-Identifier: BSD-2-Clause */
/* State of a thread, reached through a slot of the TEB. */
#ifndef THREAD_H
#define THREAD_H

#include <reent.h>
#include <signal.h>

#include "base.h"
#include "thread_offsets.h"
#include "trace.h"

struct pthread;

/* The way back of a call on top of which a handler runs: for those who walk stacks. */
struct ret_saved {
    uint64_t ret_addr;
    const struct ret_saved *outer;
};

struct thread {
    uint64_t ret_addr;
    uint64_t t0;
    volatile uint32_t pending; /* signals may be deliverable */
    uint32_t wintid;           /* renewed in a forked child */
    uintptr_t stack_base;      /* highest address, exclusive */
    uintptr_t stack_limit;     /* lowest usable address */
    uintptr_t stack_alloc;     /* lowest address of the allocation */
    uint32_t stack_spent;      /* it has overflowed: the guard page is to be restored */
    handle_t wake;             /* auto-reset event: a signal came; renewed in a forked child */
    handle_t handle;           /* this thread, for suspension; renewed in a forked child */
    handle_t sync;             /* event, once it has waited for an object that processes share */
    struct thread *next;       /* list of all, under thread_list_lock */
    struct _reent *reent;
    uint64_t blocked;          /* signal mask: bit n-1 for signal n */
    uint64_t sig_pending;      /* sent to this thread */
    uint64_t sig_waited;       /* sigwait: these end the wait */
    uint64_t saved_mask;       /* sigsuspend: mask to return to after delivery */
    bool has_saved_mask;
    bool in_wait;              /* inside the wait core: `wake` ends the wait */
    uint8_t restart;           /* delivery ran only handlers with SA_RESTART */
    stack_t altstack;
    struct trace_writer trace;
    struct shm_thread *shm;    /* wait record in the process section; renewed in a forked child */
    struct pthread *pthread;   /* thread/pthread.c; NULL: nobody has asked for it yet */
    uint32_t id;               /* in this process never used twice; a forked child keeps it */
    uint32_t park;             /* thread/park.c */
    uint8_t cancel;            /* pthread_cancel was called */
    uint8_t cancel_off;        /* PTHREAD_CANCEL_DISABLE */
    uint8_t ending;            /* its handlers and destructors run: for good */
    uint8_t cancel_async;      /* PTHREAD_CANCEL_ASYNCHRONOUS */
    char *dl_text;             /* of the last error of dlopen() and friends */
    bool dl_fresh;             /* dlerror() has not given it yet */
    const struct ret_saved *ret_saved; /* of handlers that run, innermost first */
    struct _reent own_reent;   /* of threads other than the first */
};
_Static_assert(offsetof(struct thread, ret_addr) == THREAD_RET_ADDR, "thread_offsets.h");
_Static_assert(offsetof(struct thread, t0) == THREAD_T0, "thread_offsets.h");
_Static_assert(offsetof(struct thread, pending) == THREAD_PENDING, "thread_offsets.h");
_Static_assert(offsetof(struct thread, stack_base) == THREAD_STACK_BASE, "thread_offsets.h");
_Static_assert(offsetof(struct thread, stack_limit) == THREAD_STACK_LIMIT, "thread_offsets.h");
_Static_assert(offsetof(struct thread, stack_alloc) == THREAD_STACK_ALLOC, "thread_offsets.h");
_Static_assert(offsetof(struct thread, stack_spent) == THREAD_STACK_SPENT, "thread_offsets.h");

/* ret_addr of a thread that is in the runtime but was not called by ported code. */
#define IN_RUNTIME 1

extern uint32_t tls_teb_offset; /* of the slot in the TEB */
extern struct thread *main_thread;
extern struct thread *thread_list;

static inline struct thread *self_or_null(void)
{
    struct thread *t;

    __asm__ volatile("movq %%gs:(%1), %0" : "=r"(t) : "r"((uint64_t)tls_teb_offset));
    return t;
}

/* The calling thread; a thread that the runtime has not seen yet is adopted. */
struct thread *thread_adopt(void);
static inline struct thread *self(void)
{
    struct thread *t = self_or_null();

    return likely(t) ? t : thread_adopt();
}

/* Is it to be cancelled, where that is possible? */
static inline bool thread_cancel_wanted(const struct thread *t)
{
    return unlikely(__atomic_load_n(&t->cancel, __ATOMIC_SEQ_CST)) && !t->cancel_off;
}
NORETURN void thread_cancel_now(void); /* thread/cancel.c: where nothing is held */

/* In the calls that POSIX lists as cancellation points, before they do or hold anything. Those that wait
 * in the wait core are cancelled there as well. */
static inline void cancel_point(void)
{
    if (thread_cancel_wanted(self()))
        thread_cancel_now();
}

#endif
