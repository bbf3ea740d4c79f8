/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls of a file's operations, and what happens where a kind leaves one out. */
#ifndef DISPATCH_H
#define DISPATCH_H

#include <errno.h>
#include <fcntl.h>

#include "file.h"
#include "nt_file.h"
#include "ofd.h"
#include "file/text.h"

static inline bool file_readable(const struct file *f)
{
    return (f->flags & O_ACCMODE) != O_WRONLY && !(f->flags & O_PATH);
}

static inline bool file_writable(const struct file *f)
{
    return (f->flags & O_ACCMODE) != O_RDONLY && !(f->flags & O_PATH);
}

static inline bool file_is_tty(const struct file *f)
{
    return f->kind == FILE_TTY || f->kind == FILE_CONSOLE || f->kind == FILE_PTMX || f->kind == FILE_PTS;
}

/* Lines are to be translated. Not on a terminal: CR is a key there, and its line discipline makes lines. */
static inline bool file_text(const struct file *f)
{
    return unlikely(f->flags & O_TEXT) && !file_is_tty(f);
}

static inline int64_t file_read(struct file *f, void *buf, size_t n)
{
    if (!file_readable(f))
        return -EBADF;
    f->moves++;
    if (f->ops->read && file_text(f))
        return text_read(f, buf, n);
    return f->ops->read ? f->ops->read(f, buf, n) : -EINVAL;
}

static inline int64_t file_write(struct file *f, const void *buf, size_t n)
{
    if (!file_writable(f))
        return -EBADF;
    f->moves++;
    if (f->ops->write && file_text(f))
        return text_write(f, buf, n);
    return f->ops->write ? f->ops->write(f, buf, n) : -EINVAL;
}

static inline int64_t file_pread(struct file *f, void *buf, size_t n, off_t off)
{
    if (!file_readable(f))
        return -EBADF;
    if (off < 0)
        return -EINVAL;
    if (f->ops->pread && file_text(f))
        return text_pread(f, buf, n, off);
    return f->ops->pread ? f->ops->pread(f, buf, n, off) : -ESPIPE;
}

static inline int64_t file_pwrite(struct file *f, const void *buf, size_t n, off_t off)
{
    if (!file_writable(f))
        return -EBADF;
    if (off < 0)
        return -EINVAL;
    if (f->ops->pwrite && file_text(f))
        return text_pwrite(f, buf, n, off);
    return f->ops->pwrite ? f->ops->pwrite(f, buf, n, off) : -ESPIPE;
}

static inline int64_t file_seek(struct file *f, off_t off, int whence)
{
    return f->ops->seek ? f->ops->seek(f, off, whence) : -ESPIPE;
}

int file_stat_device(struct file *f, struct stat *st);
static inline int file_stat(struct file *f, struct stat *st)
{
    return f->ops->stat ? f->ops->stat(f, st) : file_stat_device(f, st);
}

static inline int file_truncate(struct file *f, off_t size)
{
    if (size < 0 || !file_writable(f))
        return -EINVAL;
    return f->ops->truncate ? f->ops->truncate(f, size) : -EINVAL;
}

static inline int file_sync(struct file *f)
{
    return f->ops->sync ? f->ops->sync(f) : -EINVAL;
}

static inline int file_chmod(struct file *f, mode_t mode)
{
    return f->ops->chmod ? f->ops->chmod(f, mode) : -EINVAL;
}

static inline int file_utimens(struct file *f, const struct timespec tv[2])
{
    return f->ops->utimens ? f->ops->utimens(f, tv) : -EINVAL;
}

static inline int file_ioctl(struct file *f, unsigned cmd, void *arg)
{
    return f->ops->ioctl ? f->ops->ioctl(f, cmd, arg) : -ENOTTY;
}

static inline int file_readdir(struct file *f, struct dirent *d)
{
    return f->ops->readdir ? f->ops->readdir(f, d) : -ENOTDIR;
}

static inline int file_setfl(struct file *f, int flags)
{
    return f->ops->setfl ? f->ops->setfl(f, flags) : 0;
}

static inline int file_adopt(struct file *f)
{
    return f->ops->adopt ? f->ops->adopt(f) : 0;
}

static inline handle_t file_std(struct file *f, int fd)
{
    return f->ops->std ? f->ops->std(f, fd) : f->handle[0];
}

/* The flags that another process may have changed. */
static inline void file_sync_flags(struct file *f)
{
    if (f->shared_flags)
        f->flags = (f->flags & ~OFD_FLAGS) | (int)(__atomic_load_n(f->shared_flags, __ATOMIC_RELAXED) & OFD_FLAGS);
}

#endif
