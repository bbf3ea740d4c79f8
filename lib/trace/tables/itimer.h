/* SPDX-License-Identifier: BSD-2-Clause */
/* Interval timers. X(mask, value, name). */
X(~0, 0, ITIMER_REAL)
X(~0, 1, ITIMER_VIRTUAL)
X(~0, 2, ITIMER_PROF)
