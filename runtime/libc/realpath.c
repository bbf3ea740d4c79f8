/* SPDX-License-Identifier: BSD-2-Clause */
/* realpath: the absolute name without links, as path resolution finds it anyway. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "path.h"
#include "sys.h"

static int resolve(const char *name, char **result)
{
    struct path p;
    size_t len;
    int r;

    if (!name)
        return -EINVAL;
    if (!*name)
        return -ENOENT;
    r = path_resolve(PATH_CWD, name, 0, &p);
    if (r == 0 && !p.exists)
        r = -ENOENT;
    if (r == 0 && p.need_dir && !p.dir)
        r = -ENOTDIR;
    if (r == 0) {
        len = strlen((char *)p.posix.p) + 1;
        if (*result && len > PATH_MAX)
            r = -ENAMETOOLONG;
        else if (!*result && !(*result = malloc(len)))
            r = -ENOMEM;
        else
            memcpy(*result, p.posix.p, len);
    }
    path_done(&p);
    return r;
}

/**
 * Absolute name of an existing file without symbolic links.
 *
 * @param result buffer of PATH_MAX bytes, or NULL: the result is to be freed
 * @return the name, or NULL with EINVAL, ENOENT, ENOTDIR, ELOOP, EACCES, ENAMETOOLONG, ENOMEM
 * POSIX.1-2017
 */
char *realpath(const char *restrict name, char *restrict result)
{
    char *p = result;

    return sys_ret(resolve(name, &p)) < 0 ? NULL : p;
}

/** GNU's realpath(name, NULL). */
char *canonicalize_file_name(const char *name)
{
    return realpath(name, NULL);
}
