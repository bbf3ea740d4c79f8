/* SPDX-License-Identifier: BSD-2-Clause */
/* Special files: mkfifo, mknod. */
#include "sys.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "file.h"
#include "file/name.h"
#include "proc.h"

static int regular(const struct path *p, mode_t mode)
{
    struct file *f;
    int r;

    if (p->exists)
        return -EEXIST;
    f = file_open(p, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode, &r);
    fd_put(f);
    return f ? 0 : r;
}

static int do_mknod(int dirfd, const char *path, mode_t mode)
{
    struct path p;
    int r = path_resolve(dirfd, path, PATH_NOFOLLOW | PATH_EXACT | PATH_CREATE, &p);

    if (r == 0 && p.exists)
        r = -EEXIST;
    mode &= ~me.umask;
    switch (r < 0 ? S_IFMT : mode & S_IFMT) {
    case S_IFIFO:
        r = name_mkfifo(&p, mode);
        break;
    case S_IFREG:
    case 0:
        r = regular(&p, mode);
        break;
    case S_IFCHR:
    case S_IFBLK:
        r = -EPERM; /* devices are names of ours: there is no place for others */
        break;
    default:
        r = r < 0 ? r : -EINVAL;
    }
    path_done(&p);
    return r;
}

/**
 * Makes a FIFO; its mode is less the umask.
 * @return 0, or -1 with EACCES, EEXIST, ELOOP, ENAMETOOLONG, ENOENT, ENOSPC, ENOTDIR, EROFS
 * POSIX.1-2017
 */
int mkfifo(const char *path, mode_t mode)
{
    int r = do_mknod(AT_FDCWD, path, (mode & 07777) | S_IFIFO);

    trace_sys_mkfifo(path, mode, r);
    return (int)sys_ret(r);
}

/** mkfifo() seen from `dirfd`. POSIX.1-2017 */
int mkfifoat(int dirfd, const char *path, mode_t mode)
{
    int r = do_mknod(dirfd, path, (mode & 07777) | S_IFIFO);

    trace_sys_mkfifoat(dirfd, path, mode, r);
    return (int)sys_ret(r);
}

/**
 * Makes a file: S_IFIFO or S_IFREG. Devices cannot be made (EPERM), as on Linux without privileges.
 * @return 0, or -1 with EPERM, EINVAL and what mkfifo() has
 * POSIX.1-2017
 */
int mknod(const char *path, mode_t mode, dev_t dev)
{
    int r = do_mknod(AT_FDCWD, path, mode);

    trace_sys_mknod(path, mode, dev, r);
    return (int)sys_ret(r);
}

/** mknod() seen from `dirfd`. POSIX.1-2017 */
int mknodat(int dirfd, const char *path, mode_t mode, dev_t dev)
{
    int r = do_mknod(dirfd, path, mode);

    trace_sys_mknodat(dirfd, path, mode, dev, r);
    return (int)sys_ret(r);
}
