/* SPDX-License-Identifier: BSD-2-Clause */
/* Machine state of threads, exceptions, threads in other processes, the console's events. */
#ifndef NT_CONTEXT_H
#define NT_CONTEXT_H

#include "base.h"

/* A suspended thread's place. Only these may be called while it is suspended: it may hold any lock. */
int nt_thread_get_ip(handle_t thread, uint64_t *rip);
int nt_thread_set_ip(handle_t thread, uint64_t rip);

/* CPU time of a thread, 100 ns. */
int nt_thread_times(handle_t thread, uint64_t *user, uint64_t *sys);
void nt_yield(void);
/* -2..2 or 15, as SetThreadPriority has it. */
int nt_thread_priority(handle_t thread, int priority);
/* A thread of any process, to wait for its end. -ESRCH: there is none. */
int nt_thread_open(uint32_t wintid, handle_t *out);
bool nt_thread_alive(uint32_t wintid);           /* when in doubt, true */
unsigned nt_cpu_number(void);                    /* on which the thread runs */

/* Start fn(NULL) in another process, where it must be loaded at the same address. */
int nt_remote_thread(uint32_t winpid, void (*fn)(void *));
/* All threads of another process. */
int nt_process_suspend(handle_t process);
int nt_process_resume(handle_t process);
int nt_process_priority(handle_t process, int set, uint32_t *prio_class); /* set: 0 asks */

/**
 * Return addresses up a stack, the innermost first. `context` is a CONTEXT, NULL: the caller's. `swap`
 * gives the true address for one that the runtime has put on the stack. Ends at what looks wrong.
 */
unsigned nt_stack_walk(const void *context, uint64_t *pc, unsigned max,
                       uint64_t (*swap)(uint64_t pc));

/* Which vector registers XSAVE has to save; size of the area for them. */
uint32_t nt_xsave_mask(uint32_t *size);

/* An exception in ported code as the signal part sees it. */
struct nt_fault {
    uint32_t code;         /* STATUS_* */
    uint32_t nparams;
    uint64_t address;      /* of the instruction */
    uint64_t params[4];
    bool mapped;           /* of an access violation: something is there, but not with this access */
    void *context;         /* CONTEXT: has the layout of mcontext_t */
};
/* Returns true: go on with the registers in `context`. Defined by signal/fault.c. */
bool sig_fault(struct nt_fault *f);

/* Console events (nt/ctrl.c). */
enum nt_ctrl { NT_CTRL_C, NT_CTRL_BREAK, NT_CTRL_CLOSE, NT_CTRL_LOGOFF, NT_CTRL_SHUTDOWN };
/* fn runs on a thread of Windows'; returns true if it dealt with the event. */
int nt_ctrl_handler(bool (*fn)(enum nt_ctrl event));

#endif
