/* SPDX-License-Identifier: BSD-2-Clause */
/* Lists as Solaris has them: arrays of aclent_t, access and default entries in one. */
#include "sys.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/acl.h>

#include "account.h"
#include "acl_int.h"
#include "lib/acl/text.h"
#include "path.h"

static void open_list(struct perm_list *l)
{
    perm_list_init(l, path_realloc, NULL, 0);
}

/* Other than POSIX' lists these have the owners' numbers in the entries without a name, and always a mask. */
static void put_entry(aclent_t *to, const struct perm_entry *e)
{
    to->a_type = (e->def ? ACL_DEFAULT : 0) | e->tag;
    to->a_id = e->tag == PERM_USER ? account_uid(&e->sid) : e->tag == PERM_GROUP ? account_gid(&e->sid) : (id_t)-1;
    to->a_perm = e->perm;
}

static int take(const aclent_t *from, int count, struct perm_list *l)
{
    for (int i = 0; i < count; i++) {
        unsigned tag = (unsigned)from[i].a_type & ~(unsigned)ACL_DEFAULT;
        struct sid s;
        int r = tag == PERM_USER ? account_sid_of_uid(from[i].a_id, &s)
                                 : tag == PERM_GROUP ? account_sid_of_gid(from[i].a_id, &s) : 0;

        if (r < 0)
            return r;
        if (!perm_add(l, tag, from[i].a_perm, &s, from[i].a_type & ACL_DEFAULT))
            return -ENOMEM;
    }
    return 0;
}

static enum perm_fault check(const struct perm_list *l, size_t *at)
{
    enum perm_fault f = perm_check(l, false, at);

    return f != PERM_OK ? f : perm_check(l, true, at);
}

static void with_mask(struct perm_list *l)
{
    struct perm_entry *group = perm_find(l, PERM_GROUP_OBJ, NULL, false);

    if (!perm_find(l, PERM_MASK, NULL, false))
        perm_add(l, PERM_MASK, group ? group->perm : 0, NULL, false);
}

static int get(const char *path, int fd, int command, int count, aclent_t *entries)
{
    struct perm p;
    bool dir;
    int r = acl_read_file(path, fd, &p, &dir);

    if (r < 0)
        return r;
    with_mask(&p.list);
    perm_sort(&p.list);
    r = perm_list_err(&p.list) < 0 ? -ENOMEM : (int)p.list.n;
    if (r > 0 && command == GETACL) {
        if (!entries)
            r = -EFAULT;
        else if (count < r)
            r = -ENOSPC;
        for (int i = 0; i < r; i++)
            put_entry(&entries[i], &p.list.v[i]);
    }
    perm_list_free(&p.list);
    return r;
}

static int set(const char *path, int fd, int count, const aclent_t *entries)
{
    struct perm p;
    bool dir;
    int r;

    if (count < 3 || count > MAX_ACL_ENTRIES || !entries)
        return -EINVAL;
    if ((r = acl_read_file(path, fd, &p, &dir)) < 0)
        return r;
    p.list.n = 0;
    if ((r = take(entries, count, &p.list)) == 0) {
        if (check(&p.list, NULL) != PERM_OK || (!dir && perm_has(&p.list, true)))
            r = -EINVAL;
        else
            r = acl_write_file(path, fd, &p, dir);
    }
    perm_list_free(&p.list);
    return r;
}

static int either(const char *path, int fd, int command, int count, aclent_t *entries)
{
    switch (command) {
    case SETACL:
        return set(path, fd, count, entries);
    case GETACL:
        return count < MIN_ACL_ENTRIES ? -EINVAL : get(path, fd, command, count, entries);
    case GETACLCNT:
        return get(path, fd, command, count, entries);
    default:
        return -EINVAL;
    }
}

/**
 * Reads, counts or sets the list of a file.
 * @param command GETACL, GETACLCNT, SETACL
 * @return entries, 0 for SETACL, or -1 with EINVAL, ENOSPC (no room), EPERM and what stat() has. Solaris
 */
int acl(const char *path, int command, int count, aclent_t *entries)
{
    int r = either(path ? path : "", -1, command, count, entries);

    trace_sys_acl(path, command, count, r);
    return (int)sys_ret(r);
}

/** acl() of an open file. EBADF. Solaris */
int facl(int fd, int command, int count, aclent_t *entries)
{
    int r = fd < 0 ? -EBADF : either(NULL, fd, command, count, entries);

    trace_sys_facl(fd, command, count, r);
    return (int)sys_ret(r);
}

/** 0, or what is wrong: GRP_ERROR and the like by number, *which the entry. Solaris aclcheck() */
int aclcheck(aclent_t *entries, int count, int *which)
{
    struct perm_list l;
    size_t at = 0;
    int r;

    open_list(&l);
    r = entries && count >= 0 && take(entries, count, &l) == 0 ? (int)check(&l, &at) : (int)PERM_BAD_ENTRY;
    perm_list_free(&l);
    if (which)
        *which = r == PERM_OK || r == PERM_MISSING ? -1 : (int)at;
    return r;
}

