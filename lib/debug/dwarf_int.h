/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared by the dwarf*_win.c files only. */
#ifndef LIB_DEBUG_DWARF_INT_H
#define LIB_DEBUG_DWARF_INT_H

#include <dwarf.h>
#include <libdwarf.h>

#include "lib/debug/dwarf.h"

struct dwarf_section {
    char name[32];
    const char *data;
    uint64_t size;
};

/* Addresses of a compilation unit. */
struct dwarf_range {
    uint64_t low, high;
    Dwarf_Off die;
};

struct dwarf_file {
    Dwarf_Obj_Access_Interface access;
    Dwarf_Debug dbg;
    Dwarf_Error err;
    struct dwarf_section sections[32];
    unsigned nsections;
    struct dwarf_range *ranges; /* by address */
    size_t nranges, cap;
    Dwarf_Line_Context lines;   /* of the unit that was asked last */
    Dwarf_Off lines_of;
    char *last_file;            /* name that the last answer cites */
};

/** Whether a call of libdwarf gave something; takes its error away. */
bool dwarf_ok(struct dwarf_file *f, int r);
/** The DIE that an attribute refers to, to be freed; NULL: none. */
Dwarf_Die dwarf_follow(struct dwarf_file *f, Dwarf_Die die, Dwarf_Half name);
/** An attribute that is a number. */
bool dwarf_number(struct dwarf_file *f, Dwarf_Die die, Dwarf_Half name, uint64_t *v);

/**
 * Arguments of a function or an inlined copy (`scope`, in `function`) as text "a=1, b=0x10"; free with
 * tool_realloc(s, 0). NULL: it has none.
 */
char *dwarf_args(struct dwarf_file *f, Dwarf_Die scope, Dwarf_Die function, Dwarf_Addr base,
                 uint64_t addr, uint64_t slide, const struct debug_frame *frame);

#endif
