/* SPDX-License-Identifier: BSD-2-Clause */
/* Looking at other processes and at the machine. See nt_peek.h. */
#include "nt_peek.h"

#include <errno.h>
#include <string.h>

#include "lib/text/buf.h"
#include "ntapi.h"

NTSTATUS NTAPI NtReadVirtualMemory(HANDLE, const void *, PVOID, SIZE_T, PSIZE_T);
NTSTATUS NTAPI NtEnumerateKey(HANDLE, ULONG, ULONG, PVOID, ULONG, PULONG);
NTSTATUS NTAPI NtOpenKey(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES);
NTSTATUS NTAPI RtlFormatCurrentUserKeyPath(PUNICODE_STRING);

int nt_peek_open(uint32_t winpid, handle_t *out)
{
    OBJECT_ATTRIBUTES oa = { .Length = sizeof(oa) };
    struct {
        HANDLE process, thread;
    } id = { (HANDLE)(uintptr_t)winpid, NULL };
    NTSTATUS st = NtOpenProcess(out, PROCESS_QUERY_INFORMATION | PROCESS_VM_READ, &oa, &id);

    return NT_OK(st) ? 0 : nt_fail(st);
}

int nt_peek(handle_t process, uintptr_t addr, void *buf, size_t n)
{
    SIZE_T got = 0;
    NTSTATUS st = NtReadVirtualMemory(process, (const void *)addr, buf, n, &got);

    return NT_OK(st) && got == n ? 0 : -EFAULT;
}

int nt_peek_counters(handle_t process, struct nt_counters *c)
{
    struct { /* VM_COUNTERS */
        SIZE_T peak_virtual, virtual;
        ULONG faults;
        SIZE_T peak_resident, resident, quotas[4], pagefile, peak_pagefile;
    } vm;
    ULONG n;
    NTSTATUS st = NtQueryInformationProcess(process, 3 /* ProcessVmCounters */, &vm, sizeof(vm), &n);

    if (!NT_OK(st))
        return nt_fail(st);
    *c = (struct nt_counters){ vm.virtual, vm.peak_virtual, vm.resident, vm.peak_resident, vm.pagefile, vm.faults };
    return 0;
}

static unsigned flags_of(const MEMORY_BASIC_INFORMATION *mbi)
{
    unsigned f = 0;

    switch (mbi->Protect & 0xff) {
    case PAGE_READWRITE:
    case PAGE_WRITECOPY:
        f = NT_REGION_READ | NT_REGION_WRITE;
        break;
    case PAGE_READONLY:
        f = NT_REGION_READ;
        break;
    case PAGE_EXECUTE:
        f = NT_REGION_EXEC;
        break;
    case PAGE_EXECUTE_READ:
        f = NT_REGION_READ | NT_REGION_EXEC;
        break;
    case PAGE_EXECUTE_READWRITE:
    case PAGE_EXECUTE_WRITECOPY:
        f = NT_REGION_READ | NT_REGION_WRITE | NT_REGION_EXEC;
        break;
    }
    if (mbi->Protect & PAGE_GUARD)
        f = 0;
    if (mbi->Type == MEM_MAPPED)
        f |= NT_REGION_MAPPED;
    if (mbi->Type == MEM_IMAGE)
        f |= NT_REGION_IMAGE;
    return f;
}

bool nt_peek_region(handle_t process, uintptr_t at, struct nt_region *r)
{
    MEMORY_BASIC_INFORMATION mbi;
    SIZE_T n;

    while (NT_OK(NtQueryVirtualMemory(process, (void *)at, 0, &mbi, sizeof(mbi), &n))) {
        uintptr_t next = (uintptr_t)mbi.BaseAddress + mbi.RegionSize;

        if (mbi.State == MEM_COMMIT) {
            *r = (struct nt_region){ (uintptr_t)mbi.BaseAddress, (uintptr_t)mbi.AllocationBase, mbi.RegionSize,
                                     flags_of(&mbi) };
            return true;
        }
        if (next <= at)
            break;
        at = next;
    }
    return false;
}

