/* SPDX-License-Identifier: BSD-2-Clause */
/* Pipes: a Windows named pipe each, both ends overlapped, so that every wait goes through the wait core
 * and a plain Windows program can have either end as a standard handle. O_NONBLOCK is of the process: what
 * one sets the others who share the description do not see. */
#include <string.h>
#include <sys/ioctl.h>

#include "dispatch.h"
#include "file_internal.h"
#include "file_stat.h"
#include "nt.h"
#include "pipe.h"
#include "sig.h"

#define ID 0      /* priv: inode */
#define PENDING 1 /* priv: struct nt_io of a write that goes on after its call; of this process */

#define PIPE_SIZE 65536u
#define PIPE_ATOMIC 4096u /* PIPE_BUF */
#define PIPE_PIECE 16384u /* of a large write that must not wait */

int pipe_create(struct file *ends[2], int flags)
{
    static NOCOPY uint32_t last;
    bool inherit = !(flags & O_CLOEXEC);
    struct file *f;
    handle_t h[2];
    uint64_t id;
    int r;

    do { /* a name may be taken: by an older process of this number, which left its pipe to another */
        id = (uint64_t)nt_winpid() << 32 | __atomic_add_fetch(&last, 1, __ATOMIC_RELAXED);
        r = nt_pipe_create(id, PIPE_SIZE, inherit, h);
    } while (r == -EEXIST || r == -EBUSY || r == -EACCES);
    if (r < 0)
        return r;
    ends[0] = file_new(FILE_PIPE);
    ends[1] = file_new(FILE_PIPE);
    if (!ends[0] || !ends[1]) {
        fd_put(ends[0]);
        fd_put(ends[1]);
        nt_close(h[0]);
        nt_close(h[1]);
        return -ENOMEM;
    }
    for (int i = 0; i < 2; i++) {
        f = ends[i];
        f->handle[0] = h[i];
        f->inheritable = inherit;
        f->priv[ID] = id;
        f->flags = i ? O_WRONLY : O_RDONLY;
        f->flags |= flags & O_NONBLOCK;
    }
    return 0;
}

static int64_t pipe_read(struct file *f, void *buf, size_t n)
{
    struct nt_io *io;
    int64_t r;

    if (!n)
        return 0;
    if ((f->flags & O_NONBLOCK) && nt_pipe_available(f->handle[0]) == 0
        && !(pipe_left_closed() && nt_pipe_available(f->handle[0]) != 0))
        return -EAGAIN;
    if (!(io = nt_io_get()))
        return -ENOMEM;
    r = nt_read(f->handle[0], io, buf, n, NT_AT_POS);
    if (r == -EINPROGRESS && (f->flags & O_NONBLOCK)) { /* another reader was faster */
        nt_io_cancel(f->handle[0], io);
        nt_wait(&io->event, 1, -1);
        r = nt_io_result(io, true);
        if (r == -EINTR)
            r = -EAGAIN;
    } else if (r == -EINPROGRESS) {
        if (wait_for(&io->event, 1, -1, 0) < 0) { /* a signal; but data may have come all the same */
            nt_io_cancel(f->handle[0], io);
            nt_wait(&io->event, 1, -1);
        }
        r = nt_io_result(io, true);
    }
    nt_io_put(io);
    return r;
}

/* A write that a signal interrupted is not cancelled: the reader may have part of it, and nobody could
 * say how much. It counts as written, goes on by itself, and what follows waits for it. */
static int64_t settle(struct file *f)
{
    struct nt_io *io = (struct nt_io *)__atomic_exchange_n(&f->priv[PENDING], 0, __ATOMIC_ACQ_REL);

    if (!io)
        return 0;
    if (nt_io_result(io, false) == -EINPROGRESS && wait_for(&io->event, 1, -1, 0) < 0) {
        __atomic_store_n(&f->priv[PENDING], (uintptr_t)io, __ATOMIC_RELEASE);
        return -EINTR;
    }
    pipe_left_end(io);
    return 0;
}

handle_t pipe_write_event(struct file *f)
{
    struct nt_io *io = (struct nt_io *)(uintptr_t)f->priv[PENDING];

    if (!io || nt_io_result(io, false) != -EINPROGRESS || nt_wait(&io->event, 1, 0) == 0)
        return NULL;
    return io->event;
}

/* Leave `io` to itself. Only one can be left; another thread's has to end here. */
static void leave(struct file *f, struct nt_io *io)
{
    uint64_t none = 0;

    if (__atomic_compare_exchange_n(&f->priv[PENDING], &none, (uintptr_t)io, false, __ATOMIC_ACQ_REL,
                                    __ATOMIC_ACQUIRE)) {
        pipe_left_begin();
        return;
    }
    nt_wait(&io->event, 1, -1);
    nt_io_put(io);
}

