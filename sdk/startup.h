/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared by the start files crt0.c and dllcrt0.c: symbols of the linker, and the relocations that a
   program's direct references to the data of DLLs need. Runs before the runtime: uses kernel32 only. */
#ifndef STARTUP_H
#define STARTUP_H

#include <isthmus/crt0.h>
#include <stddef.h>
#include <stdint.h>

extern const isthmus_func __CTOR_LIST__[];
extern const isthmus_func __DTOR_LIST__[];
extern char __ImageBase[];

/* One entry of the list that lld makes: the place `target` refers to the import slot `sym` and has
   to refer to what the slot points to. The low byte of `flags` is the width in bits. */
struct pseudo_reloc {
    uint32_t sym;
    uint32_t target;
    uint32_t flags;
};

struct pseudo_reloc_header {
    uint32_t magic1, magic2, version;
};

extern char __RUNTIME_PSEUDO_RELOC_LIST__[];
extern char __RUNTIME_PSEUDO_RELOC_LIST_END__[];

#define MEM_EXECUTE_READWRITE 0x40

__attribute__((__dllimport__)) int VirtualProtect(void *, uint64_t, uint32_t, uint32_t *);
__attribute__((__dllimport__)) void ExitProcess(uint32_t) __attribute__((__noreturn__));
__attribute__((__dllimport__)) void *GetStdHandle(uint32_t);
__attribute__((__dllimport__)) int WriteFile(void *, const void *, uint32_t, uint32_t *, void *);

static inline void start_fail(const char *why)
{
    uint32_t n = 0;

    while (why[n])
        n++;
    WriteFile(GetStdHandle((uint32_t)-12), why, n, &n, NULL);
    ExitProcess(127);
}

/* Add `delta` to the little-endian field of `bits` bits at p. A displacement of 32 bits that no
   longer fits means that the images lie more than 2 GiB apart. */
static inline void start_fix(char *p, unsigned bits, int64_t delta)
{
    switch (bits) {
    case 64:
        *(int64_t *)p += delta;
        break;
    case 32: {
        int64_t v = *(int32_t *)p + delta;

        if (v != (int32_t)v)
            start_fail("a DLL of this program lies too far away from it (forced ASLR?)\r\n");
        *(int32_t *)p = (int32_t)v;
        break;
    }
    default:
        start_fail("this program has a relocation of unknown width\r\n");
    }
}

/* Direct references to imported data, in code and in data, get their final addresses. Fresh pages
   of the image only: it must run once per Windows process, in a forked child too, before the child
   gets the parent's data. */
static inline void start_relocate(void)
{
    struct pseudo_reloc_header *h = (void *)__RUNTIME_PSEUDO_RELOC_LIST__;
    struct pseudo_reloc *r = (void *)(h + 1);
    struct pseudo_reloc *end = (void *)__RUNTIME_PSEUDO_RELOC_LIST_END__;
    uintptr_t open = 0;
    uint64_t len = 0;
    uint32_t old = 0, ignored;

    if ((char *)end - (char *)h < (ptrdiff_t)(sizeof(*h) + sizeof(*r)))
        return;
    if (h->magic1 || h->magic2 || h->version != 1)
        start_fail("this program was linked by an unknown linker\r\n");
    for (; r < end; r++) {
        char *p = __ImageBase + r->target;
        char *slot = __ImageBase + r->sym;
        uintptr_t last = (uintptr_t)p + (r->flags & 0xff) / 8;

        if ((uintptr_t)p < open || last > open + len) {
            if (open)
                VirtualProtect((void *)open, len, old, &ignored);
            open = (uintptr_t)p & ~(uintptr_t)4095;
            /* A field may straddle two pages, which then belong to the same section. */
            len = last > open + 4096 ? 8192 : 4096;
            if (!VirtualProtect((void *)open, len, MEM_EXECUTE_READWRITE, &old))
                start_fail("cannot write to the pages of a program\r\n");
        }
        start_fix(p, r->flags & 0xff, *(int64_t *)slot - (int64_t)slot);
    }
    if (open)
        VirtualProtect((void *)open, len, old, &ignored);
}

#endif
