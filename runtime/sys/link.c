/* SPDX-License-Identifier: BSD-2-Clause */
/* Names: link, symlink, readlink, unlink, rename, mkdir, rmdir. */
#include "sys.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file/name.h"
#include "proc.h"

#define AS_WRITTEN (PATH_NOFOLLOW | PATH_EXACT)

/* How the name ends: "." and ".." as last component are errors for some calls. */
static const char *last_component(const char *path, size_t *n)
{
    size_t end = path ? strlen(path) : 0, start;

    while (end && path[end - 1] == '/')
        end--;
    for (start = end; start && path[start - 1] != '/';)
        start--;
    *n = end - start;
    return path + start;
}

static bool ends_in(const char *path, const char *dots)
{
    size_t n;
    const char *last = last_component(path, &n);

    return n == strlen(dots) && memcmp(last, dots, n) == 0;
}

/* ---- link ---- */

static int do_link(int fromfd, const char *from, int tofd, const char *to, int flags)
{
    struct path a, b;
    int r;

    if (flags & ~(AT_SYMLINK_FOLLOW | AT_EMPTY_PATH))
        return -EINVAL;
    r = path_resolve(fromfd, from, PATH_EXACT | (flags & AT_SYMLINK_FOLLOW ? 0 : PATH_NOFOLLOW), &a);
    if (r == 0) {
        r = path_resolve(tofd, to, AS_WRITTEN | PATH_CREATE, &b);
        if (r == 0)
            r = a.need_dir && !a.dir ? -ENOTDIR : name_link(&a, &b);
        path_done(&b);
    }
    path_done(&a);
    return r;
}

/**
 * Gives a file another name. A symbolic link gets one itself, as on Linux.
 * @return 0, or -1 with EACCES, EEXIST, ELOOP, EMLINK, ENAMETOOLONG, ENOENT, ENOTDIR, EPERM, EXDEV
 * POSIX.1-2017
 */
int link(const char *from, const char *to)
{
    int r = do_link(AT_FDCWD, from, AT_FDCWD, to, 0);

    trace_sys_link(from, to, r);
    return (int)sys_ret(r);
}

/** link() seen from directories; AT_SYMLINK_FOLLOW. POSIX.1-2017 */
int linkat(int fromfd, const char *from, int tofd, const char *to, int flags)
{
    int r = do_link(fromfd, from, tofd, to, flags);

    trace_sys_linkat(fromfd, from, tofd, to, flags, r);
    return (int)sys_ret(r);
}

/* ---- symbolic links ---- */

static int do_symlink(const char *target, int dirfd, const char *path)
{
    struct path p;
    int r;

    if (!target)
        return -EFAULT;
    if (!*target)
        return -ENOENT;
    r = path_resolve(dirfd, path, AS_WRITTEN | PATH_CREATE, &p);
    if (r == 0)
        r = name_symlink(target, &p);
    path_done(&p);
    return r;
}

/**
 * Makes a symbolic link to `target`, which need not exist.
 * @return 0, or -1 with EACCES, EEXIST, ELOOP, ENAMETOOLONG, ENOENT, ENOSPC, ENOTDIR
 * POSIX.1-2017
 */
int symlink(const char *target, const char *path)
{
    int r = do_symlink(target, AT_FDCWD, path);

    trace_sys_symlink(target, path, r);
    return (int)sys_ret(r);
}

/** symlink() seen from `dirfd`. POSIX.1-2017 */
int symlinkat(const char *target, int dirfd, const char *path)
{
    int r = do_symlink(target, dirfd, path);

    trace_sys_symlinkat(target, dirfd, path, r);
    return (int)sys_ret(r);
}

static int do_readlink(int dirfd, const char *path, char *buf, size_t n)
{
    struct path p;
    int r;

    if (!n)
        return -EINVAL;
    r = path_resolve(dirfd, path, PATH_NOFOLLOW, &p);
    if (r == 0)
        r = p.exists ? path_readlink(&p, buf, n) : -ENOENT;
    path_done(&p);
    return r;
}

/**
 * Target of a symbolic link, without a NUL, cut at `n` bytes.
 * @return bytes, or -1 with EACCES, EINVAL (no link), ELOOP, ENAMETOOLONG, ENOENT, ENOTDIR
 * POSIX.1-2017
 */
ssize_t readlink(const char *path, char *buf, size_t n)
{
    int r = do_readlink(AT_FDCWD, path, buf, n);

    trace_sys_readlink(path, buf, n, r);
    return sys_ret(r);
}

/** readlink() seen from `dirfd`. POSIX.1-2017 */
ssize_t readlinkat(int dirfd, const char *path, char *buf, size_t n)
{
    int r = do_readlink(dirfd, path, buf, n);

    trace_sys_readlinkat(dirfd, path, buf, n, r);
    return sys_ret(r);
}

/* ---- removing ---- */

static int do_unlink(int dirfd, const char *path)
{
    struct path p;
    int r = path_resolve(dirfd, path, AS_WRITTEN, &p);

    if (r == 0)
        r = name_unlink(&p);
    path_done(&p);
    return r;
}

