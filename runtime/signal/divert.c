/* SPDX-License-Identifier: BSD-2-Clause */
/* Interrupting ported code: a thread that is not inside the runtime is sent to the trampoline
 * (signal/return.S). It is left alone in a Win32 call, whose result would be destroyed: that call ends
 * first, and the signal thread tries again. */
#include "mm.h"
#include "nt.h"
#include "nt/nt_context.h"
#include "state.h"
#include "thread_internal.h"

void sig_trampoline(void);

/* Programs, the runtime (of which only pure functions are reached without ret_addr) and ported DLLs
 * lie in one window; code that a program has made itself lies in its memory. */
static bool is_ported(uint64_t rip)
{
    return (rip >= 0x100000000ull && rip < 0x170000000ull) || (rip >= ARENA_BREAK && rip < ARENA_MMAP_END);
}

static bool wants(const struct thread *t)
{
    return t->blocked != SIG_NOTHREAD && t->pending && !t->in_wait && !t->ret_addr;
}

/* Under sigs.lock, so one at a time: two threads that suspend each other would never go on, and a fork
 * that stops all threads must not meet one that has stopped its caller. Between suspending and
 * resuming there are only NT calls that take no lock, since the thread may hold any. */
enum sig_divert sig_divert(struct thread *t)
{
    enum sig_divert r = SIG_DIVERT_NOT_NEEDED;
    uint64_t rip;

    if (!wants(t) || nt_thread_suspend(t->handle) < 0)
        return r;
    /* Asking for its registers waits until it really stands still. */
    if (nt_thread_get_ip(t->handle, &rip) == 0 && wants(t)) {
        r = SIG_DIVERT_RETRY;
        if (is_ported(rip)) {
            t->ret_addr = rip;
            if (nt_thread_set_ip(t->handle, (uint64_t)(uintptr_t)sig_trampoline) == 0)
                r = SIG_DIVERT_DONE;
            else
                t->ret_addr = 0;
        }
    }
    nt_thread_resume(t->handle);
    return r;
}

bool sig_divert_all(void)
{
    struct thread *own = self_or_null();
    bool again = false;

    sig_lock();
    thread_list_hold(true);
    for (struct thread *t = thread_list; t; t = t->next)
        if (t != own && wants(t) && sig_divert(t) == SIG_DIVERT_RETRY)
            again = true;
    thread_list_hold(false);
    sig_unlock();
    return again;
}

void sig_fork_hold(void)
{
    sig_lock();
}

void sig_fork_release(void)
{
    sig_unlock();
}
