/* SPDX-License-Identifier: BSD-2-Clause */
/* Holes in files: finding, making and filling them. */
#include "sparse.h"

#include <fcntl.h>
#include <string.h>

#include "caps.h"
#include "dispatch.h"
#include "nt.h"

static int64_t size_of(handle_t h)
{
    struct nt_stat st;
    int r = nt_file_stat(h, &st);

    return r < 0 ? r : (int64_t)st.size;
}

int64_t sparse_seek(handle_t h, off_t off, bool hole)
{
    int64_t size = size_of(h), at, end;
    int r;

    if (size < 0)
        return size;
    if (off < 0 || off >= size)
        return -ENXIO;
    do {
        r = cap(CAP_sparse) ? nt_file_data(h, off, size, &at, &end) : -ENOSYS;
        if (r < 0)
            return hole ? size : off;
        if (!hole)
            return r == 0 ? -ENXIO : at < off ? off : at;
        if (r == 0 || at > off)
            return off;
        off = end; /* pieces may follow each other directly */
    } while (off < size);
    return size;
}

/* By writing zeros, where the system cannot. */
static int fill(struct file *f, off_t off, off_t len)
{
    char zeros[16384];
    int64_t r;

    memset(zeros, 0, sizeof(zeros));
    while (len) {
        size_t n = len < (off_t)sizeof(zeros) ? (size_t)len : sizeof(zeros);

        if ((r = file_pwrite(f, zeros, n, off)) <= 0)
            return r < 0 ? (int)r : -ENOSPC;
        off += r;
        len -= r;
    }
    return 0;
}

/* [off, off + len) reads as zeros; the part behind the end does already. */
static int zero(struct file *f, off_t off, off_t len, bool punch)
{
    int64_t size = size_of(f->handle[0]);
    int r;

    if (size < 0)
        return (int)size;
    if (off >= size)
        return 0;
    if (len > size - off)
        len = size - off;
    r = cap(CAP_sparse) ? nt_file_set_sparse(f->handle[0]) : -ENOSYS;
    if (r == 0)
        r = nt_file_zero(f->handle[0], off, off + len);
    if (r == 0)
        return 0;
    return punch ? -EOPNOTSUPP : fill(f, off, len);
}

int sparse_fallocate(struct file *f, int mode, off_t off, off_t len)
{
    bool keep = mode & FALLOC_FL_KEEP_SIZE;
    int64_t size;
    off_t end;
    int r = 0;

    if (off < 0 || len <= 0)
        return -EINVAL;
    if (__builtin_add_overflow(off, len, &end))
        return -EFBIG;
    if (!file_writable(f))
        return -EBADF;
    if (f->kind != FILE_DISK)
        return f->kind == FILE_DIR ? -EISDIR : f->ops->seek ? -ENODEV : -ESPIPE;
    if (mode & ~(FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE | FALLOC_FL_ZERO_RANGE)
        || (mode & FALLOC_FL_PUNCH_HOLE && (!keep || mode & FALLOC_FL_ZERO_RANGE)))
        return -EOPNOTSUPP;
    if (mode & (FALLOC_FL_PUNCH_HOLE | FALLOC_FL_ZERO_RANGE))
        r = zero(f, off, len, mode & FALLOC_FL_PUNCH_HOLE);
    if (r < 0 || mode & FALLOC_FL_PUNCH_HOLE)
        return r;
    if ((size = size_of(f->handle[0])) < 0)
        return (int)size;
    if (end <= size)
        return 0;
    if (!keep)
        return file_truncate(f, end);
    r = nt_file_allocate(f->handle[0], (uint64_t)end);
    return r == -ENOSYS ? -EOPNOTSUPP : r;
}
