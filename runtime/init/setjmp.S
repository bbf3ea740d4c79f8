/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * setjmp and longjmp in the Microsoft x64 convention. The buffer is newlib's
 * jmp_buf: 32 longs, aligned to 8 only.
 *
 * The thread's ret_addr slot is part of what is saved: nonzero, it says that
 * the thread is inside a call of the runtime. A longjmp out of a signal handler
 * that interrupted such a call must bring back the value of the place it jumps
 * to, or no signal would ever be delivered again.
 */
#include "thread_offsets.h"

#define JB_RBX 0x00
#define JB_RBP 0x08
#define JB_RDI 0x10
#define JB_RSI 0x18
#define JB_R12 0x20
#define JB_R13 0x28
#define JB_R14 0x30
#define JB_R15 0x38
#define JB_RSP 0x40
#define JB_RIP 0x48
#define JB_RET_ADDR 0x50
#define JB_MXCSR 0x58
#define JB_X87 0x5c
#define TEB_STACK_BASE 0x08
#define TEB_STACK_LIMIT 0x10
#define TEB_DEALLOCATION_STACK 0x1478

#define JB_XMM6 0x60                /* ten registers, up to 0x100 */

    .text

    .globl setjmp
    .globl _setjmp
    .p2align 4
setjmp:
_setjmp:
    movq (%rsp), %rax
    leaq 8(%rsp), %rdx
    movq %rbx, JB_RBX(%rcx)
    movq %rbp, JB_RBP(%rcx)
    movq %rdi, JB_RDI(%rcx)
    movq %rsi, JB_RSI(%rcx)
    movq %r12, JB_R12(%rcx)
    movq %r13, JB_R13(%rcx)
    movq %r14, JB_R14(%rcx)
    movq %r15, JB_R15(%rcx)
    movq %rdx, JB_RSP(%rcx)
    movq %rax, JB_RIP(%rcx)
    stmxcsr JB_MXCSR(%rcx)
    fnstcw JB_X87(%rcx)
    movups %xmm6, JB_XMM6+0x00(%rcx)
    movups %xmm7, JB_XMM6+0x10(%rcx)
    movups %xmm8, JB_XMM6+0x20(%rcx)
    movups %xmm9, JB_XMM6+0x30(%rcx)
    movups %xmm10, JB_XMM6+0x40(%rcx)
    movups %xmm11, JB_XMM6+0x50(%rcx)
    movups %xmm12, JB_XMM6+0x60(%rcx)
    movups %xmm13, JB_XMM6+0x70(%rcx)
    movups %xmm14, JB_XMM6+0x80(%rcx)
    movups %xmm15, JB_XMM6+0x90(%rcx)
    xorl %r9d, %r9d
    movl tls_teb_offset(%rip), %eax
    movq %gs:(%rax), %r10
    testq %r10, %r10
    je 1f
    movq THREAD_RET_ADDR(%r10), %r9
1:  movq %r9, JB_RET_ADDR(%rcx)
    xorl %eax, %eax
    ret

/* sigsetjmp(env, savemask): keeps savemask and, if it is set, the signal mask behind the registers,
   then goes on as setjmp. */
#define JB_SAVEMASK 256
#define JB_MASK 264
    .globl sigsetjmp
    .p2align 4
    .seh_proc sigsetjmp
sigsetjmp:
    subq $40, %rsp
    .seh_stackalloc 40
    .seh_endprologue
    movq %rcx, 48(%rsp)             /* the caller's home space */
    movslq %edx, %rax
    movq %rax, JB_SAVEMASK(%rcx)
    testl %edx, %edx
    je 1f
    leaq JB_MASK(%rcx), %r8
    xorl %edx, %edx
    xorl %ecx, %ecx                 /* SIG_SETMASK, no new mask */
    call pthread_sigmask
    movq 48(%rsp), %rcx
1:  addq $40, %rsp
    jmp setjmp
    .seh_endproc

/* The guard page below the stack is put back first; we are on another one. */
    .p2align 4
    .seh_proc longjmp_rearm
longjmp_rearm:
    subq $56, %rsp
    .seh_stackalloc 56
    .seh_endprologue
    movq %rcx, 32(%rsp)
    movl %edx, 40(%rsp)
    call thread_stack_rearm
    movq 32(%rsp), %rcx
    movl 40(%rsp), %edx
    addq $56, %rsp
    jmp longjmp
    .seh_endproc

    .globl longjmp
    .globl _longjmp
    .p2align 4
longjmp:
_longjmp:
    movl tls_teb_offset(%rip), %eax
    movq %gs:(%rax), %r10
    testq %r10, %r10
    je 0f
    cmpl $0, THREAD_STACK_SPENT(%r10)
    jne longjmp_rearm
0:  movl %edx, %r11d
    testl %r11d, %r11d
    jne 1f
    incl %r11d                      /* setjmp never returns 0 the second time */
1:  movq JB_RBX(%rcx), %rbx
    movq JB_RBP(%rcx), %rbp
    movq JB_RDI(%rcx), %rdi
    movq JB_RSI(%rcx), %rsi
    movq JB_R12(%rcx), %r12
    movq JB_R13(%rcx), %r13
    movq JB_R14(%rcx), %r14
    movq JB_R15(%rcx), %r15
    movups JB_XMM6+0x00(%rcx), %xmm6
    movups JB_XMM6+0x10(%rcx), %xmm7
    movups JB_XMM6+0x20(%rcx), %xmm8
    movups JB_XMM6+0x30(%rcx), %xmm9
    movups JB_XMM6+0x40(%rcx), %xmm10
    movups JB_XMM6+0x50(%rcx), %xmm11
    movups JB_XMM6+0x60(%rcx), %xmm12
    movups JB_XMM6+0x70(%rcx), %xmm13
    movups JB_XMM6+0x80(%rcx), %xmm14
    movups JB_XMM6+0x90(%rcx), %xmm15
    ldmxcsr JB_MXCSR(%rcx)
    fldcw JB_X87(%rcx)
    movq JB_RIP(%rcx), %rdx
    movq JB_RET_ADDR(%rcx), %r9
    /* The stack first: a signal may come as soon as the slot says "in ported code". */
    movq JB_RSP(%rcx), %rsp
    movl tls_teb_offset(%rip), %eax
    movq %gs:(%rax), %r10
    testq %r10, %r10
    je 2f
    /* Out of a handler on the alternate stack: the TEB has to name the thread's own one again, or
     * Windows would find no exception handler there. */
    movq THREAD_STACK_BASE(%r10), %rax
    cmpq %gs:TEB_STACK_BASE, %rax
    je 3f
    cmpq %rax, %rsp
    jae 3f
    movq THREAD_STACK_LIMIT(%r10), %r8
    cmpq %r8, %rsp
    jb 3f
    movq %r8, %gs:TEB_STACK_LIMIT
    movq THREAD_STACK_ALLOC(%r10), %r8
    movq %r8, %gs:TEB_DEALLOCATION_STACK
    movq %rax, %gs:TEB_STACK_BASE
    /* Wine's list of frames with handlers, at TEB+0: those on the part of the stack that is left, or on
     * another stack, are gone. Windows has 0 there. */
3:  movq %gs:0, %rax
4:  testq %rax, %rax
    je 6f
    cmpq $-1, %rax
    je 6f
    cmpq %rsp, %rax
    jb 5f
    cmpq THREAD_STACK_BASE(%r10), %rax
    jb 6f
5:  movq (%rax), %rax
    jmp 4b
6:  movq %rax, %gs:0
    movq %r9, THREAD_RET_ADDR(%r10)
2:  movl %r11d, %eax
    jmp *%rdx
