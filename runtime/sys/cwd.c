/* SPDX-License-Identifier: BSD-2-Clause */
/* The working directory: chdir and family. The state is in runtime/path/cwd.c. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "path.h"
#include "sys.h"

static int change(const char *path)
{
    struct path p;
    int r = path_resolve(PATH_CWD, path, PATH_EXACT, &p);

    if (r == 0)
        r = cwd_set(&p);
    path_done(&p);
    return r;
}

/**
 * Changes the working directory of the process (POSIX.1-2017).
 * @return 0, or -1 with ENOENT, ENOTDIR, ELOOP, ENAMETOOLONG, EACCES, ENOMEM
 */
int chdir(const char *path)
{
    int r = change(path);

    trace_sys_chdir(path, r);
    return (int)sys_ret(r);
}

/**
 * Changes the working directory to an open one (POSIX.1-2017).
 * @return 0, or -1 with EBADF, ENOTDIR and what chdir gives
 */
int fchdir(int fd)
{
    struct file *f = fd_get(fd);
    int r = !f ? -EBADF : !f->name || f->name[0] != '/' ? -ENOTDIR : change(f->name);

    fd_put(f);
    trace_sys_fchdir(fd, r);
    return (int)sys_ret(r);
}

/* Into the caller's buffer, or into one of malloc that is big enough. */
static int get(char **buf, size_t size)
{
    struct buf name;
    int r;

    path_buf(&name);
    r = cwd_get(&name);
    if (r == 0 && !*buf) {
        if (!size)
            size = name.len + 1;
        if (size > name.len && !(*buf = malloc(size)))
            r = -ENOMEM;
    }
    if (r == 0 && size <= name.len)
        r = -ERANGE;
    if (r == 0)
        memcpy(*buf, name.p, name.len + 1);
    buf_free(&name);
    return r;
}

/**
 * Name of the working directory (POSIX.1-2017). With a NULL buffer one is allocated, of `size`
 * bytes, or as needed when `size` is 0.
 * @return the buffer, or NULL with EINVAL (size 0), ERANGE (too small), ENOMEM
 */
char *getcwd(char *buf, size_t size)
{
    char *out = buf;
    int r = buf && !size ? -EINVAL : get(&out, size);

    trace_sys_getcwd(r < 0 ? NULL : out, size, r);
    sys_ret(r);
    return r < 0 ? NULL : out;
}

/** As getcwd(NULL, 0) (GNU). The value of PWD is not used: it may be stale. */
char *get_current_dir_name(void)
{
    return getcwd(NULL, 0);
}

/** As getcwd with a buffer of PATH_MAX bytes (4.3BSD). */
char *getwd(char *buf)
{
    return getcwd(buf, PATH_MAX);
}

/**
 * Changes the root folder: absolute names are looked up in it, ".." ends there, and Windows names of
 * what is outside (drives, servers) do not exist any more. Inherited by fork and exec. A working
 * directory outside becomes "/"; so do open directories outside when names are looked up from them.
 * Every user may do it. Devices and /proc are there in every root.
 * @return 0, or -1 with ENOENT, ENOTDIR, EINVAL (made up by the runtime) and what stat() has
 */
int chroot(const char *path)
{
    struct path p;
    int r = path_resolve(PATH_CWD, path, PATH_EXACT, &p);

    if (r == 0)
        r = root_change(&p);
    path_done(&p);
    trace_sys_chroot(path, r);
    return (int)sys_ret(r);
}
