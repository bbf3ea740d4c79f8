/* SPDX-License-Identifier: BSD-2-Clause */
/* Making, removing and renaming names. Where the system has no POSIX delete and rename, a file that is
 * open is moved aside under a hidden name and deleted at its last close. */
#include "name.h"

#include <errno.h>
#include <string.h>

#include "aside.h"
#include "caps.h"
#include "file_stat.h"
#include "nt.h"
#include "sec/sec.h"
#include "special.h"
#include "trace.h"

static struct nt_name nt_of(const struct path *p)
{
    return nt_name_of(p);
}

static bool no_file(const struct path *p)
{
    return p->dev.kind != DEVICE_NONE && !p->nt.len;
}

/* ---- removing ---- */

/* Windows does not delete a file with the READONLY attribute; POSIX asks the folder's permission. */
static int clear_readonly(const struct nt_name *name, uint32_t attr)
{
    handle_t h;
    int r = nt_file_open(name, NT_O_ATTR, NT_OPEN_EXISTING, 0, &h);

    if (r < 0)
        return r;
    r = nt_file_set_basic(h, 0, 0, stat_attr(attr, 0222));
    nt_close(h);
    return r;
}

/* Nobody else has it open. */
static int remove_alone(handle_t h, const struct nt_name *name, uint32_t attr)
{
    int r = nt_file_delete_posix(h);

    if (r == -ENOSYS)
        r = nt_file_delete(h);
    if (r == -EPERM && attr & NT_ATTR_READONLY && clear_readonly(name, attr) == 0)
        r = nt_file_delete(h);
    return r;
}

/* Somebody has: the name has to go all the same. */
static int remove_open(const struct path *p, const struct nt_name *name, unsigned how)
{
    handle_t h;
    int r = nt_file_open(name, how, NT_OPEN_EXISTING, 0, &h);

    if (r < 0)
        return r;
    r = nt_file_delete_posix(h);
    if (r == -ENOSYS && (r = aside_move(h, p, "removed")) == 0) {
        if (p->attr & NT_ATTR_READONLY)
            nt_file_set_basic(h, 0, 0, NT_ATTR_HIDDEN);
        nt_file_delete(h); /* a running program cannot be: it stays, hidden */
    }
    nt_close(h);
    return r;
}

static int remove_name(const struct path *p, unsigned type)
{
    struct nt_name name = nt_of(p);
    handle_t h;
    int r = nt_file_open(&name, NT_O_DELETE | NT_O_ATTR | NT_O_ALONE | type, NT_OPEN_EXISTING, 0, &h);

    if (r == -EACCES)
        r = nt_file_open(&name, NT_O_DELETE | NT_O_ALONE | type, NT_OPEN_EXISTING, 0, &h);
    if (r == -EBUSY)
        return remove_open(p, &name, NT_O_DELETE | type);
    if (r < 0)
        return r;
    r = remove_alone(h, &name, p->attr);
    nt_close(h);
    if (r == -EPERM || r == -EBUSY) /* it is mapped: a program that runs */
        r = remove_open(p, &name, NT_O_DELETE | type);
    return r;
}

int name_unlink(const struct path *p)
{
    if (no_file(p))
        return -EPERM;
    if (!p->exists)
        return -ENOENT;
    if (p->dir)
        return -EISDIR;
    /* a native link to a folder is a folder for Windows */
    return p->need_dir ? -ENOTDIR : remove_name(p, p->attr & NT_ATTR_DIRECTORY ? NT_O_DIR : NT_O_NODIR);
}

int name_rmdir(const struct path *p)
{
    int r;

    if (no_file(p))
        return p->dir ? -EPERM : -ENOTDIR;
    if (!p->exists)
        return -ENOENT;
    if (!p->dir)
        return -ENOTDIR;
    r = remove_name(p, NT_O_DIR);
    if (r == -ENOTEMPTY && aside_sweep(p->nt.p, p->nt.len)) /* of what only we can see */
        r = remove_name(p, NT_O_DIR);
    return r;
}

/* ---- making ---- */

