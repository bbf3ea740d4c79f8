/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of kinds, and opening by kind. */
#include <string.h>

#include "dispatch.h"
#include "file_internal.h"
#include "file_stat.h"
#include "mm.h"
#include "proc.h"
#include "special.h"

static const struct kind {
    const struct file_ops *ops;
    const char *label;
    uint32_t device;
    mode_t mode;
} kinds[] = {
#define KIND(number, NAME, label, ops, device, mode) [number] = { &ops, label, device, mode },
#include "file/kinds.def"
#undef KIND
};

const struct file_ops *file_kind_ops(uint32_t kind)
{
    return kinds[kind].ops;
}

const char *file_label(uint32_t kind)
{
    return kind < ARRAY_SIZE(kinds) && kinds[kind].label ? kinds[kind].label : "?";
}

bool file_kind_known(uint32_t kind)
{
    return kind < ARRAY_SIZE(kinds) && kinds[kind].ops;
}

mode_t file_kind_mode(uint32_t kind)
{
    return kinds[kind].mode;
}

uint32_t file_kind_of_device(uint32_t device)
{
    for (uint32_t k = 1; k < ARRAY_SIZE(kinds); k++)
        if (device != DEVICE_NONE && kinds[k].device == device)
            return k;
    return FILE_NONE;
}

/* Errors that need no look at the file. */
static int check(const struct path *p, int flags)
{
    bool writes = (flags & O_ACCMODE) != O_RDONLY;

    if (p->exists && flags & O_CREAT && flags & O_EXCL)
        return -EEXIST;
    if (p->symlink)
        return -ELOOP;
    if (p->exists && p->dir && (writes || flags & O_CREAT))
        return -EISDIR;
    if (!p->exists && p->need_dir)
        return flags & O_CREAT ? -EISDIR : -ENOENT;
    if (p->exists && !p->dir && (p->need_dir || flags & O_DIRECTORY))
        return -ENOTDIR;
    if ((flags & O_ACCMODE) == O_ACCMODE)
        return -EINVAL;
    return 0;
}

/* /dev/fd/N is the description that N leads to, as on BSD: there is no way to open a pipe anew. */
static struct file *open_fd(int fd, int flags, int *err)
{
    struct file *f = fd_get(fd);
    bool reads = (flags & O_ACCMODE) != O_WRONLY, writes = (flags & O_ACCMODE) != O_RDONLY;

    if (!f) {
        *err = -ENOENT;
    } else if ((reads && !file_readable(f)) || (writes && !file_writable(f))) {
        *err = -EACCES;
        fd_put(f);
        f = NULL;
    }
    return f;
}

/* A name may stand for a FIFO; a socket cannot be opened. */
static int special_kind(const struct path *p, uint32_t *kind)
{
    enum special s = special_of_path(p);

    if (s == SPECIAL_FIFO)
        *kind = FILE_FIFO;
    return s == SPECIAL_SOCKET ? -ENXIO : 0;
}

struct file *file_open(const struct path *p, int flags, mode_t mode, int *err)
{
    uint32_t kind = p->dev.kind == DEVICE_NONE ? p->exists && p->dir ? FILE_DIR : FILE_DISK
                                               : file_kind_of_device(p->dev.kind);
    struct file *f;

    if ((*err = check(p, flags)) < 0)
        return NULL;
    if (kind == FILE_DISK && (*err = special_kind(p, &kind)) < 0)
        return NULL;
    if (p->dev.kind == DEVICE_FD)
        return open_fd(p->dev.unit, flags, err);
    if (p->dev.kind != DEVICE_NONE && p->dir)
        kind = FILE_VDIR;
    if (kind == FILE_NONE) {
        *err = -ENXIO;
        return NULL;
    }
    f = file_new(kind);
    if (!f || !(f->name = rt_strdup(p->posix.p))) {
        *err = -ENOMEM;
        rt_free(f);
        return NULL;
    }
    f->flags = flags & ~(O_CREAT | O_EXCL | O_TRUNC | O_NOCTTY | O_CLOEXEC | O_DIRECTORY | O_NOFOLLOW);
    f->flags |= text_mode(p, kind, flags);
    f->inheritable = !(flags & O_CLOEXEC);
    f->unit = p->dev.unit;
    *err = f->ops->open ? f->ops->open(f, p, flags, mode) : 0;
    if (*err < 0) {
        fd_put(f);
        return NULL;
    }
    return f;
}

/* Status of a file that is a device and nothing but its name. */
int file_stat_device(struct file *f, struct stat *st)
{
    struct device d;

    memset(st, 0, sizeof(*st));
    if (f->name && device_lookup(f->name, strlen(f->name), &d))
        st->st_rdev = STAT_DEV(d.major, d.minor);
    stat_made_up(st, S_IFCHR | file_kind_mode(f->kind), st->st_rdev);
    return 0;
}
