/* SPDX-License-Identifier: BSD-2-Clause */
/* Processes: start, fork, exec, wait, exit. */
#ifndef PROC_H
#define PROC_H

#include <sys/wait.h>

#include "abi/startup.h"
#include "base.h"
#include "lock.h"
#include "shm.h"

/* What a process knows about itself and hands to its children (inherited by fork as is). */
struct proc_self {
    int32_t pid, ppid, pgid, sid;
    uint32_t umask;
    int32_t tty;
    uint32_t uid, gid, euid, egid;
    char *program;      /* POSIX name */
};
extern struct proc_self me;

extern const struct startup_block *startup; /* NULL: a Windows program started us */

NORETURN void proc_exit(int wait_status); /* ends with a status as wait() gives it */

/* ---- children (proc/child.c) ---- */
struct child {
    struct child *next;
    int32_t pid;
    handle_t process;       /* current Windows process */
    struct shm_proc *shm;   /* its section, held until it was waited for */
    handle_t h_shm, h_ring;
    uint32_t seen_change;   /* shm->change that waitpid has reported */
    bool exited;
    int status;
};

/* Called by the watcher thread when something happened to a child: raises SIGCHLD. */
void proc_child_changed(struct child *c);
int64_t proc_wait4(pid_t pid, int *status, int options, struct rusage *ru);

/* Other processes' sections, for kill, setpgid, getpgid... NULL: ESRCH. Mapped read-write. */
struct shm_proc *proc_open(pid_t pid, handle_t *section);
void proc_close(struct shm_proc *p, handle_t section);
/* Calls fn for each live process of the index; stops at nonzero. */
int proc_each(int (*fn)(void *arg, pid_t pid), void *arg);

#endif
