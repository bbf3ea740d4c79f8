/* SPDX-License-Identifier: BSD-2-Clause */
/* DWARF of one file, for lib/debug only. */
#ifndef LIB_DEBUG_DWARF_H
#define LIB_DEBUG_DWARF_H

#include "lib/debug/debug.h"

struct dwarf_file;

/** The bytes of a PE file, which must stay. NULL: it has no DWARF. */
struct dwarf_file *dwarf_file_open(const void *bytes, size_t size);
void dwarf_file_close(struct dwarf_file *f);
/**
 * As debug_lookup, for an address as the linker gave it; fills in what it knows of *p. Returns false
 * when the file does not know the address.
 * @param slide  what the loader has added to addresses
 */
bool dwarf_file_lookup(struct dwarf_file *f, uint64_t addr, uint64_t slide,
                       const struct debug_frame *frame, struct debug_place *p, debug_place_fn fn,
                       void *arg, int *result);

#endif
