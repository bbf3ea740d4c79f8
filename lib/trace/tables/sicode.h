/* SPDX-License-Identifier: BSD-2-Clause */
/* Why a signal was sent. X(mask, value, name). */
X(~0, 0, SI_USER)
X(~0, 2, SI_ASYNCIO)
X(~0, 3, SI_MESGQ)
X(~0, 4, SI_TIMER)
X(~0, 5, SI_QUEUE)
X(~0, 6, SI_KERNEL)
X(~0, 28, CLD_EXITED)
X(~0, 29, CLD_KILLED)
X(~0, 30, CLD_DUMPED)
X(~0, 31, CLD_TRAPPED)
X(~0, 32, CLD_STOPPED)
X(~0, 33, CLD_CONTINUED)
