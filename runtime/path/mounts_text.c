/* SPDX-License-Identifier: BSD-2-Clause */
/* The mount table as text: for getmntent() and /proc/mounts. */
#include <errno.h>
#include <string.h>

#include "lib/text/utf.h"
#include "mounts.h"
#include "nt.h"
#include "nt_file.h"
#include "nt_registry.h"
#include "path.h"

/* As in fstab: blanks and what else would end a field are octal. */
static void put_field(struct buf *out, const char *s)
{
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;

        if (c == ' ' || c == '\t' || c == '\n' || c == '\\') {
            buf_putc(out, '\\');
            buf_putc(out, (char)('0' + (c >> 6)));
            buf_putc(out, (char)('0' + (c >> 3 & 7)));
            buf_putc(out, (char)('0' + (c & 7)));
        } else {
            buf_putc(out, *s);
        }
    }
}

static void put_type(struct buf *out, const uint16_t *nt, size_t units)
{
    struct nt_name name = { .p = nt, .n = units };
    char type[40];

    buf_puts(out, nt_volume_type(&name, type, sizeof type) < 0 ? "unknown" : type);
}

static void put_line(struct buf *out, const char *win32, const char *posix, const uint16_t *nt,
                     size_t units, uint32_t flags, const char *scope)
{
    char mem[300];
    struct buf slashes;

    buf_init(&slashes, path_realloc, mem, sizeof mem);
    for (; *win32; win32++)     /* a backslash would be octal */
        buf_putc(&slashes, *win32 == '\\' ? '/' : *win32);
    if (slashes.p)
        put_field(out, slashes.p);
    buf_free(&slashes);
    buf_putc(out, ' ');
    put_field(out, posix);
    buf_putc(out, ' ');
    put_type(out, nt, units);
    buf_putc(out, ' ');
    mount_format_options(out, flags, 1);
    buf_puts(out, scope);
    buf_puts(out, " 0 0\n");
}

static void put_drives(struct buf *out, const struct mount_table *mt)
{
    uint16_t nt[] = { '\\', '?', '?', '\\', 'A', ':', '\\', 0 };
    char win32[] = "A:";

    for (int i = 0; i < 26; i++) {
        char mem[128];
        struct buf posix;
        struct nt_probe found;

        nt[4] = (uint16_t)('A' + i);
        if (nt_probe_path(nt, 7, false, &found) != NT_PROBE_FOUND)
            continue;
        win32[0] = (char)('A' + i);
        buf_init(&posix, path_realloc, mem, sizeof mem);
        buf_puts(&posix, mt->cygdrive);
        buf_putc(&posix, '/');
        buf_putc(&posix, (char)('a' + i));
        if (buf_err(&posix) == 0)
            put_line(out, win32, posix.p, nt, 7, mt->cygdrive_flags, ",cygdrive");
        buf_free(&posix);
    }
}

int mounts_text(struct buf *out)
{
    const struct mount_table *mt = mounts_get();

    for (size_t i = 0; i < mt->n; i++) {
        const struct mount *e = &mt->v[i];

        if (mount_effective(mt, e))
            put_line(out, e->win32, e->posix, e->nt, e->nt_len, e->flags,
                     e->flags & MOUNT_USER ? ",user" : e->flags & MOUNT_AUTO ? ",auto" : ",system");
    }
    put_drives(out, mt);
    mounts_put();
    return buf_err(out);
}
