/* SPDX-License-Identifier: BSD-2-Clause */
/* Loaded modules and what the creator left in the PEB. */
#include <errno.h>
#include <string.h>

#include "ntapi.h"

bool nt_debugged(void)
{
    return NtCurrentTeb()->ProcessEnvironmentBlock->BeingDebugged;
}

int nt_modules(int (*fn)(void *, const struct nt_module *), void *arg)
{
    PEB_LDR_DATA *ldr = NtCurrentTeb()->ProcessEnvironmentBlock->Ldr;
    LIST_ENTRY *head = &ldr->InMemoryOrderModuleList;

    for (LIST_ENTRY *e = head->Flink; e != head; e = e->Flink) {
        LDR_DATA_TABLE_ENTRY *m = CONTAINING_RECORD(e, LDR_DATA_TABLE_ENTRY, InMemoryOrderLinks);
        struct nt_module out = {
            .base = (uintptr_t)m->DllBase,
            .path = (const uint16_t *)m->FullDllName.Buffer,
            .path_units = m->FullDllName.Length / 2,
        };
        IMAGE_DOS_HEADER *dos = m->DllBase;
        IMAGE_NT_HEADERS *nt = (IMAGE_NT_HEADERS *)((char *)dos + dos->e_lfanew);
        int r;

        out.size = nt->OptionalHeader.SizeOfImage;
        if ((r = fn(arg, &out)) != 0)
            return r;
    }
    return 0;
}

static int find_base(void *arg, const struct nt_module *m)
{
    struct nt_module *found = arg;

    if (m->base != found->base)
        return 0;
    *found = *m;
    return 1;
}

bool nt_module_get(uintptr_t base, struct nt_module *out)
{
    *out = (struct nt_module){ .base = base };
    return nt_modules(find_base, out) == 1;
}

const uint16_t *nt_module_path(uintptr_t base, unsigned *units)
{
    struct nt_module m;

    nt_module_get(base, &m);
    *units = m.path_units;
    return m.path;
}

const uint16_t *nt_program_path(unsigned *units)
{
    return nt_module_path((uintptr_t)GetModuleHandleW(NULL), units);
}

const uint16_t *nt_command_line(void)
{
    return (const uint16_t *)GetCommandLineW();
}

const uint16_t *nt_environment(void)
{
    return (const uint16_t *)GetEnvironmentStringsW();
}

bool nt_is_wine(void)
{
    static NOCOPY int8_t known; /* 0: not asked yet, 1: Wine, -1: Windows */

    if (!known)
        known = GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "wine_get_version") ? 1 : -1;
    return known > 0;
}

handle_t nt_std_handle(int fd)
{
    HANDLE h = GetStdHandle(fd == 0 ? STD_INPUT_HANDLE : fd == 1 ? STD_OUTPUT_HANDLE : STD_ERROR_HANDLE);

    return h == INVALID_HANDLE_VALUE ? NULL : h;
}

void nt_std_handle_set(int fd, handle_t h)
{
    SetStdHandle(fd == 0 ? STD_INPUT_HANDLE : fd == 1 ? STD_OUTPUT_HANDLE : STD_ERROR_HANDLE, h);
}

int nt_directory_create(const char *name, handle_t *out)
{
    OBJECT_ATTRIBUTES oa;
    UNICODE_STRING us;
    uint16_t buf[NT_NAME_UNITS];
    NTSTATUS st;

    nt_object(&oa, &us, buf, NULL, name, OBJ_OPENIF);
    st = NtCreateDirectoryObject(out, 0xf /* query, traverse, create object and subdirectory */, &oa);
    return NT_OK(st) ? 0 : nt_fail(st);
}

/* TlsSlots of the TEB: the first 64 slots lie in it, so that one instruction reads ours. */
enum { TEB_TLS_SLOTS = 0x1480 };

uint32_t nt_thread_slot(void)
{
    DWORD i = TlsAlloc();

    return i < 64 ? TEB_TLS_SLOTS + i * 8 : 0;
}

static char *put_number(char *to, uint64_t v, unsigned base)
{
    char digits[24];
    unsigned n = 0;

    do
        digits[n++] = "0123456789abcdef"[v % base];
    while (v /= base);
    while (n)
        *to++ = digits[--n];
    return to;
}

static char *put_text(char *to, const char *s, size_t max)
{
    while (*s && max--)
        *to++ = *s++;
    return to;
}

void nt_warning(const char *text)
{
    DWORD n;

    WriteFile(GetStdHandle(STD_ERROR_HANDLE), "isthmus: ", 9, &n, NULL);
    WriteFile(GetStdHandle(STD_ERROR_HANDLE), text, (DWORD)strlen(text), &n, NULL);
    WriteFile(GetStdHandle(STD_ERROR_HANDLE), "\n", 1, &n, NULL);
}

/* The C library may not work here: no thread, no memory. */
void nt_last_words(const char *why, int64_t detail)
{
    char text[512], *p = put_text(text, "isthmus: ", 16);
    DWORD n;

    p = put_text(p, why, 400);
    p = put_text(p, detail < 0 ? " (-" : " (", 4);
    p = put_number(p, detail < 0 ? -(uint64_t)detail : (uint64_t)detail, 10);
    p = put_text(p, ", last status 0x", 20);
    p = put_number(p, (uint32_t)nt_last_status(), 16);
    p = put_text(p, ")\n", 4);
    WriteFile(GetStdHandle(STD_ERROR_HANDLE), text, (DWORD)(p - text), &n, NULL);
}
