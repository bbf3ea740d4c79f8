/* SPDX-License-Identifier: BSD-2-Clause */
/* Delivery: a thread takes what is pending for it and not blocked, and runs handlers. It happens on the
 * way out of the runtime, or where a thread was diverted: never where anything is held. */
#include <string.h>
#include <sys/ucontext.h>

#include "frame.h"
#include "nt.h"
#include "proc.h"
#include "shm.h"
#include "state.h"

/* Of the trampoline; 0: FXSAVE. */
uint32_t sig_xsave_mask, sig_xsave_size = 512 + 64;

void sig_call(void (*fn)(int, siginfo_t *, void *), int sig, siginfo_t *si, void *uc, void *stack_top);
void sig_deliver_frame(struct sig_frame *f, void *fpregs);

bool sig_deliverable(void)
{
    struct thread *t = self();
    uint64_t pending = t->sig_pending | sigs.pending;

    return sigs.stopped || (pending & (~t->blocked | t->sig_waited));
}

void sig_set_mask(uint64_t mask)
{
    struct thread *t = self();

    t->blocked = mask & ~SIG_UNBLOCKABLE;
    if (t == main_thread && shm_self)
        shm_self->sig_blocked = t->blocked;
    if ((t->sig_pending | __atomic_load_n(&sigs.pending, __ATOMIC_SEQ_CST)) & ~t->blocked)
        t->pending = 1;
}

/* ---- the handler's context ---- */

static void context_from_frame(mcontext_t *m, const struct sig_frame *f, const void *fpregs)
{
    m->ctxflags = 0x10000f; /* CONTEXT_FULL and CONTEXT_SEGMENTS of x86-64 */
    m->rax = f->rax, m->rbx = f->rbx, m->rcx = f->rcx, m->rdx = f->rdx;
    m->rsi = f->rsi, m->rdi = f->rdi, m->rbp = f->rbp, m->rip = f->rip;
    m->r8 = f->r8, m->r9 = f->r9, m->r10 = f->r10, m->r11 = f->r11;
    m->r12 = f->r12, m->r13 = f->r13, m->r14 = f->r14, m->r15 = f->r15;
    m->rsp = (uint64_t)(f + 1);
    m->eflags = (uint32_t)f->eflags;
    memcpy(&m->fpregs, fpregs, sizeof(m->fpregs));
    m->mxcsr = m->fpregs.mxcsr;
}

/* A handler may change where and with what the interrupted code goes on, but for its stack. */
static void frame_from_context(struct sig_frame *f, const mcontext_t *m)
{
    f->rax = m->rax, f->rbx = m->rbx, f->rcx = m->rcx, f->rdx = m->rdx;
    f->rsi = m->rsi, f->rdi = m->rdi, f->rbp = m->rbp, f->rip = m->rip;
    f->r8 = m->r8, f->r9 = m->r9, f->r10 = m->r10, f->r11 = m->r11;
    f->r12 = m->r12, f->r13 = m->r13, f->r14 = m->r14, f->r15 = m->r15;
    f->eflags = m->eflags;
}

bool sig_on_altstack(const struct thread *t)
{
    uintptr_t here = (uintptr_t)__builtin_frame_address(0), base = (uintptr_t)t->altstack.ss_sp;

    return t->altstack.ss_size && !(t->altstack.ss_flags & SS_DISABLE) && here >= base
        && here - base < t->altstack.ss_size;
}

bool sig_wants_altstack(const struct thread *t, const struct sigaction *act)
{
    return (act->sa_flags & SA_ONSTACK) && t->altstack.ss_size && !(t->altstack.ss_flags & SS_DISABLE);
}

/* Where the handler runs: top of the alternate stack, or NULL for where we are. */
static void *handler_stack(const struct thread *t, const struct sigaction *act)
{
    if (!sig_wants_altstack(t, act) || sig_on_altstack(t))
        return NULL;
    return (void *)((uintptr_t)t->altstack.ss_sp + t->altstack.ss_size);
}

struct call {
    void (*fn)(int, siginfo_t *, void *);
    siginfo_t si;
    ucontext_t *uc;
};

static void call_handler(struct thread *t, struct call *c, const struct sigaction *act)
{
    uint64_t t0 = t->t0;
    struct ret_saved saved = { t->ret_addr, t->ret_saved };
    void *top = handler_stack(t, act);
    struct nt_stack old, alt;
    int err = t->reent->_errno;

    if (top) {
        nt_stack_get(&old);
        alt = (struct nt_stack){ (uintptr_t)top, (uintptr_t)t->altstack.ss_sp,
                                 (uintptr_t)t->altstack.ss_sp, old.guarantee };
        nt_stack_set(&alt);
    }
    /* The handler is ported code: signals may divert it, its calls return through sys_return. */
    t->ret_saved = &saved;
    t->ret_addr = 0;
    sig_call(c->fn, c->si.si_signo, &c->si, c->uc, top);
    t->t0 = t0;
    t->ret_addr = saved.ret_addr;
    t->ret_saved = saved.outer;
    if (top)
        nt_stack_set(&old);
    t->reent->_errno = err;
}

