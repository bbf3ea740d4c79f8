/* SPDX-License-Identifier: BSD-2-Clause */
/* select and pselect. Sets have as many bits as the program gave them, so they are arrays of words here. */
#include <poll.h>
#include <string.h>
#include <sys/select.h>

#include "mm.h"
#include "net/waitmask.h"
#include "nt.h"
#include "shm.h"
#include "sig.h"
#include "sys.h"
#include "thread.h"
#include "watch.h"

#define WORD 64

/* Which of poll's results make a descriptor ready for each set, as on Linux. */
#define READ_READY  (POLLIN | POLLHUP | POLLERR)
#define WRITE_READY (POLLOUT | POLLERR)

struct sets {
    fd_set *v[3];           /* to read, to write, exceptions; each may be NULL */
};

static const int asked[3] = { POLLIN, POLLOUT, POLLPRI };
static const int ready[3] = { READ_READY, WRITE_READY, POLLPRI };

static bool has(const fd_set *s, int fd)
{
    return s && s->fds_bits[fd / WORD] >> fd % WORD & 1;
}

static int events_of(const struct sets *s, int fd)
{
    int events = 0;

    for (int i = 0; i < 3; i++)
        if (has(s->v[i], fd))
            events |= asked[i];
    return events;
}

static int fill(struct watch *w, const struct sets *s, int n, int *fds)
{
    int r = 0;

    for (int fd = 0; fd < n && r == 0; fd++) {
        int events = events_of(s, fd);
        struct file *f;

        if (!events)
            continue;
        if (!(f = fd_get(fd)))
            return -EBADF;
        fds[w->n] = fd;
        r = watch_add(w, f, events);
    }
    return r;
}

static int put(const struct watch *w, unsigned own, const int *fds, int n, const struct sets *s)
{
    int count = 0;

    for (int i = 0; i < 3; i++) {
        if (!s->v[i])
            continue;
        memset(s->v[i], 0, (size_t)(n + WORD - 1) / WORD * sizeof(fd_mask));
        for (unsigned k = 0; k < own; k++) {
            const struct watch_entry *e = &w->v[k];

            if ((e->revents & ready[i]) && (e->events & asked[i])) {
                s->v[i]->fds_bits[fds[k] / WORD] |= 1ul << fds[k] % WORD;
                count++;
            }
        }
    }
    return count;
}

/* The sets change only when the wait has ended well. */
static int select_once(const struct sets *s, int n, uint64_t until)
{
    int mem[256], *fds = n <= 256 ? mem : rt_alloc((size_t)n * sizeof(*fds));
    struct watch w;
    unsigned own;
    int r;

    if (!fds)
        return -ENOMEM;
    watch_init(&w);
    r = fill(&w, s, n, fds);
    own = w.n;
    for (;;) {
        if (r == 0)
            r = watch_run(&w, until);
        if (r < 0)
            break;
        /* an end without data counts for reading, not for writing: then it is no result yet */
        bool some = r > 0;

        r = put(&w, own, fds, n, s);
        if (r || !some || !until)
            break;
        until = 0;
    }
    watch_free(&w);
    if (fds != mem)
        rt_free(fds);
    return r;
}

static int select_until(int n, const struct sets *s, uint64_t until, const sigset_t *mask)
{
    struct wait_mask m;
    int r;

    cancel_point();
    if (n < 0)
        return -EINVAL;
    if (n > fd_limit())
        n = fd_limit();
    wait_mask_set(&m, mask);
    do {
        wait_record(SHM_WAIT_POLL, (uint64_t)n, 0);
        r = select_once(s, n, until);
    } while (r == -EINTR && !sig_interrupted());
    wait_mask_reset(&m, r);
    return r;
}

/**
 * Waits until one of the descriptors below n that are in the sets is ready.
 * @param timeout NULL: no limit; receives what was left of it, as on Linux
 * @return how many bits are set, 0 at the time-out, or -1 with EBADF, EINTR, EINVAL, ENOMEM
 * POSIX.1-2017 select()
 */
int select(int n, fd_set *read, fd_set *write, fd_set *except, struct timeval *timeout)
{
    struct sets s = { { read, write, except } };
    uint64_t until = UINT64_MAX, now;
    int64_t us = timeout ? timeout->tv_sec * 1000000 + timeout->tv_usec : -1;
    int r = 0;

    if (timeout && (timeout->tv_sec < 0 || timeout->tv_usec < 0))
        r = -EINVAL;
    else if (timeout)
        until = us ? nt_uptime() + (uint64_t)us * 10 : 0;
    if (r == 0)
        r = select_until(n, &s, until, NULL);
    if (timeout && until && r != -EINVAL) {
        now = nt_uptime();
        *timeout = timeval_from_units(now < until ? until - now : 0);
    }
    trace_sys_select(n, us, r);
    return (int)sys_ret(r);
}

/** select() with a signal mask for its duration, and a limit that stays as it is. POSIX.1-2017 pselect() */
int pselect(int n, fd_set *read, fd_set *write, fd_set *except, const struct timespec *timeout,
            const sigset_t *mask)
{
    struct sets s = { { read, write, except } };
    uint64_t until;
    int r = wait_until(timeout, &until);

    if (r == 0)
        r = select_until(n, &s, until, mask);
    trace_sys_pselect(n, timeout ? timeout->tv_sec * 1000000000 + timeout->tv_nsec : -1, r);
    return (int)sys_ret(r);
}
