/* SPDX-License-Identifier: BSD-2-Clause */
/* Files on disk. The offset is that of the kernel's file object, so it is shared by all descriptors and
 * processes as POSIX wants it. handle[1] is a second file object for pread and pwrite, which would move
 * the offset of the first. */
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "caps.h"
#include "dispatch.h"
#include "file_internal.h"
#include "file_stat.h"
#include "lock_file.h"
#include "name.h"
#include "nt.h"
#include "sec/sec.h"
#include "slock.h"
#include "sparse.h"

#define INODE 0     /* priv: once it was needed */
#define DRIVE FILE_DRIVE
#define FLAGS 2     /* priv: mount flags */
#define APPENDS 3   /* priv: the handle can only append, so that plain Windows programs do, too */

static unsigned access_of(int flags)
{
    switch (flags & O_ACCMODE) {
    case O_RDONLY:
        return NT_O_READ;
    case O_WRONLY:
        return NT_O_WRITE;
    default:
        return NT_O_READ | NT_O_WRITE;
    }
}

static int disk_open(struct file *f, const struct path *p, int flags, mode_t mode)
{
    struct nt_name name = nt_name_of(p);
    unsigned how = access_of(flags) | NT_O_NODIR | (f->inheritable ? NT_O_INHERIT : 0);
    enum nt_disposition disp = NT_OPEN_EXISTING;
    uint32_t attr = NT_ATTR_ARCHIVE;
    bool makes = flags & O_CREAT && !p->exists;
    struct sec_new sec;
    int r;

    if (flags & O_CREAT)
        disp = flags & O_EXCL ? NT_CREATE_NEW : NT_OPEN_OR_CREATE;
    if (flags & O_SYNC)
        how |= NT_O_DIRECT;
    if (flags & O_APPEND && how & NT_O_WRITE && !(flags & O_TRUNC)) {
        how |= NT_O_APPEND;
        f->priv[APPENDS] = 1;
    }
    if (flags & O_PATH)
        how = f->inheritable ? NT_O_INHERIT : 0;
    if (makes) {
        how |= sec_for_new(&sec, &name, p->mount_flags, mode, false);
        if (!name.sd)
            attr = stat_attr(attr, mode);
    }
    r = nt_file_open(&name, how, disp, attr, &f->handle[0]);
    if (makes)
        sec_made(&sec, r == 1 ? f->handle[0] : NULL, mode, false);
    if (r == -EBUSY && how & NT_O_WRITE && stat_exec_by_name(p->posix.p, p->mount_flags) == EXEC_YES)
        return -ETXTBSY; /* a program that runs, or a DLL of one */
    if (r < 0)
        return r;
    f->priv[DRIVE] = stat_drive(p->nt.p, p->nt.len);
    f->priv[FLAGS] = p->mount_flags;
    if (r == 0 && flags & O_TRUNC && how & NT_O_WRITE)
        return nt_file_truncate(f->handle[0], 0);
    return 0;
}

static int64_t disk_read(struct file *f, void *buf, size_t n)
{
    return nt_read(f->handle[0], NULL, buf, n, NT_AT_POS);
}

/* Wine looks for the end and then writes there: two writers find the same end. */
static bool appends_atomically(void)
{
    return cap(CAP_atomic_append) && !nt_is_wine();
}

static int64_t append(struct file *f, const void *buf, size_t n)
{
    uint64_t *lock = NULL;
    struct nt_stat st;
    int64_t r;

    if (!appends_atomically()) {
        if (!f->priv[INODE] && nt_file_stat(f->handle[0], &st) == 0)
            f->priv[INODE] = st.ino;
        lock = append_lock(f->priv[INODE]);
    }
    if (lock)
        slock_take(lock);
    r = nt_write(f->handle[0], NULL, buf, n, NT_AT_END);
    if (lock)
        slock_release(lock);
    return r;
}

static int64_t disk_write(struct file *f, const void *buf, size_t n)
{
    if (!n)
        return 0;
    return f->flags & O_APPEND ? append(f, buf, n) : nt_write(f->handle[0], NULL, buf, n, NT_AT_POS);
}

/* The second file object; the first one where there can be none. */
static handle_t second(struct file *f)
{
    if (!f->handle[1]) {
        lock_take(&f->lock);
        if (!f->handle[1] && nt_file_reopen(f->handle[0], access_of(f->flags), &f->handle[1]) < 0)
            f->handle[1] = NULL;
        lock_release(&f->lock);
    }
    return f->handle[1] ? f->handle[1] : f->handle[0];
}

/* A file that was deleted meanwhile cannot be opened again: move the offset and put it back. */
static int64_t at_offset(struct file *f, void *buf, const void *data, size_t n, off_t off)
{
    handle_t h = second(f);
    int64_t r, pos;

    if (h != f->handle[0])
        return data ? nt_write(h, NULL, data, n, off) : nt_read(h, NULL, buf, n, off);
    lock_take(&f->lock);
    pos = nt_file_pos(h);
    r = data ? nt_write(h, NULL, data, n, off) : nt_read(h, NULL, buf, n, off);
    if (pos >= 0)
        nt_file_set_pos(h, pos);
    lock_release(&f->lock);
    return r;
}

static int64_t disk_pread(struct file *f, void *buf, size_t n, off_t off)
{
    return at_offset(f, buf, NULL, n, off);
}

static int64_t disk_pwrite(struct file *f, const void *buf, size_t n, off_t off)
{
    return n ? at_offset(f, NULL, buf, n, off) : 0;
}

