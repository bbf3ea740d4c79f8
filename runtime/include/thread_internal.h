/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads, for start, fork and pthread only. */
#ifndef THREAD_INTERNAL_H
#define THREAD_INTERNAL_H

#include "nt.h"
#include "thread.h"

struct thread *thread_new(bool first);       /* inside the runtime; NULL: no memory */
void thread_drop(struct thread *t);          /* one that was not started, or has ended */
int thread_start_self(struct thread *t);     /* the calling Windows thread becomes t */
void thread_attach(struct thread *t);        /* the same, when its creator has set the handles */
void thread_register(struct thread *t);      /* others may see it, its events are recorded */
void thread_end_self(struct thread *t);      /* and is it no more; drops t */
/* The same in two steps: a Windows thread that has nothing to do may become another. */
void thread_retire(struct thread *t);
void thread_revive(struct thread *t, struct thread *as); /* drops t; to be registered */
void thread_unbind(struct thread *t);                    /* or it ends; drops t */
void thread_list_hold(bool hold);            /* around a fork */
/* A stack that was made by us: bounds for the TEB, and for t. */
void thread_stack_use(struct thread *t, uintptr_t alloc, uintptr_t guard, uintptr_t end);
void thread_stack_resume(const struct thread *t); /* the TEB names t's own stack again */
void thread_enter_child(struct thread *t);   /* forked child: t is the calling thread */
int thread_fork_child(struct thread *t);     /* then: renew what is Windows', forget the others */

#endif
