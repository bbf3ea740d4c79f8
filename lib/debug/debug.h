/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Functions, files and lines of addresses, for native tools: by DWARF (libdwarf), by the COFF symbol
 * table, by exports, in this order. Stripped images are completed by the file that their
 * .gnu_debuglink names, beside the image, in .debug beside it, or below the tree's usr/lib/debug.
 */
#ifndef LIB_DEBUG_DEBUG_H
#define LIB_DEBUG_DEBUG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/debug/unwind.h"

/* ---- places (images_win.c, dwarf_win.c) ---- */

struct debug_images; /* the images of a process, and what was read of their files */

struct debug_images *debug_images_new(void);
void debug_images_free(struct debug_images *m);
/**
 * An image of `size` bytes at `base`, its file by Win32 name (UTF-8). Nothing is read before the first
 * look-up. An image at the same place replaces the old one.
 */
void debug_images_add(struct debug_images *m, uint64_t base, uint64_t size, const char *path);
/**
 * How the process's memory is read, so that files can be compared with what was loaded from them: an update puts another
 * build in the place of one that is in use. NULL: they are believed.
 */
void debug_images_memory(struct debug_images *m, debug_read_fn read, void *arg);
/** The next image after *i (begin with 0) whose file was found to be another build; its names are not used. NULL: no more. */
const char *debug_images_replaced(const struct debug_images *m, size_t *i);
/** Path and base of the image that addr lies in; NULL: none. */
const char *debug_image_of(const struct debug_images *m, uint64_t addr, uint64_t *base);
/** Address of a function of the image at `base`, by its symbol; 0: not known. */
uint64_t debug_symbol(struct debug_images *m, uint64_t base, const char *name);
/** Reads what an image has at `addr` from its file, for memory that a core does not hold. 0 or -1. */
int debug_image_bytes(struct debug_images *m, uint64_t addr, void *buf, size_t n);

/** A place in the source. The strings are valid during the call. */
struct debug_place {
    const char *module;   /* file name of the image, NULL: the address lies in none */
    uint64_t base;        /* of the image */
    const char *function; /* NULL: not known */
    uint64_t offset;      /* bytes behind the function's begin */
    const char *file;     /* NULL: not known */
    unsigned line;        /* 0: not known */
    bool inlined;         /* the next call is for the function that this one was made part of */
    const char *args;     /* "argc=2, argv=0x..." if asked for and known, else NULL */
};
/** Nonzero ends the look-up and is returned. */
typedef int (*debug_place_fn)(void *arg, const struct debug_place *p);

/** Registers and memory of a frame, to show arguments. */
struct debug_frame {
    const struct debug_regs *regs;
    debug_read_fn read;
    void *arg;
    bool caller; /* not the innermost frame: only registers that calls preserve are known */
};

/**
 * Calls fn for the place of `addr`, innermost inlined function first; at least once.
 * @param caller  addr is a return address: the call before it is meant
 * @param frame   to show arguments; NULL: they are left out
 */
int debug_lookup(struct debug_images *m, uint64_t addr, bool caller, const struct debug_frame *frame,
                 debug_place_fn fn, void *arg);

#endif
