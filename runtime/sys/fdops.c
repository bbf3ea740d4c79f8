/* SPDX-License-Identifier: BSD-2-Clause */
/* Descriptors: dup, fcntl, pipe. */
#include "sys.h"
#include "thread.h"

#include <fcntl.h>
#include <stdarg.h>
#include <unistd.h>

#include "abi/fifo.h"
#include "file/dispatch.h"
#include "file/lock_file.h"
#include "file/pipe.h"
#include "sig.h"

/** A second descriptor, the lowest that is free. EBADF, EMFILE. POSIX.1-2017 */
int dup(int fd)
{
    int r = fd_dup(fd, 0, false);

    trace_sys_dup(fd, r);
    return (int)sys_ret(r);
}

/** Makes `to` a second descriptor of `fd`; what it was before is closed. EBADF. POSIX.1-2017 */
int dup2(int fd, int to)
{
    int r = fd_dup2(fd, to, false);

    trace_sys_dup2(fd, to, r);
    return (int)sys_ret(r);
}

/** dup2() with O_CLOEXEC; the same descriptor twice is EINVAL. POSIX.1-2024 */
int dup3(int fd, int to, int flags)
{
    int r = fd == to || flags & ~O_CLOEXEC ? -EINVAL : fd_dup2(fd, to, flags & O_CLOEXEC);

    trace_sys_dup3(fd, to, flags, r);
    return (int)sys_ret(r);
}

#define SETTABLE (O_APPEND | O_NONBLOCK) /* O_SYNC is fixed at open(), as on Linux */

static int set_flags(struct file *f, int flags)
{
    int r;

    flags = (f->flags & ~SETTABLE) | (flags & SETTABLE);
    r = file_setfl(f, flags);
    if (r == 0) {
        f->flags = flags;
        if (f->shared_flags)
            __atomic_store_n(f->shared_flags, (uint32_t)(flags & OFD_FLAGS), __ATOMIC_RELAXED);
    }
    return r;
}

static int64_t do_fcntl(int fd, int cmd, uint64_t arg)
{
    struct file *f = fd_get(fd);
    int64_t r;

    if (!f)
        return -EBADF;
    switch (cmd) {
    case F_DUPFD:
        r = fd_dup(fd, (int)arg, false);
        break;
    case F_DUPFD_CLOEXEC:
        r = fd_dup(fd, (int)arg, true);
        break;
    case F_GETFD:
        r = fd_get_cloexec(fd);
        break;
    case F_SETFD:
        r = fd_set_cloexec(fd, arg & FD_CLOEXEC);
        break;
    case F_GETFL:
        r = f->flags;
        break;
    case F_SETFL:
        r = set_flags(f, (int)arg);
        break;
    case F_GETPIPE_SZ:
    case F_SETPIPE_SZ:
        r = f->kind == FILE_FIFO   ? (cmd == F_SETPIPE_SZ && arg > FIFO_SIZE ? -EPERM : (int64_t)FIFO_SIZE)
            : f->kind == FILE_PIPE ? pipe_size(f, cmd == F_SETPIPE_SZ ? (int64_t)(uint32_t)arg : 0) : -EBADF;
        trace_sys_pipe_size(fd, (int)arg, r);
        break;
    case F_GETLK:
    case F_SETLK:
    case F_SETLKW:
    case F_OFD_GETLK:
    case F_OFD_SETLK:
    case F_OFD_SETLKW:
        r = fcntl_lock(f, fd, cmd, (struct flock *)arg);
        break;
    default:
        r = -EINVAL;
    }
    fd_put(f);
    return r;
}

/**
 * Controls a descriptor: F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD, F_SETFD, F_GETFL, F_SETFL (O_APPEND,
 * O_NONBLOCK), and locks: F_GETLK, F_SETLK, F_SETLKW of the process, F_OFD_GETLK, F_OFD_SETLK, F_OFD_SETLKW of
 * the open file description.
 * @return by command, or -1 with EBADF, EINVAL, EMFILE; of locks EAGAIN, EDEADLK, EINTR, ENOLCK, EOVERFLOW
 * POSIX.1-2017
 */
int fcntl(int fd, int cmd, ...)
{
    uint64_t arg;
    va_list ap;
    int64_t r;

    va_start(ap, cmd);
    arg = va_arg(ap, uint64_t); /* int or pointer: one slot each */
    va_end(ap);
    if (cmd == F_SETLKW || cmd == F_OFD_SETLKW)
        cancel_point();
    do
        r = do_fcntl(fd, cmd, arg);
    while (r == -EINTR && sig_restart());
    trace_sys_fcntl(fd, cmd, arg, r);
    return (int)sys_ret(r);
}

static int do_pipe(int fd[2], int flags)
{
    struct file *ends[2];
    int r, w;

    if (flags & ~(O_CLOEXEC | O_NONBLOCK | O_BINARY | O_TEXT))
        return -EINVAL;
    if ((r = pipe_create(ends, flags)) < 0)
        return r;
    r = fd_install(ends[0], 0, flags & O_CLOEXEC);
    if (r < 0) {
        fd_put(ends[1]);
        return r;
    }
    w = fd_install(ends[1], 0, flags & O_CLOEXEC);
    if (w < 0) {
        fd_close(r);
        return w;
    }
    fd[0] = r;
    fd[1] = w;
    return 0;
}

/**
 * Makes a pipe: what is written to fd[1] is read from fd[0].
 * @param flags O_CLOEXEC, O_NONBLOCK
 * @return 0, or -1 with EINVAL, EMFILE, ENOMEM
 * POSIX.1-2024
 */
int pipe2(int fd[2], int flags)
{
    int r = do_pipe(fd, flags);

    trace_sys_pipe2(r < 0 ? -1 : fd[0], r < 0 ? -1 : fd[1], flags, r);
    return (int)sys_ret(r);
}

/** pipe2(fd, 0). POSIX.1-2017 */
int pipe(int fd[2])
{
    return pipe2(fd, 0);
}
