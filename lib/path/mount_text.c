/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Mount entries as text: the registry form described in mount.h, options, built-in entries.
 */
#include <errno.h>
#include <string.h>

#include "lib/path/mount.h"

/* First the name that is written; `off` is what the option clears. */
static const struct {
    const char *name;
    uint32_t on, off;
    uint8_t implied;            /* written only in the full form, when none of `off` is set */
} options[] = {
    { "binary", 0, MOUNT_TEXT, 1 },
    { "text", MOUNT_TEXT, 0, 0 },
    { "exec", MOUNT_EXEC, MOUNT_NOTEXEC, 0 },
    { "cygexec", MOUNT_EXEC | MOUNT_CYGEXEC, MOUNT_NOTEXEC, 0 },
    { "notexec", MOUNT_NOTEXEC, MOUNT_EXEC | MOUNT_CYGEXEC, 0 },
    { "acl", 0, MOUNT_NOACL, 0 },
    { "noacl", MOUNT_NOACL, 0, 0 },
    { "posix=0", 0, MOUNT_POSIX, 0 },
    { "posix=1", MOUNT_POSIX, 0, 0 },
    { "user", 0, 0, 0 },        /* what mount prints is accepted */
    { "system", 0, 0, 0 },
    { "auto", 0, 0, 0 },
};

int mount_parse_options(const char *s, size_t n, uint32_t *flags, const char **why)
{
    const char *end = s + n;

    if (n == 1 && *s == '-')
        return 0;
    while (s < end) {
        const char *comma = memchr(s, ',', (size_t)(end - s));
        size_t len = comma ? (size_t)(comma - s) : (size_t)(end - s);
        size_t i = 0;

        while (i < sizeof options / sizeof *options &&
               (strlen(options[i].name) != len || memcmp(options[i].name, s, len)))
            i++;
        if (i == sizeof options / sizeof *options) {
            if (why)
                *why = "unknown mount option";
            return -EINVAL;
        }
        *flags = (*flags & ~options[i].off) | options[i].on;
        s += len + (comma != NULL);
    }
    return 0;
}

void mount_format_options(struct buf *out, uint32_t flags, int full)
{
    size_t start = out->len;

    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        uint32_t on = options[i].on;
        int show = on ? (flags & on) == on : full && options[i].implied &&
                                                     !(flags & options[i].off);

        if (on == MOUNT_EXEC && (flags & MOUNT_CYGEXEC))
            show = 0;
        if (!show)
            continue;
        if (out->len > start)
            buf_putc(out, ',');
        buf_puts(out, options[i].name);
    }
    if (out->len == start)
        buf_putc(out, '-');
}

int mount_parse(struct mount_table *mt, const char *name, const char *data, uint32_t scope,
                const char **why)
{
    const char *space = strchr(data, ' '), *unused;
    uint32_t flags = 0;
    int r;

    if (!why)
        why = &unused;
    if (!space || !space[1]) {
        *why = "no target: the value must be \"OPTIONS TARGET\"";
        return -EINVAL;
    }
    r = mount_parse_options(data, (size_t)(space - data), &flags, why);
    if (r < 0)
        return r;
    if (!strcmp(name, "cygdrive"))
        return mount_set_cygdrive(mt, space + 1, flags | scope, why);
    return mount_add(mt, name, space + 1, flags | scope, why);
}

void mount_format(struct buf *out, uint32_t flags, const char *target)
{
    mount_format_options(out, flags, 0);
    buf_putc(out, ' ');
    buf_puts(out, target);
}

int mount_add_defaults(struct mount_table *mt, const char *root)
{
    static const struct {
        const char *posix, *folder;
    } rows[] = { { "/", "" }, { "/usr/bin", "\\bin" }, { "/usr/lib", "\\lib" } };
    struct buf target;
    char mem[260];
    int r = 0;

    buf_init(&target, mt->alloc, mem, sizeof mem);
    for (size_t i = 0; r == 0 && i < sizeof rows / sizeof *rows; i++) {
        buf_cut(&target, 0);
        buf_puts(&target, root);
        while (target.len > 3 && (target.p[target.len - 1] == '/' ||
                                  target.p[target.len - 1] == '\\'))
            buf_cut(&target, target.len - 1);
        if (rows[i].folder[0] && target.len && (target.p[target.len - 1] == '/' ||
                                                target.p[target.len - 1] == '\\'))
            buf_cut(&target, target.len - 1);
        buf_puts(&target, rows[i].folder);
        r = buf_err(&target);
        if (r == 0)
            r = mount_add(mt, rows[i].posix, target.p, MOUNT_AUTO, NULL);
    }
    buf_free(&target);
    return r;
}
