/* SPDX-License-Identifier: BSD-2-Clause */
/* Conversion of names by the text alone, in the runtime's memory. */
#include <errno.h>
#include <string.h>

#include "lib/text/utf.h"
#include "mm.h"
#include "path.h"
#include "path_int.h"

void *path_realloc(void *old, size_t size)
{
    if (size)
        return rt_realloc(old, size);
    rt_free(old);
    return NULL;
}

void path_buf(struct buf *b)
{
    buf_init(b, path_realloc, NULL, 0);
}

void path_wbuf(struct wbuf *b)
{
    wbuf_init(b, path_realloc, NULL, 0);
}

int path_from_windows(const uint16_t *name, size_t units, struct buf *out)
{
    char mem[600];
    struct buf text;
    int r;

    buf_init(&text, path_realloc, mem, sizeof mem);
    wide_to_utf8(&text, name, units);
    r = buf_err(&text);
    if (r == 0 && !text.len)
        r = -ENOENT;
    if (r == 0) {
        r = path_posix_absolute(mounts_get(), out, "/", text.p, NULL, NULL);
        mounts_put();
    }
    buf_free(&text);
    return r;
}

int path_absolute(const char *path, struct buf *out, unsigned *info)
{
    int r = path_posix_absolute(mounts_get(), out, cwd_hold(), path, info, NULL);

    cwd_let();
    mounts_put();
    return r;
}

int path_to_windows(const char *path, struct wbuf *nt, struct path_match *m)
{
    const struct mount_table *mt;
    char mem[600];
    struct buf posix;
    int r;

    buf_init(&posix, path_realloc, mem, sizeof mem);
    mt = mounts_get();
    r = path_posix_absolute(mt, &posix, cwd_hold(), path, NULL, m);
    cwd_let();
    if (r == 0)
        r = path_to_nt(mt, posix.p, posix.len, nt, m);
    mounts_put();
    buf_free(&posix);
    return r;
}

int path_win32(const struct path *p, enum win32_style style, struct wbuf *out)
{
    if (!p->nt.len)
        return -ENXIO;
    return nt_to_win32(p->nt.p, p->nt.len, style, out);
}

void path_hold(bool hold)
{
    if (hold) {
        mounts_get();
        cwd_hold();
    } else {
        cwd_let();
        mounts_put();
    }
}
