/* SPDX-License-Identifier: BSD-2-Clause */
/* fork_stack_call(fn, arg, top): fn(arg) on the stack that ends at `top`. The caller has told the TEB.
 * The frame pointer keeps the old stack, and says so to unwinders. */
        .text
        .globl  fork_stack_call
        .def    fork_stack_call; .scl 2; .type 32; .endef
        .seh_proc fork_stack_call
fork_stack_call:
        pushq   %rbp
        .seh_pushreg %rbp
        movq    %rsp, %rbp
        .seh_setframe %rbp, 0
        .seh_endprologue
        movq    %rcx, %rax
        movq    %rdx, %rcx
        andq    $-16, %r8
        leaq    -32(%r8), %rsp
        callq   *%rax
        movq    %rbp, %rsp
        popq    %rbp
        retq
        .seh_endproc
