/* SPDX-License-Identifier: BSD-2-Clause */
/* cygwin_conv_path and its older forms: conversion of names for programs. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/cygwin.h>

#include "lib/text/utf.h"
#include "path.h"
#include "sys.h"

/* A converted name: bytes with their NUL, UTF-16 or UTF-8. */
struct result {
    struct buf bytes;
    struct wbuf wide;
    bool is_wide;
};

static void result_init(struct result *t, bool wide)
{
    path_buf(&t->bytes);
    path_wbuf(&t->wide);
    t->is_wide = wide;
}

static void result_free(struct result *t)
{
    buf_free(&t->bytes);
    wbuf_free(&t->wide);
}

/* The Windows name in t->wide becomes text in t->bytes if that was asked for. */
static int finish(struct result *t)
{
    if (wbuf_err(&t->wide) < 0)
        return -ENOMEM;
    if (!t->is_wide)
        wide_to_utf8(&t->bytes, t->wide.p, t->wide.len);
    return buf_err(&t->bytes);
}

/* Follows links as far as there are any; what is not there is converted by its text. */
static int windows_absolute(const char *path, struct wbuf *out)
{
    struct path p;
    struct wbuf nt;
    int r = path_resolve(PATH_CWD, path, PATH_CREATE | PATH_EXACT, &p);

    path_wbuf(&nt);
    if (r == 0 && !p.nt.len)
        r = p.dev.kind == DEVICE_NULL ? 0 : -ENXIO;
    else if (r == 0)
        r = nt_to_win32(p.nt.p, p.nt.len, WIN32_AUTO, out);
    else if (r != -ELOOP && r != -ENAMETOOLONG && r != -ENOMEM) {
        r = path_to_windows(path, &nt, NULL);
        if (r == 0)
            r = nt_to_win32(nt.p, nt.len, WIN32_AUTO, out);
    }
    if (r == 0 && p.dev.kind == DEVICE_NULL)
        wbuf_puta(out, "NUL");
    path_done(&p);
    wbuf_free(&nt);
    return r;
}

static int to_windows(const char *path, bool relative, struct result *t)
{
    size_t n = strlen(path);
    int r = 0;

    if (!n)
        return -ENOENT;
    if (relative && path_form(path) == FORM_RELATIVE) {
        struct wbuf *w = &t->wide;

        if (!strcmp(path, ".") || !strcmp(path, "..")) {
            wbuf_puta(w, path);
        } else {
            name_to_wide(w, path, n);
        }
        return finish(t);
    }
    r = windows_absolute(path, &t->wide);
    if (r < 0)
        return r;
    if ((path[n - 1] == '/' || path[n - 1] == '\\') && t->wide.len &&
        t->wide.p[t->wide.len - 1] != '\\')
        wbuf_putc(&t->wide, '\\');
    return finish(t);
}

static int to_posix(const char *path, bool relative, struct result *t)
{
    size_t n = strlen(path);
    struct buf text;
    unsigned info;
    int r;

    if (!n)
        return -ENOENT;
    path_buf(&text);
    buf_put(&text, path, n);
    if (path_form(path) == FORM_RELATIVE)   /* both slashes count in a Windows name */
        for (size_t i = 0; i < text.len; i++)
            if (text.p[i] == '\\')
                text.p[i] = '/';
    r = buf_err(&text);
    if (r == 0 && relative && path_form(path) == FORM_RELATIVE) {
        buf_put(&t->bytes, text.p, text.len);
        r = buf_err(&t->bytes);
    } else if (r == 0) {
        r = path_absolute(text.p, &t->bytes, &info);
        if (r == 0 && (path[n - 1] == '/' || path[n - 1] == '\\') && t->bytes.len > 1)
            buf_putc(&t->bytes, '/');
        if (r == 0)
            r = buf_err(&t->bytes);
    }
    buf_free(&text);
    return r;
}

static int convert_list(const char *list, bool to_win, bool relative, struct result *t)
{
    struct buf cwd, out;
    int r;

    path_buf(&cwd);
    path_buf(&out);
    r = relative ? 0 : cwd_get(&cwd);
    if (r == 0) {
        r = (to_win ? path_list_to_win32 : path_list_to_posix)(
            mounts_get(), relative ? NULL : cwd.p, list, to_win ? &out : &t->bytes, NULL);
        mounts_put();
    }
    if (r == 0 && to_win) {
        utf8_to_wide(&t->wide, out.p, out.len);
        r = finish(t);
    }
    buf_free(&cwd);
    buf_free(&out);
    return r;
}

/* Does the conversion into t. */
static int convert(cygwin_conv_path_t what, const void *from, bool list, struct result *t)
{
    unsigned type = what & CCP_CONVTYPE_MASK;
    bool relative = what & CCP_RELATIVE, to_win = type <= CCP_POSIX_TO_WIN_W;
    const char *path = from;
    struct buf text;
    int r = 0;

    result_init(t, type == CCP_POSIX_TO_WIN_W);
    if (!from)
        return -EINVAL;
    path_buf(&text);
    if (type == CCP_WIN_W_TO_POSIX) {
        buf_puts(&text, "");
        wide_to_utf8(&text, from, wide_len(from));
        r = buf_err(&text);
        path = text.p;
    }
    if (r == 0) {
        if (list)
            r = convert_list(path, to_win, relative, t);
        else
            r = to_win ? to_windows(path, relative, t) : to_posix(path, relative, t);
    }
    buf_free(&text);
    return r;
}

