/* SPDX-License-Identifier: BSD-2-Clause */
/* What ppoll, pselect and epoll_pwait share: a signal mask for the time of the wait, and its limit. */
#ifndef NET_WAITMASK_H
#define NET_WAITMASK_H

#include <errno.h>
#include <signal.h>

#include "nt.h"
#include "sig.h"
#include "systime.h"
#include "thread.h"

struct wait_mask {
    bool set;
};

/* A handler that ends the wait returns to the old mask: has_saved_mask tells delivery so. */
static inline void wait_mask_set(struct wait_mask *m, const sigset_t *mask)
{
    struct thread *t = self();

    m->set = mask != NULL;
    if (!mask)
        return;
    t->saved_mask = t->blocked;
    t->has_saved_mask = true;
    sig_set_mask(*mask);
}

static inline void wait_mask_reset(struct wait_mask *m, int r)
{
    struct thread *t = self();

    if (!m->set || !t->has_saved_mask)
        return;
    t->has_saved_mask = false;
    sig_set_mask(t->saved_mask);
}

/* The moment of nt_uptime() at which a relative limit ends: 0: look only, UINT64_MAX: never. */
static inline int wait_until(const struct timespec *timeout, uint64_t *until)
{
    *until = UINT64_MAX;
    if (!timeout)
        return 0;
    if (timeout->tv_sec < 0 || timeout->tv_nsec < 0 || timeout->tv_nsec >= 1000000000)
        return -EINVAL;
    *until = 0;
    if (timeout->tv_sec || timeout->tv_nsec)
        *until = nt_uptime() + units_from_timespec(timeout);
    return 0;
}

#endif
