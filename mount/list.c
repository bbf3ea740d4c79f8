/* SPDX-License-Identifier: BSD-2-Clause */
/* Listings of the mount table: for people, as JSON, as commands. */
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#include "lib/text/utf.h"
#include "lib/tool/out.h"
#include "mount/mount.h"

const char *scope_name(uint32_t flags)
{
    return flags & MOUNT_USER ? "user" : flags & MOUNT_AUTO ? "built in" : "system";
}

/* Windows names with slashes can be typed in a shell as they are. */
static void put_slashes(struct buf *out, const char *s)
{
    for (; *s; s++)
        buf_putc(out, *s == '\\' ? '/' : *s);
}

static void put_type(struct buf *out, const char *win32)
{
    struct volume v;
    struct wbuf w;

    wbuf_init(&w, tool_realloc, NULL, 0);
    utf8_to_wide(&w, win32, strlen(win32));
    wbuf_putc(&w, 0);
    for (size_t i = 0; i < w.len; i++)
        if (w.p[i] == '/')
            w.p[i] = '\\';
    volume_of(w.p, &v);
    buf_puts(out, v.type);
    wbuf_free(&w);
}

static void put_line(struct buf *out, const char *win32, const char *posix, uint32_t flags,
                     const char *more)
{
    put_slashes(out, win32);
    buf_puts(out, " on ");
    buf_puts(out, posix);
    buf_puts(out, " type ");
    put_type(out, win32);
    buf_puts(out, " (");
    mount_format_options(out, flags, 1);
    buf_puts(out, more);
    if (flags & MOUNT_DEFAULT)
        buf_puts(out, ",default");
    buf_puts(out, ")\n");
}

/* Entries that decide, by mount point: an order that does not depend on how they were made. */
static int by_point(const void *a, const void *b)
{
    const struct mount *x = *(const struct mount *const *)a, *y = *(const struct mount *const *)b;
    int c = strcmp(x->posix, y->posix);

    return c ? c : x < y ? -1 : 1;
}

static const struct mount **sorted(const struct mount_table *mt)
{
    const struct mount **v = tool_realloc(NULL, (mt->n + 1) * sizeof *v);

    for (size_t i = 0; i < mt->n; i++)
        v[i] = &mt->v[i];
    qsort(v, mt->n, sizeof *v, by_point);
    return v;
}

/* Drives that are there, by the cygdrive prefix: calls put for each. */
static void each_drive(const struct mount_table *mt, struct buf *out,
                       void (*put)(struct buf *, const struct mount_table *, const char *, const char *))
{
    DWORD drives = GetLogicalDrives();
    struct buf posix;
    char win32[4] = "A:/";

    buf_init(&posix, tool_realloc, NULL, 0);
    for (int i = 0; i < 26; i++) {
        if (!(drives & 1u << i))
            continue;
        win32[0] = (char)('A' + i);
        buf_cut(&posix, 0);
        buf_puts(&posix, mt->cygdrive);
        buf_putc(&posix, '/');
        buf_putc(&posix, (char)('a' + i));
        put(out, mt, win32, posix.p);
    }
    buf_free(&posix);
}

static void drive_line(struct buf *out, const struct mount_table *mt, const char *win32, const char *posix)
{
    put_line(out, win32, posix, mt->cygdrive_flags, ",cygdrive");
}

void list_mounts(struct buf *out, const struct mount_table *mt)
{
    const struct mount **v = sorted(mt);

    for (size_t i = 0; i < mt->n; i++)
        if (mount_effective(mt, v[i]))
            put_line(out, v[i]->win32, v[i]->posix, v[i]->flags,
                     v[i]->flags & MOUNT_USER ? ",user" : v[i]->flags & MOUNT_AUTO ? ",auto" : ",system");
    each_drive(mt, out, drive_line);
    tool_realloc(v, 0);
}

/* ---- JSON ---- */

