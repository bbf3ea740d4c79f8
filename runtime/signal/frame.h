/* SPDX-License-Identifier: BSD-2-Clause */
/* What the trampoline (signal/return.S) saves of the interrupted code. */
#ifndef FRAME_H
#define FRAME_H

#define FRAME_RIP 128

#ifndef __ASSEMBLER__
#include <stddef.h>
#include <stdint.h>

struct sig_frame {
    uint64_t r15, r14, r13, r12, r11, r10, r9, r8;
    uint64_t rdi, rsi, rbp, rbx, rdx, rcx, rax;
    uint64_t eflags;
    uint64_t rip;
    /* rsp of the interrupted code is just behind */
};
_Static_assert(offsetof(struct sig_frame, rip) == FRAME_RIP, "signal/return.S");
#endif

#endif
