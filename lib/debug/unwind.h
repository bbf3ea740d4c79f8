/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Walking the stack of a thread that is stopped, live in another process or in a core, by the unwind
 * tables of the images (Microsoft's "x64 exception handling": .pdata, .xdata). Pure: memory and images
 * come through callbacks, and whatever they deliver, a walk ends.
 */
#ifndef LIB_DEBUG_UNWIND_H
#define LIB_DEBUG_UNWIND_H

#include <stddef.h>
#include <stdint.h>

/** Reads all n bytes at `addr` of the process; 0, or negative when they are not all there. */
typedef int (*debug_read_fn)(void *arg, uint64_t addr, void *buf, size_t n);

/** The numbers that instructions and unwind codes use. */
enum debug_reg {
    DEBUG_RAX, DEBUG_RCX, DEBUG_RDX, DEBUG_RBX, DEBUG_RSP, DEBUG_RBP, DEBUG_RSI, DEBUG_RDI,
    DEBUG_R8, DEBUG_R9, DEBUG_R10, DEBUG_R11, DEBUG_R12, DEBUG_R13, DEBUG_R14, DEBUG_R15
};

struct debug_regs {
    uint64_t rip;
    uint64_t r[16]; /* by enum debug_reg; of callers only those that a call preserves are right */
};

/** An image as the loader has mapped it. */
struct unwind_image {
    uint64_t base, size;
    uint32_t pdata, pdata_size; /* RVA and bytes of its function table; 0: none */
};

struct unwind {
    debug_read_fn read;
    /** The image that `addr` lies in; 0, or negative for none. */
    int (*image)(void *arg, uint64_t addr, struct unwind_image *image);
    void *arg;
    /* A call of the runtime does not return to its caller but to `sys_return`, which goes on at
     * `ret_addr` (runtime/signal/return.S). 0: not known, or no such process. */
    uint64_t sys_return, ret_addr;
    uint64_t ret_saved; /* address of {ret_addr, next such pair} of an outer call, 0: none */
    unsigned frames; /* steps taken */
    uint8_t caller;  /* the address is one to return to; 0 in the innermost frame */
};

enum unwind_how {
    UNWIND_END = 0,    /* the outermost frame, or the stack cannot be read */
    UNWIND_TABLE,      /* by an entry of the function table */
    UNWIND_LEAF,       /* a function without entry: it has not moved the stack pointer */
    UNWIND_FRAME,      /* by the frame pointer, since no table covers the place: a guess */
    UNWIND_RUNTIME,    /* from the runtime back to the program */
    UNWIND_FAULT,      /* to where an exception happened: its address is no return address */
};

/** How many frames a walk has at most, whatever the stack looks like. */
#define UNWIND_MAX 20000u

/** Replaces the registers of a frame by its caller's. Returns enum unwind_how. */
enum unwind_how unwind_step(struct unwind *u, struct debug_regs *regs);

/** Reads what unwind_image needs from the headers of a mapped image; 0 or negative. */
int unwind_image_read(debug_read_fn read, void *arg, uint64_t base, struct unwind_image *image);

#endif
