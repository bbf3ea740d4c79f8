/* SPDX-License-Identifier: BSD-2-Clause */
/* From a security descriptor to permissions. What is read may come from anybody's disk: every offset and
 * size is checked first, once. */
#include <errno.h>
#include <string.h>

#include "lib/acl/perm_int.h"

struct ace {
    uint8_t type, flags;
    uint32_t mask;
    struct sid sid;
};

struct descriptor {
    struct sid owner, group;
    const uint8_t *aces;
    size_t len;                 /* bytes of all entries, checked */
    bool open;                  /* no list at all: everybody may do everything */
    bool dir;
};

static unsigned get16(const uint8_t *p)
{
    return p[0] | (unsigned)p[1] << 8;
}

static uint32_t get32(const uint8_t *p)
{
    return get16(p) | (uint32_t)get16(p + 2) << 16;
}

/* Entries of a type without a plain identifier (object entries, audits) have type 255. */
static int read_ace(const uint8_t *p, size_t room, struct ace *a)
{
    size_t n = room < 8 ? 0 : get16(p + 2);

    if (n < 8 || n > room || n & 3)
        return -EINVAL;
    a->type = p[0] > ACE_DENY ? 255 : p[0];
    a->flags = p[1];
    a->mask = get32(p + 4);
    if (a->type != 255 && sid_read(&a->sid, p + 8, n - 8) < 0)
        return -EINVAL;
    return (int)n;
}

static bool next_ace(const struct descriptor *d, size_t *at, struct ace *a)
{
    int n;

    do {
        n = *at < d->len ? read_ace(d->aces + *at, d->len - *at, a) : 0;
        *at += n > 0 ? (size_t)n : 0;
    } while (n > 0 && a->type == 255);
    return n > 0;
}

static int read_sid(const uint8_t *sd, size_t n, uint32_t at, struct sid *out)
{
    if (!at) {
        *out = sid_null;
        return 0;
    }
    return at < 20 || at > n ? -EINVAL : sid_read(out, sd + at, n - at);
}

static int read_dacl(const uint8_t *p, size_t room, struct descriptor *d)
{
    size_t size = room < 8 ? 0 : get16(p + 2), at = 8;
    struct ace a;

    if (size < 8 || size > room)
        return -EINVAL;
    for (unsigned i = get16(p + 4); i; i--) {
        int n = read_ace(p + at, size - at, &a);

        if (n < 0)
            return n;
        at += (size_t)n;
    }
    d->aces = p + 8;
    d->len = at - 8;
    return 0;
}

static int open_sd(const void *bytes, size_t n, bool dir, struct descriptor *d)
{
    const uint8_t *sd = bytes;
    unsigned control;
    uint32_t dacl;
    int r;

    memset(d, 0, sizeof(*d));
    d->dir = dir;
    if (n < 20 || sd[0] != 1 || !((control = get16(sd + 2)) & SD_SELF_RELATIVE))
        return -EINVAL;
    if ((r = read_sid(sd, n, get32(sd + 4), &d->owner)) < 0 || (r = read_sid(sd, n, get32(sd + 8), &d->group)) < 0)
        return r;
    dacl = get32(sd + 16);
    if (!(control & SD_DACL_PRESENT) || !dacl) {
        d->open = true;
        return 0;
    }
    return dacl < 20 || dacl > n ? -EINVAL : read_dacl(sd + dacl, n - dacl, d);
}

/* ---- what NT grants ---- */

static uint32_t specific(uint32_t mask)
{
    if (mask & GENERIC_ALL_RIGHTS)
        mask |= RIGHT_ALL;
    if (mask & GENERIC_READ_RIGHTS)
        mask |= RIGHT_READ;
    if (mask & GENERIC_WRITE_RIGHTS)
        mask |= RIGHT_WRITE | RIGHT_APPEND;
    if (mask & GENERIC_EXECUTE_RIGHTS)
        mask |= RIGHT_EXECUTE;
    return mask;
}

static unsigned rwx(uint32_t mask)
{
    mask = specific(mask);
    return (mask & RIGHT_READ ? PERM_R : 0) | (mask & RIGHT_WRITE ? PERM_W : 0) | (mask & RIGHT_EXECUTE ? PERM_X : 0);
}

