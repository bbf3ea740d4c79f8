/* SPDX-License-Identifier: BSD-2-Clause */
/* Offsets into struct thread for assembler. thread.h asserts them. */
#ifndef THREAD_OFFSETS_H
#define THREAD_OFFSETS_H

#define THREAD_RET_ADDR 0  /* where the current call of the runtime returns to; 0: in ported code */
#define THREAD_T0       8  /* TSC when the call began */
#define THREAD_PENDING  16 /* nonzero: look for signals before returning to ported code */
#define THREAD_STACK_BASE  24 /* the thread's own stack, as the TEB has it */
#define THREAD_STACK_LIMIT 32
#define THREAD_STACK_ALLOC 40
#define THREAD_STACK_SPENT 48 /* its guard page was hit: the next longjmp puts it back */

#endif
