/* SPDX-License-Identifier: BSD-2-Clause */
/* Devices that need nothing of Windows, or nearly: null, zero, full, random, urandom. */
#include <string.h>

#include "dispatch.h"
#include "file_internal.h"

static int64_t read_nothing(struct file *f, void *buf, size_t n)
{
    return 0;
}

static int64_t read_zeros(struct file *f, void *buf, size_t n)
{
    memset(buf, 0, n);
    return (int64_t)n;
}

static int64_t read_random(struct file *f, void *buf, size_t n)
{
    int r;

    if (n > 1u << 25) /* as Linux limits it */
        n = 1u << 25;
    r = nt_random(buf, n);
    return r < 0 ? r : (int64_t)n;
}

static int64_t write_nothing(struct file *f, const void *buf, size_t n)
{
    return (int64_t)n;
}

static int64_t write_full(struct file *f, const void *buf, size_t n)
{
    return -ENOSPC;
}

static int64_t pread_nothing(struct file *f, void *buf, size_t n, off_t off)
{
    return 0;
}

static int64_t pread_any(struct file *f, void *buf, size_t n, off_t off)
{
    return f->ops->read(f, buf, n);
}

static int64_t pwrite_any(struct file *f, const void *buf, size_t n, off_t off)
{
    return f->ops->write(f, buf, n);
}

static int64_t seek_nowhere(struct file *f, off_t off, int whence)
{
    return 0;
}

/* Only a plain Windows program needs a real handle of the null device, so it is opened for one. */
static handle_t null_std(struct file *f, int fd)
{
    static const uint16_t nul[] = { '\\', '?', '?', '\\', 'N', 'U', 'L' };
    struct nt_name name = { .p = nul, .n = ARRAY_SIZE(nul) };
    unsigned how = NT_O_READ | NT_O_WRITE | (f->inheritable ? NT_O_INHERIT : 0);

    if (!f->handle[0] && nt_file_open(&name, how, NT_OPEN_EXISTING, 0, &f->handle[0]) < 0)
        f->handle[0] = NULL;
    return f->handle[0];
}

const struct file_ops null_ops = {
    .read = read_nothing, .write = write_nothing, .pread = pread_nothing, .pwrite = pwrite_any,
    .seek = seek_nowhere, .std = null_std,
};
const struct file_ops zero_ops = {
    .read = read_zeros, .write = write_nothing, .pread = pread_any, .pwrite = pwrite_any,
    .seek = seek_nowhere,
};
const struct file_ops full_ops = {
    .read = read_zeros, .write = write_full, .pread = pread_any, .pwrite = pwrite_any,
    .seek = seek_nowhere,
};
const struct file_ops random_ops = {
    .read = read_random, .write = write_nothing, .pread = pread_any, .pwrite = pwrite_any,
    .seek = seek_nowhere,
};
