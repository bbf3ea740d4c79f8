/* SPDX-License-Identifier: BSD-2-Clause */
/* Descriptors of open files read, changed and written. See sec.h. */
#include "sec.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "account.h"
#include "caps.h"
#include "file/file_stat.h"
#include "mm.h"
#include "nt.h"
#include "nt/nt_security.h"
#include "path.h"
#include "proc.h"

#define USUAL 768 /* bytes of a descriptor that needs no memory */

bool sec_used(uint32_t mount_flags, handle_t h, unsigned drive)
{
    return !(mount_flags & MOUNT_NOACL) && cap(CAP_acls) && stat_has_acls(h, drive);
}

bool sec_keeps_exec(void)
{
    return !nt_is_wine();
}

/* Wine makes a Unix mode of the list. An entry of the owner, or of a group that the process is in, gives
 * Unix' group the same, unless the owner named is nobody whom the process' token knows: then the owner's
 * entries become the owner's bits, others' the rest, and nobody gets more than was meant. */
static const struct sid *owner_to_write(const struct sid *owner)
{
    static const struct sid anonymous = { 1, 1, { 0, 0, 0, 0, 0, 5 }, { 7 } };

    return nt_is_wine() ? &anonymous : owner;
}

unsigned sec_chmod_access(void)
{
    return NT_O_DAC | (nt_is_wine() ? NT_O_OWNER : 0);
}

/* The descriptor, in `mem` or in *more, which the caller frees; bytes or negative errno. */
static int get(handle_t h, void *mem, uint32_t size, void **more)
{
    int n = nt_sd_get(h, mem, size);

    *more = NULL;
    while (n > (int)size) { /* it may grow meanwhile */
        size = (uint32_t)n;
        rt_free(*more);
        if (!(*more = rt_alloc(size)))
            return -ENOMEM;
        n = nt_sd_get(h, *more, size);
    }
    return n;
}

int sec_stat(handle_t h, bool dir, struct sec_stat *s)
{
    uint64_t mem[USUAL / 8];
    struct sid owner, group;
    unsigned mode;
    void *more;
    int n = get(h, mem, sizeof(mem), &more);
    int r = n < 0 ? n : perm_sd_mode(more ? more : mem, (size_t)n, dir, path_realloc, &mode, &owner, &group);

    rt_free(more);
    if (r < 0)
        return r;
    *s = (struct sec_stat){ mode, account_uid(&owner), account_gid(&group) };
    return 0;
}

int sec_read(handle_t h, bool dir, struct perm *p)
{
    uint64_t mem[USUAL / 8];
    void *more;
    int n = get(h, mem, sizeof(mem), &more), r;

    memset(p, 0, sizeof(*p));
    perm_list_init(&p->list, path_realloc, NULL, 0);
    r = n < 0 ? n : perm_from_sd(more ? more : mem, (size_t)n, dir, p);
    rt_free(more);
    if (r < 0)
        perm_list_free(&p->list);
    return r;
}

int sec_write(handle_t h, bool dir, const struct perm *p, unsigned what)
{
    char mem[USUAL];
    struct buf sd;
    struct perm q = *p;
    int r;

    q.owner = *owner_to_write(&p->owner);
    if (nt_is_wine())
        what |= NT_SD_OWNER;
    buf_init(&sd, path_realloc, mem, sizeof(mem));
    r = perm_to_sd(&q, dir, &sd);
    if (r == 0)
        r = nt_sd_set(h, sd.p, what);
    buf_free(&sd);
    return r == -E2BIG ? -ENOSPC : r;
}

int sec_chmod(handle_t h, bool dir, mode_t mode)
{
    struct perm p;
    int r = sec_read(h, dir, &p);

    if (r < 0)
        return r;
    p.special = mode & 07000;
    perm_list_set_mode(&p.list, mode);
    r = perm_list_err(&p.list);
    if (r == 0)
        r = sec_write(h, dir, &p, NT_SD_DACL);
    perm_list_free(&p.list);
    return r;
}

static bool member(const struct sid *s, const struct sid *groups, int n)
{
    for (int i = 0; i < n; i++)
        if (sid_equal(s, &groups[i]))
            return true;
    return false;
}

