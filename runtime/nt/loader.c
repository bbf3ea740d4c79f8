/* SPDX-License-Identifier: BSD-2-Clause */
/* The loader of Windows: loading and freeing DLLs, symbols of loaded ones. */
#include <string.h>

#include "ntapi.h"

uint32_t nt_library_load(const uint16_t *path, bool full, uintptr_t *base)
{
    DWORD old = 0, error;
    HMODULE h;

    SetThreadErrorMode(SEM_FAILCRITICALERRORS | SEM_NOOPENFILEERRORBOX, &old);
    h = LoadLibraryExW((const WCHAR *)path, NULL, full ? LOAD_WITH_ALTERED_SEARCH_PATH : 0);
    error = h ? 0 : GetLastError();
    SetThreadErrorMode(old, NULL);
    *base = (uintptr_t)h;
    return h ? 0 : error ? error : ERROR_MOD_NOT_FOUND;
}

void nt_library_free(uintptr_t base)
{
    FreeLibrary((HMODULE)base);
}

void *nt_library_symbol(uintptr_t base, const char *name)
{
    return (void *)GetProcAddress((HMODULE)base, name);
}

uintptr_t nt_library_loaded(const uint16_t *path)
{
    return (uintptr_t)GetModuleHandleW((const WCHAR *)path);
}

const char *nt_library_error(uint32_t error)
{
    static const struct {
        uint32_t error;
        const char *text;
    } table[] = {
        { ERROR_FILE_NOT_FOUND, "no such file" },
        { ERROR_PATH_NOT_FOUND, "no such folder" },
        { ERROR_ACCESS_DENIED, "access denied" },
        { ERROR_MOD_NOT_FOUND, "the file or a DLL that it needs was not found" },
        { ERROR_PROC_NOT_FOUND, "a DLL that it needs lacks a function" },
        { ERROR_BAD_EXE_FORMAT, "not an image for this machine" },
        { ERROR_INVALID_ADDRESS, "its address is taken" },
        { ERROR_DLL_INIT_FAILED, "its initialisation failed" },
        { ERROR_NOT_ENOUGH_MEMORY, "not enough memory" },
        { ERROR_INVALID_PARAMETER, "invalid name" },
    };

    for (size_t i = 0; i < ARRAY_SIZE(table); i++)
        if (table[i].error == error)
            return table[i].text;
    return NULL;
}

/* The export directory of a loaded image, which the loader has checked. */
static const IMAGE_EXPORT_DIRECTORY *exports(uintptr_t base, DWORD *size)
{
    const IMAGE_NT_HEADERS *nt = (void *)(base + (ULONG)((IMAGE_DOS_HEADER *)base)->e_lfanew);
    const IMAGE_DATA_DIRECTORY *d = &nt->OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_EXPORT];

    *size = d->Size;
    return d->VirtualAddress ? (void *)(base + d->VirtualAddress) : NULL;
}

const char *nt_library_near(uintptr_t base, uintptr_t addr, uintptr_t *sym)
{
    DWORD size, best = 0;
    const IMAGE_EXPORT_DIRECTORY *e = exports(base, &size);
    const char *name = NULL;

    for (DWORD i = 0; e && i < e->NumberOfNames; i++) {
        WORD n = ((const WORD *)(base + e->AddressOfNameOrdinals))[i];
        DWORD rva = ((const DWORD *)(base + e->AddressOfFunctions))[n];
        DWORD at = (DWORD)((uintptr_t)e - base);

        if (rva > addr - base || rva < best || (rva >= at && rva < at + size))
            continue; /* behind it, further away, or a forwarder */
        best = rva;
        name = (const char *)(base + ((const DWORD *)(base + e->AddressOfNames))[i]);
    }
    *sym = base + best;
    return name;
}

int nt_library_imports(uintptr_t base, int (*fn)(void *, const char *), void *arg)
{
    const IMAGE_NT_HEADERS *nt = (void *)(base + (ULONG)((IMAGE_DOS_HEADER *)base)->e_lfanew);
    const IMAGE_DATA_DIRECTORY *d = &nt->OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_IMPORT];
    const IMAGE_IMPORT_DESCRIPTOR *i = (void *)(base + d->VirtualAddress);
    int r = 0;

    if (!d->VirtualAddress)
        return 0;
    for (; r == 0 && i->Name && i->FirstThunk; i++)
        r = fn(arg, (const char *)(base + i->Name));
    return r;
}
