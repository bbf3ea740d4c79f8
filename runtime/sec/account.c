/* SPDX-License-Identifier: BSD-2-Clause */
/* Who the process is, and numbers for identifiers. Identifiers that lib/acl/sid.h can give no number that
 * leads back get theirs from /etc/passwd and /etc/group. */
#include "account.h"

#include <errno.h>
#include <string.h>

#include "mm.h"
#include "nt/nt_security.h"
#include "proc.h"

struct sid account_user, account_group;

int account_init(void)
{
    int r = nt_token_user(&account_user, &account_group);

    if (r < 0)
        return r;
    me.uid = me.euid = sid_to_id(&account_user, &account_user);
    me.gid = me.egid = sid_to_id(&account_user, &account_group);
    return 0;
}

int account_group_sids(struct sid **out)
{
    int n = nt_token_groups(NULL, 0);

    *out = n < 0 ? NULL : rt_alloc(((size_t)n + 1) * sizeof(**out));
    if (!*out)
        return n < 0 ? n : -ENOMEM;
    return nt_token_groups(*out, (unsigned)n);
}

int account_groups(gid_t *list, unsigned max)
{
    struct sid *sids;
    int n = account_group_sids(&sids);

    for (unsigned i = 0; i < max && (int)i < n; i++)
        list[i] = account_gid(&sids[i]);
    rt_free(sids);
    return n;
}

/* In the file of users or groups. */
static bool from_file(bool group, const struct sid *s, uint32_t *id)
{
    const struct account_file *f = account_file(group);
    bool found = false;

    for (unsigned i = 0; f && i < f->n && !found; i++) {
        found = f->v[i].sid.rev && sid_equal(&f->v[i].sid, s);
        if (found)
            *id = f->v[i].id;
    }
    account_file_done();
    return found;
}

static uint32_t number(bool group, const struct sid *s)
{
    uint32_t id = sid_to_id(&account_user, s);

    if (id >> 31)
        from_file(group, s, &id);
    return id;
}

uint32_t account_uid(const struct sid *s)
{
    return sid_equal(s, &account_user) ? me.uid : number(false, s);
}

uint32_t account_gid(const struct sid *s)
{
    return sid_equal(s, &account_group) ? me.gid : number(true, s);
}

static int identifier(bool group, uint32_t id, struct sid *out)
{
    const struct account_file *f;
    int r = sid_from_id(&account_user, id, out);

    if (r == 0)
        return 0;
    f = account_file(group);
    for (unsigned i = 0; f && i < f->n && r < 0; i++) {
        if (f->v[i].id == id && f->v[i].sid.rev) {
            *out = f->v[i].sid;
            r = 0;
        }
    }
    account_file_done();
    return r;
}

int account_sid_of_uid(uint32_t uid, struct sid *out)
{
    if (uid == me.uid) {
        *out = account_user;
        return 0;
    }
    return identifier(false, uid, out);
}

int account_sid_of_gid(uint32_t gid, struct sid *out)
{
    if (gid == me.gid) {
        *out = account_group;
        return 0;
    }
    return identifier(true, gid, out);
}
