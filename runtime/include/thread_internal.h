/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads, for start, fork and pthread only. */
#ifndef THREAD_INTERNAL_H
#define THREAD_INTERNAL_H

#include "thread.h"

struct thread *thread_new(bool first);       /* NULL: no memory */
int thread_start_self(struct thread *t);     /* the calling Windows thread becomes t */
void thread_register(struct thread *t);       /* others may see it, its events are recorded */
void thread_end_self(struct thread *t);      /* and is it no more; frees t */
void thread_list_hold(bool hold);            /* around a fork */
void thread_enter_child(struct thread *t);   /* forked child: t is the calling thread */
int thread_fork_child(struct thread *t);     /* then: renew what is Windows', forget the others */

#endif
