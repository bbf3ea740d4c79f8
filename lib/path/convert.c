/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * POSIX names <-> NT names through the mount table.
 */
#include "lib/path/path.h"

#include <errno.h>
#include <string.h>

#include "lib/text/utf.h"

static int is_letter(unsigned c)
{
    return (c | 32) >= 'a' && (c | 32) <= 'z';
}

static int ascii_equal_fold(const char *a, const char *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        unsigned char x = (unsigned char)a[i], y = (unsigned char)b[i];

        if (x != y && !((x ^ y) == 32 && is_letter(x)))
            return 0;
    }
    return 1;
}

#define PROC_CYGDRIVE "/proc/cygdrive"
#define PROC_CYGDRIVE_LEN 14

/* Below /proc/cygdrive drives are found always. RULE_COUNT: the name is not there. */
static uint32_t route_proc(const struct mount_table *mt, const char *p, size_t n, struct path_match *m,
                           size_t *used)
{
    const size_t len = PROC_CYGDRIVE_LEN;

    if (n < len || memcmp(p, PROC_CYGDRIVE, len) || (n > len && p[len] != '/'))
        return RULE_COUNT;
    m->flags = mt->cygdrive_flags | MOUNT_CYGDRIVE;
    *used = n == len ? len : len + 2;
    if (n == len)
        return m->rule = RULE_CYGDRIVE_DIR;
    if (n >= len + 2 && is_letter((unsigned char)p[len + 1]) && (n == len + 2 || p[len + 2] == '/'))
        return m->rule = RULE_CYGDRIVE;
    m->why = "no drive of that name below /proc/cygdrive";
    return m->rule = RULE_NONE;
}

/*
 * What decides for this name: RULE_MOUNT with m->mount, RULE_CYGDRIVE with *used the length of
 * prefix and drive, RULE_CYGDRIVE_DIR, RULE_NONE.
 */
static uint32_t route(const struct mount_table *mt, const char *p, size_t n, struct path_match *m,
                      size_t *used)
{
    const struct mount *mount = mount_lookup(mt, p, n);
    size_t cyg = mt->cygdrive_len, depth = mount && mount->posix_len > 1 ? mount->posix_len : 0;
    uint32_t rule = p[0] == '/' && n > 1 && p[1] == 'p' ? route_proc(mt, p, n, m, used) : RULE_COUNT;

    if (rule != RULE_COUNT)
        return rule;
    if (n >= cyg && depth <= cyg && ascii_equal_fold(p, mt->cygdrive, cyg)) {
        if (n >= cyg + 2 && p[cyg] == '/' && is_letter((unsigned char)p[cyg + 1]) &&
            (n == cyg + 2 || p[cyg + 2] == '/')) {
            m->flags = mt->cygdrive_flags | MOUNT_CYGDRIVE;
            *used = cyg + 2;
            return m->rule = RULE_CYGDRIVE;
        }
        if (cyg && n == cyg && depth < cyg) {
            m->flags = mt->cygdrive_flags | MOUNT_CYGDRIVE;
            *used = cyg;
            return m->rule = RULE_CYGDRIVE_DIR;
        }
        if (cyg && n > cyg && p[cyg] == '/' && depth < cyg) {
            m->why = "no drive of that name below the cygdrive prefix";
            return m->rule = RULE_NONE;
        }
    }
    if (!mount) {
        m->why = "no mount for it, and no root is mounted";
        return m->rule = RULE_NONE;
    }
    m->mount = mount;
    m->flags = mount->flags;
    *used = depth;
    return m->rule = RULE_MOUNT;
}

/* Appends \ and the rest of a name, unless there is none. */
static void add_rest(struct wbuf *out, const char *s, size_t n)
{
    if (n && *s == '/') {
        s++;
        n--;
    }
    if (!n)
        return;
    if (!out->len || out->p[out->len - 1] != '\\')
        wbuf_putc(out, '\\');
    name_to_wide(out, s, n);
}

/* //server/share/... and //?/... */
static void double_slash(const char *p, size_t n, struct wbuf *out, struct path_match *m)
{
    if (n > 4 && (p[2] == '?' || p[2] == '.') && p[3] == '/') {
        m->rule = RULE_NTNAME;
        wbuf_puta(out, "\\??");
        add_rest(out, p + 3, n - 3);
        return;
    }
    m->rule = RULE_UNC;
    wbuf_puta(out, "\\??\\UNC");
    add_rest(out, p + 1, n - 1);
}

int path_to_nt(const struct mount_table *mt, const char *p, size_t n, struct wbuf *out,
               struct path_match *m)
{
    struct path_match unused;
    size_t used = 0;

