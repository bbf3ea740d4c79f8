/* SPDX-License-Identifier: BSD-2-Clause */
/* Open directories: entries as the kernel gives them, in large pieces. */
#include <dirent.h>
#include <string.h>
#include <unistd.h>

#include "caps.h"
#include "dispatch.h"
#include "file_internal.h"
#include "file_stat.h"
#include "mm.h"
#include "name.h"
#include "nt.h"
#include "special.h"

#define DRIVE FILE_DRIVE

struct dir_buf {
    size_t at;
    bool filled, restart;
    uint64_t room[65536 / 8];
};

static int dir_open(struct file *f, const struct path *p, int flags, mode_t mode)
{
    struct nt_name name = nt_name_of(p);
    unsigned how = NT_O_READ | NT_O_DIR | (f->inheritable ? NT_O_INHERIT : 0);
    int r = nt_file_open(&name, how, NT_OPEN_EXISTING, 0, &f->handle[0]);

    if (r < 0)
        return r;
    f->priv[DRIVE] = stat_drive(p->nt.p, p->nt.len);
    return 0;
}

static int64_t dir_read(struct file *f, void *buf, size_t n)
{
    return -EISDIR;
}

static int dir_stat(struct file *f, struct stat *st)
{
    struct nt_stat n;
    int r = nt_file_stat(f->handle[0], &n);

    if (r == 0 && (!n.ino || !stat_has_ids(f->handle[0], (unsigned)f->priv[DRIVE])))
        n.ino = stat_ino_by_name(f->name);
    if (r == 0) {
        stat_fill(st, &n, stat_dev(f->handle[0], (unsigned)f->priv[DRIVE]), false);
        r = stat_permissions(st, f->handle[0], stat_mount_flags(f->name), (unsigned)f->priv[DRIVE]);
    }
    return r;
}

static int dir_statvfs(struct file *f, struct statvfs *s)
{
    return stat_volume(f->handle[0], s);
}

static int set_basic(struct file *f, int64_t atime, int64_t mtime, uint32_t attr)
{
    handle_t h;
    int r = nt_file_reopen(f->handle[0], NT_O_ATTR, &h);

    if (r < 0)
        return r;
    r = nt_file_set_basic(h, atime, mtime, attr);
    nt_close(h);
    return r;
}

static int dir_chmod(struct file *f, mode_t mode)
{
    return name_chmod_open(f->handle[0], f->name, (unsigned)f->priv[DRIVE], mode);
}

static int dir_utimens(struct file *f, const struct timespec tv[2])
{
    int64_t a = stat_filetime(&tv[0]), m = stat_filetime(&tv[1]);

    if (a < 0 || m < 0)
        return -EINVAL;
    return a || m ? set_basic(f, a, m, 0) : 0;
}

static int dir_sync(struct file *f)
{
    return 0; /* the file system keeps its own log */
}

/* Only a look inside tells a symbolic link or the like from another file with the SYSTEM attribute. */
static unsigned char special_type(struct file *f, const struct nt_dirent *e)
{
    struct nt_name name = { .p = e->name, .n = e->units, .root = f->handle[0] };
    enum special s;
    handle_t h;

    if (!special_maybe(e->attr, e->size) || nt_file_open(&name, NT_O_READ, NT_OPEN_EXISTING, 0, &h) < 0)
        return DT_REG;
    s = special_of_handle(h);
    nt_close(h);
    return s == SPECIAL_NONE ? DT_REG : (unsigned char)special_dtype(s);
}

/* The number that stat() gives for this entry, where the file system has none. */
static uint64_t hashed_ino(struct file *f, const char *entry)
{
    struct buf name;
    uint64_t ino;

    path_buf(&name);
    buf_puts(&name, f->name ? f->name : "/");
    buf_putc(&name, '/');
    buf_puts(&name, entry);
    ino = buf_err(&name) == 0 ? stat_ino_by_name(name.p) : 0;
    buf_free(&name);
    return ino;
}

