/* SPDX-License-Identifier: BSD-2-Clause */
/* Changing files: size, times, names, deletion; and the position of a handle. What newer systems do
 * in one step (POSIX delete and rename) is tried first; a system without it is remembered. */
#include <errno.h>
#include <string.h>

#include "caps.h"
#include "mm.h"
#include "ntfile.h"

#define DISPOSITION_DELETE 1u
#define DISPOSITION_POSIX 2u
#define DISPOSITION_IGNORE_READONLY 0x10u
#define RENAME_REPLACE 1u
#define RENAME_POSIX 2u
#define RENAME_IGNORE_READONLY 0x40u

static bool unknown_class(NTSTATUS st)
{
    return st == STATUS_NOT_IMPLEMENTED || st == STATUS_INVALID_INFO_CLASS;
}

static bool unsupported(NTSTATUS st)
{
    return unknown_class(st) || st == STATUS_INVALID_PARAMETER || st == STATUS_NOT_SUPPORTED
           || st == STATUS_INVALID_DEVICE_REQUEST;
}

static NTSTATUS set_info(handle_t h, unsigned class, const void *info, size_t n)
{
    IO_STATUS_BLOCK io;

    return NtSetInformationFile(h, &io, (PVOID)info, (ULONG)n, (FILE_INFORMATION_CLASS)class);
}

int nt_file_truncate(handle_t h, uint64_t size)
{
    return nt_fail(set_info(h, NT_FILE_END_OF_FILE, &size, sizeof(size)));
}

int nt_file_allocate(handle_t h, uint64_t size)
{
    return nt_fail(set_info(h, NT_FILE_ALLOCATION, &size, sizeof(size)));
}

int nt_file_flush(handle_t h)
{
    IO_STATUS_BLOCK io;

    return nt_fail(NtFlushBuffersFile(h, &io));
}

int nt_file_set_sparse(handle_t h)
{
    IO_STATUS_BLOCK io;

    return nt_fail(NtFsControlFile(h, NULL, NULL, NULL, &io, FSCTL_SET_SPARSE, NULL, 0, NULL, 0));
}

int nt_file_zero(handle_t h, int64_t from, int64_t to)
{
    int64_t range[2] = { from, to }; /* FILE_ZERO_DATA_INFORMATION */
    IO_STATUS_BLOCK io;

    return nt_fail(NtFsControlFile(h, NULL, NULL, NULL, &io, FSCTL_SET_ZERO_DATA, range, sizeof(range), NULL, 0));
}

int nt_file_data(handle_t h, int64_t from, int64_t to, int64_t *at, int64_t *end)
{
    int64_t range[2] = { from, to - from }, found[2]; /* FILE_ALLOCATED_RANGE_BUFFER: offset, length */
    IO_STATUS_BLOCK io = { .Information = 0 };
    NTSTATUS st = NtFsControlFile(h, NULL, NULL, NULL, &io, FSCTL_QUERY_ALLOCATED_RANGES, range, sizeof(range),
                                  found, sizeof(found));

    if (!NT_OK(st) && st != STATUS_BUFFER_OVERFLOW)
        return nt_fail(st);
    if (io.Information < sizeof(found))
        return 0;
    *at = found[0];
    *end = found[0] + found[1];
    return 1;
}

int nt_file_set_basic(handle_t h, int64_t atime, int64_t mtime, uint32_t attr)
{
    FILE_BASIC_INFORMATION b;

    memset(&b, 0, sizeof(b));
    b.LastAccessTime.QuadPart = atime;
    b.LastWriteTime.QuadPart = mtime;
    b.FileAttributes = attr;
    return nt_fail(set_info(h, FileBasicInformation, &b, sizeof(b)));
}

