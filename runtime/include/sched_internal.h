/* SPDX-License-Identifier: BSD-2-Clause */
/* Priorities of threads (runtime/sys/sched.c). */
#ifndef SCHED_INTERNAL_H
#define SCHED_INTERNAL_H

#include <stdbool.h>

/* Is there such a policy, and has it such a priority? */
bool sched_valid(int policy, int priority);
/* The thread priority of Windows for it: -2..2 or 15. */
int sched_windows(int policy, int priority);

#endif
