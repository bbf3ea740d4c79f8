/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes to pipes that go on after their call: where the file is closed before the data were taken, a
 * thread made for that keeps the handle until they are, as a pipe of Unix keeps its contents. */
#include <errno.h>

#include "file.h"
#include "nt.h"
#include "nt_file.h"
#include "pipe.h"
#include "sig.h"

#define LINGERING_MAX 60

static NOCOPY uint32_t left; /* of this process */
static NOCOPY struct lock lock;
static NOCOPY handle_t kick, drained, closed, thread;
static NOCOPY unsigned count;
static NOCOPY struct lingering {
    handle_t pipe;
    struct nt_io *io;
} lingering[LINGERING_MAX];

void pipe_left_begin(void)
{
    __atomic_add_fetch(&left, 1, __ATOMIC_RELAXED);
}

bool pipe_left_any(void)
{
    return __atomic_load_n(&left, __ATOMIC_ACQUIRE) != 0;
}

void pipe_left_end(struct nt_io *io)
{
    nt_io_put(io);
    __atomic_sub_fetch(&left, 1, __ATOMIC_RELAXED);
}

/* The i-th has ended. */
static void remove_at(unsigned i)
{
    struct lingering l;

    lock_take(&lock);
    l = lingering[i];
    lingering[i] = lingering[--count]; /* only this thread removes; others add behind */
    lock_release(&lock);
    nt_close(l.pipe);
    pipe_left_end(l.io);
    nt_event_set(closed);
    if (!__atomic_load_n(&left, __ATOMIC_ACQUIRE))
        nt_event_set(drained);
}

static void watch(void *arg)
{
    handle_t h[LINGERING_MAX + 1];

    for (;;) {
        unsigned n;
        int r;

        lock_take(&lock);
        h[0] = kick;
        for (n = 0; n < count; n++)
            h[n + 1] = lingering[n].io->event;
        lock_release(&lock);
        r = nt_wait(h, n + 1, -1);
        if (r > 0)
            remove_at((unsigned)r - 1);
        else if (r < 0)
            return;
    }
}

/* Under the lock. */
static int start(void)
{
    uint32_t tid;
    int r = 0;

    if (thread)
        return 0;
    if (!kick)
        r = nt_event_create(NULL, NULL, false, &kick);
    if (r >= 0 && !drained)
        r = nt_event_create(NULL, NULL, false, &drained);
    if (r >= 0 && !closed)
        r = nt_event_create(NULL, NULL, false, &closed);
    return r < 0 ? r : nt_thread_create(watch, NULL, 65536, &thread, &tid);
}

bool pipe_linger(handle_t pipe, struct nt_io *io)
{
    bool taken = false;

    lock_take(&lock);
    if (count < LINGERING_MAX && start() == 0) {
        nt_set_inherit(pipe, false); /* a child that has it would keep the pipe open */
        lingering[count++] = (struct lingering){ pipe, io };
        taken = true;
    }
    lock_release(&lock);
    if (taken)
        nt_event_set(kick);
    return taken;
}

/* The thread needs a moment from the last byte taken to the handle closed. Whoever reads in this very
 * process, without waiting, would take that moment for a writer that still lives. */
#define CLOSE_MOMENT 200000 /* 20 ms */

bool pipe_left_closed(void)
{
    bool some = false;

    while (__atomic_load_n(&count, __ATOMIC_ACQUIRE) && nt_wait(&closed, 1, CLOSE_MOMENT) == 0)
        some = true;
    return some;
}

void pipe_finish(void)
{
    if (!__atomic_load_n(&left, __ATOMIC_ACQUIRE))
        return;
    fd_close_all(); /* a pipe that nobody but us could read breaks, and its writes end */
    while (__atomic_load_n(&left, __ATOMIC_ACQUIRE) && drained)
        if (wait_for(&drained, 1, -1, 0) == -EINTR)
            sig_deliver(NULL);
}
