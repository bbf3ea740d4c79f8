/* SPDX-License-Identifier: BSD-2-Clause */
/* The base of the stacks on which ported code runs. */

        .text

/* void stack_call(void (*fn)(void *), void *arg, void *stack_top);
 * Calls fn(arg) on the stack that ends at stack_top. The caller has set, or fn sets, the TEB's idea
 * of the stack before anything there can fault. */
        .p2align 4
        .globl  stack_call
        .seh_proc stack_call
stack_call:
        pushq   %rbp
        .seh_pushreg %rbp
        movq    %rsp, %rbp
        .seh_setframe %rbp, 0
        .seh_endprologue
        movq    %r8, %rsp
        andq    $-16, %rsp
        /* Wine keeps a list of frames with handlers at TEB+0, and takes all whose address is below the
         * stack pointer for inner ones: those of another stack have to go. Windows has 0 there. */
        movq    %gs:0, %r9
        testq   %r9, %r9
        jz      1f
        movq    $-1, %gs:0
1:      pushq   %r9
        pushq   %rbp
        call    stack_base
        popq    %rbp
        popq    %r9
        movq    %r9, %gs:0
        movq    %rbp, %rsp
        popq    %rbp
        ret
        .seh_endproc

/* The outermost frame on that stack. Its handler gets the exceptions that no frame of a Win32 DLL
 * in between wanted. A forked child has the same frame at the same address. */
        .p2align 4
        .seh_proc stack_base
stack_base:
        subq    $40, %rsp
        .seh_stackalloc 40
        .seh_handler fault_handler, @except
        .seh_endprologue
        movq    %rcx, %rax
        movq    %rdx, %rcx
        call    *%rax
        nop
        addq    $40, %rsp
        ret
        .seh_endproc