int sec_chown(handle_t h, bool dir, uid_t uid, gid_t gid)
{
    struct perm p;
    struct sec_stat now;
    unsigned what = 0;
    int r = sec_read(h, dir, &p);

    if (r < 0)
        return r;
    if (uid != (uid_t)-1 && uid != account_uid(&p.owner)) {
        what |= NT_SD_OWNER | NT_SD_DACL;
        r = account_sid_of_uid(uid, &p.owner);
    }
    if (r == 0 && gid != (gid_t)-1 && gid != account_gid(&p.group)) {
        what |= NT_SD_GROUP | NT_SD_DACL;
        r = account_sid_of_gid(gid, &p.group);
    }
    if (r == 0 && what && nt_is_wine())
        r = -EPERM; /* it says yes and changes nothing */
    if (r == 0 && what) { /* the list names owner and group, so it changes with them */
        p.special &= ~(uint32_t)(dir ? 0 : PERM_SETUID | PERM_SETGID);
        r = sec_write(h, dir, &p, what);
    }
    perm_list_free(&p.list);
    if (r < 0 || !what)
        return r == -EACCES || r == -EINVAL ? -EPERM : r;
    if (sec_stat(h, dir, &now) < 0 || (uid != (uid_t)-1 && now.uid != uid) || (gid != (gid_t)-1 && now.gid != gid))
        return -EPERM;
    return 0;
}

int sec_allowed(handle_t h, bool dir, bool effective)
{
    struct sid *groups = NULL, user = account_user;
    struct perm p;
    int n, r = sec_read(h, dir, &p);

    if (r < 0)
        return r;
    if (effective && me.euid != me.uid)
        account_sid_of_uid(me.euid, &user);
    n = account_group_sids(&groups);
    if (n >= 0 && !member(&account_group, groups, n))
        groups[n++] = account_group; /* room for one more was made */
    r = n < 0 ? n : (int)perm_granted(&p, &user, groups, (size_t)n);
    rt_free(groups);
    perm_list_free(&p.list);
    return r;
}

/* ---- new files ---- */

/* Units of the folder of an NT name. */
static size_t folder_of(const struct nt_name *name)
{
    size_t n = name->n;

    while (n && name->p[n - 1] != '\\')
        n--;
    return n > 7 ? n - 1 : n; /* the root of a drive keeps its \ */
}

/* What a folder hands on; false: nothing but the mode counts. */
static bool inherited(const struct nt_name *name, mode_t mode, bool dir, struct perm *p)
{
    struct nt_name folder = { .p = name->p, .n = folder_of(name), .case_sensitive = name->case_sensitive };
    struct perm parent;
    handle_t h;
    bool yes;

    /* Wine keeps neither default lists nor the set-gid bit. */
    if (nt_is_wine() || !folder.n || nt_file_open(&folder, NT_O_DIR, NT_OPEN_EXISTING, 0, &h) < 0)
        return false;
    yes = sec_read(h, true, &parent) == 0;
    nt_close(h);
    if (!yes)
        return false;
    yes = perm_inherit(&parent, mode, dir, p);
    perm_list_free(&parent.list);
    return yes;
}

/* Wine's server has a umask of its own, which as a rule takes others' write permission. */
static bool needs_write(mode_t mode)
{
    return mode & 02 && nt_is_wine();
}

unsigned sec_for_new(struct sec_new *s, struct nt_name *name, uint32_t mount_flags, mode_t mode, bool dir)
{
    struct perm p = { .owner = account_user, .group = account_group };
    int r;

    buf_init(&s->sd, path_realloc, s->mem, sizeof(s->mem));
    if (mount_flags & MOUNT_NOACL || !cap(CAP_acls))
        return 0;
    perm_list_init(&p.list, path_realloc, NULL, 0);
    if (inherited(name, mode, dir, &p))
        r = perm_to_sd(&p, dir, &s->sd);
    else
        r = perm_mode_to_sd(owner_to_write(&account_user), &account_group, mode & 07777, dir, &s->sd);
    perm_list_free(&p.list);
    if (r < 0)
        return 0;
    name->sd = s->sd.p;
    return needs_write(mode) ? sec_chmod_access() : 0;
}

void sec_made(struct sec_new *s, handle_t h, mode_t mode, bool dir)
{
    if (h && s->sd.len && needs_write(mode))
        nt_sd_set(h, s->sd.p, NT_SD_DACL | NT_SD_OWNER);
    buf_free(&s->sd);
}
