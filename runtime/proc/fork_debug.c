/* SPDX-License-Identifier: BSD-2-Clause */
/* For debuggers that follow forks: gdb/isthmus.py sets fork_debug in the program, which its children inherit,
 * and stops the parent in fork_debug_parent to attach to the child, which waits here until then. */
#include "fork.h"

#define LOOK   100000 /* 10 ms between two looks: nobody tells */
#define LOOKS  6000   /* a minute without a debugger: none comes */

volatile int fork_debug;
volatile int fork_debug_hold; /* the debugger clears it when it has set its breakpoints */

__attribute__((noinline)) void fork_debug_parent(int pid, uint32_t winpid)
{
    __asm__ volatile("" : : "r"(pid), "r"(winpid) : "memory");
}

void fork_debug_child(void)
{
    const handle_t self = NT_SELF;

    fork_debug_hold = fork_debug;
    for (unsigned i = 0; fork_debug_hold && (i < LOOKS || nt_debugged()); i++)
        nt_wait(&self, 1, LOOK);
}
