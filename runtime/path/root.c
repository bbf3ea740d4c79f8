/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The root folder of chroot(). Everywhere else in the runtime names are as the program sees them, from
 * its root; here they become names of the whole tree, and back. Windows forms of a name that lead out of
 * the root do not exist for the program. Devices and /proc are there in every root.
 */
#include <errno.h>
#include <string.h>

#include "lock.h"
#include "mm.h"
#include "path.h"
#include "path_int.h"
#include "trace.h"

static char *root_name;             /* without a slash at its end; NULL: the real root. Only ever replaced */
static size_t root_len;
static struct lock root_lock = LOCK_INIT;

bool root_set(void)
{
    return __atomic_load_n(&root_name, __ATOMIC_ACQUIRE) != NULL;
}

int root_init(const char *posix)
{
    if (!posix || !*posix)
        return 0;
    root_name = rt_strdup(posix);
    root_len = strlen(posix);
    return root_name ? 0 : -ENOMEM;
}

int root_get(struct buf *out)
{
    buf_cut(out, 0);
    lock_take(&root_lock);
    if (root_name)
        buf_put(out, root_name, root_len);
    lock_release(&root_lock);
    return buf_err(out);
}

int root_outside(const char *posix, size_t n, struct buf *out)
{
    if (n > 1 && posix[1] == '/')   /* //server is nowhere below a root */
        return -ENOENT;
    if (root_get(out) < 0)
        return -ENOMEM;
    if (n > 1 || !out->len)
        buf_put(out, posix, n);
    return buf_err(out);
}

/* The letters' case of a Windows name tells nothing. */
static bool same_text(const char *a, const char *b, size_t n)
{
    return strncasecmp(a, b, n) == 0;
}

int root_inside(struct buf *posix)
{
    size_t n;
    int r = 0;

    if (!root_set())
        return 0;
    lock_take(&root_lock);
    n = root_len;
    if (posix->len < n || !same_text(posix->p, root_name, n) || (posix->len > n && posix->p[n] != '/')) {
        trace_path_confined(posix->p, root_name);
        r = -ENOENT;
    } else {
        memmove(posix->p, posix->p + n, posix->len - n + 1);
        posix->len -= n;
        if (!posix->len)
            buf_putc(posix, '/');
        r = buf_err(posix);
    }
    lock_release(&root_lock);
    return r;
}

/* Takes over `name`. */
static void replace(char *name)
{
    char *old;

    lock_take(&root_lock);
    old = root_name;
    root_len = strlen(name);
    __atomic_store_n(&root_name, name, __ATOMIC_RELEASE);
    lock_release(&root_lock);
    rt_free(old);
}

/* The working directory as the new root sees it; one outside would be a way out, so it becomes "/". */
static void move_cwd(const char *before)
{
    size_t n = strlen(before);
    struct buf cwd;

    path_buf(&cwd);
    if (cwd_get(&cwd) == 0 && cwd.len >= n && !memcmp(cwd.p, before, n) && (!cwd.p[n] || cwd.p[n] == '/'))
        cwd_replace(cwd.p[n] ? cwd.p + n : "/");
    else
        cwd_replace("/");
    buf_free(&cwd);
}

int root_change(const struct path *p)
{
    struct buf name;
    char *copy;
    int r;

    if (!p->exists)
        return -ENOENT;
    if (!p->dir)
        return -ENOTDIR;
    if (!p->nt.len)                 /* /proc and the like: no folder of files */
        return -EINVAL;
    if (p->posix.len == 1)
        return 0;
    path_buf(&name);
    r = root_outside(p->posix.p, p->posix.len, &name);
    if (r == 0 && !(copy = rt_strdup(name.p)))
        r = -ENOMEM;
    if (r == 0) {
        move_cwd(p->posix.p);
        replace(copy);
    }
    buf_free(&name);
    return r;
}

void root_hold(bool hold)
{
    if (hold)
        lock_take(&root_lock);
    else
        lock_release(&root_lock);
}
