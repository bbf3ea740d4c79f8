/* SPDX-License-Identifier: BSD-2-Clause */
/* Making symbolic links, in the form that CYGWIN=winsymlinks asks for: SYSTEM files, native links,
 * shortcuts. Reading them is in runtime/path/link.c. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "caps.h"
#include "file_stat.h"
#include "lib/text/utf.h"
#include "name.h"
#include "nt.h"
#include "options.h"
#include "path/reparse.h"
#include "path/symlink.h"
#include "trace.h"

enum { COOKIE, NATIVE, NATIVE_STRICT, SHORTCUT }; /* values of winsymlinks, in the order of options.def */

/* Makes a file with this content; nothing is left behind when that fails. */
static int make_file(const struct nt_name *name, uint32_t attr, const struct buf *content)
{
    handle_t h;
    int64_t n;
    int r = nt_file_open(name, NT_O_WRITE | NT_O_DELETE, NT_CREATE_NEW, attr & ~(uint32_t)NT_ATTR_READONLY, &h);

    if (r < 0)
        return r;
    n = nt_write(h, NULL, content->p, content->len, 0);
    r = n == (int64_t)content->len ? 0 : n < 0 ? (int)n : -ENOSPC;
    if (r < 0)
        nt_file_delete(h);
    nt_close(h);
    if (r == 0 && attr & NT_ATTR_READONLY && nt_file_open(name, NT_O_ATTR, NT_OPEN_EXISTING, 0, &h) == 0) {
        r = nt_file_set_basic(h, 0, 0, attr);
        nt_close(h);
    }
    return r;
}

static int make_cookie(const char *target, const struct path *p)
{
    struct nt_name name = nt_name_of(p);
    struct buf content;
    int r;

    path_buf(&content);
    r = symlink_make(target, &content);
    if (r == 0)
        r = make_file(&name, NT_ATTR_SYSTEM, &content);
    buf_free(&content);
    return r;
}

/* ---- targets as Windows sees them ---- */

/* The link's folder and the relative target, as a name to resolve. */
static void from_folder(const struct path *p, const char *target, struct buf *out)
{
    size_t n = p->posix.len;

    while (n && p->posix.p[n - 1] != '/')
        n--;
    if (path_form(target) == FORM_RELATIVE)
        buf_put(out, p->posix.p, n);
    buf_puts(out, target);
}

/* Resolves the target into *to; its path_done is the caller's. */
static int find_target(const char *target, const struct path *p, struct path *to)
{
    char mem[600];
    struct buf name;
    int r;

    buf_init(&name, path_realloc, mem, sizeof mem);
    from_folder(p, target, &name);
    r = path_resolve(PATH_CWD, buf_err(&name) < 0 ? "" : name.p, PATH_CREATE | PATH_NOFOLLOW, to);
    buf_free(&name);
    return r;
}

/* A relative target that Windows, too, finds when it goes by the text: the form is kept. */
static bool relative_form(const char *target, const struct path *p, const struct path *to, struct wbuf *out)
{
    struct wbuf whole;
    struct buf text;
    size_t n = p->nt.len;
    bool same;

    if (path_form(target) != FORM_RELATIVE || to->suffix || to->shortcut)
        return false;
    name_to_wide(out, target, strlen(target));
    for (size_t i = 0; i + 1 < out->len; i++) /* ".." is mapped by name_to_wide as a name that ends in a dot */
        if (out->p[i] == '.' && out->p[i + 1] == ('.' | 0xf000))
            out->p[i + 1] = '.';
    path_wbuf(&whole);
    path_buf(&text);
    while (n && p->nt.p[n - 1] != '\\')
        n--;
    wide_to_utf8(&text, p->nt.p, n);
    wide_to_utf8(&text, out->p, out->len);
    same = buf_err(&text) == 0 && wbuf_err(out) == 0 && win32_to_nt(text.p, &whole, NULL) == 0 &&
           whole.len == to->nt.len && wide_equal_fold(whole.p, to->nt.p, whole.len);
    wbuf_free(&whole);
    buf_free(&text);
    return same;
}

/* ---- native links ---- */

