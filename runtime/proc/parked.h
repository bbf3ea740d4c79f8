/* SPDX-License-Identifier: BSD-2-Clause */
/* A child made before the fork that will need it (CYGWIN=fork:parked, design.md 4). At most one waits,
 * past its loader and at the entry of the runtime, without any of the owner's handles but three: two
 * events and the owner's process. It ends when its owner does. */
#ifndef PARKED_H
#define PARKED_H

#include "fork.h"

/* Before a fork takes the runtime's locks, which making one may need: a child that is on its way comes
 * sooner than another that is only begun now, so wait for it. */
void parked_expect(void);

/* Take the waiting child for fork `f`: sets process, thread, winpid and go. False: there is none that
 * is good; why was recorded. */
bool parked_take(struct fork *f);

/* After a fork: have the next one made, in the background. */
void parked_make_next(void);

#endif
