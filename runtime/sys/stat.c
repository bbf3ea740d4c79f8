/* SPDX-License-Identifier: BSD-2-Clause */
/* stat and its relatives. */
#include "sys.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file/dispatch.h"
#include "file/file_internal.h"
#include "file/file_stat.h"
#include "file/name.h"
#include "file/virtual.h"
#include "tty/tty.h"

/* Of a device by name: nothing is opened, except that a descriptor's name means its file. */
static int stat_device(const struct path *p, struct stat *st)
{
    struct file *f;
    struct file unopened;
    int r;

    if (p->dev.kind == DEVICE_FD) {
        f = fd_get(p->dev.unit);
        r = f ? file_stat(f, st) : -ENOENT;
        fd_put(f);
        return r;
    }
    if (p->dir || p->dev.kind == DEVICE_PROC) {
        memset(st, 0, sizeof(*st));
        return virtual_stat(p, st);
    }
    unopened = (struct file){ .name = p->posix.p, .kind = file_kind_of_device(p->dev.kind) };
    return unopened.kind ? file_stat_device(&unopened, st) : -ENOENT;
}

static int stat_resolved(const struct path *p, struct stat *st)
{
    if (p->need_dir && !p->dir)
        return -ENOTDIR;
    return p->dev.kind != DEVICE_NONE ? stat_device(p, st) : stat_path(p, st);
}

static int do_stat(int dirfd, const char *path, struct stat *st, int flags)
{
    unsigned how = 0;
    struct path p;
    int r;

    if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
        return -EINVAL;
    if (flags & AT_SYMLINK_NOFOLLOW)
        how |= PATH_NOFOLLOW;
    if (flags & AT_EMPTY_PATH)
        how |= PATH_EMPTY;
    r = path_resolve(dirfd, path, how, &p);
    if (r == 0)
        r = stat_resolved(&p, st);
    path_done(&p);
    return r;
}

/**
 * Status of a file. `st` is filled on success.
 * @return 0, or -1 with EACCES, ELOOP, ENAMETOOLONG, ENOENT, ENOTDIR
 * POSIX.1-2017
 */
int stat(const char *path, struct stat *st)
{
    int r = do_stat(AT_FDCWD, path, st, 0);

    trace_sys_stat(path, r < 0 ? 0 : st->st_mode, r < 0 ? 0 : st->st_size, r);
    return (int)sys_ret(r);
}

/** stat() of a symbolic link itself. POSIX.1-2017 */
int lstat(const char *path, struct stat *st)
{
    int r = do_stat(AT_FDCWD, path, st, AT_SYMLINK_NOFOLLOW);

    trace_sys_lstat(path, r < 0 ? 0 : st->st_mode, r < 0 ? 0 : st->st_size, r);
    return (int)sys_ret(r);
}

/**
 * stat() seen from the directory `dirfd`.
 * @param flags AT_SYMLINK_NOFOLLOW, AT_EMPTY_PATH
 * Further errors: EBADF, EINVAL. POSIX.1-2017
 */
int fstatat(int dirfd, const char *path, struct stat *st, int flags)
{
    struct file *f = NULL;
    int r;

    if (flags & AT_EMPTY_PATH && path && !*path && (f = fd_get(dirfd)) != NULL)
        r = file_stat(f, st);
    else
        r = do_stat(dirfd, path, st, flags);
    fd_put(f);
    trace_sys_fstatat(dirfd, path, r < 0 ? 0 : st->st_mode, r < 0 ? 0 : st->st_size, flags, r);
    return (int)sys_ret(r);
}

/** stat() of an open file. Error: EBADF. POSIX.1-2017 */
int fstat(int fd, struct stat *st)
{
    struct file *f = fd_get(fd);
    int r = f ? file_stat(f, st) : -EBADF;

    fd_put(f);
    trace_sys_fstat(fd, r < 0 ? 0 : st->st_mode, r < 0 ? 0 : st->st_size, r);
    return (int)sys_ret(r);
}

/* ---- access ---- */

static int do_access(int dirfd, const char *path, int mode, int flags)
{
    unsigned how = (flags & AT_SYMLINK_NOFOLLOW ? PATH_NOFOLLOW : 0) | (flags & AT_EMPTY_PATH ? PATH_EMPTY : 0);
    struct stat st;
    struct path p;
    int r;

    if (mode & ~(R_OK | W_OK | X_OK) || flags & ~(AT_EACCESS | AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
        return -EINVAL;
    r = path_resolve(dirfd, path, how, &p);
    if (r == 0)
        r = stat_resolved(&p, &st);
    if (r == 0)
        r = name_access(&p, &st, mode, flags & AT_EACCESS);
    path_done(&p);
    return r;
}

/**
 * May this process (real ids) access a file?
 * @param mode F_OK (is it there), or R_OK, W_OK, X_OK together
 * @return 0, or -1 with EACCES, EINVAL and what stat() has
 * POSIX.1-2017
 */
int access(const char *path, int mode)
{
    int r = do_access(AT_FDCWD, path, mode, 0);

    trace_sys_access(path, mode, r);
    return (int)sys_ret(r);
}

/** access() seen from `dirfd`; with AT_EACCESS for the effective ids. POSIX.1-2017 */
int faccessat(int dirfd, const char *path, int mode, int flags)
{
    int r = do_access(dirfd, path, mode, flags);

    trace_sys_faccessat(dirfd, path, mode, flags, r);
    return (int)sys_ret(r);
}

/** access() for the effective ids. GNU */
int euidaccess(const char *path, int mode)
{
    return faccessat(AT_FDCWD, path, mode, AT_EACCESS);
}

/** euidaccess() under its other name. GNU */
int eaccess(const char *path, int mode)
{
    return faccessat(AT_FDCWD, path, mode, AT_EACCESS);
}