static int64_t size_of(struct file *f)
{
    struct nt_stat n;
    int r = nt_file_stat(f->handle[0], &n);

    return r < 0 ? r : (int64_t)n.size;
}

static int64_t disk_seek(struct file *f, off_t off, int whence)
{
    int64_t base = 0, r;

    lock_take(&f->lock);
    switch (whence) {
    case SEEK_SET:
        break;
    case SEEK_CUR:
        base = nt_file_pos(f->handle[0]);
        break;
    case SEEK_END:
        base = size_of(f);
        break;
    case SEEK_DATA:
    case SEEK_HOLE:
        base = sparse_seek(f->handle[0], off, whence == SEEK_HOLE);
        off = 0;
        break;
    default:
        base = -EINVAL;
    }
    if (base < 0)
        r = base;
    else if (__builtin_add_overflow(base, off, &r))
        r = -EOVERFLOW;
    else if (r < 0)
        r = -EINVAL;
    if (r >= 0 && !(whence == SEEK_CUR && off == 0)) {
        int e = nt_file_set_pos(f->handle[0], r);

        r = e < 0 ? e : r;
    }
    lock_release(&f->lock);
    return r;
}

static int disk_stat(struct file *f, struct stat *st)
{
    bool acl = sec_used((uint32_t)f->priv[FLAGS], f->handle[0], (unsigned)f->priv[DRIVE]);
    enum stat_exec x = acl && sec_keeps_exec() ? EXEC_NO : stat_exec_by_name(f->name, (uint32_t)f->priv[FLAGS]);
    struct nt_stat n;
    char magic[2];
    int r = nt_file_stat(f->handle[0], &n);

    if (r < 0)
        return r;
    if (!n.ino || !stat_has_ids(f->handle[0], (unsigned)f->priv[DRIVE]))
        n.ino = stat_ino_by_name(f->name);
    if (x == EXEC_LOOK)
        x = n.size >= 2 && file_readable(f)
            && stat_exec_magic(magic, disk_pread(f, magic, sizeof(magic), 0)) ? EXEC_YES : EXEC_NO;
    stat_fill(st, &n, stat_dev(f->handle[0], (unsigned)f->priv[DRIVE]), x == EXEC_YES);
    return acl ? stat_permissions(st, f->handle[0], (uint32_t)f->priv[FLAGS], (unsigned)f->priv[DRIVE]) : 0;
}

static int disk_statvfs(struct file *f, struct statvfs *s)
{
    return stat_volume(f->handle[0], s);
}

/* Attributes want another access right than the file was opened with. */
static int set_basic(struct file *f, int64_t atime, int64_t mtime, uint32_t attr)
{
    handle_t h;
    int r = nt_file_reopen(f->handle[0], NT_O_ATTR, &h);

    if (r < 0)
        return nt_file_set_basic(f->handle[0], atime, mtime, attr);
    r = nt_file_set_basic(h, atime, mtime, attr);
    nt_close(h);
    return r;
}

int disk_chmod(struct file *f, mode_t mode)
{
    return name_chmod_open(f->handle[0], f->name, (unsigned)f->priv[DRIVE], mode);
}

int disk_utimens(struct file *f, const struct timespec tv[2])
{
    int64_t a = stat_filetime(&tv[0]), m = stat_filetime(&tv[1]);

    if (a < 0 || m < 0)
        return -EINVAL;
    return a || m ? set_basic(f, a, m, 0) : 0;
}

static int disk_truncate(struct file *f, off_t size)
{
    return nt_file_truncate(f->priv[APPENDS] ? second(f) : f->handle[0], (uint64_t)size);
}

/* Without O_APPEND another handle is needed than with it. */
static int disk_setfl(struct file *f, int flags)
{
    handle_t h;
    int r;

    if (flags & O_APPEND || !f->priv[APPENDS])
        return 0;
    r = nt_file_reopen(f->handle[0], access_of(f->flags) | (f->inheritable ? NT_O_INHERIT : 0), &h);
    if (r < 0)
        return r;
    nt_file_set_pos(h, nt_file_pos(f->handle[0]));
    nt_close(f->handle[0]);
    f->handle[0] = h;
    f->priv[APPENDS] = 0;
    return 0;
}

static int disk_sync(struct file *f)
{
    int r = file_writable(f) ? nt_file_flush(f->handle[0]) : 0;

    return r == -EACCES ? 0 : r;
}

static int disk_ioctl(struct file *f, unsigned cmd, void *arg)
{
    int64_t size, pos;

    if (cmd != FIONREAD)
        return -ENOTTY;
    size = size_of(f);
    pos = nt_file_pos(f->handle[0]);
    if (size < 0 || pos < 0)
        return -EINVAL;
    *(int *)arg = size <= pos ? 0 : size - pos > INT32_MAX ? INT32_MAX : (int)(size - pos);
    return 0;
}

static void disk_save(struct file *f, struct startup_fd *s)
{
    memcpy(s->priv, f->priv, sizeof(s->priv));
}

static void disk_load(struct file *f, const struct startup_fd *s)
{
    memcpy(f->priv, s->priv, sizeof(s->priv));
}

const struct file_ops disk_ops = {
    .open = disk_open, .read = disk_read, .write = disk_write, .pread = disk_pread, .pwrite = disk_pwrite,
    .seek = disk_seek, .stat = disk_stat, .statvfs = disk_statvfs, .chmod = disk_chmod,
    .utimens = disk_utimens, .truncate = disk_truncate, .sync = disk_sync, .ioctl = disk_ioctl, .setfl = disk_setfl,
    .save = disk_save, .load = disk_load, .own_second = true,
};
