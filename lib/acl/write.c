/* SPDX-License-Identifier: BSD-2-Clause */
/* From permissions to a security descriptor, in the form that perm.h describes. */
#include <errno.h>
#include <string.h>

#include "lib/acl/perm_int.h"

#define DACL_MAX 65535

struct writer {
    struct buf *out;
    unsigned count;             /* entries so far */
    uint8_t flags;              /* of each entry */
    bool dir, sticky;
};

static uint32_t allow_mask(const struct writer *w, unsigned perm, bool owner)
{
    uint32_t m = RIGHTS_BASE;

    if (perm & PERM_R)
        m |= RIGHT_READ;
    if (perm & PERM_W) {
        m |= RIGHT_WRITE | RIGHT_APPEND | RIGHT_WRITE_EA | RIGHT_WRITE_ATTR;
        if (w->dir && (owner || !w->sticky))
            m |= RIGHT_DELETE_CHILD;
    }
    if (perm & PERM_X)
        m |= RIGHT_EXECUTE;
    return owner ? m | RIGHTS_OWNER : m;
}

static uint32_t deny_mask(const struct writer *w, unsigned perm)
{
    return (perm & PERM_R ? RIGHT_READ : 0) | (perm & PERM_X ? RIGHT_EXECUTE : 0)
           | (perm & PERM_W ? RIGHT_WRITE | RIGHT_APPEND | (w->dir ? RIGHT_DELETE_CHILD : 0) : 0);
}

static void put16(struct buf *out, unsigned v)
{
    uint8_t b[2] = { (uint8_t)v, (uint8_t)(v >> 8) };

    buf_put(out, b, sizeof(b));
}

static void put32(struct buf *out, uint32_t v)
{
    put16(out, v & 0xffff);
    put16(out, v >> 16);
}

static void put_ace(struct writer *w, unsigned type, uint32_t mask, const struct sid *sid)
{
    buf_putc(w->out, (char)type);
    buf_putc(w->out, (char)w->flags);
    put16(w->out, (unsigned)(8 + sid_size(sid)));
    put32(w->out, mask);
    buf_put(w->out, sid, sid_size(sid));
    w->count++;
}

static void put_deny(struct writer *w, unsigned perm, const struct sid *sid)
{
    if (perm)
        put_ace(w, ACE_DENY, deny_mask(w, perm), sid);
}

/* What one list comes down to. */
struct sums {
    unsigned user, group, other, mask;
    unsigned later;             /* what any entry behind the users' may grant */
    bool has_mask, named;
};

static struct sums sum(const struct perm_list *l, bool def)
{
    struct sums s = { .mask = 7 };
    unsigned groups = 0;

    for (size_t i = 0; i < l->n; i++) {
        const struct perm_entry *e = &l->v[i];

        if (e->def != def)
            continue;
        switch (e->tag) {
        case PERM_USER_OBJ:
            s.user = e->perm;
            break;
        case PERM_GROUP_OBJ:
            s.group = e->perm;
            groups |= e->perm;
            break;
        case PERM_MASK:
            s.mask = e->perm;
            s.has_mask = true;
            break;
        case PERM_OTHER:
            s.other = e->perm;
            break;
        case PERM_GROUP:
            groups |= e->perm;
            /* fall through */
        default:
            s.named = true;
        }
    }
    s.later = groups | s.other;
    return s;
}

static void put_users(struct writer *w, const struct perm *p, const struct sums *s, const struct sid *owner, bool def)
{
    struct perm_entry *twin = perm_find(&p->list, PERM_USER, owner, def);

    put_deny(w, (s->later | (twin ? twin->perm : 0)) & ~s->user & 7, owner);
    put_ace(w, ACE_ALLOW, allow_mask(w, s->user, true), owner);
    for (size_t i = 0; i < p->list.n; i++) {
        const struct perm_entry *e = &p->list.v[i];

        if (e->def != def || e->tag != PERM_USER)
            continue;
        put_deny(w, (s->later | e->perm) & ~(e->perm & s->mask) & 7, &e->sid);
        put_ace(w, ACE_ALLOW, allow_mask(w, e->perm, false), &e->sid);
    }
}

enum group_pass { MASKED, ALLOWED, WITHHELD };

static void put_group(struct writer *w, enum group_pass pass, const struct sums *s, unsigned perm, const struct sid *sid)
{
    if (pass == ALLOWED)
        put_ace(w, ACE_ALLOW, allow_mask(w, perm, false), sid);
    else
        put_deny(w, pass == MASKED ? perm & ~s->mask & 7 : s->other & ~(perm & s->mask) & 7, sid);
}

