/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether an image can be loaded: which DLL or function that it imports, itself or through others, is
 * missing. For dlerror(), for a forked child that died before its first instruction, for tools. */
#ifndef LIB_PE_NEED_H
#define LIB_PE_NEED_H

#include "lib/pe/pe.h"
#include "lib/text/buf.h"

enum pe_found {
    PE_FOUND_SYSTEM = 1,    /* it is there and belongs to Windows: not looked into */
};

/** How DLLs are found and read. */
struct pe_world {
    /**
     * Opens what the importer `from` gets for the name `dll`; `path` receives its name for messages.
     * pe_open() was called on `pe` when the result is 0. -ENOENT: there is no such DLL. -ENOEXEC with
     * pe->why: it is no image. PE_FOUND_SYSTEM.
     */
    int (*open)(struct pe_world *w, const char *dll, const char *from, struct pe *pe, struct buf *path);
    /** After open() returned 0. */
    void (*close)(struct pe_world *w, struct pe *pe);
    buf_realloc_fn alloc;
    void *arg;
};

/**
 * Looks for what keeps `top` from being loaded.
 *
 * @param top  name as open() takes it, with `from` ""
 * @param why  receives one phrase, as "foo.dll needs the function f of bar.dll, which has none of that
 *             name", or nothing when all is there
 * @return 1: something is missing, 0: nothing, or negative errno (-ENOMEM, or what open() said of `top`)
 */
int pe_need(struct pe_world *w, const char *top, struct buf *why);

#endif
