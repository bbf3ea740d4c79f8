/* SPDX-License-Identifier: BSD-2-Clause */
/* Extended attributes. No file system here keeps them in a way that other tools see (NTFS' own are lost by
 * most of what copies files, Wine has none), so there are none, and that is said. */
#include <fcntl.h>
#include <string.h>
#include <sys/xattr.h>

#include "file.h"
#include "sys.h"

#define XATTR_NAME_MAX 255

/* Is the file there? */
static int look(const char *path, bool follow)
{
    struct path p;
    int r = path_resolve(PATH_CWD, path, follow ? 0 : PATH_NOFOLLOW, &p);

    if (r == 0)
        r = !p.exists ? -ENOENT : p.need_dir && !p.dir ? -ENOTDIR : 0;
    path_done(&p);
    return r;
}

static int look_fd(int fd)
{
    struct file *f = fd_get(fd);

    fd_put(f);
    return f ? 0 : -EBADF;
}

static int with_name(int r, const char *name)
{
    size_t n = r < 0 || !name ? 1 : strlen(name);

    if (r < 0)
        return r;
    return !name ? -EFAULT : !n || n > XATTR_NAME_MAX ? -ERANGE : -ENOTSUP;
}

static ssize_t get(int r, const char *path, const char *name, size_t size)
{
    r = with_name(r, name);
    trace_sys_getxattr(path, name, size, r);
    return sys_ret(r);
}

static int set(int r, const char *path, const char *name, size_t size, int flags)
{
    r = r == 0 && flags & ~(XATTR_CREATE | XATTR_REPLACE) ? -EINVAL : with_name(r, name);
    trace_sys_setxattr(path, name, size, flags, r);
    return (int)sys_ret(r);
}

static ssize_t list(int r, const char *path, size_t size)
{
    trace_sys_listxattr(path, size, r);
    return sys_ret(r);
}

static int drop(int r, const char *path, const char *name)
{
    r = with_name(r, name);
    trace_sys_removexattr(path, name, r);
    return (int)sys_ret(r);
}

/** Value of an extended attribute: there are none. ENOTSUP, and what stat() has. Linux */
ssize_t getxattr(const char *path, const char *name, void *value, size_t size)
{
    return get(look(path, true), path, name, size);
}

/** getxattr() of a symbolic link itself. Linux */
ssize_t lgetxattr(const char *path, const char *name, void *value, size_t size)
{
    return get(look(path, false), path, name, size);
}

/** getxattr() of an open file. EBADF. Linux */
ssize_t fgetxattr(int fd, const char *name, void *value, size_t size)
{
    return get(look_fd(fd), "", name, size);
}

/** Names of the extended attributes: none. @return 0, or -1 with what stat() has. Linux */
ssize_t listxattr(const char *path, char *names, size_t size)
{
    return list(look(path, true), path, size);
}

/** listxattr() of a symbolic link itself. Linux */
ssize_t llistxattr(const char *path, char *names, size_t size)
{
    return list(look(path, false), path, size);
}

/** listxattr() of an open file. EBADF. Linux */
ssize_t flistxattr(int fd, char *names, size_t size)
{
    return list(look_fd(fd), "", size);
}

/** Sets an extended attribute: ENOTSUP. Linux */
int setxattr(const char *path, const char *name, const void *value, size_t size, int flags)
{
    return set(look(path, true), path, name, size, flags);
}

/** setxattr() of a symbolic link itself. Linux */
int lsetxattr(const char *path, const char *name, const void *value, size_t size, int flags)
{
    return set(look(path, false), path, name, size, flags);
}

/** setxattr() of an open file. EBADF. Linux */
int fsetxattr(int fd, const char *name, const void *value, size_t size, int flags)
{
    return set(look_fd(fd), "", name, size, flags);
}

/** Removes an extended attribute: ENOTSUP. Linux */
int removexattr(const char *path, const char *name)
{
    return drop(look(path, true), path, name);
}

/** removexattr() of a symbolic link itself. Linux */
int lremovexattr(const char *path, const char *name)
{
    return drop(look(path, false), path, name);
}

/** removexattr() of an open file. EBADF. Linux */
int fremovexattr(int fd, const char *name)
{
    return drop(look_fd(fd), "", name);
}
