/* SPDX-License-Identifier: BSD-2-Clause */
/* fork, the child's side: take over what the startup block has, go on where the parent was, become a
 * process of its own. */
#include <string.h>

#include "dll.h"
#include "dll_protect.h"
#include "file.h"
#include "fork.h"
#include "mm.h"
#include "sig.h"
#include "sys.h"
#include "thread_internal.h"

/* Everything in static data is the parent's after this loop, except what is NOCOPY. */
static void take_memory(const struct startup_block *b)
{
    const struct startup_copy *c = (const void *)((const char *)b + b->copy);

    for (uint64_t i = 0; i < b->copies; i++)
        memcpy((void *)c[i].dst, (const char *)b + c[i].src, c[i].len);
}

/* Called at the entry of the program, on the stack that Windows made; it is never used again. */
NORETURN void fork_enter_child(const struct startup_block *b)
{
    struct thread *t;

    if (b->runtime_base != (uintptr_t)nt_runtime_base)
        rt_panic("fork: the runtime was loaded at another address than in the parent",
                 (int64_t)b->runtime_base);
    dll_enter_child(b);
    take_memory(b);
    for (unsigned i = 0; i < arena_count; i++)
        arena_guard(&arena_extents[i]);
    t = fork_thread;
    thread_stack_resume(t);
    thread_enter_child(t);
    longjmp(fork_context, 1);
}

void fork_child(void)
{
    const struct startup_block *b = startup;
    struct thread *t = fork_thread;
    handle_t ready = (handle_t)b->h_ready;
    int r;

    trace_fork_child(t);
    dll_lock_inherit();
    if ((r = self_fork_child(b)) < 0)
        rt_panic("fork: no access to the process section", r);
    dll_protect_publish();
    if ((r = thread_fork_child(t)) < 0)
        rt_panic("fork: no event for the thread", r);
    trace_init(me.pid, (handle_t)b->h_session, b->flags & STARTUP_FOLLOW ? b->creator : 0);
    trace_thread_attach(t, t->wintid);
    child_fork_child();
    sig_fork_child();
    fd_fork_child();
    trace_fork_child_running(me.pid, me.ppid, b->creator, trace_clock() - b->fork_time);
    startup_forget();
    nt_event_set(ready);
    nt_close(ready);
    fork_debug_child();
    fork_child_handlers();
}
