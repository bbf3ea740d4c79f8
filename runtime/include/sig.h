/* SPDX-License-Identifier: BSD-2-Clause */
/* Signals inside the runtime. */
#ifndef SIG_H
#define SIG_H

#include <signal.h>

#include "base.h"
#include "abi/startup.h"

#define SIG_BIT(n) (1ull << ((n) - 1))

int sig_init(const struct startup_block *b); /* dispositions from the block; cheap */
void sig_fork_child(void);
/* Start the thread that receives signals from other processes and watches children, if it does not run.
 * Every process that has children or handlers needs it. */
int sig_thread_ensure(void);
/* Watch a child's process handle: proc_child_changed() is called from the signal thread at its end. */
struct child;
int sig_watch_child(struct child *c);

int sig_send(pid_t pid, const siginfo_t *si);   /* kill and sigqueue; pid as kill() has it */
int sig_raise(const siginfo_t *si);             /* to this process */
int sig_raise_thread(const siginfo_t *si);      /* to the calling thread */

/* Deliver what is pending and not blocked in the calling thread; called on the return path of every
 * entry stub when thread->pending is set, and by the wait core.
 * Returns how many handlers ran; *restart is true when all of them had SA_RESTART. */
int sig_deliver(bool *restart);
bool sig_deliverable(void);                     /* would sig_deliver do anything? */

/* ---- wait core (signal/wait.c): the only place where the runtime blocks ---- */
/* Wait for one of n handles (n <= 62) or a signal. timeout in 100 ns, -1: none.
 * Returns the index, -ETIMEDOUT, or -EINTR after handlers ran of which one had no SA_RESTART
 * (with WAIT_NORESTART: after any handler). */
#define WAIT_NORESTART 1
#define WAIT_NOSIGNAL  2 /* signals wait until the wait has ended */
int wait_for(const handle_t *handles, unsigned n, int64_t timeout, unsigned flags);

/* Saved for exec. */
uint64_t sig_ignored_set(void);

#endif