int name_mkdir(const struct path *p, mode_t mode)
{
    struct nt_name name = nt_of(p);
    struct sec_new sec;
    unsigned how;
    handle_t h;
    int r;

    if (p->exists)
        return -EEXIST;
    if (no_file(p))
        return -EACCES;
    how = NT_O_DIR | sec_for_new(&sec, &name, p->mount_flags, mode, true);
    r = nt_file_open(&name, how, NT_CREATE_NEW, name.sd ? NT_ATTR_NORMAL : stat_attr(0, mode), &h);
    sec_made(&sec, r < 0 ? NULL : h, mode, true);
    if (r < 0)
        return r;
    nt_close(h);
    return 0;
}

int name_link(const struct path *from, const struct path *to)
{
    struct nt_name src = nt_of(from), dst = nt_of(to);
    struct nt_stat a, b;
    handle_t h;
    int r;

    if (!from->exists)
        return -ENOENT;
    if (from->dir)
        return -EPERM;
    if (to->exists)
        return -EEXIST;
    if (no_file(from) || no_file(to))
        return -EXDEV;
    if (to->need_dir)
        return -ENOENT;
    r = nt_file_open(&src, NT_O_ATTR, NT_OPEN_EXISTING, 0, &h);
    if (r < 0)
        return r;
    r = nt_file_stat(h, &a);
    if (r == 0)
        r = cap(CAP_hard_links) ? nt_file_link(h, &dst) : -ENOSYS;
    if (r == -ENOSYS || r == -EINVAL || r == -EOPNOTSUPP) { /* FAT and some networks have no links */
        nt_close(h);
        r = name_copy(&src, &dst, &a);
        if (r == 0)
            trace_link_copied(from->posix.p, to->posix.p, cap(CAP_hard_links) ? "no hard links here" : "caps");
        return r;
    }
    /* Wine links what stands at the name now: it may be another file by then. */
    if (r == 0 && (nt_name_stat(&dst, &b) < 0 || a.ino != b.ino)) {
        struct path gone = *to;

        gone.exists = true;
        remove_name(&gone, NT_O_NODIR);
        r = -ENOENT;
    }
    nt_close(h);
    return r;
}

/* A new file with the attribute SYSTEM and that content: all of it or none. */
static int make_special(const struct path *p, const char *content, size_t len, mode_t mode)
{
    struct nt_name name = nt_of(p);
    uint32_t attr = NT_ATTR_SYSTEM;
    struct sec_new sec;
    unsigned how = NT_O_WRITE | NT_O_DELETE;
    handle_t h;
    int64_t n;
    int r;

    if (p->exists)
        return -EEXIST;
    if (no_file(p))
        return -EACCES;
    if (p->need_dir)
        return -ENOENT;
    how |= sec_for_new(&sec, &name, p->mount_flags, mode, false);
    if (!name.sd && !(mode & 0222))
        attr |= NT_ATTR_READONLY;
    r = nt_file_open(&name, how, NT_CREATE_NEW, attr, &h);
    sec_made(&sec, r < 0 ? NULL : h, mode, false);
    if (r < 0)
        return r;
    n = nt_write(h, NULL, content, len, 0);
    r = n == (int64_t)len ? 0 : n < 0 ? (int)n : -ENOSPC;
    if (r < 0)
        nt_file_delete(h);
    nt_close(h);
    return r;
}

int name_mkfifo(const struct path *p, mode_t mode)
{
    return make_special(p, FIFO_COOKIE, sizeof(FIFO_COOKIE) - 1, mode);
}

/* ---- renaming ---- */

/* `to` is `from` or lies below it. */
static bool inside(const struct path *from, const struct path *to)
{
    size_t n = from->nt.len;

    return to->nt.len >= n && wide_equal_fold(from->nt.p, to->nt.p, n)
           && (to->nt.len == n || to->nt.p[n] == '\\');
}

static int check_rename(const struct path *from, const struct path *to, bool replace)
{
    if (!from->exists)
        return -ENOENT;
    if (no_file(from) || no_file(to))
        return from->dir || to->dir ? -EBUSY : -EXDEV;
    if (from->dir && to->nt.len > from->nt.len && inside(from, to))
        return -EINVAL;
    if (!from->dir && (from->need_dir || to->need_dir))
        return -ENOTDIR;
    if (!to->exists)
        return 0;
    if (!replace)
        return -EEXIST;
    if (from->dir && !to->dir)
        return -ENOTDIR;
    if (!from->dir && to->dir)
        return -EISDIR;
    return to->dir && from->nt.len > to->nt.len && inside(to, from) ? -ENOTEMPTY : 0;
}

