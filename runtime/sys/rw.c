/* SPDX-License-Identifier: BSD-2-Clause */
/* read, write and their relatives. */
#include "sys.h"
#include "thread.h"

#include <limits.h>
#include <sys/uio.h>
#include <unistd.h>

#include "file/dispatch.h"
#include "shm.h"
#include "sig.h"

/* What others see while this thread blocks. Files on disks never get into the wait core. */
static void will_wait(const struct file *f, uint32_t kind, int fd)
{
    if (f && f->kind != FILE_DISK)
        wait_record(kind, (uint64_t)fd, 0);
}

/**
 * Reads up to `n` bytes.
 * @return bytes read, 0 at the end of the file, or -1 with EAGAIN, EBADF, EFAULT, EINTR, EINVAL, EIO, EISDIR
 * POSIX.1-2017
 */
ssize_t read(int fd, void *buf, size_t n)
{
    int64_t r;

    cancel_point();
    do {
        struct file *f = fd_get(fd);

        will_wait(f, SHM_WAIT_READ, fd);
        r = f ? file_read(f, buf, n) : -EBADF;
        fd_put(f);
    } while (r == -EINTR && sig_restart());
    trace_sys_read(fd, buf, n, r);
    return sys_ret(r);
}

/**
 * Writes up to `n` bytes.
 * @return bytes written, or -1 with EAGAIN, EBADF, EFAULT, EINTR, EINVAL, EIO, ENOSPC, EPIPE
 * POSIX.1-2017
 */
ssize_t write(int fd, const void *buf, size_t n)
{
    int64_t r;

    cancel_point();
    do {
        struct file *f = fd_get(fd);

        will_wait(f, SHM_WAIT_WRITE, fd);
        r = f ? file_write(f, buf, n) : -EBADF;
        fd_put(f);
    } while (r == -EINTR && sig_restart());
    trace_sys_write(fd, buf, n, r);
    return sys_ret(r);
}

/** read() at an offset, the descriptor's own stays. Further error: ESPIPE. POSIX.1-2017 */
ssize_t pread(int fd, void *buf, size_t n, off_t off)
{
    struct file *f;
    int64_t r;

    cancel_point();
    f = fd_get(fd);
    r = f ? file_pread(f, buf, n, off) : -EBADF;
    fd_put(f);
    trace_sys_pread(fd, buf, n, off, r);
    return sys_ret(r);
}

/** write() at an offset, the descriptor's own stays. Further error: ESPIPE. POSIX.1-2017 */
ssize_t pwrite(int fd, const void *buf, size_t n, off_t off)
{
    struct file *f;
    int64_t r;

    cancel_point();
    f = fd_get(fd);
    r = f ? file_pwrite(f, buf, n, off) : -EBADF;
    fd_put(f);
    trace_sys_pwrite(fd, buf, n, off, r);
    return sys_ret(r);
}

/* Sum of the lengths, or negative errno. */
static int64_t iov_size(const struct iovec *iov, int n)
{
    int64_t sum = 0;

    if (n < 0 || n > IOV_MAX)
        return -EINVAL;
    for (int i = 0; i < n; i++)
        if (__builtin_add_overflow(sum, (int64_t)iov[i].iov_len, &sum) || (int64_t)iov[i].iov_len < 0)
            return -EINVAL;
    return sum;
}

/* One after the other, until one is not filled. off < 0: at the descriptor's offset. */
static int64_t vector(struct file *f, const struct iovec *iov, int n, off_t off, bool reading)
{
    int64_t done = 0, r = 0;

    for (int i = 0; i < n; i++) {
        void *p = iov[i].iov_base;
        size_t len = iov[i].iov_len;

        if (!len)
            continue;
        if (off < 0)
            r = reading ? file_read(f, p, len) : file_write(f, p, len);
        else
            r = reading ? file_pread(f, p, len, off + done) : file_pwrite(f, p, len, off + done);
        if (r > 0)
            done += r;
        if (r < (int64_t)len)
            break;
    }
    return done ? done : r;
}

/* Small writes go out in one piece: POSIX wants writev atomic like write, on pipes and with O_APPEND. */
static int64_t gather(struct file *f, const struct iovec *iov, int n, off_t off, int64_t size)
{
    char buf[PIPE_BUF];
    size_t at = 0;

    if (n < 2 || size > (int64_t)sizeof(buf))
        return vector(f, iov, n, off, false);
    for (int i = 0; i < n; i++) {
        __builtin_memcpy(buf + at, iov[i].iov_base, iov[i].iov_len);
        at += iov[i].iov_len;
    }
    return off < 0 ? file_write(f, buf, at) : file_pwrite(f, buf, at, off);
}

static int64_t do_vector(int fd, const struct iovec *iov, int n, off_t off, bool reading)
{
    struct file *f = fd_get(fd);
    int64_t r = f && (reading ? file_readable(f) : file_writable(f)) ? iov_size(iov, n) : -EBADF;

    will_wait(f, reading ? SHM_WAIT_READ : SHM_WAIT_WRITE, fd);
    if (r == 0 && off >= 0 && (reading ? !f->ops->pread : !f->ops->pwrite))
        r = -ESPIPE;
    if (r > 0)
        r = reading ? vector(f, iov, n, off, true) : gather(f, iov, n, off, r);
    fd_put(f);
    return r;
}

/** read() into several buffers, one after the other. EINVAL: bad count or lengths. POSIX.1-2017 */
ssize_t readv(int fd, const struct iovec *iov, int n)
{
    int64_t r;

    cancel_point();
    do
        r = do_vector(fd, iov, n, -1, true);
    while (r == -EINTR && sig_restart());
    trace_sys_readv(fd, iov, n, r);
    return sys_ret(r);
}

/** write() of several buffers, one after the other. EINVAL: bad count or lengths. POSIX.1-2017 */
ssize_t writev(int fd, const struct iovec *iov, int n)
{
    int64_t r;

    cancel_point();
    do
        r = do_vector(fd, iov, n, -1, false);
    while (r == -EINTR && sig_restart());
    trace_sys_writev(fd, iov, n, r);
    return sys_ret(r);
}

/** readv() at an offset. As on Linux. */
ssize_t preadv(int fd, const struct iovec *iov, int n, off_t off)
{
    int64_t r;

    cancel_point();
    r = off < 0 ? -EINVAL : do_vector(fd, iov, n, off, true);
    trace_sys_preadv(fd, iov, n, off, r);
    return sys_ret(r);
}

/** writev() at an offset. As on Linux. */
ssize_t pwritev(int fd, const struct iovec *iov, int n, off_t off)
{
    int64_t r;

    cancel_point();
    r = off < 0 ? -EINVAL : do_vector(fd, iov, n, off, false);
    trace_sys_pwritev(fd, iov, n, off, r);
    return sys_ret(r);
}