static int by_type(const void *x, const void *y)
{
    const aclent_t *a = x, *b = y;

    if (a->a_type != b->a_type)
        return a->a_type < b->a_type ? -1 : 1;
    return a->a_id < b->a_id ? -1 : a->a_id > b->a_id;
}

/** Sorts a list, and with `calculate_mask` makes the mask fit. @return 0, or -1 with EINVAL. Solaris */
int aclsort(int count, int calculate_mask, aclent_t *entries)
{
    unsigned all = 0;

    if (aclcheck(entries, count, NULL))
        return (int)sys_ret(-EINVAL);
    qsort(entries, (size_t)count, sizeof(*entries), by_type);
    for (int i = 0; i < count; i++)
        if (entries[i].a_type & (USER | GROUP | GROUP_OBJ) && !(entries[i].a_type & ACL_DEFAULT))
            all |= entries[i].a_perm;
    for (int i = 0; i < count && calculate_mask; i++)
        if (entries[i].a_type == CLASS_OBJ)
            entries[i].a_perm = all;
    return 0;
}

static aclent_t *of_type(aclent_t *entries, int count, int type)
{
    for (int i = 0; i < count; i++)
        if (entries[i].a_type == type)
            return &entries[i];
    return NULL;
}

/** The mode that a list comes down to. @return 0, or -1 with EINVAL. Solaris acltomode() */
int acltomode(aclent_t *entries, int count, mode_t *mode)
{
    aclent_t *u = of_type(entries, count, USER_OBJ), *g = of_type(entries, count, GROUP_OBJ),
             *o = of_type(entries, count, OTHER_OBJ), *m = of_type(entries, count, CLASS_OBJ);

    if (!u || !g || !o)
        return (int)sys_ret(-EINVAL);
    *mode = (u->a_perm & 7) << 6 | (g->a_perm & 7 & (m ? m->a_perm : 7)) << 3 | (o->a_perm & 7);
    return 0;
}

/** Puts a mode into a list. @return 0, or -1 with EINVAL. Solaris aclfrommode() */
int aclfrommode(aclent_t *entries, int count, mode_t *mode)
{
    aclent_t *u = of_type(entries, count, USER_OBJ), *g = of_type(entries, count, GROUP_OBJ),
             *o = of_type(entries, count, OTHER_OBJ), *m = of_type(entries, count, CLASS_OBJ);

    if (!u || !g || !o)
        return (int)sys_ret(-EINVAL);
    u->a_perm = *mode >> 6 & 7;
    (m && count > MIN_ACL_ENTRIES ? m : g)->a_perm = *mode >> 3 & 7;
    if (m)
        m->a_perm = *mode >> 3 & 7;
    o->a_perm = *mode & 7;
    return 0;
}

/** acltomode() under its other name. Solaris */
int acltopbits(aclent_t *entries, int count, mode_t *mode)
{
    return acltomode(entries, count, mode);
}

/** aclfrommode() under its other name. Solaris */
int aclfrompbits(aclent_t *entries, int count, mode_t *mode)
{
    return aclfrommode(entries, count, mode);
}

static void by_name(void *ctx, bool group, const struct sid *s, struct buf *out)
{
    account_name(group, s, out);
}

static int lookup(void *ctx, bool group, const char *name, size_t n, struct sid *out)
{
    return account_by_name(group, name, n, out);
}

/** A list as text, entries separated by commas, to be freed with free(). NULL with errno. Solaris */
char *acltotext(aclent_t *entries, int count)
{
    struct perm_list l;
    struct buf b;
    char *out = NULL;

    open_list(&l);
    path_buf(&b);
    if (entries && count > 0 && take(entries, count, &l) == 0) {
        for (size_t i = 0; i < l.n; i++) {
            if (i)
                buf_putc(&b, ',');
            perm_format_entry(&b, &l, &l.v[i], 0, by_name, NULL);
        }
        out = buf_err(&b) < 0 ? NULL : strdup(b.p);
        errno = out ? errno : ENOMEM;
    } else {
        errno = EINVAL;
    }
    perm_list_free(&l);
    buf_free(&b);
    return out;
}

/** And back; to be freed with free(). NULL with EINVAL, ENOMEM. Solaris aclfromtext() */
aclent_t *aclfromtext(char *text, int *count)
{
    aclent_t *out = NULL;
    struct perm_list l;
    int r;

    open_list(&l);
    r = text ? perm_parse(&l, text, 0, lookup, NULL, NULL) : -EINVAL;
    if (r == 0 && !(out = malloc((l.n ? l.n : 1) * sizeof(*out))))
        r = -ENOMEM;
    for (size_t i = 0; r == 0 && i < l.n; i++)
        put_entry(&out[i], &l.v[i]);
    if (r == 0 && count)
        *count = (int)l.n;
    if (r < 0)
        errno = r == -ENOMEM ? ENOMEM : EINVAL;
    perm_list_free(&l);
    return out;
}