static int do_rmdir(int dirfd, const char *path)
{
    struct path p;
    int r;

    if (ends_in(path, "."))
        return -EINVAL;
    if (ends_in(path, ".."))
        return -ENOTEMPTY;
    r = path_resolve(dirfd, path, AS_WRITTEN, &p);
    if (r == 0)
        r = name_rmdir(&p);
    path_done(&p);
    return r;
}

/**
 * Removes a name; the file goes with its last name and its last close.
 * @return 0, or -1 with EACCES, EBUSY, EISDIR, ELOOP, ENAMETOOLONG, ENOENT, ENOTDIR, EPERM
 * POSIX.1-2017
 */
int unlink(const char *path)
{
    int r = do_unlink(AT_FDCWD, path);

    trace_sys_unlink(path, r);
    return (int)sys_ret(r);
}

/** unlink(), or with AT_REMOVEDIR rmdir(), seen from `dirfd`. POSIX.1-2017 */
int unlinkat(int dirfd, const char *path, int flags)
{
    int r = flags & ~AT_REMOVEDIR ? -EINVAL
          : flags & AT_REMOVEDIR  ? do_rmdir(dirfd, path)
                                  : do_unlink(dirfd, path);

    trace_sys_unlinkat(dirfd, path, flags, r);
    return (int)sys_ret(r);
}

/**
 * Removes an empty directory.
 * @return 0, or -1 with EACCES, EBUSY, EINVAL (ends in "."), ELOOP, ENAMETOOLONG, ENOENT, ENOTDIR, ENOTEMPTY
 * POSIX.1-2017
 */
int rmdir(const char *path)
{
    int r = do_rmdir(AT_FDCWD, path);

    trace_sys_rmdir(path, r);
    return (int)sys_ret(r);
}

/** unlink() of a file, rmdir() of a directory. POSIX.1-2017 */
int remove(const char *path)
{
    int r = unlink(path);

    return r < 0 && (errno == EISDIR || errno == EPERM) ? rmdir(path) : r;
}

/* ---- renaming ---- */

static int do_rename(int fromfd, const char *from, int tofd, const char *to, bool replace)
{
    struct path a, b;
    int r;

    if (ends_in(from, ".") || ends_in(from, "..") || ends_in(to, ".") || ends_in(to, ".."))
        return -EBUSY;
    r = path_resolve(fromfd, from, AS_WRITTEN, &a);
    if (r == 0) {
        r = path_resolve(tofd, to, AS_WRITTEN | PATH_CREATE, &b);
        if (r == 0 && a.shortcut)
            r = path_add_suffix(&b, SHORTCUT_SUFFIX);
        if (r == 0)
            r = name_rename(&a, &b, replace);
        path_done(&b);
    }
    path_done(&a);
    return r;
}

/**
 * Renames a file or directory. What `to` named before is replaced, also while it is open.
 * @return 0, or -1 with EACCES, EBUSY, EINVAL (into itself), EISDIR, ELOOP, ENAMETOOLONG, ENOENT, ENOTDIR,
 *         ENOTEMPTY, EXDEV
 * POSIX.1-2017
 */
int rename(const char *from, const char *to)
{
    int r = do_rename(AT_FDCWD, from, AT_FDCWD, to, true);

    trace_sys_rename(from, to, r);
    return (int)sys_ret(r);
}

/** rename() seen from directories. POSIX.1-2017 */
int renameat(int fromfd, const char *from, int tofd, const char *to)
{
    int r = do_rename(fromfd, from, tofd, to, true);

    trace_sys_renameat(fromfd, from, tofd, to, r);
    return (int)sys_ret(r);
}

/**
 * renameat() with flags: RENAME_NOREPLACE fails with EEXIST when `to` is there. RENAME_EXCHANGE and
 * RENAME_WHITEOUT are EINVAL, as on file systems of Linux that cannot. Linux
 */
int renameat2(int fromfd, const char *from, int tofd, const char *to, unsigned flags)
{
    int r = flags & ~RENAME_NOREPLACE ? -EINVAL : do_rename(fromfd, from, tofd, to, !flags);

    trace_sys_renameat2(fromfd, from, tofd, to, flags, r);
    return (int)sys_ret(r);
}

/* ---- directories ---- */

static int do_mkdir(int dirfd, const char *path, mode_t mode)
{
    struct path p;
    int r = path_resolve(dirfd, path, AS_WRITTEN | PATH_CREATE, &p);

    if (r == 0)
        r = name_mkdir(&p, mode & ~me.umask);
    path_done(&p);
    return r;
}

/**
 * Makes a directory; its mode is less the umask.
 * @return 0, or -1 with EACCES, EEXIST, ELOOP, ENAMETOOLONG, ENOENT, ENOSPC, ENOTDIR
 * POSIX.1-2017
 */
int mkdir(const char *path, mode_t mode)
{
    int r = do_mkdir(AT_FDCWD, path, mode);

    trace_sys_mkdir(path, mode, r);
    return (int)sys_ret(r);
}

/** mkdir() seen from `dirfd`. POSIX.1-2017 */
int mkdirat(int dirfd, const char *path, mode_t mode)
{
    int r = do_mkdir(dirfd, path, mode);

    trace_sys_mkdirat(dirfd, path, mode, r);
    return (int)sys_ret(r);
}
