/* SPDX-License-Identifier: BSD-2-Clause */
/* Waiting for more than 62 objects. */
#ifndef WAIT_MANY_H
#define WAIT_MANY_H

#include "base.h"

#define WAIT_DIRECT 62 /* as many the calling thread waits for by itself */

/* For one of n > WAIT_DIRECT handles, or `wake`: its index, n for `wake`, -ETIMEDOUT, or another error; with
 * `messages` n + 2 for a message to this thread. What fired at the same moment in another helper may be lost
 * for those that reset themselves: only for callers that look at everything again. */
int wait_many(handle_t wake, const handle_t *handles, unsigned n, int64_t timeout, bool messages);

#endif
