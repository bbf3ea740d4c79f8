/* SPDX-License-Identifier: BSD-2-Clause */
/* /proc/registry: keys are folders, values files; a key's value without a name is "@". In names / is %2f and
 * % is %25; a value that has a key's name has %val behind it. The content of a text is the text in UTF-8
 * with a NUL, of anything else the bytes. */
#include <errno.h>
#include <string.h>

#include "lib/text/utf.h"
#include "mm.h"
#include "nt.h"
#include "nt_peek.h"
#include "nt_registry.h"
#include "path.h"
#include "procfs_internal.h"

#define VALUE_MAX (1u << 20)
#define VALUE_SUFFIX "%val"

static const struct hive {
    const char *name;
    const char *nt;             /* NULL: the user's */
} hives[] = {
    { "HKEY_CLASSES_ROOT", "\\Registry\\Machine\\Software\\Classes" },
    { "HKEY_CURRENT_CONFIG", "\\Registry\\Machine\\System\\CurrentControlSet\\Hardware Profiles\\Current" },
    { "HKEY_CURRENT_USER", NULL },
    { "HKEY_LOCAL_MACHINE", "\\Registry\\Machine" },
    { "HKEY_USERS", "\\Registry\\User" },
};

/* ---- names ---- */

static void put_encoded(struct buf *out, const uint16_t *name, size_t units)
{
    struct buf text;

    path_buf(&text);
    wide_to_utf8(&text, name, units);
    if (!units)
        buf_putc(out, '@');
    for (size_t i = 0; i < text.len; i++) {
        if (text.p[i] == '/')
            buf_puts(out, "%2f");
        else if (text.p[i] == '%')
            buf_puts(out, "%25");
        else
            buf_putc(out, text.p[i]);
    }
    buf_free(&text);
}

static void put_decoded(struct wbuf *out, const char *s, size_t n)
{
    struct buf text;

    path_buf(&text);
    for (size_t i = 0; i < n; i++) {
        if (i + 2 < n && s[i] == '%' && s[i + 1] == '2' && (s[i + 2] == 'f' || s[i + 2] == '5')) {
            buf_putc(&text, s[i + 2] == 'f' ? '/' : '%');
            i += 2;
        } else {
            buf_putc(&text, s[i]);
        }
    }
    if (text.p)
        utf8_to_wide(out, text.p, text.len);
    buf_free(&text);
}

/* Opens the key that rest[0..n) names ("/HKEY_X/A/B"). */
static int open_key(const char *rest, size_t n, handle_t *out)
{
    const struct hive *hive = NULL;
    struct wbuf name;
    size_t at = 1, len;
    int r = 0;

    for (len = at; len < n && rest[len] != '/';)
        len++;
    for (size_t i = 0; i < ARRAY_SIZE(hives) && !hive; i++)
        if (strlen(hives[i].name) == len - at && !memcmp(hives[i].name, rest + at, len - at))
            hive = &hives[i];
    if (!hive)
        return -ENOENT;
    path_wbuf(&name);
    if (hive->nt)
        wbuf_puta(&name, hive->nt);
    else
        r = nt_key_user_name(&name);
    for (at = len; at < n; at = len) {
        for (len = at + 1; len < n && rest[len] != '/';)
            len++;
        wbuf_putc(&name, '\\');
        put_decoded(&name, rest + at + 1, len - at - 1);
    }
    if (r == 0 && (r = wbuf_err(&name)) == 0)
        r = nt_key_open_name(name.p, name.len, out);
    wbuf_free(&name);
    return r;
}

/* ---- values ---- */

/* The i-th value; *buf grows as needed and is the caller's to free. */
static int value_at(handle_t key, uint32_t i, void **buf, size_t *size, struct nt_value *v)
{
    for (;;) {
        size_t room = *size ? 2 * *size : 4096;
        void *bigger;
        int r = *size ? nt_key_value(key, i, *buf, *size, v) : -EMSGSIZE;

        if (r != -EMSGSIZE)
            return r;
        if (room > VALUE_MAX || !(bigger = rt_realloc(*buf, room)))
            return -ENOMEM;
        *buf = bigger;
        *size = room;
    }
}

static bool is_text(uint32_t type)
{
    return type == 1 || type == 2 || type == 7; /* REG_SZ, REG_EXPAND_SZ, REG_MULTI_SZ */
}

