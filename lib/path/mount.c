/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Mount table: entries and the two hashes over them. A look-up hashes the name once from its
 * beginning and asks at every component's end, so it costs the length of the name, however many
 * mounts there are.
 */
#include "lib/path/mount.h"

#include <errno.h>
#include <string.h>

#include "lib/path/path.h"
#include "lib/text/utf.h"

#define HASH_START 2166136261u
#define HASH_STEP(h, c) (((h) ^ (c)) * 16777619u)

static unsigned char fold(char c)
{
    return c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) : (unsigned char)c;
}

/* As wide_fold, for what names mostly are. */
static const uint8_t ascii_upper[128] = {
#define ROW(n) n, n + 1, n + 2, n + 3, n + 4, n + 5, n + 6, n + 7
    ROW(0), ROW(8), ROW(16), ROW(24), ROW(32), ROW(40), ROW(48), ROW(56), ROW(64), ROW(72), ROW(80),
    88, 89, 90, 91, 92, 93, 94, 95, 96, 65, 66, 67, 68, 69, 70, 71, ROW(72), ROW(80), 88, 89, 90,
    123, 124, 125, 126, 127,
#undef ROW
};

/* The low bits of FNV alone are weak for tables. */
static size_t slot_of(uint32_t h, size_t slots)
{
    return (h ^ h >> 15) & (slots - 1);
}

static int same_posix(const struct mount *m, const char *path, size_t n)
{
    if (m->posix_len != n)
        return 0;
    if (m->flags & MOUNT_POSIX)
        return !memcmp(m->posix, path, n);
    for (size_t i = 0; i < n; i++)
        if (fold(m->posix[i]) != fold(path[i]))
            return 0;
    return 1;
}

/* The entry at exactly path[0..n) whose hash is h; one that is equal byte by byte goes first. */
static const struct mount *find_posix(const struct mount_table *mt, uint32_t h, const char *path,
                                      size_t n)
{
    const struct mount *found = NULL;

    for (size_t i = slot_of(h, mt->slots); mt->by_posix[i]; i = (i + 1) & (mt->slots - 1)) {
        const struct mount *m = &mt->v[mt->by_posix[i] - 1];

        if (m->hash_posix != h || !same_posix(m, path, n))
            continue;
        if (!memcmp(m->posix, path, n))
            return m;
        if (!found)
            found = m;
    }
    return found;
}

const struct mount *mount_lookup(const struct mount_table *mt, const char *path, size_t n)
{
    const struct mount *best;
    uint32_t h = HASH_START;

    if (!mt->n || !n || path[0] != '/')
        return NULL;
    h = HASH_STEP(h, '/');
    best = find_posix(mt, h, "/", 1);
    for (size_t i = 1; i < n && i <= mt->longest_posix; i++) {
        unsigned char c = fold(path[i]);

        if (c == '/') {
            const struct mount *m = find_posix(mt, h, path, i);

            if (m)
                best = m;
        }
        h = HASH_STEP(h, c);
    }
    if (n > 1 && n <= mt->longest_posix) {
        const struct mount *m = find_posix(mt, h, path, n);

        if (m)
            best = m;
    }
    return best;
}

int mount_effective(const struct mount_table *mt, const struct mount *m)
{
    return find_posix(mt, m->hash_posix, m->posix, m->posix_len) == m;
}

static const struct mount *find_nt(const struct mount_table *mt, uint32_t h, const uint16_t *nt,
                                   size_t n)
{
    for (size_t i = slot_of(h, mt->slots); mt->by_nt[i]; i = (i + 1) & (mt->slots - 1)) {
        const struct mount *m = &mt->v[mt->by_nt[i] - 1];

        if (m->hash_nt == h && m->nt_len == n && wide_equal_fold(m->nt, nt, n) &&
            mount_effective(mt, m))
            return m;
    }
    return NULL;
}

const struct mount *mount_lookup_nt(const struct mount_table *mt, const uint16_t *nt, size_t n,
                                    size_t limit)
{
    const struct mount *best = NULL;
    uint32_t h = HASH_START;

    if (!mt->n)
        return NULL;
    if (!limit || limit > mt->longest_nt + 1)
        limit = mt->longest_nt + 1;
    for (size_t i = 0; i <= n && i < limit; i++) {
        if (i >= mt->shortest_nt && (i == n || nt[i] == '\\')) {
            const struct mount *m = find_nt(mt, h, nt, i);

            if (m)
                best = m;
        }
        if (i < n)
            h = HASH_STEP(h, nt[i] < 0x80 ? ascii_upper[nt[i]] : wide_fold(nt[i]));
    }
    return best;
}

static int strength(uint32_t flags)
{
    return flags & MOUNT_USER ? 2 : flags & MOUNT_AUTO ? 0 : 1;
}

