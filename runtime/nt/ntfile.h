/* SPDX-License-Identifier: BSD-2-Clause */
/* NT functions and structures about files that the headers leave out. Only for runtime/nt. */
#ifndef NTFILE_H
#define NTFILE_H

#include "nt_file.h"
#include "ntapi.h"

#include <winioctl.h>

enum { /* FILE_INFORMATION_CLASS */
    NT_FILE_RENAME = 10,
    NT_FILE_LINK = 11,
    NT_FILE_DISPOSITION = 13,
    NT_FILE_POSITION = 14,
    NT_FILE_MODE = 16,
    NT_FILE_ALLOCATION = 19,
    NT_FILE_END_OF_FILE = 20,
    NT_FILE_PIPE = 23,
    NT_FILE_PIPE_LOCAL = 24,
    NT_FILE_ID_BOTH_DIR = 37,
    NT_FILE_DISPOSITION_EX = 64,
    NT_FILE_RENAME_EX = 65,
};

enum { NT_FS_VOLUME = 1, NT_FS_DEVICE = 4, NT_FS_ATTRIBUTE = 5, NT_FS_FULL_SIZE = 7 };

#define NT_SUPPORTS_HARD_LINKS 0x00400000u

struct nt_network_open { /* FILE_NETWORK_OPEN_INFORMATION */
    int64_t btime, atime, mtime, ctime;
    int64_t alloc, size;
    ULONG attr, pad;
};

struct nt_pipe_local { /* FILE_PIPE_LOCAL_INFORMATION */
    ULONG type, configuration, max_instances, instances;
    ULONG in_quota, read_available, out_quota, write_quota;
    ULONG state, end;
};

NTSTATUS NTAPI NtQueryFullAttributesFile(POBJECT_ATTRIBUTES, struct nt_network_open *);
NTSTATUS NTAPI NtReadFile(HANDLE, HANDLE, PVOID, PVOID, PIO_STATUS_BLOCK, PVOID, ULONG, PLARGE_INTEGER,
                          PULONG);
NTSTATUS NTAPI NtWriteFile(HANDLE, HANDLE, PVOID, PVOID, PIO_STATUS_BLOCK, const void *, ULONG,
                           PLARGE_INTEGER, PULONG);
NTSTATUS NTAPI NtCancelIoFileEx(HANDLE, PIO_STATUS_BLOCK, PIO_STATUS_BLOCK);
NTSTATUS NTAPI NtFlushBuffersFile(HANDLE, PIO_STATUS_BLOCK);
NTSTATUS NTAPI NtQueryDirectoryFile(HANDLE, HANDLE, PVOID, PVOID, PIO_STATUS_BLOCK, PVOID, ULONG, ULONG,
                                    BOOLEAN, PUNICODE_STRING, BOOLEAN);
NTSTATUS NTAPI NtQueryVolumeInformationFile(HANDLE, PIO_STATUS_BLOCK, PVOID, ULONG, ULONG);
NTSTATUS NTAPI NtCreateNamedPipeFile(PHANDLE, ULONG, POBJECT_ATTRIBUTES, PIO_STATUS_BLOCK, ULONG, ULONG,
                                     ULONG, ULONG, ULONG, ULONG, ULONG, ULONG, ULONG, PLARGE_INTEGER);

void nt_name_object(OBJECT_ATTRIBUTES *oa, UNICODE_STRING *us, const struct nt_name *name, bool inherit);

#endif