static void put_groups(struct writer *w, const struct perm *p, const struct sums *s, const struct sid *group, bool def)
{
    for (enum group_pass pass = MASKED; pass <= WITHHELD; pass++) {
        put_group(w, pass, s, s->group, group);
        for (size_t i = 0; i < p->list.n; i++)
            if (p->list.v[i].def == def && p->list.v[i].tag == PERM_GROUP)
                put_group(w, pass, s, p->list.v[i].perm, &p->list.v[i].sid);
    }
    put_ace(w, ACE_ALLOW, allow_mask(w, s->other, false), &sid_everyone);
}

static bool is_root(const struct sid *s)
{
    return sid_equal(s, &sid_system) || sid_equal(s, &sid_admins);
}

/* Whether reading by what NT grants would give another list. */
static bool needs_marker(const struct perm *p, const struct sums *s)
{
    return s->has_mask || s->named || p->special || sid_equal(&p->owner, &p->group)
           || sid_equal(&p->owner, &sid_everyone) || sid_equal(&p->group, &sid_everyone)
           || sid_equal(&p->owner, &sid_null) || sid_equal(&p->group, &sid_null)
           || (p->roots && (is_root(&p->owner) || is_root(&p->group)));
}

static uint32_t marker(const struct perm *p, const struct sums *s)
{
    return MARK_ALWAYS | s->mask | (s->has_mask ? MARK_HAS_MASK : 0)
           | (p->special & PERM_SETUID ? MARK_SETUID : 0) | (p->special & PERM_SETGID ? MARK_SETGID : 0)
           | (p->special & PERM_STICKY ? MARK_STICKY : 0) | (p->roots & PERM_ROOT_SYSTEM ? MARK_SYSTEM : 0)
           | (p->roots & PERM_ROOT_ADMINS ? MARK_ADMINS : 0);
}

static void put_list(struct writer *w, const struct perm *p, bool def)
{
    struct sums s = sum(&p->list, def);

    w->flags = def ? ACE_DEFAULT : 0;
    if (p->roots & PERM_ROOT_SYSTEM)
        put_ace(w, ACE_ALLOW, RIGHT_ALL, &sid_system);
    if (p->roots & PERM_ROOT_ADMINS)
        put_ace(w, ACE_ALLOW, RIGHT_ALL, &sid_admins);
    put_users(w, p, &s, def ? &sid_creator_owner : &p->owner, def);
    if (def || needs_marker(p, &s))
        put_ace(w, ACE_DENY, marker(p, &s), &sid_null);
    put_groups(w, p, &s, def ? &sid_creator_group : &p->group, def);
}

static void set16(struct buf *out, size_t at, unsigned v)
{
    out->p[at] = (char)v;
    out->p[at + 1] = (char)(v >> 8);
}

int perm_to_sd(const struct perm *p, bool dir, struct buf *out)
{
    struct writer w = { .out = out, .dir = dir, .sticky = p->special & PERM_STICKY };
    size_t dacl;
    uint32_t owner = 20, group = owner + (uint32_t)sid_size(&p->owner);

    if (p->owner.n > SID_SUBS || p->group.n > SID_SUBS || perm_check(&p->list, false, NULL) != PERM_OK
        || perm_check(&p->list, true, NULL) != PERM_OK || (!dir && perm_has(&p->list, true)))
        return -EINVAL;
    put16(out, 1);
    put16(out, SD_SELF_RELATIVE | SD_DACL_PRESENT | SD_DACL_PROTECTED);
    put32(out, owner);
    put32(out, group);
    put32(out, 0);
    put32(out, group + (uint32_t)sid_size(&p->group));
    buf_put(out, &p->owner, sid_size(&p->owner));
    buf_put(out, &p->group, sid_size(&p->group));
    dacl = out->len;
    put32(out, 2);              /* revision; size and count follow */
    put32(out, 0);
    put_list(&w, p, false);
    if (perm_has(&p->list, true))
        put_list(&w, p, true);
    if (buf_err(out) < 0)
        return -ENOMEM;
    if (out->len - dacl > DACL_MAX)
        return -E2BIG;
    set16(out, dacl + 2, (unsigned)(out->len - dacl));
    set16(out, dacl + 4, w.count);
    return 0;
}

int perm_mode_to_sd(const struct sid *owner, const struct sid *group, unsigned mode, bool dir, struct buf *out)
{
    struct perm_entry mem[3];
    struct perm p = { .owner = *owner, .group = *group, .special = mode & 07000 };

    perm_list_init(&p.list, NULL, mem, 3);
    perm_list_set_mode(&p.list, mode);
    return perm_to_sd(&p, dir, out);
}
