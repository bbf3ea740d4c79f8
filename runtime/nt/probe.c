/* SPDX-License-Identifier: BSD-2-Clause */
/* Asking what a name is without opening it; the working directory of the Windows process. */
#include <errno.h>
#include <string.h>

#include "ntfile.h"
#include "nt_registry.h"

/* Windows tells a missing name from a missing folder; both are ENOENT elsewhere. */
static int probe_status(NTSTATUS st)
{
    switch ((ULONG)st) {
    case (ULONG)STATUS_OBJECT_NAME_NOT_FOUND:
    case (ULONG)STATUS_NO_SUCH_FILE:
        return NT_PROBE_NO_NAME;
    case (ULONG)STATUS_OBJECT_PATH_NOT_FOUND:
    case (ULONG)STATUS_NOT_A_DIRECTORY:
    case (ULONG)STATUS_OBJECT_NAME_INVALID:
    case (ULONG)STATUS_OBJECT_PATH_SYNTAX_BAD:
        return NT_PROBE_NO_PATH;
    default:
        return nt_fail(st);
    }
}

int nt_probe_path(const uint16_t *nt, size_t units, bool case_sensitive, struct nt_probe *p)
{
    struct nt_name name = { .p = nt, .n = units, .case_sensitive = case_sensitive };
    struct nt_network_open info;
    OBJECT_ATTRIBUTES oa;
    UNICODE_STRING us;
    NTSTATUS st;

    if (units > 32766)
        return -ENAMETOOLONG;
    nt_name_object(&oa, &us, &name, false);
    st = NtQueryFullAttributesFile(&oa, &info);
    if (!NT_OK(st))
        return probe_status(st);
    p->attr = info.attr;
    p->size = info.size;
    p->created = info.btime;
    p->accessed = info.atime;
    p->written = info.mtime;
    p->changed = info.ctime;
    return NT_PROBE_FOUND;
}

int64_t nt_read_small(const uint16_t *nt, size_t units, bool case_sensitive, void *buf, size_t size)
{
    struct nt_name name = { .p = nt, .n = units, .case_sensitive = case_sensitive };
    OBJECT_ATTRIBUTES oa;
    UNICODE_STRING us;
    IO_STATUS_BLOCK io;
    HANDLE h;
    NTSTATUS st;

    nt_name_object(&oa, &us, &name, false);
    st = NtOpenFile(&h, FILE_READ_DATA | SYNCHRONIZE, &oa, &io,
                    FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                    FILE_SYNCHRONOUS_IO_NONALERT | FILE_NON_DIRECTORY_FILE);
    if (!NT_OK(st))
        return nt_fail(st);
    st = NtReadFile(h, NULL, NULL, NULL, &io, buf, (ULONG)size, NULL, NULL);
    NtClose(h);
    if (st == STATUS_END_OF_FILE)
        return 0;
    return NT_OK(st) ? (int64_t)io.Information : nt_fail(st);
}

const uint16_t *nt_cwd(unsigned *units)
{
    /* RTL_USER_PROCESS_PARAMETERS.CurrentDirectory.DosPath, which winternl.h hides */
    const char *params = (const char *)NtCurrentTeb()->ProcessEnvironmentBlock->ProcessParameters;
    const UNICODE_STRING *path = (const UNICODE_STRING *)(params + 0x38);

    *units = path->Length / 2;
    return (const uint16_t *)path->Buffer;
}