static void put_content(struct buf *out, const struct nt_value *v)
{
    if (is_text(v->type))
        wide_to_utf8(out, v->data, v->size / 2);
    else
        buf_put(out, v->data, v->size);
}

/* The value that rest names, whose last slash is at `slash`. Content is not wanted when out is NULL. */
static int find_value(const char *rest, size_t slash, struct buf *out)
{
    const char *want = rest + slash + 1;
    size_t n = strlen(want), size = 0, suffix = strlen(VALUE_SUFFIX);
    void *buf = NULL;
    struct nt_value v;
    handle_t key;
    int r = open_key(rest, slash, &key);

    if (r < 0)
        return r;
    if (n > suffix && !strcmp(want + n - suffix, VALUE_SUFFIX))
        n -= suffix;
    for (uint32_t i = 0; (r = value_at(key, i, &buf, &size, &v)) == 0; i++) {
        struct buf name;
        bool same;

        path_buf(&name);
        put_encoded(&name, v.name, v.name_units);
        same = name.len == n && !strncasecmp(name.p, want, n);
        buf_free(&name);
        if (!same)
            continue;
        if (out)
            put_content(out, &v);
        break;
    }
    rt_free(buf);
    nt_close(key);
    return r < 0 ? r : out ? buf_err(out) : 0;
}

int procfs_registry_lookup(const char *rest, enum procfs_type *type)
{
    const char *slash = strrchr(rest, '/');
    handle_t key;
    int r;

    *type = PROCFS_DIR;
    if (!slash)
        return 0;
    r = open_key(rest, strlen(rest), &key);
    if (r == 0) {
        nt_close(key);
        return 0;
    }
    if (slash == rest)
        return r;
    *type = PROCFS_FILE;
    return find_value(rest, (size_t)(slash - rest), NULL) < 0 ? r : 0;
}

int procfs_registry_content(const char *rest, struct buf *out)
{
    const char *slash = strrchr(rest, '/');

    return slash ? find_value(rest, (size_t)(slash - rest), out) : -ENOENT;
}

/* ---- lists ---- */

static int add_encoded(const uint16_t *name, size_t units, const char *suffix, enum procfs_type type, procfs_add *add,
                       void *arg)
{
    struct buf text;
    int r;

    path_buf(&text);
    put_encoded(&text, name, units);
    buf_puts(&text, suffix);
    r = buf_err(&text);
    if (r == 0)
        r = add(arg, text.p, type);
    buf_free(&text);
    return r;
}

static bool has_key(handle_t key, const uint16_t *name, size_t units, void *buf, size_t size)
{
    const uint16_t *other;
    size_t n;

    for (uint32_t i = 0; nt_key_sub(key, i, buf, size, &other, &n) == 0; i++)
        if (n == units && wide_equal_fold(other, name, n))
            return true;
    return false;
}

static int list_key(handle_t key, procfs_add *add, void *arg)
{
    uint64_t room[128]; /* a key's name has up to 255 units */
    void *buf = NULL;
    const uint16_t *name;
    size_t units, size = 0;
    struct nt_value v;
    int r;

    for (uint32_t i = 0; (r = nt_key_sub(key, i, room, sizeof(room), &name, &units)) == 0; i++)
        if ((r = add_encoded(name, units, "", PROCFS_DIR, add, arg)) < 0)
            return r;
    for (uint32_t i = 0; r == -ENOENT && (r = value_at(key, i, &buf, &size, &v)) == 0; i++) {
        bool twice = has_key(key, v.name, v.name_units, room, sizeof(room));

        r = add_encoded(v.name, v.name_units, twice ? VALUE_SUFFIX : "", PROCFS_FILE, add, arg);
        if (r == 0)
            r = -ENOENT; /* to go on */
    }
    rt_free(buf);
    return r == -ENOENT ? 0 : r;
}

int procfs_registry_list(const char *rest, procfs_add *add, void *arg)
{
    handle_t key;
    int r = 0;

    if (!*rest) {
        for (size_t i = 0; i < ARRAY_SIZE(hives) && r == 0; i++)
            r = add(arg, hives[i].name, PROCFS_DIR);
        return r;
    }
    if ((r = open_key(rest, strlen(rest), &key)) < 0)
        return r;
    r = list_key(key, add, arg);
    nt_close(key);
    return r;
}
