/* SPDX-License-Identifier: BSD-2-Clause */
/* Access control lists as POSIX has them: entries, what makes them valid, modes, what they grant. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/acl/perm.h"

void perm_list_init(struct perm_list *l, buf_realloc_fn alloc, struct perm_entry *mem, size_t cap)
{
    *l = (struct perm_list){ .v = mem, .cap = mem ? cap : 0, .alloc = alloc };
}

void perm_list_free(struct perm_list *l)
{
    if (l->owned)
        l->alloc(l->v, 0);
    l->v = NULL;
    l->n = l->cap = 0;
    l->owned = false;
}

int perm_list_err(const struct perm_list *l)
{
    return l->failed ? -ENOMEM : 0;
}

static bool grow(struct perm_list *l)
{
    size_t cap = l->cap ? 2 * l->cap : 8;
    struct perm_entry *v;

    if (l->n < l->cap)
        return true;
    v = l->alloc ? l->alloc(l->owned ? l->v : NULL, cap * sizeof(*v)) : NULL;
    if (!v) {
        l->failed = true;
        return false;
    }
    if (!l->owned && l->n)
        memcpy(v, l->v, l->n * sizeof(*v));
    l->v = v;
    l->cap = cap;
    l->owned = true;
    return true;
}

static bool named(unsigned tag)
{
    return tag == PERM_USER || tag == PERM_GROUP;
}

struct perm_entry *perm_add(struct perm_list *l, unsigned tag, unsigned perm, const struct sid *sid, bool def)
{
    struct perm_entry *e;

    if (!grow(l))
        return NULL;
    e = &l->v[l->n++];
    memset(e, 0, sizeof(*e));
    e->tag = (uint16_t)tag;
    e->perm = perm & 7;
    e->def = def;
    if (sid && named(tag))
        e->sid = *sid;
    return e;
}

struct perm_entry *perm_find(const struct perm_list *l, unsigned tag, const struct sid *sid, bool def)
{
    for (size_t i = 0; i < l->n; i++)
        if (l->v[i].tag == tag && l->v[i].def == def && (!named(tag) || (sid && sid_equal(&l->v[i].sid, sid))))
            return &l->v[i];
    return NULL;
}

void perm_remove(struct perm_list *l, struct perm_entry *e)
{
    size_t i = (size_t)(e - l->v);

    memmove(e, e + 1, (l->n - i - 1) * sizeof(*e));
    l->n--;
}

void perm_clear(struct perm_list *l, bool def)
{
    size_t n = 0;

    for (size_t i = 0; i < l->n; i++)
        if (l->v[i].def != def)
            l->v[n++] = l->v[i];
    l->n = n;
}

bool perm_has(const struct perm_list *l, bool def)
{
    for (size_t i = 0; i < l->n; i++)
        if (l->v[i].def == def)
            return true;
    return false;
}

static int by_place(const void *x, const void *y)
{
    const struct perm_entry *a = x, *b = y;

    if (a->def != b->def)
        return a->def - b->def;
    if (a->tag != b->tag)
        return a->tag < b->tag ? -1 : 1;
    if (a->sid.n != b->sid.n)
        return a->sid.n - b->sid.n;
    for (unsigned i = 0; i < a->sid.n && i < SID_SUBS; i++)
        if (a->sid.sub[i] != b->sid.sub[i])
            return a->sid.sub[i] < b->sid.sub[i] ? -1 : 1;
    return memcmp(a->sid.auth, b->sid.auth, sizeof(a->sid.auth));
}

void perm_sort(struct perm_list *l)
{
    if (l->n > 1)
        qsort(l->v, l->n, sizeof(*l->v), by_place);
}

void perm_calc_mask(struct perm_list *l, bool def)
{
    struct perm_entry *mask = perm_find(l, PERM_MASK, NULL, def);
    unsigned all = 0;
    bool any = false;

    for (size_t i = 0; i < l->n; i++) {
        if (l->v[i].def != def || !(l->v[i].tag & (PERM_USER | PERM_GROUP | PERM_GROUP_OBJ)))
            continue;
        all |= l->v[i].perm;
        any |= named(l->v[i].tag);
    }
    if (mask)
        mask->perm = (uint8_t)all;
    else if (any)
        perm_add(l, PERM_MASK, all, NULL, def);
}

static enum perm_fault check_entry(const struct perm_list *l, size_t i)
{
    const struct perm_entry *e = &l->v[i];

    switch (e->tag) {
    case PERM_USER_OBJ:
    case PERM_GROUP_OBJ:
    case PERM_OTHER:
    case PERM_MASK:
        return perm_find(l, e->tag, NULL, e->def) == e ? PERM_OK : PERM_MULTI;
    case PERM_USER:
    case PERM_GROUP:
        if (e->sid.rev != 1 || e->sid.n > SID_SUBS)
            return PERM_BAD_ENTRY;
        return perm_find(l, e->tag, &e->sid, e->def) == e ? PERM_OK : PERM_DUPLICATE;
    default:
        return PERM_BAD_ENTRY;
    }
}

enum perm_fault perm_check(const struct perm_list *l, bool def, size_t *at)
{
    unsigned tags = 0;
    size_t none;

    if (!at)
        at = &none;
    for (*at = 0; *at < l->n; ++*at) {
        enum perm_fault f;

        if (l->v[*at].def != def)
            continue;
        if ((f = check_entry(l, *at)) != PERM_OK)
            return f;
        tags |= l->v[*at].tag;
    }
    if (def && !tags)
        return PERM_OK;
    if ((tags & (PERM_USER_OBJ | PERM_GROUP_OBJ | PERM_OTHER)) != (PERM_USER_OBJ | PERM_GROUP_OBJ | PERM_OTHER))
        return PERM_MISSING;
    return tags & (PERM_USER | PERM_GROUP) && !(tags & PERM_MASK) ? PERM_MISSING : PERM_OK;
}

static unsigned perm_of(const struct perm_list *l, unsigned tag, unsigned otherwise)
{
    struct perm_entry *e = perm_find(l, tag, NULL, false);

    return e ? e->perm : otherwise;
}

unsigned perm_list_mode(const struct perm_list *l)
{
    unsigned group = perm_of(l, PERM_MASK, perm_of(l, PERM_GROUP_OBJ, 0));

    return perm_of(l, PERM_USER_OBJ, 0) << 6 | group << 3 | perm_of(l, PERM_OTHER, 0);
}

static void set(struct perm_list *l, unsigned tag, unsigned perm)
{
    struct perm_entry *e = perm_find(l, tag, NULL, false);

    if (e)
        e->perm = perm & 7;
    else
        perm_add(l, tag, perm, NULL, false);
}

void perm_list_set_mode(struct perm_list *l, unsigned mode)
{
    bool mask = perm_find(l, PERM_MASK, NULL, false) != NULL;

    set(l, PERM_USER_OBJ, mode >> 6);
    set(l, mask ? PERM_MASK : PERM_GROUP_OBJ, mode >> 3);
    set(l, PERM_OTHER, mode);
}

bool perm_is_minimal(const struct perm_list *l)
{
    for (size_t i = 0; i < l->n; i++)
        if (l->v[i].def || named(l->v[i].tag))
            return false;
    return (perm_of(l, PERM_GROUP_OBJ, 0) & ~perm_of(l, PERM_MASK, 7)) == 0;
}

static bool member(const struct sid *s, const struct sid *groups, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (sid_equal(s, &groups[i]))
            return true;
    return false;
}

unsigned perm_granted(const struct perm *p, const struct sid *user, const struct sid *groups, size_t n)
{
    const struct perm_list *l = &p->list;
    unsigned mask = perm_of(l, PERM_MASK, 7), all = 0;
    const struct perm_entry *e;
    bool any = false;

    if (sid_equal(user, &p->owner))
        return perm_of(l, PERM_USER_OBJ, 0);
    if ((e = perm_find(l, PERM_USER, user, false)) != NULL)
        return e->perm & mask;
    if (member(&p->group, groups, n)) {
        any = true;
        all = perm_of(l, PERM_GROUP_OBJ, 0);
    }
    for (size_t i = 0; i < l->n; i++) {
        if (l->v[i].def || l->v[i].tag != PERM_GROUP || !member(&l->v[i].sid, groups, n))
            continue;
        any = true;
        all |= l->v[i].perm;
    }
    return any ? all & mask : perm_of(l, PERM_OTHER, 0);
}

/* The entry of the new access list that a bit group of the mode limits. */
static void limit(struct perm_list *l, unsigned tag, unsigned perm)
{
    struct perm_entry *e = perm_find(l, tag, NULL, false);

    if (e)
        e->perm &= perm & 7;
}

bool perm_inherit(const struct perm *folder, unsigned mode, bool dir, struct perm *out)
{
    const struct perm_list *from = &folder->list;
    bool def = perm_has(from, true), setgid = folder->special & PERM_SETGID;

    out->special = mode & 07000;
    if (setgid) {
        out->group = folder->group;
        out->special |= dir ? PERM_SETGID : 0;
    }
    if (!def) {
        perm_list_set_mode(&out->list, mode);
        return setgid && !perm_list_err(&out->list);
    }
    for (size_t i = 0; i < from->n; i++) {
        const struct perm_entry *e = &from->v[i];

        if (!e->def)
            continue;
        perm_add(&out->list, e->tag, e->perm, &e->sid, false);
        if (dir)
            perm_add(&out->list, e->tag, e->perm, &e->sid, true);
    }
    limit(&out->list, PERM_USER_OBJ, mode >> 6);
    limit(&out->list, perm_find(&out->list, PERM_MASK, NULL, false) ? PERM_MASK : PERM_GROUP_OBJ, mode >> 3);
    limit(&out->list, PERM_OTHER, mode);
    return !perm_list_err(&out->list);
}
