/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is not in a folder. Under Wine a look-up that fails reads the whole folder (1 ms for 2000 names),
 * for the letters' case may differ; searches through PATH and include folders do little else. After a few
 * of them in one folder its names are read once, as hashes. A name that is not among them is missing as
 * long as the folder's times have not changed, which one cheap query tells.
 *
 * The times are only as fine as the host's clock tick, so names count only if the folder had been left
 * alone for a while when they were read. Names that may have another spelling (short names, letters
 * beyond ASCII) are always looked up. On Windows a look-up that fails is cheap: nothing is kept there.
 */
#include <errno.h>
#include <string.h>

#include "lib/text/utf.h"
#include "lock.h"
#include "mm.h"
#include "nt.h"
#include "nt_file.h"
#include "nt_registry.h"
#include "path.h"
#include "path_int.h"

#define FOLDERS 8
#define MISSES_BEFORE 3             /* look-ups that failed until the names are read */
#define NAMES_MAX 262144
#define SETTLED 30000000            /* 3 s in FILETIME units: longer than any file system's tick */
#define MISSES_FEW 64               /* names in a folder where a look-up is cheap anyway */

struct folder {
    uint16_t *nt;                   /* NULL: unused */
    size_t len;
    int64_t written, changed, created;
    uint32_t misses;
    uint32_t used;                  /* for finding the one to replace */
    uint32_t slots;                 /* of hashes, a power of two; 0: not read yet */
    uint32_t *hashes;               /* open hash; 0: empty */
};

static struct folder folders[FOLDERS];
static uint32_t clock_hand;
static struct lock missing_lock = LOCK_INIT;

static bool enabled(void)
{
    static NOCOPY int wine; /* 0: not asked, 1: no, 2: yes */

    if (!wine)
        wine = nt_is_wine() ? 2 : 1;
    return wine == 2;
}

/* 0 is kept for "empty". */
static uint32_t hash_name(const uint16_t *s, size_t n)
{
    uint32_t h = 2166136261u;

    for (size_t i = 0; i < n; i++) {
        uint16_t c = s[i];

        h = (h ^ (c >= 'a' && c <= 'z' ? c - 32u : c)) * 16777619u;
    }
    return h ? h : 1;
}

/* Names that are found under one spelling only, but for the case of ASCII letters. */
static bool plain(const uint16_t *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (s[i] >= 128 || s[i] == '~')
            return false;
    return n != 0;
}

static struct folder *find(const uint16_t *nt, size_t n)
{
    for (int i = 0; i < FOLDERS; i++)
        if (folders[i].nt && folders[i].len == n && !memcmp(folders[i].nt, nt, 2 * n))
            return &folders[i];
    return NULL;
}

static void forget_names(struct folder *f)
{
    rt_free(f->hashes);
    f->hashes = NULL;
    f->slots = 0;
    f->misses = 0;
}

static struct folder *add(const uint16_t *nt, size_t n)
{
    struct folder *f = &folders[0];

    for (int i = 1; i < FOLDERS && f->nt; i++)
        if (!folders[i].nt || folders[i].used < f->used)
            f = &folders[i];
    forget_names(f);
    rt_free(f->nt);
    f->nt = rt_alloc(2 * n + 2);
    if (!f->nt)
        return NULL;
    memcpy(f->nt, nt, 2 * n);
    f->len = n;
    return f;
}

static bool query(const struct folder *f, struct nt_probe *now)
{
    return nt_probe_path(f->nt, f->len, false, now) == NT_PROBE_FOUND && now->attr & PATH_ATTR_DIRECTORY;
}

static bool same(const struct folder *f, const struct nt_probe *now)
{
    return f->written == now->written && f->changed == now->changed && f->created == now->created;
}

static bool put_hash(struct folder *f, uint32_t h)
{
    uint32_t i = h & (f->slots - 1);

    while (f->hashes[i] && f->hashes[i] != h)
        i = (i + 1) & (f->slots - 1);
    f->hashes[i] = h;
    return true;
}

