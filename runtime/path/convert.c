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
    if (r == 0)
        root_inside(out);   /* what Windows names and is outside of the root keeps its name */
    buf_free(&text);
    return r;
}

static bool is_windows_form(const char *path)
{
    enum path_form form = path_form(path);

    return form == FORM_DRIVE || form == FORM_UNC || form == FORM_NT;
}

int path_absolute(const char *path, struct buf *out, unsigned *info)
{
    int r = path_posix_absolute(mounts_get(), out, cwd_hold(), path, info, NULL);

    cwd_let();
    mounts_put();
    return r == 0 && is_windows_form(path) ? root_inside(out) : r;
}

int path_posix_to_nt(const char *posix, size_t n, struct wbuf *nt, struct path_match *m)
{
    char mem[600];
    struct buf real;
    int r;

    if (!root_set()) {
        r = path_to_nt(mounts_get(), posix, n, nt, m);
        mounts_put();
        return r;
    }
    buf_init(&real, path_realloc, mem, sizeof mem);
    r = root_outside(posix, n, &real);
    if (r == 0) {
        r = path_to_nt(mounts_get(), real.p, real.len, nt, m);
        mounts_put();
    } else {
        memset(m, 0, sizeof *m);
        m->why = "outside of the root folder";
    }
    buf_free(&real);
    return r;
}

int path_to_windows(const char *path, struct wbuf *nt, struct path_match *m)
{
    struct path_match unused;
    char mem[600];
    struct buf posix;
    int r;

    buf_init(&posix, path_realloc, mem, sizeof mem);
    r = path_posix_absolute(mounts_get(), &posix, cwd_hold(), path, NULL, m);
    cwd_let();
    mounts_put();
    if (r == 0 && is_windows_form(path))
        r = root_inside(&posix);
    if (r == 0)
        r = path_posix_to_nt(posix.p, posix.len, nt, m ? m : &unused);
    buf_free(&posix);
    return r;
}

int path_win32(const struct path *p, enum win32_style style, struct wbuf *out)
{
    if (!p->nt.len)
        return -ENXIO;
    return nt_to_win32(p->nt.p, p->nt.len, style, out);
}

int path_add_suffix(struct path *p, const char *suffix)
{
    if (p->shortcut || !p->nt.len)
        return 0;
    wbuf_puta(&p->nt, suffix);
    p->exists = p->dir = false;     /* what has the plain name is another file */
    return wbuf_err(&p->nt);
}

void path_hold(bool hold)
{
    if (hold) {
        mounts_get();
        cwd_hold();
        root_hold(true);
        missing_hold(true);
    } else {
        missing_hold(false);
        root_hold(false);
        cwd_let();
        mounts_put();
    }
}
