/* SPDX-License-Identifier: BSD-2-Clause */
/* Windows headers and the NT functions that they leave out. Only for files of runtime/nt. */
#ifndef NTAPI_H
#define NTAPI_H

#define WIN32_LEAN_AND_MEAN
#include <windows.h>
#include <winternl.h>
#include <ntstatus.h>

#include "nt.h"

#define NT_OK(st) ((NTSTATUS)(st) >= 0)

#ifndef OBJ_INHERIT
#define OBJ_INHERIT 2
#endif

enum { NT_VIEW_SHARE = 1, NT_VIEW_UNMAP = 2 };

NTSTATUS NTAPI NtCreateSection(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES, PLARGE_INTEGER, ULONG, ULONG,
                               HANDLE);
NTSTATUS NTAPI NtOpenSection(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES);
NTSTATUS NTAPI NtMapViewOfSection(HANDLE, HANDLE, PVOID *, ULONG_PTR, SIZE_T, PLARGE_INTEGER, PSIZE_T,
                                  ULONG, ULONG, ULONG);
NTSTATUS NTAPI NtUnmapViewOfSection(HANDLE, PVOID);
NTSTATUS NTAPI NtFlushVirtualMemory(HANDLE, LPCVOID *, SIZE_T *, void *);
NTSTATUS NTAPI NtProtectVirtualMemory(HANDLE, PVOID *, PSIZE_T, ULONG, PULONG);
NTSTATUS NTAPI NtAllocateVirtualMemory(HANDLE, PVOID *, ULONG_PTR, PSIZE_T, ULONG, ULONG);
NTSTATUS NTAPI NtFreeVirtualMemory(HANDLE, PVOID *, PSIZE_T, ULONG);
NTSTATUS NTAPI NtQueryVirtualMemory(HANDLE, PVOID, ULONG, PVOID, SIZE_T, PSIZE_T);
NTSTATUS NTAPI NtDuplicateObject(HANDLE, HANDLE, HANDLE, PHANDLE, ACCESS_MASK, ULONG, ULONG);
NTSTATUS NTAPI NtCreateEvent(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES, ULONG, BOOLEAN);
NTSTATUS NTAPI NtOpenEvent(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES);
NTSTATUS NTAPI NtSetEvent(HANDLE, PLONG);
NTSTATUS NTAPI NtResetEvent(HANDLE, PLONG);
NTSTATUS NTAPI NtWaitForMultipleObjects(ULONG, const HANDLE *, ULONG, BOOLEAN, PLARGE_INTEGER);
NTSTATUS NTAPI NtCreateDirectoryObject(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES);
NTSTATUS NTAPI NtGetNextThread(HANDLE, HANDLE, ACCESS_MASK, ULONG, ULONG, PHANDLE);
NTSTATUS NTAPI NtSuspendThread(HANDLE, PULONG);
NTSTATUS NTAPI NtResumeThread(HANDLE, PULONG);
NTSTATUS NTAPI NtOpenProcess(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES, void *);
NTSTATUS NTAPI NtTerminateProcess(HANDLE, NTSTATUS);
NTSTATUS NTAPI NtSetInformationObject(HANDLE, ULONG, PVOID, ULONG);
NTSTATUS NTAPI RtlWaitOnAddress(const void *, const void *, SIZE_T, const LARGE_INTEGER *);
void NTAPI RtlWakeAddressSingle(const void *);
void NTAPI RtlWakeAddressAll(const void *);
NTSTATUS NTAPI NtQuerySystemTime(PLARGE_INTEGER);

/* Remembers a failed status for events and gives its errno. */
int nt_fail(NTSTATUS status);

/* Fill an OBJECT_ATTRIBUTES for an ASCII name relative to `dir`; `us` and `buf` must live as long. */
void nt_object(OBJECT_ATTRIBUTES *oa, UNICODE_STRING *us, uint16_t *buf, HANDLE dir, const char *name,
               ULONG attributes);
#define NT_NAME_UNITS 64 /* of our own object names: all are short and ours */

#endif
