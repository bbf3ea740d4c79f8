/* SPDX-License-Identifier: BSD-2-Clause */
/* The real-time interval timer, for the system calls. Units of 100 ns; value 0: off. */
#ifndef SIGTIMER_H
#define SIGTIMER_H

#include <stdint.h>

void sig_timer_get(uint64_t *value, uint64_t *interval);
int sig_timer_set(uint64_t value, uint64_t interval, uint64_t *old_value, uint64_t *old_interval);

#endif
