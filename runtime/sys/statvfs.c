/* SPDX-License-Identifier: BSD-2-Clause */
/* Properties of file systems: statvfs, statfs, pathconf. */
#include "sys.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "file/dispatch.h"
#include "file/file_stat.h"

static int device_vfs(struct statvfs *s)
{
    memset(s, 0, sizeof(*s));
    s->f_bsize = s->f_frsize = 4096;
    s->f_namemax = NAME_MAX;
    return 0;
}

static int do_statvfs(const char *path, struct statvfs *s)
{
    struct file *f = NULL;
    struct path p;
    int r = path_resolve(PATH_CWD, path, 0, &p);

    if (r == 0 && !p.exists)
        r = -ENOENT;
    if (r == 0 && p.dev.kind != DEVICE_NONE && !p.nt.len)
        r = device_vfs(s);
    else if (r == 0 && (f = file_open(&p, O_RDONLY | O_CLOEXEC, 0, &r)) != NULL)
        r = f->ops->statvfs ? f->ops->statvfs(f, s) : device_vfs(s);
    fd_put(f);
    path_done(&p);
    return r;
}

static int do_fstatvfs(int fd, struct statvfs *s)
{
    struct file *f = fd_get(fd);
    int r = !f ? -EBADF : f->ops->statvfs ? f->ops->statvfs(f, s) : device_vfs(s);

    fd_put(f);
    return r;
}

/**
 * Properties of the file system that a file is on.
 * @return 0, or -1 with what stat() has
 * POSIX.1-2017
 */
int statvfs(const char *path, struct statvfs *s)
{
    int r = do_statvfs(path, s);

    trace_sys_statvfs(path, r < 0 ? 0 : s->f_bsize, r < 0 ? 0 : s->f_blocks, r < 0 ? 0 : s->f_bfree, r);
    return (int)sys_ret(r);
}

/** statvfs() of an open file. EBADF. POSIX.1-2017 */
int fstatvfs(int fd, struct statvfs *s)
{
    int r = do_fstatvfs(fd, s);

    trace_sys_fstatvfs(fd, r < 0 ? 0 : s->f_bsize, r < 0 ? 0 : s->f_blocks, r < 0 ? 0 : s->f_bfree, r);
    return (int)sys_ret(r);
}

static int as_statfs(int r, const struct statvfs *v, struct statfs *s)
{
    if (r < 0)
        return r;
    memset(s, 0, sizeof(*s));
    s->f_type = NTFS_SUPER_MAGIC;
    s->f_bsize = (long)v->f_bsize;
    s->f_blocks = (long)v->f_blocks;
    s->f_bfree = (long)v->f_bfree;
    s->f_bavail = (long)v->f_bavail;
    s->f_files = (long)v->f_files;
    s->f_ffree = (long)v->f_ffree;
    s->f_namelen = (long)v->f_namemax;
    return 0;
}

/** statvfs() in the older form of Linux. */
int statfs(const char *path, struct statfs *s)
{
    struct statvfs v;

    return as_statfs(statvfs(path, &v), &v, s);
}

/** fstatvfs() in the older form of Linux. */
int fstatfs(int fd, struct statfs *s)
{
    struct statvfs v;

    return as_statfs(fstatvfs(fd, &v), &v, s);
}

/* The limits are the same everywhere. */
static int64_t limit(int name)
{
    switch (name) {
    case _PC_LINK_MAX:
        return LINK_MAX;
    case _PC_MAX_CANON:
    case _PC_MAX_INPUT:
        return 255;
    case _PC_NAME_MAX:
        return NAME_MAX;
    case _PC_PATH_MAX:
        return PATH_MAX;
    case _PC_PIPE_BUF:
        return PIPE_BUF;
    case _PC_CHOWN_RESTRICTED:
    case _PC_NO_TRUNC:
    case _PC_2_SYMLINKS:
        return 1;
    case _PC_VDISABLE:
        return 0;
    case _PC_FILESIZEBITS:
        return 64;
    case _PC_SYMLINK_MAX:
        return SYMLINK_MAX;
    case _PC_REC_XFER_ALIGN:
    case _PC_ALLOC_SIZE_MIN:
    case _PC_REC_MIN_XFER_SIZE:
        return 4096;
    case _PC_REC_INCR_XFER_SIZE:
    case _PC_REC_MAX_XFER_SIZE:
    case _PC_ASYNC_IO:
    case _PC_PRIO_IO:
    case _PC_SYNC_IO:
        return -1; /* no limit, or not there: errno stays */
    default:
        return -EINVAL;
    }
}

/* -1 is an answer here, and an errno of 1 (EPERM) is none of these calls. */
static long conf_ret(int64_t r)
{
    return r == -1 ? -1 : (long)sys_ret(r);
}

/**
 * A limit that holds for a file.
 * @param name _PC_*
 * @return the limit; -1 with errno as it was: none; -1 with EINVAL, or what access() has
 * POSIX.1-2017
 */
long pathconf(const char *path, int name)
{
    struct path p;
    int64_t r = path_resolve(PATH_CWD, path, 0, &p);

    if (r == 0)
        r = p.exists ? limit(name) : -ENOENT;
    path_done(&p);
    trace_sys_pathconf(path, name, r == -1 ? 0 : r);
    return conf_ret(r);
}

/** pathconf() of an open file. EBADF, EINVAL. POSIX.1-2017 */
long fpathconf(int fd, int name)
{
    struct file *f = fd_get(fd);
    int64_t r = f ? limit(name) : -EBADF;

    fd_put(f);
    trace_sys_fpathconf(fd, name, r == -1 ? 0 : r);
    return conf_ret(r);
}
