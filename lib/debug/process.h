/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Another process as a debugger sees it without being one: threads with their registers, memory map,
 * modules. Nothing is written to it; it may be hung, stopped or half started.
 */
#ifndef LIB_DEBUG_PROCESS_H
#define LIB_DEBUG_PROCESS_H

#include "lib/debug/debug.h"

#define DEBUG_CONTEXT_SIZE 1232 /* CONTEXT of x86-64 */

struct debug_thread {
    uint32_t tid;
    bool known;        /* context and regs are filled in */
    uint64_t teb;      /* 0: not known */
    uint64_t created;
    struct debug_regs regs;
    unsigned char context[DEBUG_CONTEXT_SIZE] __attribute__((aligned(16)));
};

struct debug_module {
    uint64_t base, size;
    char *path; /* Win32 name, UTF-8 */
};

/** A run of pages with the same state. */
struct debug_region {
    uint64_t base, size;
    uint32_t protect, type; /* PAGE_*, MEM_IMAGE, MEM_MAPPED or MEM_PRIVATE */
    uint64_t allocation;    /* where its allocation begins */
};

struct debug_process {
    uint32_t winpid;
    void *handle;
    bool frozen;
    struct debug_thread *threads; /* in order of creation */
    size_t nthreads;
    struct debug_module *modules; /* the program first */
    size_t nmodules;
    struct debug_region *regions; /* committed and readable, by address */
    size_t nregions;
    struct debug_images *images;
    const char *why;
};

/**
 * Opens a process, stops all its threads if `freeze`, and reads threads and modules. 0, or negative
 * errno with p->why. A process in which nothing has run yet has threads, but only its program as module.
 */
int debug_process_open(struct debug_process *p, uint32_t winpid, bool freeze);
/** Reads the memory map. */
int debug_process_map(struct debug_process *p);
/** Lets its threads go on and closes. */
void debug_process_close(struct debug_process *p);
/** debug_read_fn with the process as argument. */
int debug_process_read(void *p, uint64_t addr, void *buf, size_t n);
/** Registers from a CONTEXT. */
void debug_context_regs(const void *context, struct debug_regs *regs);

/* ---- walking (stack.c, pure) ---- */

/** A frame: regs->rip is its address, a return address if `caller`. */
typedef int (*debug_stack_fn)(void *arg, unsigned n, const struct debug_regs *regs, bool caller,
                              enum unwind_how how);
/** Calls fn for each frame, at most `max`, until it returns nonzero. Returns the number of frames. */
unsigned debug_stack(struct unwind *u, const struct debug_regs *regs, unsigned max, debug_stack_fn fn,
                     void *arg);

#endif