static void json_options(struct buf *out, uint32_t flags)
{
    struct buf text;
    char *s;

    buf_init(&text, tool_realloc, NULL, 0);
    mount_format_options(&text, flags, 1);
    json_key(out, "options");
    buf_putc(out, '[');
    for (s = strtok(text.p, ","); s; s = strtok(NULL, ",")) {
        json_comma(out);
        json_strz(out, s);
    }
    buf_putc(out, ']');
    buf_free(&text);
}

static void json_fields(struct buf *out, const char *posix, const char *win32, const char *scope,
                        uint32_t flags, bool effective)
{
    struct buf type;

    buf_init(&type, tool_realloc, NULL, 0);
    put_type(&type, win32);
    buf_putc(out, '{');
    json_key(out, "posix");
    json_strz(out, posix);
    json_key(out, "win32");
    json_strz(out, win32);
    json_key(out, "type");
    json_strz(out, type.p);
    json_key(out, "scope");
    json_strz(out, scope);
    json_options(out, flags);
    json_key(out, "default");
    buf_puts(out, flags & MOUNT_DEFAULT ? "true" : "false");
    json_key(out, "effective");
    buf_puts(out, effective ? "true" : "false");
    buf_free(&type);
}

void json_entry(struct buf *out, const struct mount_table *mt, const struct mount *e)
{
    json_fields(out, e->posix, e->win32, scope_name(e->flags), e->flags, mount_effective(mt, e));
}

static void drive_json(struct buf *out, const struct mount_table *mt, const char *win32, const char *posix)
{
    json_fields(out, posix, win32, "cygdrive", mt->cygdrive_flags, true);
    buf_puts(out, "}\n");
}

void list_json(struct buf *out, const struct mount_table *mt)
{
    const struct mount **v = sorted(mt);

    for (size_t i = 0; i < mt->n; i++) {
        json_entry(out, mt, v[i]);
        buf_puts(out, "}\n");
    }
    each_drive(mt, out, drive_json);
    tool_realloc(v, 0);
}

/* ---- commands ---- */

/* One word of the shell. */
static void put_quoted(struct buf *out, const char *s)
{
    buf_putc(out, '\'');
    for (; *s; s++) {
        if (*s == '\'')
            buf_puts(out, "'\\'");
        buf_putc(out, *s);
    }
    buf_putc(out, '\'');
}

static void put_command(struct buf *out, const char *what, uint32_t scope, uint32_t flags)
{
    buf_puts(out, "mount ");
    buf_puts(out, what);
    buf_puts(out, scope & MOUNT_USER ? " -u" : " -s");
    if (scope & MOUNT_DEFAULT)
        buf_puts(out, " --default");
    buf_puts(out, " -o ");
    mount_format_options(out, flags, 1);
    buf_putc(out, ' ');
}

void list_commands(struct buf *out, const struct mount_table *mt)
{
    const struct mount **v = sorted(mt);

    for (size_t i = 0; i < mt->n; i++) {
        if (v[i]->flags & MOUNT_AUTO)
            continue;
        put_command(out, "-f", v[i]->flags, v[i]->flags);
        put_quoted(out, v[i]->win32);
        buf_putc(out, ' ');
        put_quoted(out, v[i]->posix);
        buf_putc(out, '\n');
    }
    if (!(mt->cygdrive_scope & MOUNT_AUTO)) {
        put_command(out, "-c", mt->cygdrive_scope, mt->cygdrive_flags);
        put_quoted(out, mt->cygdrive_len ? mt->cygdrive : "/");
        buf_putc(out, '\n');
    }
    tool_realloc(v, 0);
}

void list_prefix(struct buf *out, const struct mount_table *mt)
{
    buf_puts(out, mt->cygdrive_len ? mt->cygdrive : "/");
    buf_puts(out, " (");
    mount_format_options(out, mt->cygdrive_flags, 1);
    buf_puts(out, ", ");
    buf_puts(out, scope_name(mt->cygdrive_scope));
    buf_puts(out, ")\n");
}
