/* SPDX-License-Identifier: BSD-2-Clause */
/* All frames of a stack. */
#include "lib/debug/process.h"

#include "lib/pe/pe_int.h"

unsigned debug_stack(struct unwind *u, const struct debug_regs *regs, unsigned max, debug_stack_fn fn,
                     void *arg)
{
    struct debug_regs g = *regs;
    enum unwind_how how = UNWIND_TABLE;
    unsigned n = 0;

    do {
        /* The runtime's way back is no place of interest: the step from there is. */
        if (g.rip != u->sys_return || !u->sys_return) {
            if (fn(arg, n++, &g, u->caller, how))
                break;
        }
        how = unwind_step(u, &g);
    } while (how != UNWIND_END && n < max);
    return n;
}

/* Offsets in CONTEXT: Rax, Rcx, Rdx, Rbx, Rsp, Rbp, Rsi, Rdi, R8..R15, Rip, from 120 on. */
void debug_context_regs(const void *context, struct debug_regs *regs)
{
    const unsigned char *p = (const unsigned char *)context + 120;

    for (unsigned i = 0; i < 16; i++)
        regs->r[i] = pe_u64(p + 8 * i);
    regs->rip = pe_u64(p + 8 * 16);
}
