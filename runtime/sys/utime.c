/* SPDX-License-Identifier: BSD-2-Clause */
/* Times of files. */
#include "sys.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <utime.h>

#include "file/dispatch.h"
#include "file/name.h"

static const struct timespec now[2] = { { 0, UTIME_NOW }, { 0, UTIME_NOW } };

static int by_name(int dirfd, const char *path, const struct timespec tv[2], int flags)
{
    unsigned how = flags & AT_SYMLINK_NOFOLLOW ? PATH_NOFOLLOW : 0;
    struct path p;
    int r;

    if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
        return -EINVAL;
    if (flags & AT_EMPTY_PATH)
        how |= PATH_EMPTY;
    r = path_resolve(dirfd, path, how, &p);
    if (r == 0)
        r = !p.exists ? -ENOENT : p.need_dir && !p.dir ? -ENOTDIR : name_utimens(&p, tv ? tv : now);
    path_done(&p);
    return r;
}

static int by_fd(int fd, const struct timespec tv[2])
{
    struct file *f = fd_get(fd);
    int r = f ? file_utimens(f, tv ? tv : now) : -EBADF;

    fd_put(f);
    return r;
}

static int from_timeval(const struct timeval *tv, struct timespec ts[2])
{
    for (int i = 0; i < 2; i++) {
        if (tv[i].tv_usec < 0 || tv[i].tv_usec > 999999)
            return -EINVAL;
        ts[i].tv_sec = tv[i].tv_sec;
        ts[i].tv_nsec = tv[i].tv_usec * 1000;
    }
    return 0;
}

/**
 * Sets the times of last access and modification, to 100 ns.
 * @param tv    both times; tv_nsec UTIME_NOW, UTIME_OMIT; NULL: now
 * @param flags AT_SYMLINK_NOFOLLOW
 * @return 0, or -1 with EACCES, EBADF, EINVAL, ELOOP, ENAMETOOLONG, ENOENT, ENOTDIR
 * POSIX.1-2017
 */
int utimensat(int dirfd, const char *path, const struct timespec tv[2], int flags)
{
    const struct timespec *t = tv ? tv : now;
    int r = path ? by_name(dirfd, path, tv, flags) : by_fd(dirfd, tv);

    trace_sys_utimensat(dirfd, path, t[0].tv_sec, t[0].tv_nsec, t[1].tv_sec, t[1].tv_nsec, flags, r);
    return (int)sys_ret(r);
}

/** utimensat() of an open file. POSIX.1-2017 */
int futimens(int fd, const struct timespec tv[2])
{
    const struct timespec *t = tv ? tv : now;
    int r = by_fd(fd, tv);

    trace_sys_futimens(fd, t[0].tv_sec, t[0].tv_nsec, t[1].tv_sec, t[1].tv_nsec, r);
    return (int)sys_ret(r);
}

/** utimensat() in microseconds. POSIX.1-2017 */
int utimes(const char *path, const struct timeval tv[2])
{
    struct timespec ts[2];
    int r = tv ? from_timeval(tv, ts) : 0;

    return r < 0 ? (int)sys_ret(r) : utimensat(AT_FDCWD, path, tv ? ts : NULL, 0);
}

/** utimes() seen from the directory `dirfd`. Older than utimensat(). */
int futimesat(int dirfd, const char *path, const struct timeval tv[2])
{
    struct timespec ts[2];
    int r = tv ? from_timeval(tv, ts) : 0;

    return r < 0 ? (int)sys_ret(r) : utimensat(dirfd, path, tv ? ts : NULL, 0);
}

/** utimes() of a symbolic link itself. BSD */
int lutimes(const char *path, const struct timeval tv[2])
{
    struct timespec ts[2];
    int r = tv ? from_timeval(tv, ts) : 0;

    return r < 0 ? (int)sys_ret(r) : utimensat(AT_FDCWD, path, tv ? ts : NULL, AT_SYMLINK_NOFOLLOW);
}

/** utimes() of an open file. BSD */
int futimes(int fd, const struct timeval tv[2])
{
    struct timespec ts[2];
    int r = tv ? from_timeval(tv, ts) : 0;

    return r < 0 ? (int)sys_ret(r) : futimens(fd, tv ? ts : NULL);
}

/** utimensat() in seconds. POSIX.1-2017 */
int utime(const char *path, const struct utimbuf *t)
{
    struct timespec ts[2] = { { t ? t->actime : 0, 0 }, { t ? t->modtime : 0, 0 } };

    return utimensat(AT_FDCWD, path, t ? ts : NULL, 0);
}