static bool counts(const struct ace *a, bool def)
{
    return def ? a->flags & (ACE_OBJECT_INHERIT | ACE_CONTAINER_INHERIT) : !(a->flags & ACE_INHERIT_ONLY);
}

/* Whether an entry applies to somebody with this identifier. Every user is among the two groups. */
static bool applies(const struct sid *ace, const struct sid *who, bool user)
{
    return sid_equal(ace, who) || sid_equal(ace, &sid_everyone)
           || (user && (sid_equal(ace, &sid_authenticated) || sid_equal(ace, &sid_users)));
}

static unsigned granted(const struct descriptor *d, const struct sid *who, bool user, bool def)
{
    unsigned open = 7, all = 0;
    struct ace a;
    size_t at = 0;

    if (d->open)
        return 7;
    while (open && next_ace(d, &at, &a)) {
        unsigned p = rwx(a.mask);

        if (!counts(&a, def) || !applies(&a.sid, who, user))
            continue;
        if (a.type == ACE_ALLOW)
            all |= p & open;
        open &= ~p;
    }
    return all;
}

static uint32_t root_of(const struct descriptor *d, const struct ace *a)
{
    if (a->type != ACE_ALLOW || (specific(a->mask) & RIGHT_ALL) != RIGHT_ALL || sid_equal(&a->sid, &d->owner)
        || sid_equal(&a->sid, &d->group))
        return 0;
    return sid_equal(&a->sid, &sid_system) ? PERM_ROOT_SYSTEM : sid_equal(&a->sid, &sid_admins) ? PERM_ROOT_ADMINS : 0;
}

static bool is_named(const struct descriptor *d, const struct ace *a)
{
    return !sid_equal(&a->sid, &d->owner) && !sid_equal(&a->sid, &d->group) && !sid_equal(&a->sid, &sid_everyone)
           && !sid_equal(&a->sid, &sid_creator_owner) && !sid_equal(&a->sid, &sid_creator_group)
           && !sid_equal(&a->sid, &sid_null) && !root_of(d, a);
}

/* ---- lists of another form ---- */

static bool has_ace(const struct descriptor *d, const struct sid *s, bool def)
{
    struct ace a;
    size_t at = 0;

    while (next_ace(d, &at, &a))
        if (counts(&a, def) && sid_equal(&a.sid, s))
            return true;
    return false;
}

static void judge(const struct descriptor *d, bool def, struct perm *out)
{
    const struct sid *owner = def ? &sid_creator_owner : &d->owner, *group = def ? &sid_creator_group : &d->group;
    struct perm_list *l = &out->list;
    struct ace a;
    size_t at = 0;

    /* an owner whom a default list does not name can give himself everything */
    perm_add(l, PERM_USER_OBJ, def && !has_ace(d, owner, true) ? 7 : granted(d, owner, true, def), NULL, def);
    perm_add(l, PERM_GROUP_OBJ, granted(d, group, false, def), NULL, def);
    perm_add(l, PERM_OTHER, granted(d, &sid_everyone, false, def), NULL, def);
    while (next_ace(d, &at, &a)) {
        bool is_group = sid_is_group(&a.sid);
        unsigned tag = is_group ? PERM_GROUP : PERM_USER;

        if (!counts(&a, def))
            continue;
        out->roots |= def ? 0 : root_of(d, &a);
        if (is_named(d, &a) && !perm_find(l, tag, &a.sid, def))
            perm_add(l, tag, granted(d, &a.sid, !is_group, def), &a.sid, def);
    }
    perm_calc_mask(l, def);
}

/* ---- lists of our own form ---- */

/* The marker of a list, if it has one. */
static bool find_marker(const struct descriptor *d, bool def, uint32_t *mask)
{
    struct ace a;
    size_t at = 0;

    while (next_ace(d, &at, &a)) {
        if (a.type == ACE_DENY && counts(&a, def) && sid_equal(&a.sid, &sid_null)) {
            *mask = a.mask;
            return true;
        }
    }
    return false;
}

static uint32_t marked_special(uint32_t m)
{
    return (m & MARK_SETUID ? PERM_SETUID : 0) | (m & MARK_SETGID ? PERM_SETGID : 0) | (m & MARK_STICKY ? PERM_STICKY : 0);
}

