/* SPDX-License-Identifier: BSD-2-Clause */
/* Clocks of CPU time: numbers of clocks that mean a process or a thread. */
#ifndef CPUCLOCK_H
#define CPUCLOCK_H

#include <stdint.h>
#include <sys/types.h>

/* What clock_getcpuclockid and pthread_getcpuclockid give: these, with a pid or a thread->id below. */
#define CPUCLOCK_PROCESS 0x100000000ul
#define CPUCLOCK_THREAD  0x200000000ul
/* Of timers only: user time of the own process (ITIMER_VIRTUAL). */
#define CPUCLOCK_USER    0x300000000ul
#define CPUCLOCK_KIND    0x300000000ul

/* The clock by one of the numbers above, from those and from POSIX's; 0: no clock of CPU time. */
clockid_t cpuclock_of(clockid_t clock);
/* Units of 100 ns, or -EINVAL: no such clock, or what it measured has ended. */
int cpuclock_read(clockid_t clock, uint64_t *units);

#endif
