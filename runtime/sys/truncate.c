/* SPDX-License-Identifier: BSD-2-Clause */
/* Length and durability of files: truncate, fsync, fallocate. */
#include "sys.h"
#include "thread.h"

#include <fcntl.h>
#include <unistd.h>

#include "file/dispatch.h"
#include "file/name.h"

/**
 * Sets the length of a file; what is added reads as zeros.
 * @return 0, or -1 with EACCES, EINVAL, EISDIR, ELOOP, ENAMETOOLONG, ENOENT, ENOSPC, ENOTDIR
 * POSIX.1-2017
 */
int truncate(const char *path, off_t length)
{
    struct path p;
    int r = path_resolve(PATH_CWD, path, 0, &p);

    if (r == 0)
        r = !p.exists ? -ENOENT : p.need_dir && !p.dir ? -ENOTDIR : name_truncate(&p, length);
    path_done(&p);
    trace_sys_truncate(path, length, r);
    return (int)sys_ret(r);
}

/** truncate() of an open file. EBADF; EINVAL: not open for writing, no regular file. POSIX.1-2017 */
int ftruncate(int fd, off_t length)
{
    struct file *f = fd_get(fd);
    int r = f ? file_truncate(f, length) : -EBADF;

    fd_put(f);
    trace_sys_ftruncate(fd, length, r);
    return (int)sys_ret(r);
}

static int do_sync(int fd)
{
    struct file *f;
    int r;

    cancel_point();
    f = fd_get(fd);
    r = f ? file_sync(f) : -EBADF;
    fd_put(f);
    return r;
}

/** Returns when the file's data are on the device. EBADF, EINVAL, EIO. POSIX.1-2017 */
int fsync(int fd)
{
    int r = do_sync(fd);

    trace_sys_fsync(fd, r);
    return (int)sys_ret(r);
}

/** fsync() that may leave out times. POSIX.1-2017 */
int fdatasync(int fd)
{
    int r = do_sync(fd);

    trace_sys_fdatasync(fd, r);
    return (int)sys_ret(r);
}

/** Asks for all changed data to be written. Windows does that by itself within seconds. POSIX.1-2017 */
void sync(void)
{
    trace_sys_sync(0);
}

/**
 * Makes sure that there is room for the given part of a file, which grows if need be.
 * @return 0 or an errno: EBADF, EINVAL, ENODEV, ENOSPC, ESPIPE
 * POSIX.1-2017
 */
int posix_fallocate(int fd, off_t off, off_t len)
{
    struct file *f = fd_get(fd);
    struct stat st;
    int r = f ? 0 : -EBADF;

    if (r == 0 && (off < 0 || len <= 0))
        r = -EINVAL;
    if (r == 0 && f->kind != FILE_DISK)
        r = f->ops->seek ? -ENODEV : -ESPIPE;
    if (r == 0 && !file_writable(f))
        r = -EBADF;
    if (r == 0 && (r = file_stat(f, &st)) == 0 && st.st_size < off + len)
        r = file_truncate(f, off + len);
    fd_put(f);
    trace_sys_posix_fallocate(fd, off, len, r);
    return -r;
}

/** Advice about the use of a file: taken, with no effect. 0 or an errno. POSIX.1-2017 */
int posix_fadvise(int fd, off_t off, off_t len, int advice)
{
    struct file *f = fd_get(fd);
    int r = !f ? -EBADF : f->ops->seek ? 0 : -ESPIPE;

    fd_put(f);
    if (r == 0 && (len < 0 || advice < 0 || advice > 5))
        r = -EINVAL;
    trace_sys_posix_fadvise(fd, off, len, advice, r);
    return -r;
}