/* The allowing entries by their place; anything unexpected shows when the list is written again. */
static void read_marked(const struct descriptor *d, bool def, uint32_t m, struct perm *out)
{
    unsigned skip = (m & MARK_SYSTEM ? 1u : 0) + (m & MARK_ADMINS ? 1u : 0);
    unsigned tag = PERM_USER_OBJ;
    struct perm_list *l = &out->list;
    struct perm_entry *last = NULL;
    struct ace a;
    size_t at = 0;

    while (next_ace(d, &at, &a)) {
        if (!counts(&a, def))
            continue;
        if (a.type == ACE_DENY) {
            if (sid_equal(&a.sid, &sid_null))
                tag = PERM_GROUP_OBJ;
            continue;
        }
        if (skip) {
            skip--;
            continue;
        }
        last = perm_add(l, tag, rwx(a.mask), &a.sid, def);
        if (tag == PERM_USER_OBJ)
            tag = PERM_USER;
        else if (tag == PERM_GROUP_OBJ)
            tag = PERM_GROUP;
    }
    if (last && last->tag == PERM_GROUP) {
        last->tag = PERM_OTHER;
        memset(&last->sid, 0, sizeof(last->sid));
    }
    if (m & MARK_HAS_MASK)
        perm_add(l, PERM_MASK, m & 7, NULL, def);
    if (!def) {
        out->special = marked_special(m);
        out->roots = (m & MARK_SYSTEM ? PERM_ROOT_SYSTEM : 0) | (m & MARK_ADMINS ? PERM_ROOT_ADMINS : 0);
    }
}

/* Whether writing the permissions gives these entries. */
static bool writes_the_same(const struct descriptor *d, const struct perm *p)
{
    struct descriptor again;
    struct ace a, b;
    size_t at = 0, to = 0;
    struct buf sd;
    bool same, more;

    buf_init(&sd, p->list.alloc, NULL, 0);
    same = perm_to_sd(p, d->dir, &sd) == 0 && open_sd(sd.p, sd.len, d->dir, &again) == 0;
    while (same) {
        more = next_ace(d, &at, &a);
        same = more == next_ace(&again, &to, &b)
               && (!more || (a.type == b.type && (a.flags & 15) == b.flags && a.mask == b.mask && sid_equal(&a.sid, &b.sid)));
        if (!more)
            break;
    }
    buf_free(&sd);
    return same;
}

static void reset(struct perm *out)
{
    out->list.n = 0;
    out->special = out->roots = 0;
}

static int read_perm(const struct descriptor *d, struct perm *out)
{
    bool has_def = false, marked, marked_def = false;
    uint32_t m, m_def;
    struct ace a;
    size_t at = 0;

    while (d->dir && !has_def && next_ace(d, &at, &a))
        has_def = counts(&a, true);
    marked = find_marker(d, false, &m);
    marked_def = has_def && find_marker(d, true, &m_def);
    if (marked || marked_def) {
        if (marked)
            read_marked(d, false, m, out);
        else
            judge(d, false, out);
        if (marked_def)
            read_marked(d, true, m_def, out);
        if (perm_list_err(&out->list) == 0 && has_def == marked_def && writes_the_same(d, out))
            return 0;
        reset(out);
    }
    judge(d, false, out);
    if (has_def)
        judge(d, true, out);
    if (marked)
        out->special = marked_special(m);
    return perm_list_err(&out->list);
}

int perm_from_sd(const void *sd, size_t n, bool dir, struct perm *out)
{
    struct descriptor d;
    int r = open_sd(sd, n, dir, &d);

    if (r < 0)
        return r;
    out->owner = d.owner;
    out->group = d.group;
    reset(out);
    return read_perm(&d, out);
}

int perm_sd_mode(const void *sd, size_t n, bool dir, buf_realloc_fn alloc, unsigned *mode, struct sid *owner,
                 struct sid *group)
{
    struct perm_entry mem[12];
    struct descriptor d;
    struct perm p = { .special = 0 };
    int r = open_sd(sd, n, dir, &d);

    if (r < 0)
        return r;
    *owner = d.owner;
    *group = d.group;
    if (d.open) {
        *mode = 0777;
        return 0;
    }
    perm_list_init(&p.list, alloc, mem, sizeof(mem) / sizeof(mem[0]));
    p.owner = d.owner;
    p.group = d.group;
    r = read_perm(&d, &p);
    *mode = perm_list_mode(&p.list) | p.special;
    perm_list_free(&p.list);
    return r;
}