int nt_file_delete_posix(handle_t h)
{
    ULONG flags = DISPOSITION_DELETE | DISPOSITION_POSIX | DISPOSITION_IGNORE_READONLY;
    NTSTATUS st;

    if (!cap(CAP_posix_delete))
        return -ENOSYS;
    st = set_info(h, NT_FILE_DISPOSITION_EX, &flags, sizeof(flags));
    if (unknown_class(st))
        cap_lost(CAP_posix_delete);
    return unsupported(st) ? -ENOSYS : nt_fail(st);
}

int nt_file_delete(handle_t h)
{
    BOOLEAN yes = TRUE;

    return nt_fail(set_info(h, NT_FILE_DISPOSITION, &yes, sizeof(yes)));
}

/* FILE_RENAME_INFORMATION and FILE_LINK_INFORMATION alike. */
struct rename_info {
    ULONG flags; /* or a BOOLEAN: replace */
    ULONG pad;
    HANDLE root;
    ULONG len;
    uint16_t name[1];
};

static struct rename_info *rename_info(const struct nt_name *to, size_t *size)
{
    struct rename_info *r;

    *size = offsetof(struct rename_info, name) + 2 * to->n;
    r = rt_zalloc(*size < sizeof(*r) ? sizeof(*r) : *size);
    if (!r)
        return NULL;
    r->root = to->root;
    r->len = (ULONG)(2 * to->n);
    memcpy(r->name, to->p, 2 * to->n);
    return r;
}

int nt_file_rename(handle_t h, const struct nt_name *to, bool replace)
{
    size_t size;
    struct rename_info *info = rename_info(to, &size);
    NTSTATUS st = STATUS_NOT_IMPLEMENTED;

    if (!info)
        return -ENOMEM;
    if (cap(CAP_posix_rename)) {
        info->flags = (replace ? RENAME_REPLACE : 0) | RENAME_POSIX | RENAME_IGNORE_READONLY;
        st = set_info(h, NT_FILE_RENAME_EX, info, size);
        if (unknown_class(st)) /* a file system that lacks it is found out each time */
            cap_lost(CAP_posix_rename);
    }
    if (!NT_OK(st) && unsupported(st)) {
        info->flags = replace;
        st = set_info(h, NT_FILE_RENAME, info, size);
    }
    rt_free(info);
    return nt_fail(st);
}

int nt_file_link(handle_t h, const struct nt_name *to)
{
    size_t size;
    struct rename_info *info = rename_info(to, &size);
    NTSTATUS st;

    if (!info)
        return -ENOMEM;
    st = set_info(h, NT_FILE_LINK, info, size);
    rt_free(info);
    return nt_fail(st);
}

int64_t nt_reparse_get(const struct nt_name *name, void *buf, size_t size)
{
    IO_STATUS_BLOCK io;
    NTSTATUS st;
    handle_t h;
    int r = nt_file_open(name, NT_O_REPARSE, NT_OPEN_EXISTING, 0, &h);

    if (r < 0)
        return r;
    st = NtFsControlFile(h, NULL, NULL, NULL, &io, FSCTL_GET_REPARSE_POINT, NULL, 0, buf, (ULONG)size);
    NtClose(h);
    return NT_OK(st) ? (int64_t)io.Information : nt_fail(st);
}

int nt_reparse_set(handle_t h, const void *data, size_t n)
{
    IO_STATUS_BLOCK io;
    NTSTATUS st = NtFsControlFile(h, NULL, NULL, NULL, &io, FSCTL_SET_REPARSE_POINT, (void *)data, (ULONG)n,
                                  NULL, 0);

    return NT_OK(st) ? 0 : nt_fail(st);
}

int64_t nt_file_pos(handle_t h)
{
    IO_STATUS_BLOCK io;
    int64_t pos;
    NTSTATUS st = NtQueryInformationFile(h, &io, &pos, sizeof(pos), (FILE_INFORMATION_CLASS)NT_FILE_POSITION);

    return NT_OK(st) ? pos : nt_fail(st);
}

int nt_file_set_pos(handle_t h, int64_t pos)
{
    return nt_fail(set_info(h, NT_FILE_POSITION, &pos, sizeof(pos)));
}
