/* SPDX-License-Identifier: BSD-2-Clause */
/* Signals inside the runtime. */
#ifndef SIG_H
#define SIG_H

#include <signal.h>

#include "abi/startup.h"
#include "base.h"

struct thread;

#define SIG_BIT(n) (1ull << ((n) - 1))

int sig_init(const struct startup_block *b); /* dispositions from the block; cheap */
/* Start the thread that receives signals from other processes and watches children, if it does not run.
 * Whoever makes a child needs it. A process without one gets it from the first sender that has
 * something for a handler, so handlers and masks alone do not cost a thread. */
int sig_thread_ensure(void);
/* Watch c->process: proc_child_changed(c) is called from the signal thread at its end, once. The handle
 * is the caller's and stays open until then. */
struct child;
int sig_watch_child(struct child *c);
/* The child was waited for: its handle is closed and its memory freed when this returns to the caller.
 * Called with the children's lock held, which proc_child_changed takes: never wait for it in here.
 * c->watch is the signal thread's to use. When the watched process has ended, proc_child_changed()
 * returns false if the child goes on in another Windows process: watch c->process, which is new. */
void sig_unwatch_child(struct child *c);

/* Calls fn(arg) from the signal thread when the handle is signalled, once. The handle is taken over. */
int sig_watch_handle(handle_t h, void (*fn)(void *arg), void *arg);

/* Around a fork, in the parent: between the two no signal is queued and no thread diverted. To be
 * called before other threads are stopped, and after they run again. */
void sig_fork_hold(void);
void sig_fork_release(void);
/* exec: no program is left that could run handlers; it failed, and we hear signals again. */
void sig_reset_handlers(void);
void sig_exec_failed(void);
/* A thread ends: what is pending for it is gone, what it would have taken goes to another one. */
void sig_thread_end(struct thread *t);
void sig_fork_child(void); /* pending signals, timers and the signal thread are the parent's */

int sig_send(pid_t pid, const siginfo_t *si);   /* kill and sigqueue; pid as kill() has it */
int sig_send_group(pid_t pgid, const siginfo_t *si); /* from the runtime: nobody is asked who may */
int sig_raise(const siginfo_t *si);             /* to this process */
int sig_raise_thread(struct thread *t, const siginfo_t *si); /* to a thread of this process */
int sig_raise_simple(int sig);                  /* from the runtime to this process (SIGPIPE...) */

/* What the program set for SIGCHLD says that children leave no zombies. */
bool sig_nocldwait(void);

/* Deliver what is pending and not blocked in the calling thread. Entry stubs do it on the way back to
 * ported code; system calls that block do it through the two functions below.
 * Returns how many handlers ran; *restart (may be NULL): all of them had SA_RESTART. */
int sig_deliver(bool *restart);
bool sig_deliverable(void);                     /* would sig_deliver do anything? */
void sig_set_mask(uint64_t mask);               /* of the calling thread */

/* ---- wait core (signal/wait.c): the only place where the runtime blocks ---- */
/* Wait for one of n handles or a signal. timeout in 100 ns, -1: none. Beyond 62 helper threads wait, and
 * the caller has to look at everything (signal/wait_many.h).
 * Returns the index, -ETIMEDOUT, or -EINTR when a signal wants to be delivered to this thread. No
 * handler has run then: handlers may leave by siglongjmp, so they run only where nothing is held. The
 * system call lets go of locks and references and then asks one of the functions below:
 *
 *      do {
 *          f = fd_get(fd);
 *          r = f ? file_read(f, buf, n) : -EBADF;
 *          fd_put(f);
 *      } while (r == -EINTR && sig_restart());
 *
 * One that does not ask returns EINTR, and the handler runs on its way out. */
#define WAIT_NOSIGNAL  2 /* signals wait until the wait has ended */
#define WAIT_MESSAGES  4 /* a message for a window of this thread ends it, too (nt_window.h): more than n */
int wait_for(const handle_t *handles, unsigned n, int64_t timeout, unsigned flags);
/* Both are cancellation points: wait_for() returns -EINTR for a pthread_cancel, too. */
/* Delivers. True: begin the call again, since no handler ran or all that ran had SA_RESTART. */
bool sig_restart(void);
/* Delivers. True: a handler ran, return -EINTR (for calls that are never restarted). */
bool sig_interrupted(void);
/* What ps shows of the next wait_for() of this thread: SHM_WAIT_*, a descriptor, pid or address by
 * kind, and the pid that has what is waited for, 0: unknown. */
void wait_record(uint32_t kind, uint64_t arg, uint32_t owner);
/* The wait begins (1), has ended (0). */
void thread_waits(struct thread *t, uint32_t waits);

/* ---- status of ended processes (signal/status.c) ---- */
/* wait() status of a Windows process that recorded none, from its exit code. */
int sig_status_from_exit(uint32_t code);
/* The same of one of ours that was ended by somebody who said nothing in its section. */
int sig_status_of_killed(uint32_t code);
/* Exit code for Windows of a process that ends with this wait() status. */
uint32_t sig_exit_code(int wait_status);
bool sig_dumps_core(int sig);
extern bool sig_core_written; /* set by who has written one: wait() then says so */

/* ---- stacks of ported code (signal/base.S) ---- */
/* Call fn(arg) on the stack that ends at `top`, with the frame handler for exceptions at its base. The
 * TEB has to name that stack by then. thread->ret_addr must be nonzero but while ported code runs. */
void stack_call(void (*fn)(void *), void *arg, void *top);

/* Saved for exec. */
uint64_t sig_ignored_set(void);
uint64_t sig_blocked_set(void);
uint64_t sig_pending_set(void);

#endif
