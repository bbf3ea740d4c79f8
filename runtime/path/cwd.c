/* SPDX-License-Identifier: BSD-2-Clause */
/* The working directory: a POSIX name in runtime memory, so that fork inherits it. No handle is kept
 * open: on POSIX a working directory can be removed. Windows learns of it when a Windows program is
 * started there. */
#include <errno.h>
#include <string.h>

#include "lock.h"
#include "mm.h"
#include "nt.h"
#include "nt_registry.h"
#include "path.h"
#include "path_int.h"

/* The longest directory that CreateProcess takes, with the \ it wants at the end. */
#define WINDOWS_CWD_MAX 258

static char *cwd;
static struct lock cwd_lock = LOCK_INIT;

const char *cwd_hold(void)
{
    lock_take(&cwd_lock);
    return cwd ? cwd : "/";
}

void cwd_let(void)
{
    lock_release(&cwd_lock);
}

/* Takes over `name`. */
static void replace(char *name)
{
    char *old;

    lock_take(&cwd_lock);
    old = cwd;
    cwd = name;
    lock_release(&cwd_lock);
    rt_free(old);
}

int cwd_init(const char *posix)
{
    struct buf name;
    unsigned units;
    const uint16_t *p;
    int r;

    path_buf(&name);
    if (posix) {
        buf_puts(&name, posix);
        r = buf_err(&name);
    } else {
        p = nt_cwd(&units);
        r = path_from_windows(p, units, &name);
    }
    if (r < 0) {
        buf_free(&name);
        path_buf(&name);
        buf_puts(&name, "/");
        if (buf_err(&name) < 0)
            return -ENOMEM;
    }
    replace(name.p);
    return 0;
}

int cwd_get(struct buf *out)
{
    const char *s = cwd_hold();

    buf_cut(out, 0);
    buf_puts(out, s);
    cwd_let();
    return buf_err(out);
}

void cwd_replace(const char *posix)
{
    char *name = rt_strdup(posix);

    if (name)
        replace(name);
}

int cwd_set(const struct path *p)
{
    char *name;

    if (!p->exists)
        return -ENOENT;
    if (!p->dir)
        return -ENOTDIR;
    name = rt_strdup(p->posix.p);
    if (!name)
        return -ENOMEM;
    replace(name);
    return 0;
}

uintptr_t cwd_slot(void)
{
    return (uintptr_t)&cwd;
}

/* In /proc and the like no Windows program can be. */
static bool on_disk(void)
{
    const char *s = cwd_hold();
    struct device d;
    bool yes = !device_lookup(s, strlen(s), &d) || d.kind == DEVICE_DEV_DIR;

    cwd_let();
    return yes;
}

int cwd_win32(struct wbuf *out)
{
    struct wbuf nt;
    unsigned units;
    const uint16_t *root = tree_root(&units);
    int r;

    path_wbuf(&nt);
    r = on_disk() ? path_to_windows(".", &nt, NULL) : -ENOENT;
    if (r == 0)
        r = nt_to_win32(nt.p, nt.len, WIN32_PLAIN, out);
    if (r < 0 || out->len > WINDOWS_CWD_MAX) {
        wbuf_cut(out, 0);
        wbuf_put(out, root, units);
        r = wbuf_err(out);
    }
    wbuf_free(&nt);
    return r;
}