    if (!m)
        m = &unused;
    memset(m, 0, sizeof *m);
    wbuf_cut(out, 0);
    if (n > 2 && p[0] == '/' && p[1] == '/' && p[2] != '/') {
        double_slash(p, n, out, m);
    } else {
        switch (route(mt, p, n, m, &used)) {
        case RULE_MOUNT:
            wbuf_put(out, m->mount->nt, m->mount->nt_len);
            add_rest(out, p + used, n - used);
            break;
        case RULE_CYGDRIVE:
            wbuf_puta(out, "\\??\\");
            wbuf_putc(out, (uint16_t)(p[used - 1] & ~32));
            wbuf_putc(out, ':');
            add_rest(out, p + used, n - used);
            break;
        case RULE_CYGDRIVE_DIR:
            m->why = "the cygdrive folder is no Windows folder";
            return -EISDIR;
        default:
            return -ENOENT;
        }
    }
    if (out->len == 6 && !out->failed && out->p[5] == ':')
        wbuf_putc(out, '\\');
    if (wbuf_err(out) < 0) {
        m->why = "no memory";
        return -ENOMEM;
    }
    if (out->len > PATH_NT_MAX) {
        m->why = "longer than the 32766 characters that Windows allows";
        return -ENAMETOOLONG;
    }
    return 0;
}

/* Through the mount with the longest target that leads back to itself; 1 when there is one. */
static int by_mount(const struct mount_table *mt, const uint16_t *nt, size_t n, struct buf *out,
                    struct path_match *m)
{
    size_t limit = 0;
    const struct mount *mount;

    while ((mount = mount_lookup_nt(mt, nt, n, limit)) != NULL) {
        struct path_match back = { 0 };
        size_t used;

        buf_cut(out, 0);
        buf_put(out, mount->posix, mount->posix_len > 1 || n == mount->nt_len ? mount->posix_len : 0);
        name_from_wide(out, nt + mount->nt_len, n - mount->nt_len);
        if (buf_err(out) < 0)
            return 0;
        if (route(mt, out->p, out->len, &back, &used) == RULE_MOUNT && back.mount == mount) {
            m->rule = RULE_MOUNT;
            m->mount = mount;
            m->flags = mount->flags;
            return 1;
        }
        if (!mount->nt_len)
            break;
        limit = mount->nt_len;
    }
    buf_cut(out, 0);
    return 0;
}

int nt_to_posix(const struct mount_table *mt, const uint16_t *nt, size_t n, struct buf *out,
                struct path_match *m)
{
    static const uint16_t unc[] = { 'U', 'N', 'C', '\\' };
    struct path_match unused;

    if (!m)
        m = &unused;
    memset(m, 0, sizeof *m);
    buf_cut(out, 0);
    if (n < 5 || nt[0] != '\\' || nt[1] != '?' || nt[2] != '?' || nt[3] != '\\') {
        m->why = "not a name below \\??\\";
        return -EINVAL;
    }
    while (n > 5 && nt[n - 1] == '\\')
        n--;
    if (by_mount(mt, nt, n, out, m))
        return 0;
    if (buf_err(out) < 0)
        return -ENOMEM;
    if (n >= 6 && nt[5] == ':' && nt[4] < 128 && is_letter(nt[4]) && (n == 6 || nt[6] == '\\')) {
        m->rule = RULE_CYGDRIVE;
        m->flags = mt->cygdrive_flags | MOUNT_CYGDRIVE;
        buf_puts(out, mt->cygdrive);
        buf_putc(out, '/');
        buf_putc(out, (char)(nt[4] | 32));
        name_from_wide(out, nt + 6, n - 6);
    } else if (n > 8 && wide_equal_fold(nt + 4, unc, 4)) {
        m->rule = RULE_UNC;
        buf_puts(out, "//");
        name_from_wide(out, nt + 8, n - 8);
    } else {
        m->rule = RULE_NTNAME;
        buf_puts(out, "//?/");
        name_from_wide(out, nt + 4, n - 4);
    }
    return buf_err(out);
}

int path_posix_absolute(const struct mount_table *mt, struct buf *out, const char *cwd,
                        const char *path, unsigned *info, struct path_match *m)
{
    enum path_form form = path_form(path);
    struct path_match unused;
    struct wbuf nt;
    uint16_t mem[300];
    size_t n;
    int r;

    if (!m)
        m = &unused;
    memset(m, 0, sizeof *m);
    if (form != FORM_DRIVE && form != FORM_UNC && form != FORM_NT) {
        r = path_normalize(out, cwd, path, info);
        if (r < 0)
            m->why = r == -ENOENT ? "the path is empty" : r == -ENOMEM ? "no memory" : "too long";
        return r;
    }
    wbuf_init(&nt, mt->alloc, mem, sizeof mem / sizeof *mem);
    r = win32_to_nt(path, &nt, m);
    if (r == 0)
        r = nt_to_posix(mt, nt.p, nt.len, out, m);
    wbuf_free(&nt);
    n = strlen(path);
    if (info)
        *info = PATH_ABSOLUTE |
                (path[n - 1] == '/' || path[n - 1] == '\\' ? PATH_TRAILING_SLASH : 0);
    return r;
}