static bool same_file(handle_t h, const struct nt_name *other)
{
    struct nt_stat a, b;

    return nt_file_stat(h, &a) == 0 && a.nlink > 1 && nt_name_stat(other, &b) == 0 && a.ino == b.ino
           && a.size == b.size && a.mtime == b.mtime;
}

/* The target is open or may not be replaced: it goes aside first, and comes back if that was in vain. */
static int rename_over(handle_t h, const struct path *to)
{
    struct nt_name name = nt_of(to);
    handle_t old;
    int r = nt_file_open(&name, NT_O_DELETE, NT_OPEN_EXISTING, 0, &old);

    if (r < 0)
        return r;
    if ((r = aside_move(old, to, "replaced")) == 0) {
        r = nt_file_rename(h, &name, false);
        if (r < 0)
            nt_file_rename(old, &name, false);
        else
            nt_file_delete(old);
    }
    nt_close(old);
    return r;
}

/* An empty folder was removed in vain. */
static void put_back(const struct nt_name *name)
{
    handle_t h;

    if (nt_file_open(name, NT_O_DIR, NT_CREATE_NEW, 0, &h) >= 0)
        nt_close(h);
}

int name_rename(const struct path *from, const struct path *to, bool replace)
{
    struct nt_name src = nt_of(from), dst = nt_of(to);
    bool itself = from->nt.len == to->nt.len && inside(from, to);
    handle_t h;
    int r = check_rename(from, to, replace);

    if (r < 0)
        return r;
    if (itself && memcmp(from->nt.p, to->nt.p, 2 * from->nt.len) == 0)
        return 0;
    r = nt_file_open(&src, NT_O_DELETE, NT_OPEN_EXISTING, 0, &h);
    if (r < 0)
        return r;
    if (to->exists && !itself && !to->dir && same_file(h, &dst)) {
        nt_close(h);
        return 0; /* two links of one file: POSIX says that nothing happens */
    }
    if (to->exists && to->dir && !itself && (r = name_rmdir(to)) < 0) {
        nt_close(h);
        return r;
    }
    r = nt_file_rename(h, &dst, to->exists && !to->dir);
    if (r < 0 && to->exists && to->dir && !itself)
        put_back(&dst);
    if ((r == -EACCES || r == -EBUSY || r == -EPERM) && to->exists && !to->dir && !itself)
        r = rename_over(h, to);
    nt_close(h);
    return r;
}

/* ---- attributes ---- */

static int set_basic(const struct path *p, int64_t atime, int64_t mtime, uint32_t attr)
{
    struct nt_name name = nt_of(p);
    handle_t h;
    int r;

    if (no_file(p))
        return 0; /* devices: as a superuser's call that changes nothing that lasts */
    r = nt_file_open(&name, NT_O_ATTR, NT_OPEN_EXISTING, 0, &h);
    if (r < 0)
        return r;
    r = nt_file_set_basic(h, atime, mtime, attr);
    nt_close(h);
    return r;
}


int name_utimens(const struct path *p, const struct timespec tv[2])
{
    int64_t a = stat_filetime(&tv[0]), m = stat_filetime(&tv[1]);

    if (a < 0 || m < 0)
        return -EINVAL;
    return a || m ? set_basic(p, a, m, 0) : 0;
}

int name_truncate(const struct path *p, off_t size)
{
    struct nt_name name = nt_of(p);
    handle_t h;
    int r;

    if (p->dir)
        return -EISDIR;
    if (no_file(p) || size < 0)
        return -EINVAL;
    r = nt_file_open(&name, NT_O_WRITE | NT_O_NODIR, NT_OPEN_EXISTING, 0, &h);
    if (r < 0)
        return r;
    r = nt_file_truncate(h, (uint64_t)size);
    nt_close(h);
    return r;
}
