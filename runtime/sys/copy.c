/* SPDX-License-Identifier: BSD-2-Clause */
/* Copying between descriptors, room for files: calls as on Linux. */
#include "sys.h"
#include "thread.h"

#include <fcntl.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include "file/dispatch.h"
#include "file/sparse.h"
#include "mm.h"
#include "sig.h"

#define PIECE 65536u

/* One end of a copy: at an offset of the caller's, or at the descriptor's own. */
struct end {
    struct file *f;
    off_t *off;
};

static int64_t take(struct end *e, void *buf, size_t n)
{
    return e->off ? file_pread(e->f, buf, n, *e->off) : file_read(e->f, buf, n);
}

static int64_t give(struct end *e, const void *buf, size_t n)
{
    return e->off ? file_pwrite(e->f, buf, n, *e->off) : file_write(e->f, buf, n);
}

/* What was read from the descriptor's own offset and could not be written goes back. */
static void back(struct end *e, int64_t n)
{
    if (!e->off && n)
        file_seek(e->f, -n, SEEK_CUR);
}

static int64_t copy(struct end *in, struct end *out, size_t n)
{
    char *buf = rt_alloc(PIECE);
    int64_t done = 0, got = 0, put = 0;

    if (!buf)
        return -ENOMEM;
    while ((size_t)done < n) {
        size_t want = n - (size_t)done < PIECE ? n - (size_t)done : PIECE;

        if ((got = take(in, buf, want)) <= 0)
            break;
        put = give(out, buf, (size_t)got);
        if (put < got)
            back(in, got - (put > 0 ? put : 0));
        if (put <= 0)
            break;
        if (in->off)
            *in->off += put;
        if (out->off)
            *out->off += put;
        done += put;
        if (put < got)
            break;
    }
    rt_free(buf);
    if (done)
        return done;
    return got < 0 ? got : put < 0 ? put : 0;
}

static int check_range(struct end *in, struct end *out, size_t n)
{
    off_t a = in->off ? *in->off : (off_t)file_seek(in->f, 0, SEEK_CUR);
    off_t b = out->off ? *out->off : (off_t)file_seek(out->f, 0, SEEK_CUR);
    struct stat sa, sb;
    int r;

    if (in->f->kind == FILE_DIR || out->f->kind == FILE_DIR)
        return -EISDIR;
    if (in->f->kind != FILE_DISK || out->f->kind != FILE_DISK)
        return -EINVAL;
    if (!file_readable(in->f) || !file_writable(out->f) || out->f->flags & O_APPEND)
        return -EBADF;
    if (a < 0 || b < 0)
        return -EINVAL;
    if ((r = file_stat(in->f, &sa)) < 0 || (r = file_stat(out->f, &sb)) < 0)
        return r;
    /* pieces that overlap would be copied over themselves */
    return sa.st_ino == sb.st_ino && sa.st_dev == sb.st_dev && a < b + (off_t)n && b < a + (off_t)n ? -EINVAL : 0;
}

static int64_t do_copy_range(int in, off_t *in_off, int out, off_t *out_off, size_t n, unsigned flags)
{
    struct end a = { fd_get(in), in_off }, b = { fd_get(out), out_off };
    int64_t r = !a.f || !b.f ? -EBADF : flags ? -EINVAL : 0;

    if (n > INT32_MAX)
        n = INT32_MAX;
    if (r == 0)
        r = check_range(&a, &b, n);
    if (r == 0)
        r = copy(&a, &b, n);
    fd_put(a.f);
    fd_put(b.f);
    return r;
}

/**
 * Copies from one regular file to another.
 * @param in_off,out_off where, and moved on; NULL: at the descriptor's offset
 * @param n     bytes; @param flags 0
 * @return bytes copied, 0 at the end of the file, or -1 with EBADF (also O_APPEND), EINVAL (no regular file,
 *         overlapping parts), EIO, EISDIR, ENOMEM, ENOSPC
 * As on Linux.
 */
ssize_t copy_file_range(int in, off_t *in_off, int out, off_t *out_off, size_t n, unsigned flags)
{
    int64_t r;

    cancel_point();
    r = do_copy_range(in, in_off, out, out_off, n, flags);
    trace_sys_copy_file_range(in, out, n, flags, r);
    return sys_ret(r);
}

static int64_t do_sendfile(int out, int in, off_t *off, size_t n)
{
    struct end a = { fd_get(in), off }, b = { fd_get(out), NULL };
    int64_t r = !a.f || !b.f ? -EBADF : 0;

    if (r == 0 && (!file_readable(a.f) || !file_writable(b.f)))
        r = -EBADF;
    if (r == 0 && (!a.f->ops->pread || b.f->flags & O_APPEND || (off && *off < 0)))
        r = -EINVAL;
    if (r == 0)
        r = copy(&a, &b, n);
    fd_put(a.f);
    fd_put(b.f);
    return r;
}

/**
 * Copies from a file to any descriptor.
 * @param off where in the file, and moved on; NULL: at its own offset
 * @return bytes written, or -1 with EAGAIN, EBADF, EINVAL (`in` has no offsets), EIO, ENOMEM, EPIPE
 * As on Linux.
 */
ssize_t sendfile(int out, int in, off_t *off, size_t n)
{
    int64_t r;

    cancel_point();
    do
        r = do_sendfile(out, in, off, n);
    while (r == -EINTR && sig_restart());
    trace_sys_sendfile(out, in, n, r);
    return sys_ret(r);
}

/**
 * Reserves room for a part of a file, or gives it back.
 * @param mode 0: the file grows if need be; FALLOC_FL_KEEP_SIZE; FALLOC_FL_PUNCH_HOLE with it: a hole;
 *             FALLOC_FL_ZERO_RANGE: zeros
 * @return 0, or -1 with EBADF, EFBIG, EINVAL, ENODEV, ENOSPC, EOPNOTSUPP (also where the file system knows no
 *         holes), ESPIPE
 * As on Linux.
 */
int fallocate(int fd, int mode, off_t off, off_t len)
{
    struct file *f = fd_get(fd);
    int r = f ? sparse_fallocate(f, mode, off, len) : -EBADF;

    fd_put(f);
    trace_sys_fallocate(fd, mode, off, len, r);
    return (int)sys_ret(r);
}

/** sync() of the file system that a file is on. Windows writes by itself; the file is written. As on Linux. */
int syncfs(int fd)
{
    struct file *f = fd_get(fd);
    int r = !f ? -EBADF : f->ops->sync ? f->ops->sync(f) : 0;

    fd_put(f);
    trace_sys_syncfs(fd, r);
    return (int)sys_ret(r);
}
