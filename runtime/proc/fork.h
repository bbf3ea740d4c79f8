/* SPDX-License-Identifier: BSD-2-Clause */
/* State of a fork in progress. Outside all arenas, since they are unmapped for a moment. */
#ifndef FORK_H
#define FORK_H

#include <setjmp.h>

#include "abi/startup.h"
#include "fork_copy.h"
#include "proc_internal.h"

#define FORK_STACK 0x20000

struct fork {
    struct child *child;
    handle_t process, thread;  /* of the child */
    handle_t job;              /* as long as it does not run */
    handle_t go;               /* event that a parked child waits for; NULL: it was made for this fork */
    uint32_t winpid;
    handle_t ready;            /* event, kept for the next fork */
    void *stack;               /* kept */
    struct nt_stack old_stack;
    uintptr_t sp;              /* where the child goes on: nothing below counts */
    struct startup_block block;
    void *view;                /* of the block as the child sees it: it answers there */
    struct copy_list list;
    unsigned stage;
    int err;                   /* of fork_memory */
    bool ended;                /* the child, by us, since err happened when it ran already */
    int32_t status;            /* NTSTATUS that explains a failure */
    uintptr_t bad_addr;        /* address that could not be had */
    uint64_t bad_size;
    /* For the events: what was done, and when. */
    unsigned threads, extents, pages, dlls;
    bool rebased, spare; /* a new section was made; one that was kept was good */
    uint64_t shared, copied;   /* bytes; copied: by the plain scheme */
    uint64_t t_begin, t_created, t_stop, t_stopped, t_memory;
};

extern struct fork fork_now;
extern jmp_buf fork_context;
extern struct thread *fork_thread;

/* On the fork stack: everything between stopping the other threads and letting them go on. The result
 * is in f->err. */
void fork_memory(void *f);
/* In the child, back on the parent's stack, locks released: becomes a process of its own. */
void fork_child(void);

/* fork_debug.c: a debugger that follows forks has set fork_debug. */
extern volatile int fork_debug;
void fork_debug_parent(int pid, uint32_t winpid); /* the child runs, and waits for the debugger */
void fork_debug_child(void);

#endif
