/* SPDX-License-Identifier: BSD-2-Clause */
/* Running code on a stack of ours, with the frame at its base that turns faults into signals. */
#ifndef SIGNAL_STACK_H
#define SIGNAL_STACK_H

void stack_call(void (*fn)(void *), void *arg, void *stack_top);

#endif
