/* SPDX-License-Identifier: BSD-2-Clause */
/* Permissions and owners: chmod, chown and their relatives, umask. */
#include "sys.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file/dispatch.h"
#include "file/file_internal.h"
#include "file/name.h"
#include "proc.h"
#include "shm.h"

/* Resolves, checks that it is there, and does `fn`. */
static int with_path(int dirfd, const char *path, int flags, int (*fn)(const struct path *, void *), void *arg)
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
        r = !p.exists ? -ENOENT : p.need_dir && !p.dir ? -ENOTDIR : fn(&p, arg);
    path_done(&p);
    return r;
}

static int chmod_path(const struct path *p, void *arg)
{
    if (p->symlink)
        return -EOPNOTSUPP;
    return name_chmod(p, *(mode_t *)arg);
}

/**
 * Sets a file's permissions. What the file system cannot keep is left out: without access lists all
 * but the write permission.
 * @return 0, or -1 with EACCES, ELOOP, ENAMETOOLONG, ENOENT, ENOTDIR
 * POSIX.1-2017
 */
int chmod(const char *path, mode_t mode)
{
    int r = with_path(AT_FDCWD, path, 0, chmod_path, &mode);

    trace_sys_chmod(path, mode, r);
    return (int)sys_ret(r);
}

/** chmod() of an open file. Error: EBADF. POSIX.1-2017 */
int fchmod(int fd, mode_t mode)
{
    struct file *f = fd_get(fd);
    int r = f ? file_chmod(f, mode) : -EBADF;

    fd_put(f);
    trace_sys_fchmod(fd, mode, r);
    return (int)sys_ret(r);
}

/** chmod() seen from `dirfd`. AT_SYMLINK_NOFOLLOW of a link: EOPNOTSUPP. POSIX.1-2017 */
int fchmodat(int dirfd, const char *path, mode_t mode, int flags)
{
    int r = with_path(dirfd, path, flags, chmod_path, &mode);

    trace_sys_fchmodat(dirfd, path, mode, flags, r);
    return (int)sys_ret(r);
}

struct owner {
    uid_t uid;
    gid_t gid;
};

static int chown_path(const struct path *p, void *arg)
{
    const struct owner *o = arg;

    return name_chown(p, o->uid, o->gid);
}

static int chown_file(struct file *f, const struct owner *o)
{
    if (f->kind == FILE_DISK || f->kind == FILE_DIR || f->kind == FILE_FIFO)
        return name_chown_open(f->handle[0], f->name, (unsigned)f->priv[FILE_DRIVE], o->uid, o->gid);
    return 0; /* as a superuser's call that changes nothing that lasts */
}

/**
 * Sets a file's owner and group; -1 leaves one as it is. Where there are no access lists it does nothing.
 * @return 0, or -1 with EPERM and what stat() has
 * POSIX.1-2017
 */
int chown(const char *path, uid_t uid, gid_t gid)
{
    struct owner o = { uid, gid };
    int r = with_path(AT_FDCWD, path, 0, chown_path, &o);

    trace_sys_chown(path, uid, gid, r);
    return (int)sys_ret(r);
}

/** chown() of a symbolic link itself. POSIX.1-2017 */
int lchown(const char *path, uid_t uid, gid_t gid)
{
    struct owner o = { uid, gid };
    int r = with_path(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, chown_path, &o);

    trace_sys_lchown(path, uid, gid, r);
    return (int)sys_ret(r);
}

/** chown() of an open file. Error: EBADF. POSIX.1-2017 */
int fchown(int fd, uid_t uid, gid_t gid)
{
    struct owner o = { uid, gid };
    struct file *f = fd_get(fd);
    int r = f ? chown_file(f, &o) : -EBADF;

    fd_put(f);
    trace_sys_fchown(fd, uid, gid, r);
    return (int)sys_ret(r);
}

/** chown() seen from `dirfd`, with AT_SYMLINK_NOFOLLOW like lchown(). POSIX.1-2017 */
int fchownat(int dirfd, const char *path, uid_t uid, gid_t gid, int flags)
{
    struct owner o = { uid, gid };
    int r = with_path(dirfd, path, flags, chown_path, &o);

    trace_sys_fchownat(dirfd, path, uid, gid, flags, r);
    return (int)sys_ret(r);
}

/** Sets the permissions that new files do not get; returns the former ones. Never fails. POSIX.1-2017 */
mode_t umask(mode_t mask)
{
    mode_t old = me.umask;

    me.umask = mask & 0777;
    if (shm_self)
        shm_self->umask = me.umask;
    trace_sys_umask(mask, old);
    return old;
}
