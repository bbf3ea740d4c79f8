/* SPDX-License-Identifier: BSD-2-Clause */
/* Readiness of pipes. */
#include <poll.h>

#include "dispatch.h"
#include "nt.h"
#include "pipe.h"
#include "watch.h"

/* A read of no bytes, which stays under way, tells at the cost of a look into memory that nothing came. */
static int poll_reader(struct file *f, struct watch *w)
{
    uint32_t avail;
    bool connected;

    if (watch_pipe_idle(w, f))
        return 0;
    for (int tries = 0; tries < 2; tries++) {
        if (nt_pipe_state(f->handle[0], &avail, &connected) < 0)
            return POLLERR;
        if (avail || !connected)
            return (avail ? POLLIN : 0) | (connected ? 0 : POLLHUP);
        if (!watch_pipe_arm(w, f))
            break;
    }
    return 0;
}

/* A write is taken as a whole, in the pipe or by itself after the call, unless one is still on its way. */
static int poll_writer(struct file *f, int events, struct watch *w)
{
    uint32_t avail;
    bool connected;
    handle_t event;

    if (nt_pipe_state(f->handle[0], &avail, &connected) < 0 || !connected)
        return POLLOUT | POLLERR;
    event = pipe_write_event(f);
    if (!event)
        return POLLOUT;
    if (events & POLLOUT)
        watch_handle(w, event);
    return 0;
}

int pipe_poll(struct file *f, int events, struct watch *w)
{
    int r = 0;

    if (file_readable(f))
        r |= poll_reader(f, w);
    if (file_writable(f))
        r |= poll_writer(f, events, w);
    return r;
}
