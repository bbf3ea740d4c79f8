/* SPDX-License-Identifier: BSD-2-Clause */
/* chmod, chown and access of files by name and by handle. Where descriptors do not count (noacl, FAT),
 * the READONLY attribute is the mode, everything is the user's, and chown changes nothing. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "caps.h"
#include "file_stat.h"
#include "name.h"
#include "nt.h"
#include "proc.h"
#include "sec/sec.h"

static bool no_file(const struct path *p)
{
    return p->dev.kind != DEVICE_NONE && !p->nt.len;
}

static bool may_have_acl(uint32_t mount_flags)
{
    return !(mount_flags & MOUNT_NOACL) && cap(CAP_acls);
}

/* A handle with the right to change the list; READONLY, which would outlive it, goes if the mode writes. */
static int chmod_handle(handle_t h, const struct nt_stat *n, mode_t mode)
{
    if (n->attr & NT_ATTR_READONLY && mode & 0222)
        nt_file_set_basic(h, 0, 0, stat_attr(n->attr, mode));
    return sec_chmod(h, n->dir, mode);
}

int name_chmod(const struct path *p, mode_t mode)
{
    struct nt_name name = nt_name_of(p);
    bool acl = may_have_acl(p->mount_flags);
    struct nt_stat n;
    handle_t h;
    int r;

    if (no_file(p))
        return 0; /* devices: as a superuser's call that changes nothing that lasts */
    if ((r = nt_file_open(&name, NT_O_ATTR | (acl ? sec_chmod_access() : 0), NT_OPEN_EXISTING, 0, &h)) < 0)
        return r == -EACCES ? -EPERM : r;
    if (acl && sec_used(p->mount_flags, h, stat_drive(p->nt.p, p->nt.len)))
        r = (r = nt_file_stat(h, &n)) < 0 ? r : chmod_handle(h, &n, mode);
    else
        r = nt_file_set_basic(h, 0, 0, stat_attr(p->attr, mode));
    nt_close(h);
    return r;
}

int name_chmod_open(handle_t h, const char *posix, unsigned drive, mode_t mode)
{
    bool acl = sec_used(stat_mount_flags(posix), h, drive);
    struct nt_stat n;
    handle_t own;
    int r = nt_file_stat(h, &n);

    if (r < 0)
        return r;
    /* the program's own handle was opened for other rights; a deleted file has no other */
    if (nt_file_reopen(h, NT_O_ATTR | (acl ? sec_chmod_access() : 0), &own) < 0)
        return nt_file_set_basic(h, 0, 0, stat_attr(n.attr, mode));
    r = acl ? chmod_handle(own, &n, mode) : nt_file_set_basic(own, 0, 0, stat_attr(n.attr, mode));
    nt_close(own);
    return r;
}

int name_chown(const struct path *p, uid_t uid, gid_t gid)
{
    struct nt_name name = nt_name_of(p);
    unsigned how = NT_O_DAC | NT_O_OWNER | (p->symlink ? NT_O_REPARSE : 0);
    handle_t h;
    int r;

    if (no_file(p) || !may_have_acl(p->mount_flags))
        return 0;
    if ((r = nt_file_open(&name, how, NT_OPEN_EXISTING, 0, &h)) < 0)
        return r == -EACCES ? -EPERM : r;
    r = sec_used(p->mount_flags, h, stat_drive(p->nt.p, p->nt.len)) ? sec_chown(h, p->dir, uid, gid) : 0;
    nt_close(h);
    return r;
}

int name_chown_open(handle_t h, const char *posix, unsigned drive, uid_t uid, gid_t gid)
{
    struct nt_stat n;
    handle_t own;
    int r;

    if (!sec_used(stat_mount_flags(posix), h, drive))
        return 0;
    if ((r = nt_file_stat(h, &n)) < 0 || (r = nt_file_reopen(h, NT_O_DAC | NT_O_OWNER, &own)) < 0)
        return r == -EACCES ? -EPERM : r;
    r = sec_chown(own, n.dir, uid, gid);
    nt_close(own);
    return r;
}

/* The list decides for somebody who is not the owner. */
static int granted(const struct path *p, bool effective)
{
    struct nt_name name = nt_name_of(p);
    handle_t h;
    int r = nt_file_open(&name, 0, NT_OPEN_EXISTING, 0, &h);

    if (r < 0)
        return r;
    r = sec_allowed(h, p->dir, effective);
    nt_close(h);
    return r;
}

int name_access(const struct path *p, const struct stat *st, int want, bool effective)
{
    int have = (int)(st->st_mode >> 6 & 7);

    if (!no_file(p) && may_have_acl(p->mount_flags) && st->st_uid != (effective ? me.euid : me.uid)) {
        if ((have = granted(p, effective)) < 0)
            return have;
        if (!(st->st_mode & 0222)) /* READONLY */
            have &= ~W_OK;
    }
    return want & ~have ? -EACCES : 0;
}
