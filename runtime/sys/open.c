/* SPDX-License-Identifier: BSD-2-Clause */
/* open, openat, creat, close. */
#include "sys.h"
#include "thread.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "file.h"
#include "file/aside.h"
#include "file/name.h"
#include "proc.h"
#include "sig.h"

/* A file without a name, in the directory `path`: it has a hidden one until it was opened. */
static struct file *open_nameless(int dirfd, const char *path, int flags, mode_t mode, int *err)
{
    static uint32_t count;
    struct file *f = NULL;
    char suffix[64];
    struct buf name;
    struct path p;

    if ((flags & O_ACCMODE) == O_RDONLY || !path) {
        *err = path ? -EINVAL : -EFAULT;
        return NULL;
    }
    snprintf(suffix, sizeof(suffix), "/" ASIDE_PREFIX "tmp-%x-%x", (unsigned)me.pid,
             __atomic_add_fetch(&count, 1, __ATOMIC_RELAXED));
    path_buf(&name);
    buf_puts(&name, path);
    buf_puts(&name, suffix);
    if ((*err = buf_err(&name)) == 0) {
        *err = path_resolve(dirfd, name.p, PATH_CREATE | PATH_EXACT, &p);
        if (*err == 0)
            f = file_open(&p, (flags & ~(O_TMPFILE | O_DIRECTORY)) | O_CREAT | O_EXCL, mode, err);
        p.exists = true;
        if (f)
            *err = name_unlink(&p);
        path_done(&p);
    }
    buf_free(&name);
    return f;
}

static int do_open(int dirfd, const char *path, int flags, mode_t mode)
{
    unsigned how = 0;
    struct file *f = NULL;
    struct path p;
    int r;

    if (flags & O_TMPFILE) {
        f = open_nameless(dirfd, path, flags, mode & ~me.umask, &r);
        return f ? fd_install(f, 0, flags & O_CLOEXEC) : r;
    }
    if (flags & (O_CREAT | O_TMPFILE))
        how |= PATH_CREATE | PATH_EXACT;
    if (flags & O_NOFOLLOW || (flags & O_CREAT && flags & O_EXCL))
        how |= PATH_NOFOLLOW;
    r = path_resolve(dirfd, path, how, &p);
    if (r == 0)
        f = file_open(&p, flags, mode & ~me.umask, &r);
    path_done(&p);
    return f ? fd_install(f, 0, flags & O_CLOEXEC) : r;
}

/**
 * Opens a file, and makes it with O_CREAT.
 * @param path  name; relative to the working directory
 * @param flags O_RDONLY, O_WRONLY or O_RDWR, with O_APPEND, O_CLOEXEC, O_CREAT, O_DIRECTORY, O_EXCL,
 *              O_NOFOLLOW, O_NONBLOCK, O_SYNC, O_TRUNC
 * @param ...   mode_t of a new file, less the umask
 * @return descriptor, or -1 with EACCES, EEXIST, EINTR, EINVAL, EISDIR, ELOOP, EMFILE, ENAMETOOLONG,
 *         ENOENT, ENOSPC, ENOTDIR, ENXIO, EROFS
 * POSIX.1-2017
 */
int open(const char *path, int flags, ...)
{
    mode_t mode = 0;
    va_list ap;
    int r;

    cancel_point();
    va_start(ap, flags);
    if (flags & (O_CREAT | O_TMPFILE))
        mode = va_arg(ap, unsigned);
    va_end(ap);
    do
        r = do_open(AT_FDCWD, path, flags, mode);
    while (r == -EINTR && sig_restart());
    trace_sys_open(path, flags, mode, r);
    return (int)sys_ret(r);
}

/** open(), a relative `path` seen from the directory `dirfd`. Further errors: EBADF, ENOTDIR. POSIX.1-2017 */
int openat(int dirfd, const char *path, int flags, ...)
{
    mode_t mode = 0;
    va_list ap;
    int r;

    cancel_point();
    va_start(ap, flags);
    if (flags & (O_CREAT | O_TMPFILE))
        mode = va_arg(ap, unsigned);
    va_end(ap);
    do
        r = do_open(dirfd, path, flags, mode);
    while (r == -EINTR && sig_restart());
    trace_sys_openat(dirfd, path, flags, mode, r);
    return (int)sys_ret(r);
}

/** open(path, O_WRONLY | O_CREAT | O_TRUNC, mode). POSIX.1-2017 */
int creat(const char *path, mode_t mode)
{
    return open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);
}

/**
 * Closes a descriptor; the file with its last one.
 * @return 0, or -1 with EBADF. POSIX.1-2017
 */
int close(int fd)
{
    int r;

    cancel_point();
    r = fd_close(fd);
    trace_sys_close(fd, r);
    return (int)sys_ret(r);
}
