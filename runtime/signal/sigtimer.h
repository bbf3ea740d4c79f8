/* SPDX-License-Identifier: BSD-2-Clause */
/* Timers, for the system calls. Times are units of 100 ns; value 0: off. The first three are those of
 * setitimer, by its numbers. */
#ifndef SIGTIMER_H
#define SIGTIMER_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#define SIG_ITIMERS 3
#define SIG_TIMERS 32 /* of timer_create; _SC_TIMER_MAX */

/* clock: 0 of real time, or one of cpuclock.h. ev NULL: the default event. */
int sig_timer_new(const struct sigevent *ev, clockid_t clock);
int sig_timer_delete(int id);
int sig_timer_overrun(int id);
clockid_t sig_timer_clock(int id);
int sig_timer_get(int id, uint64_t *value, uint64_t *interval);
int sig_timer_set(int id, uint64_t value, uint64_t interval, uint64_t *old_value, uint64_t *old_interval);

#endif
