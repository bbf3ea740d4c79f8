/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Imports and exports. The totals are limited, so that tables which point to each other end.
 */
#include <errno.h>
#include <string.h>

#include "lib/pe/pe_int.h"

#define MAX_DLLS 4096
#define MAX_FUNCTIONS 262144
#define MAX_NAME_BYTES (32u << 20)

/* A NUL-terminated name at an RVA; longer ones are an error. Read in pieces, the last by bytes. */
static int get_name(struct pe *pe, uint32_t rva, char *name)
{
    size_t step = 32, n = 0;

    while (n + step <= PE_NAME_MAX) {
        int r = rva > UINT32_MAX - PE_NAME_MAX ? pe_bad(pe, "a name lies out of reach")
                                               : pe_read_rva(pe, rva + (uint32_t)n, name + n, step);

        if (pe->budget < step)
            return pe_bad(pe, "its names are longer than the file can be");
        pe->budget -= step;
        if (r < 0 && step > 1) {
            step = 1;               /* the section ends here, the name perhaps before */
            continue;
        }
        if (r < 0)
            return r;
        if (memchr(name + n, 0, step))
            return 0;
        n += step;
    }
    return pe_bad(pe, "a name is too long");
}

static int import_functions(struct pe *pe, const char *dll, uint32_t table, pe_import_fn fn,
                            void *arg, uint32_t *budget)
{
    uint32_t step = pe->plus ? 8 : 4;
    char name[PE_NAME_MAX];

    for (uint32_t rva = table;; rva += step) {
        unsigned char b[8] = { 0 };
        uint64_t v;
        int r = pe_read_rva(pe, rva, b, step);

        if (r < 0)
            return r;
        v = pe->plus ? pe_u64(b) : pe_u32(b);
        if (!v)
            return 0;
        if (!--*budget || rva > UINT32_MAX - step)
            return pe_bad(pe, "too many imported functions");
        if (v >> (pe->plus ? 63 : 31)) {
            r = fn(arg, dll, NULL, (int)(v & 0xffff));
        } else {
            r = get_name(pe, ((uint32_t)v & 0x7fffffff) + 2, name);
            if (r == 0)
                r = fn(arg, dll, name, 0);
        }
        if (r)
            return r;
    }
}

int pe_imports(struct pe *pe, pe_import_fn fn, void *arg, int functions)
{
    uint32_t budget = MAX_FUNCTIONS, rva = pe->dir[PE_DIR_IMPORT].rva;
    char dll[PE_NAME_MAX];

    pe->budget = MAX_NAME_BYTES;
    if (!rva)
        return 0;
    for (int i = 0; i < MAX_DLLS; i++, rva += 20) {
        unsigned char d[20];
        uint32_t table;
        int r = pe_read_rva(pe, rva, d, sizeof d);

        if (r < 0)
            return r;
        if (!pe_u32(d + 12))
            return 0;
        if (rva > UINT32_MAX - 20)
            break;
        r = get_name(pe, pe_u32(d + 12), dll);
        if (r == 0)
            r = fn(arg, dll, NULL, -1);
        table = pe_u32(d) ? pe_u32(d) : pe_u32(d + 16);
        if (r == 0 && functions && table)
            r = import_functions(pe, dll, table, fn, arg, &budget);
        if (r)
            return r;
    }
    return pe_bad(pe, "too many imported DLLs");
}

int pe_exports(struct pe *pe, pe_export_fn fn, void *arg)
{
    uint32_t rva = pe->dir[PE_DIR_EXPORT].rva, size = pe->dir[PE_DIR_EXPORT].size;
    uint32_t base, functions, names, addresses, name_table, ordinals;
    char name[PE_NAME_MAX], forward[PE_NAME_MAX];
    unsigned char d[40];
    int r;

    pe->budget = MAX_NAME_BYTES;
    if (!rva)
        return 0;
    r = pe_read_rva(pe, rva, d, sizeof d);
    if (r < 0)
        return r;
    base = pe_u32(d + 16);
    functions = pe_u32(d + 20);
    names = pe_u32(d + 24);
    addresses = pe_u32(d + 28);
    name_table = pe_u32(d + 32);
    ordinals = pe_u32(d + 36);
    if (names > MAX_FUNCTIONS || addresses > UINT32_MAX - 4u * 65536 ||
        name_table > UINT32_MAX - 4 * names || ordinals > UINT32_MAX - 2 * names)
        return pe_bad(pe, "export table out of reach");
    for (uint32_t i = 0; i < names; i++) {
        unsigned char b[4], o[2];
        uint32_t address;

        if ((r = pe_read_rva(pe, name_table + 4 * i, b, 4)) < 0 ||
            (r = get_name(pe, pe_u32(b), name)) < 0 ||
            (r = pe_read_rva(pe, ordinals + 2 * i, o, 2)) < 0)
            return r;
        if (pe_u16(o) >= functions)
            return pe_bad(pe, "an exported name has no function");
        r = pe_read_rva(pe, addresses + 4u * pe_u16(o), b, 4);
        if (r < 0)
            return r;
        address = pe_u32(b);
        forward[0] = 0;
        if (address - rva < size) {
            r = get_name(pe, address, forward);
            if (r < 0)
                return r;
        }
        r = fn(arg, name, base + pe_u16(o), address, forward[0] ? forward : NULL);
        if (r)
            return r;
    }
    return 0;
}

static int same_dll(void *arg, const char *dll, const char *name, int ordinal)
{
    const char *want = arg;

    (void)name;
    (void)ordinal;
    for (; *dll && *want; dll++, want++) {
        char a = *dll, b = *want;

        a = a >= 'A' && a <= 'Z' ? (char)(a + 32) : a;
        b = b >= 'A' && b <= 'Z' ? (char)(b + 32) : b;
        if (a != b)
            return 0;
    }
    return !*dll && !*want;
}

int pe_imports_dll(struct pe *pe, const char *dll)
{
    return pe_imports(pe, same_dll, (void *)(uintptr_t)dll, 0);
}
