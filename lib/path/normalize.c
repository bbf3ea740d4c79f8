/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Absolute POSIX names by the text alone.
 */
#include "lib/path/path.h"

#include <errno.h>
#include <string.h>

/* How much of the absolute name stays whatever ".." says: "/" or "//server". */
static size_t root_len(const char *p, size_t n)
{
    size_t i = 2;

    if (n < 3 || p[0] != '/' || p[1] != '/' || p[2] == '/')
        return 1;
    while (i < n && p[i] != '/')
        i++;
    if (p[2] == '.' && (i == 3 || (i == 4 && p[3] == '.')))
        return 1;               /* no server is called "." or ".." */
    return i;
}

/* Cuts the last component off out (never into the root). */
static void parent(struct buf *out, size_t root)
{
    size_t n = out->len;

    while (n > root && out->p[n - 1] != '/')
        n--;
    if (n > root && n > 1)
        n--;
    buf_cut(out, n < root ? root : n);
}

/* Appends the components of path, for which there is room; returns enum path_info. */
static unsigned add_components(struct buf *out, const char *path, size_t root)
{
    unsigned info = 0;
    char *to = out->p + out->len;

    while (*path) {
        if (*path == '/') {
            info |= PATH_TRAILING_SLASH;
            path++;
        } else if (path[0] == '.' && (!path[1] || path[1] == '/')) {
            info |= PATH_TRAILING_SLASH;
            path++;
        } else if (path[0] == '.' && path[1] == '.' && (!path[2] || path[2] == '/')) {
            out->len = (size_t)(to - out->p);
            info |= PATH_TRAILING_SLASH | (out->len > root ? PATH_DOTDOT : 0);
            parent(out, root);
            to = out->p + out->len;
            path += 2;
        } else {
            info &= ~(unsigned)PATH_TRAILING_SLASH;
            if (to > out->p && to[-1] != '/')
                *to++ = '/';
            while (*path && *path != '/')
                *to++ = *path++;
        }
    }
    *to = 0;
    out->len = (size_t)(to - out->p);
    return info;
}

int path_normalize(struct buf *out, const char *cwd, const char *path, unsigned *info)
{
    unsigned found = 0;
    size_t n = strlen(path);

    buf_cut(out, 0);
    if (info)
        *info = 0;
    if (!n)
        return -ENOENT;
    if (n > PATH_POSIX_MAX)
        return -ENAMETOOLONG;
    if (*path == '/') {
        size_t root = root_len(path, n);

        found = PATH_ABSOLUTE;
        if (buf_reserve(out, n + 1) < 0)
            return -ENOMEM;
        buf_put(out, path, root);
        found |= add_components(out, path + root, root);
        if (path[strspn(path, "/")] == 0)
            found |= PATH_TRAILING_SLASH;
    } else {
        size_t cwd_len = strlen(cwd);

        buf_put(out, cwd, cwd_len);
        if (buf_reserve(out, n + 1) < 0)
            return -ENOMEM;
        found = add_components(out, path, root_len(cwd, cwd_len));
    }
    if (buf_err(out) < 0)
        return -ENOMEM;
    if (out->len > PATH_POSIX_MAX)
        return -ENAMETOOLONG;
    if (info)
        *info = found;
    return 0;
}
