/* SPDX-License-Identifier: BSD-2-Clause */
/* Processes: what start, fork, exec, wait and exit share among themselves. */
#ifndef PROC_INTERNAL_H
#define PROC_INTERNAL_H

#include "nt.h"
#include "proc.h"
#include "thread.h"

/* ---- children (child.c) ---- */
/* A child to be: pid, process section, trace ring. Not in the list yet. */
int child_new(struct child **out);
/* Its Windows process exists: publish it. Takes over `process`. */
void child_bind(struct child *c, handle_t process, uint32_t winpid);
void child_add(struct child *c);    /* fork or spawn succeeded: into the list, watched */
void child_drop(struct child *c);   /* it did not: everything is given back */
void child_fork_child(void);        /* a forked child has no children */
void child_hold(bool hold);         /* the list's lock, around a fork */
struct buf;
int child_save(struct buf *b, uint64_t *off, uint64_t *n); /* into the startup block, for exec */
int child_give(struct startup_block *b, handle_t process); /* and their handles */
int child_load(const struct startup_block *b);
void child_orphan_all(void);        /* this process ends: nobody waits for its children */

/* ---- identity (self.c) ---- */
int self_first(void);                               /* started by a Windows program, or by strace */
int self_from_block(const struct startup_block *b); /* exec, spawn */
int self_fork_child(const struct startup_block *b);
/* Attach to the process section whose handle this process has. */
int self_attach(handle_t section);
void self_rebind(void);                             /* after an exec that failed late */
handle_t self_section(void);
bool self_creator_is_windows(void);
void self_publish(void);                            /* `me` into the process section */
void self_set_cmdline(char **argv);
void proc_times_keep(void);

/* The Windows program that this process stands for after exec, NULL: none. */
extern handle_t exec_proxy;

/* Around the creation of a process until it runs or is given up: who ends us in between (by a signal)
 * waits for the end of it, so that no suspended process is left that nobody knows. */
void proc_create_wait(void); /* until no other thread is between these */
void proc_create_begin(void);
void proc_create_end(void);

/* ---- fork ---- */
NORETURN void fork_enter_child(const struct startup_block *b);
/* A child made before its fork waits here for it; returns the block of the fork (proc/parked.c). */
const struct startup_block *parked_wait(const struct startup_block *b);

/* ---- atfork handlers and the runtime's locks (fork_locks.c) ---- */
void fork_prepare(void);            /* handlers, then all locks */
void fork_parent(void);
void fork_child_locks(void);        /* locks free again */
void fork_child_handlers(void);

/* Calls fn(arg) on another stack that lies in no arena; TEB and all (fork_stack.S). */
void fork_stack_call(void (*fn)(void *), void *arg, void *top);

/* ---- the startup block (block.c) ---- */
const struct startup_block *startup_find(void);
void startup_forget(void);          /* unmap it */
/** A handle for a process that is being made, as a word of its block. `ours` NULL: *theirs stays. */
int startup_give(handle_t process, handle_t ours, uint64_t *theirs);
/** The section for a block, and the event that its process sets when it has started. */
struct startup_carrier {
    handle_t section, ready;
    void *view;
    size_t size, used;
};
int startup_begin(struct startup_carrier *c, size_t size); /* 0, -ENOMEM or what the kernel says */
/** Puts a block that is complete into the carrier and maps that, read-only, into the new process. */
int startup_map(struct startup_carrier *c, handle_t process, const void *block, size_t size);
void startup_end(struct startup_carrier *c, bool reported); /* reported: `ready` was waited for with success */

/* ---- start ---- */
extern char **environ;
extern char **start_argv;
void progname_init(void); /* libc/progname.c */
extern int start_argc;

#endif
