/* SPDX-License-Identifier: BSD-2-Clause */
/* Processes: start, fork, exec, wait, exit. */
#ifndef PROC_H
#define PROC_H

#include <stdarg.h>
#include <sys/wait.h>

#include "abi/startup.h"
#include "base.h"
#include "lock.h"
#include "shm.h"

/* What a process knows about itself and hands to its children (inherited by fork as is). */
struct proc_self {
    int32_t pid, ppid;  /* group and session: in the section, where the parent may change them */
    uint32_t umask;
    int32_t tty;
    uint32_t uid, gid, euid, egid;
    char *program;      /* POSIX name */
};
extern struct proc_self me;

extern const struct startup_block *startup; /* NULL: a Windows program started us */

NORETURN void proc_exit(int wait_status); /* ends with a status as wait() gives it */

/* The arguments of execl() and its like: `first` and the list behind it, with the NULL that ends it. To be
 * freed with rt_free(); NULL: no memory, errno is set. */
char **arg_list(const char *first, va_list *ap);

/* ---- children (proc/child.c) ---- */
struct child {
    struct child *next;
    int32_t pid;
    uint32_t winpid;        /* current Windows process */
    handle_t process;
    struct shm_proc *shm;   /* its section, held until it was waited for */
    handle_t h_shm;
    handle_t ring;          /* its recorder: readable until it was waited for, kept if it ends badly */
    uint32_t seen_change;   /* shm->change that waitpid has reported */
    bool exited;
    int status;
    uint64_t user, sys;     /* at the end, 100 ns */
    void *watch;            /* of the signal thread */
};

/* Called by the watcher thread when a child's Windows process has ended: raises SIGCHLD. False: the
 * child has called exec and goes on in c->process. */
bool proc_child_changed(struct child *c);
/* Somebody reported a stop, a continue or an end: those who wait look again. */
void proc_children_poke(void);
void proc_children_times(uint64_t *user, uint64_t *sys);
void proc_times(uint64_t *user, uint64_t *sys);
#define PROC_WAIT_NO_END 0x10000 /* option: stops and continues only */
int64_t proc_wait4(pid_t pid, int *status, int options, struct rusage *ru, uint32_t *uid);

/* Other processes' sections, for kill, setpgid, getpgid... NULL: ESRCH. Mapped read-write. */
struct shm_proc *proc_open(pid_t pid, handle_t *section);
bool proc_denied(pid_t pid);
void proc_close(struct shm_proc *p, handle_t section);
/* Calls fn for each live process of the index; stops at nonzero. */
int proc_each(int (*fn)(void *arg, pid_t pid), void *arg);

#endif