static void index_entry(struct mount_table *mt, size_t index)
{
    const struct mount *m = &mt->v[index];
    size_t i;

    for (i = slot_of(m->hash_posix, mt->slots); mt->by_posix[i]; i = (i + 1) & (mt->slots - 1)) {
        const struct mount *o = &mt->v[mt->by_posix[i] - 1];

        if (o->hash_posix == m->hash_posix && same_posix(o, m->posix, m->posix_len) &&
            same_posix(m, o->posix, o->posix_len)) {
            if (strength(o->flags) > strength(m->flags))
                goto other;
            break;
        }
    }
    mt->by_posix[i] = (uint32_t)index + 1;
other:
    for (i = slot_of(m->hash_nt, mt->slots); mt->by_nt[i];)
        i = (i + 1) & (mt->slots - 1);
    mt->by_nt[i] = (uint32_t)index + 1;
    if (m->nt_len < mt->shortest_nt)
        mt->shortest_nt = m->nt_len;
    if (m->nt_len > mt->longest_nt)
        mt->longest_nt = m->nt_len;
    if (m->posix_len > mt->longest_posix)
        mt->longest_posix = m->posix_len;
}

/* Rebuilds both hashes, with room for `entries`. */
static int reindex(struct mount_table *mt, size_t entries)
{
    size_t slots = 16;
    uint32_t *p, *w;

    while (slots < entries * 2)
        slots *= 2;
    if (slots > mt->slots) {
        p = mt->alloc(NULL, slots * sizeof *p);
        w = mt->alloc(NULL, slots * sizeof *w);
        if (!p || !w) {
            if (p)
                mt->alloc(p, 0);
            if (w)
                mt->alloc(w, 0);
            return -ENOMEM;
        }
        if (mt->by_posix) {
            mt->alloc(mt->by_posix, 0);
            mt->alloc(mt->by_nt, 0);
        }
        mt->by_posix = p;
        mt->by_nt = w;
        mt->slots = slots;
    }
    memset(mt->by_posix, 0, mt->slots * sizeof *mt->by_posix);
    memset(mt->by_nt, 0, mt->slots * sizeof *mt->by_nt);
    mt->shortest_nt = SIZE_MAX;
    mt->longest_nt = mt->longest_posix = 0;
    for (size_t i = 0; i < mt->n; i++)
        index_entry(mt, i);
    return 0;
}

static char *copy_text(const struct mount_table *mt, const char *s, size_t n)
{
    char *p = mt->alloc(NULL, n + 1);

    if (p) {
        memcpy(p, s, n);
        p[n] = 0;
    }
    return p;
}

int mount_init(struct mount_table *mt, buf_realloc_fn alloc)
{
    memset(mt, 0, sizeof *mt);
    mt->alloc = alloc;
    mt->cygdrive = copy_text(mt, "/cygdrive", 9);
    mt->cygdrive_len = 9;
    mt->cygdrive_scope = MOUNT_AUTO;
    return mt->cygdrive ? reindex(mt, 8) : -ENOMEM;
}

static void free_entry(struct mount_table *mt, struct mount *m)
{
    if (m->posix)
        mt->alloc(m->posix, 0);
    if (m->win32)
        mt->alloc(m->win32, 0);
    if (m->nt)
        mt->alloc(m->nt, 0);
    memset(m, 0, sizeof *m);
}

void mount_free(struct mount_table *mt)
{
    for (size_t i = 0; i < mt->n; i++)
        free_entry(mt, &mt->v[i]);
    if (mt->v)
        mt->alloc(mt->v, 0);
    if (mt->by_posix)
        mt->alloc(mt->by_posix, 0);
    if (mt->by_nt)
        mt->alloc(mt->by_nt, 0);
    if (mt->cygdrive)
        mt->alloc(mt->cygdrive, 0);
    memset(mt, 0, sizeof *mt);
}

/* Fills m from checked text; the caller frees it after an error. */
static int make_entry(struct mount_table *mt, struct mount *m, const struct buf *posix,
                      const char *win32, uint32_t flags, const char **why)
{
    struct path_match match;
    uint16_t mem[128];
    struct wbuf nt;
    int r;

    wbuf_init(&nt, mt->alloc, mem, sizeof mem / sizeof *mem);
    r = win32_to_nt(win32, &nt, &match);
    if (r < 0) {
        *why = match.why;
        goto out;
    }
    if (nt.len && nt.p[nt.len - 1] == '\\')
        wbuf_cut(&nt, nt.len - 1);
    m->posix = copy_text(mt, posix->p, posix->len);
    m->win32 = copy_text(mt, win32, strlen(win32));
    m->nt = mt->alloc(NULL, (nt.len + 1) * sizeof *m->nt);
    r = -ENOMEM;
    if (!m->posix || !m->win32 || !m->nt)
        goto out;
    memcpy(m->nt, nt.p, nt.len * sizeof *m->nt);
    m->nt[nt.len] = 0;
    m->nt_len = nt.len;
    m->posix_len = posix->len;
    m->flags = flags;
    m->hash_posix = m->hash_nt = HASH_START;
    for (size_t i = 0; i < posix->len; i++)
        m->hash_posix = HASH_STEP(m->hash_posix, fold(posix->p[i]));
    for (size_t i = 0; i < nt.len; i++)
        m->hash_nt = HASH_STEP(m->hash_nt, wide_fold(nt.p[i]));
    r = 0;
out:
    wbuf_free(&nt);
    return r;
}