/* Bytes of the result with its NUL; copied to `to` unless size is 0. */
static ssize_t deliver(const struct result *t, void *to, size_t size)
{
    static const uint16_t zero;
    size_t need = t->is_wide ? (t->wide.len + 1) * 2 : t->bytes.len + 1;
    const void *data = t->is_wide ? (const void *)t->wide.p : t->bytes.p;

    if (!size)
        return (ssize_t)need;
    if (size < need)
        return -ENOSPC;
    memcpy(to, data ? data : &zero, need);
    return 0;
}

static ssize_t conv(cygwin_conv_path_t what, const void *from, void *to, size_t size, bool list)
{
    struct result t;
    ssize_t r = convert(what, from, list, &t);

    if (r == 0)
        r = deliver(&t, to, size);
    result_free(&t);
    trace_sys_cygwin_conv_path(what, (what & CCP_CONVTYPE_MASK) == CCP_WIN_W_TO_POSIX ? NULL : from, size, r);
    return sys_ret(r);
}

/**
 * Converts a name; links are followed on the way to Windows.
 * @param what CCP_POSIX_TO_WIN_A or another type, with CCP_RELATIVE if relative names shall stay so
 * @param size bytes at `to`; 0: nothing is stored
 * @return 0, the size in bytes that is needed if size was 0, or -1 with EINVAL, ENOENT (empty, no
 *         mount), ENOSPC (too small), ENAMETOOLONG, ELOOP, ENXIO (a device), ENOMEM
 */
ssize_t cygwin_conv_path(cygwin_conv_path_t what, const void *from, void *to, size_t size)
{
    return conv(what, from, to, size, false);
}

/** As cygwin_conv_path, for a list as in PATH. */
ssize_t cygwin_conv_path_list(cygwin_conv_path_t what, const void *from, void *to, size_t size)
{
    return conv(what, from, to, size, true);
}

/** As cygwin_conv_path, into memory of malloc; NULL and errno on failure. */
void *cygwin_create_path(cygwin_conv_path_t what, const void *from)
{
    struct result t;
    ssize_t r = convert(what, from, false, &t);
    void *to = NULL;

    if (r == 0) {
        r = deliver(&t, NULL, 0);
        to = malloc((size_t)r);
        r = to ? deliver(&t, to, (size_t)r) : -ENOMEM;
    }
    result_free(&t);
    sys_ret(r);
    return to;
}

int cygwin_conv_to_win32_path(const char *path, char *win32)
{
    return (int)conv(CCP_POSIX_TO_WIN_A | CCP_RELATIVE, path, win32, PATH_MAX, false);
}

int cygwin_conv_to_full_win32_path(const char *path, char *win32)
{
    return (int)conv(CCP_POSIX_TO_WIN_A, path, win32, PATH_MAX, false);
}

int cygwin_conv_to_posix_path(const char *path, char *posix)
{
    return (int)conv(CCP_WIN_A_TO_POSIX | CCP_RELATIVE, path, posix, PATH_MAX, false);
}

int cygwin_conv_to_full_posix_path(const char *path, char *posix)
{
    return (int)conv(CCP_WIN_A_TO_POSIX, path, posix, PATH_MAX, false);
}

int cygwin_win32_to_posix_path_list_buf_size(const char *list)
{
    return (int)conv(CCP_WIN_A_TO_POSIX | CCP_RELATIVE, list, NULL, 0, true);
}

int cygwin_posix_to_win32_path_list_buf_size(const char *list)
{
    return (int)conv(CCP_POSIX_TO_WIN_A | CCP_RELATIVE, list, NULL, 0, true);
}

/** The buffer has at least the size that ..._buf_size gave. */
int cygwin_win32_to_posix_path_list(const char *win32, char *posix)
{
    return (int)conv(CCP_WIN_A_TO_POSIX | CCP_RELATIVE, win32, posix, SIZE_MAX, true);
}

int cygwin_posix_to_win32_path_list(const char *posix, char *win32)
{
    return (int)conv(CCP_POSIX_TO_WIN_A | CCP_RELATIVE, posix, win32, SIZE_MAX, true);
}

/** Whether the list is a POSIX one: no semicolon and no drive letter at its start. */
int cygwin_posix_path_list_p(const char *list)
{
    return !strchr(list, ';') && path_form(list) != FORM_DRIVE;
}

/**
 * Splits a name at its last separator; both buffers are as big as the name needs. A name without
 * folder gives "." for it.
 */
void cygwin_split_path(const char *path, char *dir, char *file)
{
    const char *last = NULL, *end = path + strlen(path);
    size_t n;

    while (end > path + 1 && (end[-1] == '/' || end[-1] == '\\'))
        end--;
    for (const char *s = path; s < end; s++)
        if (*s == '/' || *s == '\\')
            last = s;
    if (!last) {
        strcpy(dir, ".");
        last = path - 1;
    } else {
        n = (size_t)(last - path);
        if (!n || path[n - 1] == ':')
            n++;
        memcpy(dir, path, n);
        dir[n] = 0;
    }
    n = (size_t)(end - (last + 1));
    memcpy(file, last + 1, n);
    file[n] = 0;
}