static int set_reparse(const struct path *p, const struct path *to, const struct buf *data)
{
    struct nt_name name = nt_name_of(p);
    handle_t h;
    int r = nt_file_open(&name, NT_O_WRITE | NT_O_DELETE | (to->dir ? NT_O_DIR : NT_O_NODIR), NT_CREATE_NEW, 0, &h);

    if (r < 0)
        return r;
    r = nt_reparse_set(h, data->p, data->len);
    if (r < 0)
        nt_file_delete(h);
    nt_close(h);
    return r;
}

/* A link of the file system has to know whether its target is a folder, so that has to be there. */
static int make_native(const char *target, const struct path *p, const char **why)
{
    struct path to;
    struct wbuf text;
    struct buf data;
    bool relative;
    int r;

    *why = "the file system has no native links";
    if (!cap(CAP_native_symlinks))
        return -EPERM;
    r = find_target(target, p, &to);
    path_wbuf(&text);
    path_buf(&data);
    if (r == 0 && (!to.exists || !to.nt.len || (to.symlink && to.attr & PATH_ATTR_SYSTEM))) {
        *why = !to.exists ? "the target is not there" : "the target is nothing that Windows knows";
        r = to.exists ? -EPERM : -ENOENT;
    }
    if (r == 0) {
        relative = relative_form(target, p, &to, &text);
        r = relative ? reparse_make(text.p, text.len, 1, &data) : reparse_make(to.nt.p, to.nt.len, 0, &data);
    }
    if (r == 0) {
        r = set_reparse(p, &to, &data);
        if (r == -EPERM)
            *why = "no privilege to make native links";
        else if (r == -EINVAL || r == -ENOSYS || r == -EOPNOTSUPP)
            r = -EPERM;
    }
    wbuf_free(&text);
    buf_free(&data);
    path_done(&to);
    return r;
}

/* ---- shortcuts ---- */

static int make_shortcut(const char *target, const struct path *p)
{
    struct wbuf win32, file;
    struct nt_name name;
    struct buf content;
    struct path to;
    int r;

    path_wbuf(&win32);
    path_wbuf(&file);
    path_buf(&content);
    if (find_target(target, p, &to) == 0 && to.nt.len)
        nt_to_win32(to.nt.p, to.nt.len, WIN32_PLAIN, &win32);
    path_done(&to);
    wbuf_put(&file, p->nt.p, p->nt.len);
    wbuf_puta(&file, SHORTCUT_SUFFIX);
    r = shortcut_make(target, win32.p, win32.len, &content);
    if (r == 0 && (r = wbuf_err(&file)) == 0) {
        name = (struct nt_name){ .p = file.p, .n = file.len, .case_sensitive = p->mount_flags & MOUNT_POSIX };
        r = make_file(&name, NT_ATTR_READONLY | NT_ATTR_ARCHIVE, &content);
    }
    wbuf_free(&win32);
    wbuf_free(&file);
    buf_free(&content);
    return r;
}

/* "SYSTEM file, since WHY" */
static const char *fallback(const char *why, char *out, size_t size)
{
    bool strict = options.winsymlinks == NATIVE_STRICT;

    snprintf(out, size, "%s, since %s", strict ? "nothing" : "SYSTEM file", why);
    return out;
}

int name_symlink(const char *target, const struct path *p)
{
    const char *kind = "SYSTEM file", *why;
    char mem[80];
    int r = -EPERM;

    if (p->exists)
        return -EEXIST;
    if (p->dev.kind != DEVICE_NONE && !p->nt.len)
        return -EACCES;
    if (p->need_dir)
        return -ENOENT;
    if (options.winsymlinks == NATIVE || options.winsymlinks == NATIVE_STRICT) {
        r = make_native(target, p, &why);
        kind = r == 0 ? "native link" : fallback(why, mem, sizeof mem);
        if (r == -EEXIST || (r < 0 && options.winsymlinks == NATIVE_STRICT))
            goto out;
    } else if (options.winsymlinks == SHORTCUT && cap(CAP_shortcuts)) {
        r = make_shortcut(target, p);
        kind = "shortcut";
        if (r == -EEXIST)
            goto out;
    }
    if (r < 0)
        r = make_cookie(target, p);
out:
    trace_link_made(p->posix.p, target, kind);
    return r;
}
