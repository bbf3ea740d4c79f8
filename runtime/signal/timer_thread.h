/* SPDX-License-Identifier: BSD-2-Clause */
/* Functions that are called in a thread of their own when something has happened (SIGEV_THREAD). */
#ifndef TIMER_THREAD_H
#define TIMER_THREAD_H

#include <signal.h>

struct timer_thread;

/* Of the caller: threads will have its signal mask. NULL: no memory, or attributes that are none. */
struct timer_thread *timer_thread_new(const struct sigevent *ev);
void timer_thread_free(struct timer_thread *n);
/* A thread begins to run the function. Negative errno: it does not. */
int timer_thread_start(const struct timer_thread *n);

#endif