int nt_peek_mapped_name(handle_t process, uintptr_t at, struct wbuf *out)
{
    union {
        UNICODE_STRING us;
        uint8_t room[4096];
    } name;
    SIZE_T n;
    NTSTATUS st = NtQueryVirtualMemory(process, (void *)at, 2 /* MemoryMappedFilenameInformation */, &name,
                                       sizeof(name), &n);

    if (!NT_OK(st))
        return nt_fail(st);
    wbuf_put(out, (const uint16_t *)name.us.Buffer, name.us.Length / 2);
    return wbuf_err(out);
}

/* ---- the machine ---- */

unsigned nt_cpu_times(struct nt_cpu_time *v, unsigned max)
{
    struct { /* SYSTEM_PROCESSOR_PERFORMANCE_INFORMATION */
        LARGE_INTEGER idle, kernel, user, dpc, interrupt;
        ULONG interrupts;
    } info[64];
    ULONG size = 0;
    unsigned n;

    if (!NT_OK(NtQuerySystemInformation(8, info, sizeof(info), &size)))
        return 0;
    n = (unsigned)(size / sizeof(info[0]));
    for (unsigned i = 0; i < n && i < max; i++)
        v[i] = (struct nt_cpu_time){ (uint64_t)info[i].idle.QuadPart,
                                     (uint64_t)(info[i].kernel.QuadPart - info[i].idle.QuadPart),
                                     (uint64_t)info[i].user.QuadPart };
    return n < max ? n : max;
}

uint64_t nt_boot_time(void)
{
    LARGE_INTEGER info[8]; /* SYSTEM_TIMEOFDAY_INFORMATION: when it was started comes first */
    ULONG size;

    return NT_OK(NtQuerySystemInformation(3, info, 48, &size)) ? (uint64_t)info[0].QuadPart : 0;
}

void nt_swap(uint64_t *total, uint64_t *free)
{
    MEMORYSTATUSEX m = { .dwLength = sizeof(m) };

    GlobalMemoryStatusEx(&m);
    *total = m.ullTotalPageFile > m.ullTotalPhys ? m.ullTotalPageFile - m.ullTotalPhys : 0;
    *free = m.ullAvailPageFile > m.ullAvailPhys ? m.ullAvailPageFile - m.ullAvailPhys : 0;
    if (*free > *total)
        *free = *total;
}

/* ---- registry ---- */

int nt_key_open_name(const uint16_t *name, size_t units, handle_t *out)
{
    OBJECT_ATTRIBUTES oa;
    UNICODE_STRING us = { .Buffer = (WCHAR *)name };
    NTSTATUS st;

    if (units > 32766)
        return -ENAMETOOLONG;
    us.Length = us.MaximumLength = (USHORT)(2 * units);
    memset(&oa, 0, sizeof(oa));
    oa.Length = sizeof(oa);
    oa.ObjectName = &us;
    oa.Attributes = OBJ_CASE_INSENSITIVE;
    st = NtOpenKey(out, KEY_READ, &oa);
    return NT_OK(st) ? 0 : nt_fail(st);
}

int nt_key_user_name(struct wbuf *out)
{
    UNICODE_STRING us;
    NTSTATUS st = RtlFormatCurrentUserKeyPath(&us);

    if (!NT_OK(st))
        return nt_fail(st);
    wbuf_put(out, (const uint16_t *)us.Buffer, us.Length / 2);
    RtlFreeUnicodeString(&us);
    return wbuf_err(out);
}

int nt_key_sub(handle_t key, uint32_t i, void *buf, size_t size, const uint16_t **name, size_t *units)
{
    struct { /* KEY_BASIC_INFORMATION */
        LARGE_INTEGER written;
        ULONG title, name_size;
        WCHAR name[1];
    } *info = buf;
    ULONG used;
    NTSTATUS st = NtEnumerateKey(key, i, 0 /* KeyBasicInformation */, buf, (ULONG)size, &used);

    if (st == STATUS_NO_MORE_ENTRIES)
        return -ENOENT;
    if (!NT_OK(st))
        return nt_fail(st);
    *name = (const uint16_t *)info->name;
    *units = info->name_size / 2;
    return 0;
}
