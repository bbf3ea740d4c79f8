/* SPDX-License-Identifier: BSD-2-Clause */
/* poll and ppoll: entries go through file/watch.c. */
#include <poll.h>
#include <string.h>

#include "mm.h"
#include "net/waitmask.h"
#include "nt.h"
#include "shm.h"
#include "sig.h"
#include "sys.h"
#include "systime.h"
#include "thread.h"
#include "watch.h"

#define FEW 64

static int fill(struct watch *w, const struct pollfd *fds, unsigned n)
{
    struct file *mem[FEW], **files = n <= FEW ? mem : rt_alloc(n * sizeof(*files));
    int r = 0;

    if (!files)
        return -ENOMEM;
    fd_get_many(&fds->fd, sizeof(*fds), files, n);
    for (unsigned i = 0; i < n; i++)
        if (r == 0)
            r = watch_add(w, files[i], fds[i].events);
        else
            fd_put(files[i]);
    if (files != mem)
        rt_free(files);
    return r;
}

/* What is no open descriptor is a result, but a negative number is none at all. */
static int poll_once(struct pollfd *fds, unsigned n, uint64_t until)
{
    struct watch w;
    int r, bad = 0;

    watch_init(&w);
    r = n ? fill(&w, fds, n) : 0;
    for (unsigned i = 0; r == 0 && i < n; i++)
        bad += fds[i].fd >= 0 && !w.v[i].f;
    if (r == 0)
        r = watch_run(&w, bad ? 0 : until);
    if (r >= 0) {
        r += bad;
        for (unsigned i = 0; i < n; i++)
            fds[i].revents = (short)(fds[i].fd >= 0 && !w.v[i].f ? POLLNVAL : w.v[i].revents);
    }
    watch_free(&w);
    return r;
}

static int poll_until(struct pollfd *fds, nfds_t n, uint64_t until, const sigset_t *mask)
{
    struct wait_mask m;
    int r;

    cancel_point();
    if (n > (nfds_t)fd_limit())
        return -EINVAL;
    wait_mask_set(&m, mask);
    do {
        wait_record(SHM_WAIT_POLL, n, 0);
        r = poll_once(fds, n, until);
    } while (r == -EINTR && !sig_interrupted());
    wait_mask_reset(&m, r);
    return r;
}

/**
 * Waits until one of the descriptors is ready.
 * @param timeout milliseconds, 0: look only, negative: no limit
 * @return entries with results, 0 at the time-out, or -1 with EINTR, EINVAL, ENOMEM
 * POSIX.1-2017 poll()
 */
int poll(struct pollfd *fds, nfds_t n, int timeout)
{
    uint64_t until = timeout < 0 ? UINT64_MAX : timeout ? nt_uptime() + (uint64_t)timeout * 10000 : 0;
    int r = poll_until(fds, n, until, NULL);

    trace_sys_poll(n, timeout, r);
    return (int)sys_ret(r);
}

/** poll() with a signal mask for its duration, and a finer limit; NULL: none. POSIX.1-2024 ppoll() */
int ppoll(struct pollfd *fds, nfds_t n, const struct timespec *timeout, const sigset_t *mask)
{
    uint64_t until;
    int r = wait_until(timeout, &until);

    if (r == 0)
        r = poll_until(fds, n, until, mask);
    trace_sys_ppoll(n, timeout ? timeout->tv_sec * 1000000000 + timeout->tv_nsec : -1, r);
    return (int)sys_ret(r);
}