static int64_t write_waiting(struct file *f, const char *buf, size_t n)
{
    size_t done = 0;
    int64_t r = 0;

    while (done < n) {
        size_t part = n - done > PIPE_SIZE ? PIPE_SIZE : n - done;
        struct nt_io *io = nt_io_get();

        if (!io)
            return done ? (int64_t)done : -ENOMEM;
        r = nt_write(f->handle[0], io, buf + done, part, NT_AT_POS);
        if (r == -EINPROGRESS) {
            if (wait_for(&io->event, 1, -1, 0) < 0) {
                leave(f, io);
                return (int64_t)(done + part);
            }
            r = nt_io_result(io, false);
        }
        nt_io_put(io);
        if (r < 0)
            break;
        done += part; /* a pipe that waits takes all or fails */
    }
    return done ? (int64_t)done : r;
}

/* Without waiting: what the pipe does not take at once goes on by itself, and until it has arrived no more
 * is taken. (Pipes that do not wait are of no use: nobody could wait for one to be ready.) */
static int64_t write_at_once(struct file *f, const char *buf, size_t n)
{
    size_t done = 0;
    int64_t r = 0;

    while (done < n && !pipe_write_event(f)) {
        size_t part = n - done > PIPE_PIECE ? PIPE_PIECE : n - done;
        struct nt_io *io;

        if ((r = settle(f)) < 0 || !(io = nt_io_get()))
            return done ? (int64_t)done : r < 0 ? r : -ENOMEM;
        r = nt_write(f->handle[0], io, buf + done, part, NT_AT_POS);
        if (r == -EINPROGRESS) {
            leave(f, io);
            return (int64_t)(done + part);
        }
        nt_io_put(io);
        if (r < 0)
            break;
        done += part;
    }
    return done ? (int64_t)done : r < 0 ? r : -EAGAIN;
}

static int64_t pipe_write(struct file *f, const void *buf, size_t n)
{
    int64_t r = 0;

    if (!n)
        return 0;
    if (f->flags & O_NONBLOCK)
        r = write_at_once(f, buf, n);
    else if ((r = settle(f)) == 0)
        r = write_waiting(f, buf, n);
    if (r == -EPIPE)
        sig_raise_simple(SIGPIPE);
    return r;
}

static int pipe_stat(struct file *f, struct stat *st)
{
    st->st_rdev = 0;
    stat_made_up(st, S_IFIFO | 0600, f->priv[ID]);
    st->st_dev = STAT_DEV(0, 12);
    st->st_blksize = PIPE_ATOMIC;
    return 0;
}

int64_t pipe_size(struct file *f, int64_t want)
{
    uint32_t size = nt_pipe_size(f->handle[0]);

    if (want > INT32_MAX)
        return -EINVAL;
    return want > (int64_t)size ? -EPERM : (int64_t)size;
}

static int pipe_ioctl(struct file *f, unsigned cmd, void *arg)
{
    int64_t n;

    if (cmd != FIONREAD || !file_readable(f))
        return cmd == FIONREAD ? -EINVAL : -ENOTTY;
    n = nt_pipe_available(f->handle[0]);
    *(int *)arg = n > 0 ? (int)n : 0;
    return 0;
}

static void pipe_close(struct file *f)
{
    struct nt_io *io = (struct nt_io *)(uintptr_t)f->priv[PENDING];

    if (io && nt_io_result(io, false) == -EINPROGRESS && pipe_linger(f->handle[0], io))
        return;
    if (io) {
        if (nt_io_result(io, false) == -EINPROGRESS)
            nt_wait(&io->event, 1, -1);
        pipe_left_end(io);
    }
    nt_close(f->handle[0]);
}

static int pipe_adopt(struct file *f)
{
    f->priv[PENDING] = 0;
    return 0;
}

static void pipe_save(struct file *f, struct startup_fd *s)
{
    s->priv[ID] = f->priv[ID];
}

static void pipe_load(struct file *f, const struct startup_fd *s)
{
    f->priv[ID] = s->priv[ID];
}

const struct file_ops pipe_ops = {
    .read = pipe_read, .write = pipe_write, .stat = pipe_stat, .ioctl = pipe_ioctl, .poll = pipe_poll,
    .close = pipe_close, .adopt = pipe_adopt, .save = pipe_save, .load = pipe_load,
};
