/* SPDX-License-Identifier: BSD-2-Clause */
/* Exceptions in ported code become signals. Called by the frame handler at the base of our stacks, so
 * only for what no frame of a Win32 DLL wanted, on the stack of the thread that has the fault. */
#include <string.h>
#include <sys/ucontext.h>

#include "nt.h"
#include "nt/nt_context.h"
#include "proc.h"
#include "state.h"

_Static_assert(offsetof(mcontext_t, oldmask) == 1232, "mcontext_t begins with a CONTEXT");

#define BREAKPOINT 0x80000003
#define STACK_OVERFLOW 0xc00000fd

static const struct fault {
    uint32_t status;
    int sig, code;
} faults[] = {
    { 0xc0000005, SIGSEGV, SEGV_MAPERR }, /* access violation: the code is refined below */
    { 0x80000001, SIGSEGV, SEGV_ACCERR }, /* guard page */
    { STACK_OVERFLOW, SIGSEGV, SEGV_MAPERR },
    { 0xc000008c, SIGSEGV, SEGV_ACCERR }, /* array bounds */
    { 0xc0000006, SIGBUS, BUS_OBJERR },   /* in-page error */
    { 0x80000002, SIGBUS, BUS_ADRALN },   /* misaligned data */
    { 0xc000001d, SIGILL, ILL_ILLOPN },
    { 0xc0000096, SIGILL, ILL_PRVOPC },
    { BREAKPOINT, SIGTRAP, SI_KERNEL },
    { 0x80000004, SIGTRAP, SI_KERNEL },   /* single step */
    { 0xc0000094, SIGFPE, FPE_INTDIV },
    { 0xc0000095, SIGFPE, FPE_INTOVF },
    { 0xc000008e, SIGFPE, FPE_FLTDIV },
    { 0xc0000091, SIGFPE, FPE_FLTOVF },
    { 0xc0000093, SIGFPE, FPE_FLTUND },
    { 0xc000008f, SIGFPE, FPE_FLTRES },
    { 0xc0000090, SIGFPE, FPE_FLTINV },
    { 0xc000008d, SIGFPE, FPE_FLTINV },   /* denormal operand */
    { 0xc0000092, SIGFPE, FPE_FLTINV },   /* stack check */
    { 0xc00002b4, SIGFPE, FPE_FLTINV },   /* several SSE faults */
    { 0xc00002b5, SIGFPE, FPE_FLTINV },   /* several SSE traps */
};

static const struct fault *find(uint32_t status)
{
    for (size_t i = 0; i < ARRAY_SIZE(faults); i++)
        if (faults[i].status == status)
            return &faults[i];
    return NULL;
}

static void describe(const struct nt_fault *f, const struct fault *kind, siginfo_t *si)
{
    memset(si, 0, sizeof(*si));
    si->si_signo = kind->sig;
    si->si_code = kind->code;
    si->si_addr = (void *)f->address;
    if (f->code == STACK_OVERFLOW)
        si->si_addr = (void *)((const mcontext_t *)f->context)->rsp;
    if ((kind->sig == SIGSEGV || kind->sig == SIGBUS) && f->nparams >= 2) {
        si->si_addr = (void *)f->params[1];
        if (f->code == 0xc0000005 && f->mapped)
            si->si_code = SEGV_ACCERR;
    }
}

static void emit(const struct nt_fault *f, const siginfo_t *si)
{
    struct trace_module m;

    trace_module_of(f->address, &m);
    trace_signal_fault(si->si_signo, f->code, si->si_addr, (void *)f->address, m.name,
                       f->address - m.base, (void *)((const mcontext_t *)f->context)->rsp);
    trace_fault_stack(f->context);
}

/* Nothing is left on the stack for a handler: it needs another one. */
static bool stack_is_full(const struct nt_fault *f, struct thread *t, const struct sigaction *act)
{
    if (f->code != STACK_OVERFLOW)
        return false;
    if (sig_on_altstack(t) || !sig_wants_altstack(t, act))
        return true;
    t->stack_spent = 1;
    return false;
}

static void skip_breakpoint(mcontext_t *c)
{
    if (*(const uint8_t *)c->rip == 0xcc)
        c->rip++;
}

bool sig_fault(struct nt_fault *f)
{
    const struct fault *kind = find(f->code);
    struct thread *t = self();
    struct sigaction act;
    siginfo_t si;

    if (!kind)
        return false; /* another language's exception: Windows ends the process, or a debugger has it */
    describe(f, kind, &si);
    emit(f, &si);
    sig_lock();
    act = sig_take_action(si.si_signo);
    sig_unlock();
    if (act.sa_handler == SIG_DFL || act.sa_handler == SIG_IGN || (t->blocked & SIG_BIT(si.si_signo))
        || stack_is_full(f, t, &act)) {
        crash_record(f);
        sig_terminate(&si); /* to go on would only fault again */
    }
    if (f->code == BREAKPOINT) /* the handler returns behind it, as from any trap */
        skip_breakpoint(f->context);
    sig_run_handler(t, &si, &act, f->context);
    return true;
}
