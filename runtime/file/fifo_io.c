/* SPDX-License-Identifier: BSD-2-Clause */
/* FIFOs: reading, writing, readiness. */
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>

#include "dispatch.h"
#include "fifo.h"
#include "nt.h"
#include "park.h"
#include "sig.h"
#include "watch.h"

#define SEEN 3 /* priv, see fifo.c */

static size_t filled(const struct shm_fifo *s)
{
    return (size_t)(s->in - s->out);
}

static size_t space(const struct shm_fifo *s)
{
    return FIFO_SIZE - filled(s);
}

static void copy_out(const struct shm_fifo *s, char *to, size_t n)
{
    size_t at = s->out % FIFO_SIZE, first = n < FIFO_SIZE - at ? n : FIFO_SIZE - at;

    memcpy(to, s->ring + at, first);
    memcpy(to + first, s->ring, n - first);
}

static void copy_in(struct shm_fifo *s, const char *from, size_t n)
{
    size_t at = s->in % FIFO_SIZE, first = n < FIFO_SIZE - at ? n : FIFO_SIZE - at;

    memcpy(s->ring + at, from, first);
    memcpy(s->ring, from + first, n - first);
}

/* Until the state that `seen` stands for has changed, or process `winpid` (0: none) has ended. -ECANCELED:
 * `also` (or NULL) is signalled. */
static int wait_change(struct shm_fifo *s, uint64_t seen, uint32_t winpid, handle_t also)
{
    handle_t h[2];
    unsigned n = 0, own = 0;
    int r;

    if (winpid) {
        if (nt_process_open(winpid, &h[0]) < 0)
            return 0;
        n = own = 1;
    }
    if (also)
        h[n++] = also;
    r = park_shared_handles(&s->change, seen, h, n, NULL, PARK_SIGNALS | PARK_CANCEL);
    if (own)
        nt_close(h[0]);
    if (also && r == -EOWNERDEAD && nt_wait(&also, 1, 0) == 0)
        return -ECANCELED;
    return r == -EAGAIN || r == -EOWNERDEAD ? 0 : r;
}

static int64_t read_some(struct file *f, void *buf, size_t n, bool block, handle_t also)
{
    struct shm_fifo *s = fifo_shared(f);
    uint32_t winpid = 0;
    bool writers = true;
    uint64_t seen;
    size_t got;
    int r = 0;

    if (!n)
        return 0;
    while (r == 0) {
        fifo_lock(s);
        got = filled(s) < n ? filled(s) : n;
        if (got) {
            copy_out(s, buf, got);
            __atomic_store_n(&s->out, s->out + got, __ATOMIC_RELEASE);
            fifo_changed(s);
        } else {
            writers = fifo_has(s, true, &winpid);
        }
        seen = word_get(&s->change);
        fifo_unlock(s);
        if (got)
            return (int64_t)got;
        if (!writers)
            return 0;
        if (!block)
            return -EAGAIN;
        r = wait_change(s, seen, winpid, also);
    }
    return r;
}

int64_t fifo_read(struct file *f, void *buf, size_t n)
{
    return read_some(f, buf, n, !(f->flags & O_NONBLOCK), NULL);
}

int64_t fifo_read_until(struct file *f, void *buf, size_t n, handle_t end)
{
    return read_some(f, buf, n, true, end);
}

/* What can be put in of the n bytes left. As a whole, if that is promised. */
static size_t put(struct shm_fifo *s, const char *buf, size_t n, bool whole)
{
    size_t part = space(s) < n ? space(s) : n;

    if (!part || (whole && part < n))
        return 0;
    copy_in(s, buf, part);
    __atomic_store_n(&s->in, s->in + part, __ATOMIC_RELEASE);
    fifo_changed(s);
    return part;
}

static int64_t write_all(struct file *f, const char *buf, size_t n, bool block)
{
    struct shm_fifo *s = fifo_shared(f);
    bool whole = n <= FIFO_ATOMIC, readers;
    size_t done = 0, part;
    uint32_t winpid;
    uint64_t seen;
    int r = 0;

    while (done < n && r == 0) {
        fifo_lock(s);
        readers = fifo_has(s, false, &winpid);
        part = readers ? put(s, buf + done, n - done, whole) : 0;
        seen = word_get(&s->change);
        fifo_unlock(s);
        done += part;
        if (!readers)
            r = -EPIPE;
        else if (!part && !block)
            r = -EAGAIN;
        else if (!part)
            r = wait_change(s, seen, winpid, NULL);
    }
    return done ? (int64_t)done : r;
}

int64_t fifo_write_quietly(struct file *f, const void *buf, size_t n)
{
    return write_all(f, buf, n, true);
}

int64_t fifo_write(struct file *f, const void *buf, size_t n)
{
    int64_t r = n ? write_all(f, buf, n, !(f->flags & O_NONBLOCK)) : 0;

    if (r == -EPIPE)
        sig_raise_simple(SIGPIPE);
    return r;
}

int fifo_poll(struct file *f, int events, struct watch *w)
{
    struct shm_fifo *s = fifo_shared(f);
    uint32_t writer = 0, reader = 0;
    uint64_t seen;
    int r = 0;

    fifo_lock(s);
    seen = word_get(&s->change);
    if (file_readable(f)) {
        r |= filled(s) ? POLLIN : 0;
        if (!fifo_has(s, true, &writer) && f->priv[SEEN] != 1ull + s->w_opens)
            r |= POLLHUP;
    }
    if (file_writable(f)) {
        r |= space(s) >= FIFO_ATOMIC ? POLLOUT : 0;
        if (!fifo_has(s, false, &reader))
            r |= POLLERR;
    }
    fifo_unlock(s);
    if (w->arm && !(r & (events | POLLERR | POLLHUP))) {
        watch_word(w, &s->change, seen);
        if (writer)
            watch_process(w, writer);
        if (reader)
            watch_process(w, reader);
    }
    return r;
}

int fifo_ioctl(struct file *f, unsigned cmd, void *arg)
{
    struct shm_fifo *s = fifo_shared(f);

    if (cmd != FIONREAD)
        return -ENOTTY;
    fifo_lock(s);
    *(int *)arg = (int)filled(s);
    fifo_unlock(s);
    return 0;
}