static void run_siginfo(struct thread *t, struct call *c, const struct sigaction *act, uint64_t *mask,
                        struct sig_frame *f, const void *fpregs, void *context)
{
    ucontext_t uc;

    memset(&uc, 0, sizeof(uc));
    if (context)
        memcpy(&uc.uc_mcontext, context, offsetof(mcontext_t, oldmask));
    else if (f)
        context_from_frame(&uc.uc_mcontext, f, fpregs);
    uc.uc_mcontext.oldmask = *mask;
    if (context)
        uc.uc_mcontext.cr2 = (uint64_t)c->si.si_addr;
    uc.uc_sigmask = *mask;
    uc.uc_stack = t->altstack;
    c->uc = &uc;
    call_handler(t, c, act);
    *mask = uc.uc_sigmask;
    if (context)
        memcpy(context, &uc.uc_mcontext, offsetof(mcontext_t, oldmask));
    else if (f)
        frame_from_context(f, &uc.uc_mcontext);
}

static void run_handler(struct thread *t, const siginfo_t *si, const struct sigaction *act,
                        struct sig_frame *f, const void *fpregs, void *context)
{
    uint64_t mask = t->has_saved_mask ? t->saved_mask : t->blocked, begin;
    struct call c = { act->sa_sigaction, *si, NULL };

    t->has_saved_mask = false;
    t->blocked |= (act->sa_mask | (act->sa_flags & SA_NODEFER ? 0 : SIG_BIT(si->si_signo)))
        & ~SIG_UNBLOCKABLE;
    trace_signal_delivered(si->si_signo, si->si_pid, si->si_code, (void *)act->sa_handler, t->blocked);
    begin = trace_clock();
    if (act->sa_flags & SA_SIGINFO)
        run_siginfo(t, &c, act, &mask, f, fpregs, context);
    else
        call_handler(t, &c, act);
    trace_signal_returned(si->si_signo, trace_clock() - begin);
    sig_set_mask(mask);
}

void sig_run_handler(struct thread *t, const siginfo_t *si, const struct sigaction *act, void *context)
{
    run_handler(t, si, act, NULL, NULL, context);
}

/* ---- what to do with one ---- */

struct sigaction sig_take_action(int sig)
{
    struct sigaction act = sigs.actions[sig];

    if ((act.sa_flags & SA_RESETHAND) && act.sa_handler != SIG_IGN) {
        sigs.actions[sig].sa_handler = SIG_DFL;
        sigs.caught &= ~SIG_BIT(sig);
        sig_publish();
    }
    return act;
}

/* The default action of a signal that was pending when it was not yet the action. */
static void act_by_default(const siginfo_t *si)
{
    switch (sig_default_of(si->si_signo)) {
    case SIG_ACT_TERM:
    case SIG_ACT_CORE:
        sig_terminate(si);
    case SIG_ACT_STOP:
        sig_stop(si);
        break;
    default:
        trace_signal_ignored(si->si_signo, si->si_pid);
    }
}

static void wait_while_stopped(void)
{
    while (__atomic_load_n(&sigs.stopped, __ATOMIC_SEQ_CST))
        futex_wait(&sigs.stopped, 1, -1);
}

static int deliver(bool *restart, struct sig_frame *f, const void *fpregs)
{
    struct thread *t = self();
    struct sigaction act;
    siginfo_t si;
    int handlers = 0, sig;
    bool all = true;

    for (;;) {
        /* First the flag, then the queue: what comes in between sets it again. */
        __atomic_exchange_n(&t->pending, 0, __ATOMIC_SEQ_CST);
        wait_while_stopped();
        if (t->cancel_async && thread_cancel_wanted(t))
            thread_cancel_now();
        sig_lock();
        sig = sig_dequeue(t, ~t->blocked, &si);
        if (sig)
            act = sig_take_action(sig);
        sig_unlock();
        if (!sig)
            break;
        if (act.sa_handler == SIG_IGN) {
            trace_signal_ignored(sig, si.si_pid);
        } else if (act.sa_handler == SIG_DFL) {
            act_by_default(&si);
        } else {
            handlers++;
            all = all && (act.sa_flags & SA_RESTART);
            run_handler(t, &si, &act, f, fpregs, NULL);
        }
    }
    if (restart)
        *restart = all;
    return handlers;
}

int sig_deliver(bool *restart)
{
    return deliver(restart, NULL, NULL);
}

/* Called by the trampoline. */
void sig_deliver_frame(struct sig_frame *f, void *fpregs)
{
    struct thread *t = self();
    uint64_t rip = f->rip;

    deliver(NULL, f, fpregs);
    if (f->rip != rip) /* a handler has changed it */
        t->ret_addr = f->rip;
}

bool sig_restart(void)
{
    bool all;
    int n;

    cancel_point();
    n = sig_deliver(&all);

    return n == 0 || all;
}

bool sig_interrupted(void)
{
    cancel_point();
    return sig_deliver(NULL) > 0;
}