static bool has_hash(const struct folder *f, uint32_t h)
{
    for (uint32_t i = h & (f->slots - 1); f->hashes[i]; i = (i + 1) & (f->slots - 1))
        if (f->hashes[i] == h)
            return true;
    return false;
}

static bool grow(struct folder *f, uint32_t names)
{
    uint32_t old_slots = f->slots, *old = f->hashes;

    if (names < f->slots / 2)
        return true;
    f->slots = f->slots ? f->slots * 2 : 1024;
    f->hashes = rt_zalloc(f->slots * sizeof *f->hashes);
    for (uint32_t i = 0; f->hashes && i < old_slots; i++)
        if (old[i])
            put_hash(f, old[i]);
    rt_free(old);
    if (!f->hashes)
        f->slots = 0;
    return f->hashes;
}

/* Reads the names; false: they cannot be kept. */
static bool read_names(struct folder *f)
{
    struct nt_name name = { .p = f->nt, .n = f->len };
    struct nt_probe before, after;
    uint32_t names = 0;
    size_t size = 65536;
    handle_t h;
    char *room;
    int r;

    if (!query(f, &before) || (int64_t)nt_time() - before.written < SETTLED ||
        (int64_t)nt_time() - before.changed < SETTLED || !(room = rt_alloc(size)))
        return false;
    r = nt_file_open(&name, NT_O_READ | NT_O_DIR, NT_OPEN_EXISTING, 0, &h);
    if (r >= 0) {
        while ((r = nt_dir_read(h, room, size, false)) == 1) {
            struct nt_dirent d;
            size_t at = 0;

            while (nt_dir_next(room, &at, &d) && r == 1)
                if (++names > NAMES_MAX || !grow(f, names) || !put_hash(f, hash_name(d.name, d.units)))
                    r = -ENOMEM;
            if (r < 0)
                break;
        }
        nt_close(h);
    }
    rt_free(room);
    f->written = before.written;
    f->changed = before.changed;
    f->created = before.created;
    return r == 0 && f->slots && names > MISSES_FEW && query(f, &after) && same(f, &after);
}

/* Splits at the last component: units of the folder, without the \ behind it. */
static size_t split(const uint16_t *nt, size_t n, size_t *name)
{
    size_t i = n;

    while (i && nt[i - 1] != '\\')
        i--;
    *name = i;
    return i > 7 ? i - 1 : i;   /* the root of a drive keeps its \ */
}

bool missing_known(const uint16_t *nt, size_t n)
{
    size_t name, len;
    struct folder *f;
    struct nt_probe now;
    bool known = false;

    if (!clock_hand || !enabled())
        return false;
    len = split(nt, n, &name);
    lock_take(&missing_lock);
    f = find(nt, len);
    if (f && f->slots && plain(nt + name, n - name) && !has_hash(f, hash_name(nt + name, n - name))) {
        if (query(f, &now) && same(f, &now)) {
            f->used = ++clock_hand;
            known = true;
        } else {
            forget_names(f);
        }
    }
    lock_release(&missing_lock);
    return known;
}

void missing_note(const uint16_t *nt, size_t n)
{
    size_t name, len;
    struct folder *f;

    if (!enabled())
        return;
    len = split(nt, n, &name);
    lock_take(&missing_lock);
    f = find(nt, len);
    if (!f)
        f = add(nt, len);
    if (f) {
        f->used = ++clock_hand;
        if (!f->slots && ++f->misses % MISSES_BEFORE == 0 && !read_names(f)) {
            uint32_t misses = f->misses;

            forget_names(f);
            f->misses = misses;
        }
    }
    lock_release(&missing_lock);
}

void missing_hold(bool hold)
{
    if (hold)
        lock_take(&missing_lock);
    else
        lock_release(&missing_lock);
}
