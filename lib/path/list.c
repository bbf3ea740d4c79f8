/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Path lists, as in PATH, element by element.
 */
#include <errno.h>
#include <string.h>

#include "lib/path/path.h"
#include "lib/text/utf.h"

/* One element, already NUL-terminated, to Windows. Relative ones stay so without a cwd. */
static int element_to_win32(const struct mount_table *mt, const char *cwd, const char *e,
                            struct buf *out, struct path_match *m)
{
    struct buf posix;
    struct wbuf nt, win;
    char mem[300];
    uint16_t nt_mem[300], win_mem[300];
    int r;

    if (!cwd && path_form(e) == FORM_RELATIVE) {
        m->rule = RULE_RELATIVE;
        for (; *e; e++)
            buf_putc(out, *e == '/' ? '\\' : *e);
        return 0;
    }
    buf_init(&posix, mt->alloc, mem, sizeof mem);
    wbuf_init(&nt, mt->alloc, nt_mem, sizeof nt_mem / sizeof *nt_mem);
    wbuf_init(&win, mt->alloc, win_mem, sizeof win_mem / sizeof *win_mem);
    switch (path_form(e)) {
    case FORM_DRIVE:
    case FORM_UNC:
    case FORM_NT:
        r = win32_to_nt(e, &nt, m);
        break;
    default:
        r = path_normalize(&posix, cwd ? cwd : "/", e, NULL);
        if (r == 0)
            r = path_to_nt(mt, posix.p, posix.len, &nt, m);
    }
    if (r == 0)
        r = nt_to_win32(nt.p, nt.len, WIN32_AUTO, &win);
    if (r == 0) {
        wide_to_utf8(out, win.p, win.len);
        r = buf_err(out);
    }
    buf_free(&posix);
    wbuf_free(&nt);
    wbuf_free(&win);
    return r;
}

static int element_to_posix(const struct mount_table *mt, const char *cwd, const char *e,
                            struct buf *out, struct path_match *m)
{
    struct buf posix;
    char mem[300];
    int r = 0;

    if (!cwd && path_form(e) == FORM_RELATIVE) {
        m->rule = RULE_RELATIVE;
        for (; *e; e++)
            buf_putc(out, *e == '\\' ? '/' : *e);
        return 0;
    }
    buf_init(&posix, mt->alloc, mem, sizeof mem);
    r = path_posix_absolute(mt, &posix, cwd ? cwd : "/", e, NULL, m);
    if (r == 0) {
        buf_put(out, posix.p, posix.len);
        r = buf_err(out);
    }
    buf_free(&posix);
    return r;
}

/* A list with ; or with drive letters is a Windows one. */
static int is_windows_list(const char *list)
{
    if (strchr(list, ';'))
        return 1;
    return path_form(list) == FORM_DRIVE || (list[0] == '\\' && path_form(list) != FORM_RELATIVE);
}

typedef int (*convert_fn)(const struct mount_table *, const char *, const char *, struct buf *,
                          struct path_match *);

static int convert_list(const struct mount_table *mt, const char *cwd, const char *list,
                        struct buf *out, struct path_match *m, convert_fn convert, char to)
{
    char from = is_windows_list(list) ? ';' : ':', mem[300];
    struct path_match unused;
    struct buf e;
    int r = 0;

    if (!m)
        m = &unused;
    memset(m, 0, sizeof *m);
    buf_cut(out, 0);
    buf_init(&e, mt->alloc, mem, sizeof mem);
    while (r == 0 && *list) {
        const char *end = strchr(list, from);
        size_t n = end ? (size_t)(end - list) : strlen(list);

        buf_cut(&e, 0);
        buf_put(&e, n ? list : ".", n ? n : 1);
        r = buf_err(&e);
        if (r == 0)
            r = convert(mt, cwd, e.p, out, m);
        if (!end)
            break;
        buf_putc(out, to);
        list = end + 1;
        if (!*list && r == 0)       /* a separator at the end: an empty element */
            r = convert(mt, cwd, ".", out, m);
    }
    buf_free(&e);
    return r == 0 ? buf_err(out) : r;
}

int path_list_to_win32(const struct mount_table *mt, const char *cwd, const char *list,
                       struct buf *out, struct path_match *m)
{
    return convert_list(mt, cwd, list, out, m, element_to_win32, ';');
}

int path_list_to_posix(const struct mount_table *mt, const char *cwd, const char *list,
                       struct buf *out, struct path_match *m)
{
    return convert_list(mt, cwd, list, out, m, element_to_posix, ':');
}
