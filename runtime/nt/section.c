/* SPDX-License-Identifier: BSD-2-Clause */
/* Sections, views, page protection, and finding the written pages of a copy-on-write view. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ntapi.h"

static const ULONG prot_of[] = {
    [NT_PROT_NONE] = PAGE_NOACCESS,
    [NT_PROT_RO] = PAGE_READONLY,
    [NT_PROT_RW] = PAGE_READWRITE,
    [NT_PROT_RX] = PAGE_EXECUTE_READ,
    [NT_PROT_RWX] = PAGE_EXECUTE_READWRITE,
    [NT_PROT_COW] = PAGE_WRITECOPY,
    [NT_PROT_COWX] = PAGE_EXECUTE_WRITECOPY,
    [NT_PROT_GUARD] = PAGE_READWRITE | PAGE_GUARD,
    [NT_PROT_GUARD_COW] = PAGE_WRITECOPY | PAGE_GUARD,
};

int nt_section_create(handle_t dir, const char *name, uint64_t size, handle_t *out)
{
    LARGE_INTEGER li = { .QuadPart = (LONGLONG)size };
    OBJECT_ATTRIBUTES oa;
    UNICODE_STRING us;
    uint16_t buf[NT_NAME_UNITS];
    NTSTATUS st;

    nt_object(&oa, &us, buf, dir, name, name ? OBJ_OPENIF : 0);
    st = NtCreateSection(out, SECTION_ALL_ACCESS, &oa, &li, name ? PAGE_READWRITE : PAGE_EXECUTE_READWRITE,
                         SEC_COMMIT, NULL);
    if (st == STATUS_OBJECT_NAME_EXISTS)
        return 1;
    return NT_OK(st) ? 0 : nt_fail(st);
}

int nt_section_open(handle_t dir, const char *name, bool write, handle_t *out)
{
    OBJECT_ATTRIBUTES oa;
    UNICODE_STRING us;
    uint16_t buf[NT_NAME_UNITS];
    NTSTATUS st;

    nt_object(&oa, &us, buf, dir, name, 0);
    st = NtOpenSection(out, SECTION_QUERY | SECTION_MAP_READ | (write ? SECTION_MAP_WRITE : 0), &oa);
    return NT_OK(st) ? 0 : nt_fail(st);
}

int nt_section_map(handle_t section, handle_t process, void **base, size_t *size, enum nt_map how)
{
    return nt_section_map_at(section, process, base, size, 0, how);
}

int nt_section_map_at(handle_t section, handle_t process, void **base, size_t *size, uint64_t offset,
                      enum nt_map how)
{
    static const ULONG prot[] = {
        [NT_MAP_RO] = PAGE_READONLY, [NT_MAP_RW] = PAGE_READWRITE, [NT_MAP_COW] = PAGE_WRITECOPY,
        [NT_MAP_RWX] = PAGE_EXECUTE_READWRITE, [NT_MAP_COWX] = PAGE_EXECUTE_WRITECOPY,
    };
    SIZE_T n = size ? *size : 0;
    LARGE_INTEGER off = { .QuadPart = (LONGLONG)offset };
    NTSTATUS st = NtMapViewOfSection(section, process, base, 0, 0, &off, &n, NT_VIEW_UNMAP, 0, prot[how]);

    if (!NT_OK(st))
        return nt_fail(st);
    if (size)
        *size = n;
    return 0;
}

int nt_section_of_file(handle_t file, bool shared_write, handle_t *out, uint64_t *size)
{
    OBJECT_ATTRIBUTES oa = { .Length = sizeof(oa) };
    FILE_STANDARD_INFORMATION info;
    IO_STATUS_BLOCK io;
    NTSTATUS st = NtQueryInformationFile(file, &io, &info, sizeof(info), FileStandardInformation);

    if (NT_OK(st))
        st = NtCreateSection(out, SECTION_ALL_ACCESS, &oa, NULL,
                             shared_write ? PAGE_READWRITE : PAGE_WRITECOPY, SEC_COMMIT, file);
    if (!NT_OK(st))
        return nt_fail(st);
    *size = (uint64_t)info.EndOfFile.QuadPart;
    return 0;
}

int nt_section_flush(void *base, size_t size)
{
    PVOID b = base;
    SIZE_T n = size;
    IO_STATUS_BLOCK io;
    NTSTATUS st = NtFlushVirtualMemory(NT_SELF, (PVOID)&b, &n, (void *)&io);

    return NT_OK(st) || st == STATUS_NOT_MAPPED_DATA ? 0 : nt_fail(st);
}

int nt_section_unmap(handle_t process, void *base)
{
    NTSTATUS st = NtUnmapViewOfSection(process, base);

    return NT_OK(st) ? 0 : nt_fail(st);
}

int nt_protect(void *base, size_t size, enum nt_prot prot)
{
    PVOID b = base;
    SIZE_T n = size;
    ULONG old;
    NTSTATUS st = NtProtectVirtualMemory(NT_SELF, &b, &n, prot_of[prot], &old);

    return NT_OK(st) ? 0 : nt_fail(st);
}

void *nt_alloc(size_t size)
{
    PVOID b = NULL;
    SIZE_T n = size;

    return NT_OK(NtAllocateVirtualMemory(NT_SELF, &b, 0, &n, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE))
               ? b : NULL;
}

void nt_free(void *base)
{
    PVOID b = base;
    SIZE_T n = 0;

    if (base)
        NtFreeVirtualMemory(NT_SELF, &b, &n, MEM_RELEASE);
}

bool nt_is_section(const void *addr, size_t *size)
{
    MEMORY_BASIC_INFORMATION mbi;
    SIZE_T n;

    if (!NT_OK(NtQueryVirtualMemory(NT_SELF, (void *)addr, 0, &mbi, sizeof(mbi), &n)))
        return false;
    *size = mbi.RegionSize;
    return mbi.State == MEM_COMMIT && mbi.Type == MEM_MAPPED && mbi.AllocationBase == addr;
}

int nt_occupy(handle_t process, void *addr, size_t size)
{
    PVOID b = addr;
    SIZE_T n = size;
    NTSTATUS st = NtAllocateVirtualMemory(process, &b, 0, &n, MEM_RESERVE, PAGE_NOACCESS);

    return NT_OK(st) ? 0 : nt_fail(st);
}

/** Says in words what holds an address of a process, for the event of a failed mapping. */
int nt_occupant(handle_t process, void *addr, char *text, size_t size)
{
    MEMORY_BASIC_INFORMATION mbi;
    union {
        UNICODE_STRING us;
        uint8_t room[1024];
    } name;
    SIZE_T n;
    const char *what;

    if (!NT_OK(NtQueryVirtualMemory(process, addr, 0, &mbi, sizeof(mbi), &n)))
        return -EFAULT;
    if (mbi.State == MEM_FREE) {
        snprintf(text, size, "free");
        return 0;
    }
    what = mbi.Type == MEM_IMAGE ? "image" : mbi.Type == MEM_MAPPED ? "section" : "private memory";
    snprintf(text, size, "%s at %p, %zu bytes", what, mbi.AllocationBase, (size_t)mbi.RegionSize);
    if (mbi.Type == MEM_IMAGE
        && NT_OK(NtQueryVirtualMemory(process, addr, 2 /* MemoryMappedFilenameInformation */, &name,
                                      sizeof(name), &n))) {
        size_t k = strlen(text);

        for (unsigned i = 0; i < name.us.Length / 2 && k + 2 < size; i++)
            text[k++] = i ? (name.us.Buffer[i] < 128 ? (char)name.us.Buffer[i] : '?') : ' ';
        text[k] = 0;
    }
    return 0;
}