/* Entry of the same path and scope, or mt->n. */
static size_t find_scope(const struct mount_table *mt, const char *posix, size_t n, uint32_t flags)
{
    size_t i = 0;

    while (i < mt->n && !(strength(mt->v[i].flags) == strength(flags) &&
                          same_posix(&mt->v[i], posix, n)))
        i++;
    return i;
}

/* As find_scope, by the hash when only few entries can be hidden ones: keeps adding linear. */
static size_t find_existing(const struct mount_table *mt, const struct mount *m)
{
    const struct mount *e = find_posix(mt, m->hash_posix, m->posix, m->posix_len);

    if (!e)
        return mt->n;
    return find_scope(mt, m->posix, m->posix_len, m->flags);
}

static int insert(struct mount_table *mt, struct mount *m)
{
    size_t i = find_existing(mt, m);

    if (i < mt->n) {
        free_entry(mt, &mt->v[i]);
        mt->v[i] = *m;
        return reindex(mt, mt->n);
    }
    if (mt->n == mt->cap) {
        size_t cap = mt->cap ? mt->cap * 2 : 16;
        struct mount *v = mt->alloc(mt->v, cap * sizeof *v);

        if (!v)
            return -ENOMEM;
        mt->v = v;
        mt->cap = cap;
    }
    if (mt->n + 1 > mt->slots / 2) {
        int r = reindex(mt, (mt->n + 1) * 2);

        if (r < 0)
            return r;
    }
    mt->v[mt->n] = *m;
    index_entry(mt, mt->n++);
    return 0;
}

int mount_add(struct mount_table *mt, const char *posix, const char *win32, uint32_t flags,
              const char **why)
{
    const char *unused;
    struct mount m = { 0 };
    struct buf name;
    char mem[256];
    int r = -EINVAL;

    if (!why)
        why = &unused;
    *why = "no memory";
    buf_init(&name, mt->alloc, mem, sizeof mem);
    if (path_form(posix) != FORM_POSIX) {
        *why = "the mount point is not an absolute POSIX path";
        goto out;
    }
    r = path_normalize(&name, "/", posix, NULL);
    if (r < 0) {
        *why = "the mount point's name is too long";
        goto out;
    }
    r = make_entry(mt, &m, &name, win32, flags, why);
    if (r == 0)
        r = insert(mt, &m);
    if (r < 0)
        free_entry(mt, &m);
    else
        mt->generation++;
out:
    buf_free(&name);
    return r;
}

int mount_remove(struct mount_table *mt, const char *posix, uint32_t flags)
{
    struct buf name;
    char mem[256];
    size_t i;
    int r;

    buf_init(&name, mt->alloc, mem, sizeof mem);
    r = path_normalize(&name, "/", posix, NULL);
    if (r == 0) {
        i = find_scope(mt, name.p, name.len, flags);
        if (i == mt->n) {
            r = -ENOENT;
        } else {
            free_entry(mt, &mt->v[i]);
            memmove(&mt->v[i], &mt->v[i + 1], (mt->n - i - 1) * sizeof *mt->v);
            mt->n--;
            mt->generation++;
            r = reindex(mt, mt->n);
        }
    }
    buf_free(&name);
    return r;
}

int mount_set_cygdrive(struct mount_table *mt, const char *prefix, uint32_t flags,
                       const char **why)
{
    const char *unused;
    struct buf name;
    char mem[128], *copy;
    int r = -EINVAL;

    if (!why)
        why = &unused;
    *why = "the cygdrive prefix is not an absolute POSIX path";
    buf_init(&name, mt->alloc, mem, sizeof mem);
    if (path_form(prefix) == FORM_POSIX)
        r = path_normalize(&name, "/", prefix, NULL);
    if (r == 0) {
        if (name.len == 1)
            buf_cut(&name, 0);
        copy = copy_text(mt, name.p, name.len);
        if (copy) {
            mt->alloc(mt->cygdrive, 0);
            mt->cygdrive = copy;
            mt->cygdrive_len = name.len;
            mt->cygdrive_flags = flags & MOUNT_OPTIONS;
            mt->cygdrive_scope = flags & (MOUNT_USER | MOUNT_DEFAULT);
            mt->generation++;
        } else {
            r = -ENOMEM;
        }
    }
    buf_free(&name);
    return r;
}
