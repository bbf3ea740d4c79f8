/* SPDX-License-Identifier: BSD-2-Clause */
/* Timers, for the system calls. Times are units of 100 ns; value 0: off. Timer 0 is that of setitimer. */
#ifndef SIGTIMER_H
#define SIGTIMER_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#define SIG_TIMERS 32 /* of timer_create; _SC_TIMER_MAX */

int sig_timer_new(int sig, union sigval value, bool silent); /* sig 0: the default event */
int sig_timer_delete(int id);
int sig_timer_overrun(int id);
int sig_timer_get(int id, uint64_t *value, uint64_t *interval);
int sig_timer_set(int id, uint64_t value, uint64_t interval, uint64_t *old_value, uint64_t *old_interval);

#endif
