/* SPDX-License-Identifier: BSD-2-Clause */
/* ucontext_t: the machine state that a signal handler gets. The registers lie as in the Win32 CONTEXT. */
#ifndef _SYS_UCONTEXT_H
#define _SYS_UCONTEXT_H

#include <signal.h>
#include <stdint.h>

struct _uc_fpxreg {
    uint16_t significand[4];
    uint16_t exponent;
    uint16_t padding[3];
};

struct _uc_xmmreg {
    uint32_t element[4];
};

struct _fpstate {
    uint16_t cwd, swd, ftw, fop;
    uint64_t rip, rdp;
    uint32_t mxcsr, mxcr_mask;
    struct _uc_fpxreg st[8];
    struct _uc_xmmreg xmm[16];
    uint32_t padding[24];
};

struct __attribute__((__aligned__(16))) __mcontext {
    uint64_t p1home, p2home, p3home, p4home, p5home, p6home;
    uint32_t ctxflags;
    uint32_t mxcsr;
    uint16_t cs, ds, es, fs, gs, ss;
    uint32_t eflags;
    uint64_t dr0, dr1, dr2, dr3, dr6, dr7;
    uint64_t rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi;
    uint64_t r8, r9, r10, r11, r12, r13, r14, r15;
    uint64_t rip;
    struct _fpstate fpregs;
    uint64_t vregs[52];
    uint64_t vcx;
    uint64_t dbc, btr, bfr, etr, efr;
    uint64_t oldmask;
    uint64_t cr2;
};

typedef struct __mcontext mcontext_t;

typedef struct __attribute__((__aligned__(16))) __ucontext {
    mcontext_t uc_mcontext;
    struct __ucontext *uc_link;
    sigset_t uc_sigmask;
    stack_t uc_stack;
    unsigned long uc_flags;
} ucontext_t;

#endif
