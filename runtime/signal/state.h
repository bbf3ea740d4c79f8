/* SPDX-License-Identifier: BSD-2-Clause */
/* Signals: what the files of this folder share. */
#ifndef SIGNAL_STATE_H
#define SIGNAL_STATE_H

#include "lock.h"
#include "sig.h"
#include "thread.h"

#define SIG_QUEUE_MAX 256 /* pending signals with information; _SC_SIGQUEUE_MAX */
#define SIG_UNBLOCKABLE (SIG_BIT(SIGKILL) | SIG_BIT(SIGSTOP))
#define SIG_STOPPERS (SIG_BIT(SIGSTOP) | SIG_BIT(SIGTSTP) | SIG_BIT(SIGTTIN) | SIG_BIT(SIGTTOU))
/* Mask of threads that belong to the runtime: nothing is for them, not even what cannot be blocked. */
#define SIG_NOTHREAD UINT64_MAX

enum sig_default { SIG_ACT_TERM, SIG_ACT_CORE, SIG_ACT_IGNORE, SIG_ACT_STOP, SIG_ACT_CONT };
enum sig_default sig_default_of(int sig);

/* A pending signal. */
struct sig_entry {
    struct sig_entry *next;
    struct thread *thread; /* NULL: for the process */
    siginfo_t info;
};

/* Inherited by fork as it is; the child forgets what is pending. */
struct sig_state {
    struct lock lock;
    struct sigaction actions[NSIG];
    uint64_t pending;             /* to the process; to a thread: thread->sig_pending */
    uint64_t ignored, caught;     /* what the actions say */
    uint32_t stopped;             /* stopped by job control: threads wait here */
    bool full;                    /* the signal thread left something in the section */
    struct sig_entry *first, *last; /* pending, in order of arrival */
    struct sig_entry *free;
    struct sig_entry pool[SIG_QUEUE_MAX];
};
extern struct sig_state sigs;

static inline void sig_lock(void)
{
    lock_take(&sigs.lock);
}

static inline void sig_unlock(void)
{
    lock_release(&sigs.lock);
}

/* ---- queue.c: under the lock ---- */
void sig_queue_init(void);
/* Put a signal into the queue; a standard one that is pending already is left as it is. -EAGAIN: full. */
int sig_enqueue(const siginfo_t *si, struct thread *to);
/* Take the next of `set` that is pending for `t`; 0: none. */
int sig_dequeue(struct thread *t, uint64_t set, siginfo_t *si);
void sig_discard(uint64_t set);   /* for whomever */
bool sig_has_room(void);          /* takes the lock; false: the signal thread gets kicked when there is */
void sig_publish(void);           /* what others may see, into the process section */

void sig_discard_thread(struct thread *t); /* what was sent to it */

/* ---- generate.c ---- */
/* A signal has come: drop it, act on it, or make it pending. to NULL: for the process. */
int sig_generate(const siginfo_t *si, struct thread *to);
void sig_wake_thread(struct thread *t); /* it has something to deliver */
void sig_terminate(const siginfo_t *si) NORETURN;

/* ---- crash.c ---- */
struct nt_fault;
void crash_record(const struct nt_fault *f);   /* a fault that ends the process */
void crash_report(const siginfo_t *si);        /* publishes the cause, runs the program of error_start */
void sig_stop(const siginfo_t *si);     /* becomes stopped, threads wait in sig_deliver */

/* ---- divert.c ---- */
enum sig_divert { SIG_DIVERT_DONE, SIG_DIVERT_NOT_NEEDED, SIG_DIVERT_RETRY };
enum sig_divert sig_divert(struct thread *t);
bool sig_divert_all(void);              /* true: some thread is to be tried again soon */

/* ---- deliver.c ---- */
/* Run a handler now; context: a CONTEXT of the faulting code, or NULL. Takes the action's flags. */
void sig_run_handler(struct thread *t, const siginfo_t *si, const struct sigaction *act, void *context);

/* The action for a signal that is acted upon now; SA_RESETHAND takes effect. Under the lock. */
struct sigaction sig_take_action(int sig);
/* Is the caller on the thread's alternate stack? Does the action ask for it, and is it there? */
bool sig_on_altstack(const struct thread *t);
bool sig_wants_altstack(const struct thread *t, const struct sigaction *act);

/* ---- sigthread.c ---- */
void sig_thread_kick(void);             /* the signal thread looks at everything again */
void sig_thread_ready(void);            /* the process is set up: take what was sent meanwhile */
void sig_thread_remote(void *arg);
char *sig_event_name(char *buf, int pid);
char *sig_direct_name(char *buf, int pid);
handle_t sig_direct_event(void);        /* NULL: there is none */

/* ---- send.c ---- */
/* To one process, without asking whether we may. */
int sig_notify_parent(int code, int status);
void sig_drain(void);                   /* take what others have sent to this process */
void sig_settle(void);                  /* the same, and wait for who is taking it */
bool sig_queue_waiting(void);           /* has anybody sent something that was not taken? */

/* ---- timer.c ---- */
int64_t sig_timers_run(void);           /* raise what is due; 100 ns until the next, -1: none */
/* A timer's signal was not queued, since one of it is; it was delivered. Under sigs.lock. */
void sig_timer_missed(int id);
void sig_timer_delivered(int id);

#endif
