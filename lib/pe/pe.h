/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reader of PE images (programs and DLLs), from a file by a callback, from a file in memory, or
 * from an image that the loader has mapped. Believes no length and no offset: whatever the bytes
 * are, calls end with a result or -ENOEXEC. Follows Microsoft's "PE Format".
 */
#ifndef LIB_PE_PE_H
#define LIB_PE_PE_H

#include <stddef.h>
#include <stdint.h>

/** Reads up to n bytes at offset `off`; returns the count (less at the end) or negative errno. */
typedef int64_t (*pe_read_fn)(void *arg, uint64_t off, void *buf, size_t n);

#define PE_MACHINE_AMD64 0x8664
#define PE_MACHINE_I386  0x14c
#define PE_MACHINE_ARM64 0xaa64
#define PE_SUBSYSTEM_GUI 2
#define PE_SUBSYSTEM_CUI 3

/* .characteristics */
#define PE_RELOCS_STRIPPED 0x1
#define PE_EXECUTABLE      0x2
#define PE_DLL             0x2000
/* .dll_characteristics */
#define PE_HIGH_ENTROPY    0x20
#define PE_DYNAMIC_BASE    0x40
/* section flags */
#define PE_SECTION_CODE    0x20
#define PE_SECTION_BSS     0x80
#define PE_SECTION_EXEC    0x20000000u
#define PE_SECTION_READ    0x40000000u
#define PE_SECTION_WRITE   0x80000000u

enum pe_dir { PE_DIR_EXPORT = 0, PE_DIR_IMPORT = 1, PE_DIR_RESOURCE = 2, PE_DIR_EXCEPTION = 3,
              PE_DIR_RELOC = 5, PE_DIR_DEBUG = 6, PE_DIR_TLS = 9, PE_DIR_DELAY = 13, PE_DIRS = 16 };

#define PE_SECTIONS_MAX 96  /* the loader's own limit */
#define PE_WINDOW 4096
#define PE_NAME_MAX 1024    /* longest DLL or function name that is read */

struct pe {
    /* results */
    uint16_t machine;
    uint16_t subsystem;
    uint16_t characteristics;
    uint16_t dll_characteristics;
    uint8_t plus;               /* PE32+: 64 bits */
    uint32_t sections;
    uint32_t timestamp;
    uint32_t checksum;
    uint32_t entry;             /* RVA */
    uint32_t image_size;
    uint64_t image_base;
    uint64_t stack_reserve;
    uint16_t os_major, os_minor;
    struct { uint32_t rva, size; } dir[PE_DIRS];
    const char *why;            /* after -ENOEXEC: what is wrong */
    /* private */
    pe_read_fn read;
    void *arg;
    uint8_t mapped;             /* offsets are RVAs */
    uint32_t section_table;
    struct { uint32_t rva, size, off, raw; } place[PE_SECTIONS_MAX];
    uint64_t budget;            /* bytes of names that may still be read */
    const unsigned char *mem;
    size_t mem_size;
    uint64_t window_off;
    size_t window_len;
    unsigned char window[PE_WINDOW];
};

struct pe_section {
    char name[9];
    uint32_t rva, virtual_size;
    uint32_t off, raw_size;     /* in the file */
    uint32_t flags;             /* PE_SECTION_* */
};

/** Reads the headers through `read`. 0, -ENOEXEC with pe->why, or the callback's error. */
int pe_open(struct pe *pe, pe_read_fn read, void *arg);
/** The same for memory; `mapped`: as the loader lays it out, not as the file is. */
int pe_open_mem(struct pe *pe, const void *mem, size_t size, int mapped);

/** Section i < pe->sections. */
int pe_section(struct pe *pe, uint32_t i, struct pe_section *s);
/** Reads n bytes at an RVA (zeros where the file has none); 0 or -ENOEXEC. */
int pe_read_rva(struct pe *pe, uint32_t rva, void *buf, size_t n);

/**
 * Called for each import: `name` NULL means by `ordinal`. A call with both name NULL and ordinal
 * -1 comes first for each DLL. Nonzero ends the walk and is returned.
 */
typedef int (*pe_import_fn)(void *arg, const char *dll, const char *name, int ordinal);
/** `functions` 0: only the calls for DLLs. Returns 0, fn's result or -ENOEXEC. */
int pe_imports(struct pe *pe, pe_import_fn fn, void *arg, int functions);

/** forward: "OTHER.name" for a forwarder, else NULL. */
typedef int (*pe_export_fn)(void *arg, const char *name, uint32_t ordinal, uint32_t rva,
                            const char *forward);
/** Named exports. Returns as pe_imports. */
int pe_exports(struct pe *pe, pe_export_fn fn, void *arg);

/** Whether the image imports that DLL (case-insensitive): 1, 0 or -errno. */
int pe_imports_dll(struct pe *pe, const char *dll);

#endif
