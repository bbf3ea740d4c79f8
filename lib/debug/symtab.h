/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Functions of an image by its COFF symbol table, or else by its exports: what is left when there is
 * no DWARF. Pure; reads the bytes of the file, and believes none of them.
 */
#ifndef LIB_DEBUG_SYMTAB_H
#define LIB_DEBUG_SYMTAB_H

#include <stddef.h>
#include <stdint.h>

#include "lib/pe/pe.h"
#include "lib/text/buf.h"

struct symtab_entry {
    uint32_t rva;
    uint32_t name; /* offset in names */
};

struct symtab {
    struct symtab_entry *v; /* by rva */
    size_t n, cap;
    struct buf names;
    void *(*realloc)(void *old, size_t size);
};

void symtab_init(struct symtab *t, void *(*realloc)(void *old, size_t size));
void symtab_free(struct symtab *t);

/** Takes the functions from the bytes of a PE file. 0; -ENOEXEC: no such file; -ENOMEM. */
int symtab_read(struct symtab *t, const void *file, size_t size);

/** Name of the function at or before `rva`, *offset gets the distance; NULL: none. */
const char *symtab_find(const struct symtab *t, uint32_t rva, uint64_t *offset);
/** RVA of a function by name, 0: none. */
uint32_t symtab_rva(const struct symtab *t, const char *name);

/** Section i of the file with its name, long ones too (not ended by NUL). 0 or negative. */
int symtab_section(const void *file, size_t size, struct pe *pe, uint32_t i, struct pe_section *s,
                   const char **name, size_t *len);

/**
 * Name and checksum of the file that holds the debug information of a stripped image
 * (.gnu_debuglink): 0, -ENOENT: it names none.
 */
int symtab_debug_link(const void *file, size_t size, struct buf *name, uint32_t *crc);
/** The checksum that such a link has: CRC-32. */
uint32_t symtab_crc(const void *file, size_t size);

#endif