/* NAME.lnk is the link NAME if it is one of ours. */
static bool is_shortcut(struct file *f, const struct nt_dirent *e, const char *name)
{
    size_t n = strlen(name), s = sizeof(SHORTCUT_SUFFIX) - 1;
    struct buf full;
    struct path p;
    bool yes;

    if (n <= s || strcasecmp(name + n - s, SHORTCUT_SUFFIX) || !(e->attr & NT_ATTR_READONLY)
        || !cap(CAP_shortcuts) || !f->name)
        return false;
    path_buf(&full);
    buf_puts(&full, f->name);
    buf_putc(&full, '/');
    buf_put(&full, name, n - s);
    yes = path_resolve(PATH_CWD, buf_err(&full) < 0 ? "" : full.p, PATH_NOFOLLOW | PATH_EXACT, &p) == 0
          && p.shortcut;
    path_done(&p);
    buf_free(&full);
    return yes;
}

static int dir_readdir(struct file *f, struct dirent *d)
{
    struct dir_buf *b = f->data;
    struct nt_dirent e;
    struct buf name;
    int r;

    if (!b) {
        if (!(f->data = b = rt_alloc(sizeof(*b))))
            return -ENOMEM;
        b->filled = b->restart = false;
    }
    for (;;) {
        if (b->filled && nt_dir_next(b->room, &b->at, &e)) {
            if (name_is_hidden(e.name, e.units))
                continue;
            break;
        }
        r = nt_dir_read(f->handle[0], b->room, sizeof(b->room), b->restart);
        b->restart = false;
        b->filled = r > 0;
        b->at = 0;
        if (r <= 0)
            return r;
    }
    buf_init(&name, path_realloc, d->d_name, DIRENT_NAME);
    name_from_wide(&name, e.name, e.units);
    r = name.p == d->d_name && buf_err(&name) == 0 ? 1 : -ENAMETOOLONG;
    buf_free(&name);
    d->d_ino = e.ino;
    d->d_type = e.attr & NT_ATTR_DIRECTORY ? DT_DIR : DT_REG;
    if (e.attr & NT_ATTR_REPARSE)
        d->d_type = DT_UNKNOWN;
    else if (e.attr & NT_ATTR_SYSTEM && d->d_type == DT_REG)
        d->d_type = special_type(f, &e);
    if (r == 1 && is_shortcut(f, &e, d->d_name)) {
        d->d_name[strlen(d->d_name) - (sizeof(SHORTCUT_SUFFIX) - 1)] = 0;
        d->d_type = DT_LNK;
    }
    if (r == 1 && (!d->d_ino || !stat_has_ids(f->handle[0], (unsigned)f->priv[DRIVE])))
        d->d_ino = hashed_ino(f, d->d_name);
    return r;
}

/* Wine gives the entries of the first reading again when asked to restart, so begin with a new handle. */
static int dir_rewind(struct file *f)
{
    struct dir_buf *b = f->data;
    handle_t h;

    if (!b && !(f->data = b = rt_alloc(sizeof(*b))))
        return -ENOMEM;
    b->filled = false;
    b->restart = true;
    if (nt_file_reopen(f->handle[0], NT_O_READ | NT_O_DIR | (f->inheritable ? NT_O_INHERIT : 0), &h) == 0) {
        nt_close(f->handle[0]);
        f->handle[0] = h;
        b->restart = false;
    }
    return 0;
}

static int64_t dir_seek(struct file *f, off_t off, int whence)
{
    if (off != 0 || whence != SEEK_SET) /* as getdents: only back to the start */
        return -EINVAL;
    return dir_rewind(f);
}

static void dir_save(struct file *f, struct startup_fd *s)
{
    s->priv[DRIVE] = f->priv[DRIVE];
}

static void dir_load(struct file *f, const struct startup_fd *s)
{
    f->priv[DRIVE] = s->priv[DRIVE];
}

const struct file_ops dir_ops = {
    .open = dir_open, .read = dir_read, .seek = dir_seek, .stat = dir_stat, .statvfs = dir_statvfs,
    .chmod = dir_chmod, .utimens = dir_utimens, .sync = dir_sync, .readdir = dir_readdir,
    .rewind = dir_rewind, .save = dir_save, .load = dir_load,
};