/* As PSAPI_WORKING_SET_EX_INFORMATION; Windows defines its second member as bit-fields. */
struct ws_entry {
    uint64_t address;
    uint64_t attributes; /* bit 0 valid, bit 15 shared */
};

/* Windows reports `shared` for pages that still belong to the section, in memory or not. Wine 8 knows
 * nothing about a page that is not in memory: there, one that was never touched is not valid. */
static bool ws_written(uint64_t a)
{
    bool shared = a & 1u << 15;

    return nt_is_wine() ? (a & 1) && !shared : !shared;
}

/**
 * Finds the pages of a copy-on-write view that have a private copy.
 *
 * @param from,to page-aligned range inside views
 * @param fn      called for each run of such pages; a nonzero result ends the search
 * @return 0, what fn returned, or negative errno
 * Uses the system call of QueryWorkingSetEx. Under Wine a page that the host has swapped out is missed:
 * Wine has no way to ask (ARCHITECTURE.md, limits).
 */
int nt_written(uintptr_t from, uintptr_t to, int (*fn)(void *, uintptr_t, uintptr_t), void *arg)
{
    static NOCOPY struct ws_entry ws[1024]; /* fork is serialised; keeps the fork stack small */
    uintptr_t run = 0;
    int r;

    for (uintptr_t at = from; at < to;) {
        unsigned n = 0;
        SIZE_T got;
        NTSTATUS st;

        for (; n < ARRAY_SIZE(ws) && at < to; at += 4096)
            ws[n++] = (struct ws_entry){ .address = at };
        st = NtQueryVirtualMemory(NT_SELF, NULL, 4 /* MemoryWorkingSetExInformation */, ws,
                                  n * sizeof(*ws), &got);
        if (!NT_OK(st))
            return nt_fail(st);
        for (unsigned i = 0; i < n; i++) {
            bool w = ws_written(ws[i].attributes);

            if (w && !run)
                run = ws[i].address;
            if (!w && run) {
                if ((r = fn(arg, run, ws[i].address)) != 0)
                    return r;
                run = 0;
            }
        }
    }
    return run ? fn(arg, run, to) : 0;
}

int nt_written_sample(uintptr_t from, uintptr_t to, size_t stride, unsigned *looked, unsigned *written)
{
    static NOCOPY struct ws_entry ws[64];

    for (uintptr_t at = from; at < to;) {
        unsigned n = 0;
        SIZE_T got;
        NTSTATUS st;

        for (; n < ARRAY_SIZE(ws) && at < to; at += stride)
            ws[n++] = (struct ws_entry){ .address = at };
        st = NtQueryVirtualMemory(NT_SELF, NULL, 4 /* MemoryWorkingSetExInformation */, ws,
                                  n * sizeof(*ws), &got);
        if (!NT_OK(st))
            return nt_fail(st);
        *looked += n;
        for (unsigned i = 0; i < n; i++)
            *written += ws_written(ws[i].attributes);
    }
    return 0;
}
