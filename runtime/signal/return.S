/* SPDX-License-Identifier: BSD-2-Clause */
/* The way back from the runtime to ported code, and the trampoline on which a thread that was
 * diverted from ported code delivers its signals. Both end in the same place: a diverted thread
 * looks as if it had made a system call right where it was.
 *
 * The order on both ways out is: clear ret_addr (with a full barrier), then look at `pending`. A
 * sender stores `pending`, then looks at ret_addr. So either we see the signal, or the sender sees
 * that it has to divert us. */
#include "frame.h"
#include "thread_offsets.h"

        .text

/* Entry stubs put the address `sys_return` in place of their caller's. On arrival all registers and
 * the stack are as the caller expects them but for the instruction pointer, which is in ret_addr.
 * The frame handler catches faults inside the runtime: nobody can unwind further up from here. */
        .p2align 4
        .seh_proc sys_return_base
sys_return_base:
        .seh_handler fault_handler, @except
        .seh_endprologue
        nop
        .globl  sys_return
sys_return:
        movl    tls_teb_offset(%rip), %r10d
        movq    %gs:(%r10), %r10
        xorl    %r11d, %r11d
        xchgq   %r11, THREAD_RET_ADDR(%r10)
        cmpl    $0, THREAD_PENDING(%r10)
        jne     1f
        jmpq    *%r11
1:      movq    %r11, THREAD_RET_ADDR(%r10)
        jmp     sig_trampoline
        .seh_endproc

/* All registers are the interrupted code's; thread->ret_addr says where it goes on. Saves them as
 * struct sig_frame (signal/frame.h), calls sig_deliver_frame(frame), and continues there. */
        .p2align 4
        .globl  sig_trampoline
        .seh_proc sig_trampoline
sig_trampoline:
        pushq   $0                      /* becomes the address to return to, for those who unwind as well */
        pushfq
        .seh_stackalloc 8
        pushq   %rax
        .seh_pushreg %rax
        pushq   %rcx
        .seh_pushreg %rcx
        pushq   %rdx
        .seh_pushreg %rdx
        pushq   %rbx
        .seh_pushreg %rbx
        pushq   %rbp
        .seh_pushreg %rbp
        pushq   %rsi
        .seh_pushreg %rsi
        pushq   %rdi
        .seh_pushreg %rdi
        pushq   %r8
        .seh_pushreg %r8
        pushq   %r9
        .seh_pushreg %r9
        pushq   %r10
        .seh_pushreg %r10
        pushq   %r11
        .seh_pushreg %r11
        pushq   %r12
        .seh_pushreg %r12
        pushq   %r13
        .seh_pushreg %r13
        pushq   %r14
        .seh_pushreg %r14
        pushq   %r15
        .seh_pushreg %r15
        movq    %rsp, %rbp
        .seh_setframe %rbp, 0
        .seh_handler fault_handler, @except
        .seh_endprologue
        cld
        movl    tls_teb_offset(%rip), %r10d
        movq    %gs:(%r10), %r14
        movq    THREAD_RET_ADDR(%r14), %rax
        movq    %rax, FRAME_RIP(%rbp)

        /* Floating point and vector registers. XSAVE wants a clean header. */
        movl    sig_xsave_size(%rip), %eax
        subq    %rax, %rsp
        andq    $-64, %rsp
        movl    sig_xsave_mask(%rip), %eax
        testl   %eax, %eax
        jz      1f
        xorl    %edx, %edx
        movq    %rdx, 512(%rsp)
        movq    %rdx, 520(%rsp)
        movq    %rdx, 528(%rsp)
        movq    %rdx, 536(%rsp)
        movq    %rdx, 544(%rsp)
        movq    %rdx, 552(%rsp)
        movq    %rdx, 560(%rsp)
        movq    %rdx, 568(%rsp)
        xsave64 (%rsp)
        jmp     2f
1:      fxsave64 (%rsp)
2:      movq    %rsp, %rbx

        subq    $32, %rsp
3:      movq    %rbp, %rcx
        movq    %rbx, %rdx
        call    sig_deliver_frame
        xorl    %eax, %eax
        xchgq   %rax, THREAD_RET_ADDR(%r14)
        cmpl    $0, THREAD_PENDING(%r14)
        je      4f
        movq    %rax, THREAD_RET_ADDR(%r14) /* another one came */
        jmp     3b

4:      movl    sig_xsave_mask(%rip), %eax
        testl   %eax, %eax
        jz      5f
        xorl    %edx, %edx
        xrstor64 (%rbx)
        jmp     6f
5:      fxrstor64 (%rbx)
6:      movq    %rbp, %rsp
        popq    %r15
        popq    %r14
        popq    %r13
        popq    %r12
        popq    %r11
        popq    %r10
        popq    %r9
        popq    %r8
        popq    %rdi
        popq    %rsi
        popq    %rbp
        popq    %rbx
        popq    %rdx
        popq    %rcx
        popq    %rax
        popfq
        ret
        .seh_endproc

/* void sig_call(void (*fn)(int, siginfo_t *, void *), int sig, siginfo_t *si, ucontext_t *uc,
 *               void *stack_top);
 * Runs a handler, on another stack if stack_top is not NULL. The second function is there because
 * a frame handler has to stand on the stack that the TEB names. */
        .p2align 4
        .globl  sig_call
        .seh_proc sig_call
sig_call:
        pushq   %rbp
        .seh_pushreg %rbp
        movq    %rsp, %rbp
        .seh_setframe %rbp, 0
        .seh_endprologue
        movq    48(%rbp), %r10          /* stack_top */
        movq    %gs:0, %r11             /* see signal/base.S */
        testq   %r10, %r10
        jz      1f
        movq    %r10, %rsp
        testq   %r11, %r11
        jz      1f
        movq    $-1, %gs:0
1:      andq    $-16, %rsp
        pushq   %r11
        pushq   %rbp
        call    sig_call_base
        popq    %rbp
        popq    %r11
        movq    %r11, %gs:0
        movq    %rbp, %rsp
        popq    %rbp
        ret
        .seh_endproc

        .p2align 4
        .seh_proc sig_call_base
sig_call_base:
        subq    $40, %rsp
        .seh_stackalloc 40
        .seh_handler fault_handler, @except
        .seh_endprologue
        movq    %rcx, %rax
        movl    %edx, %ecx
        movq    %r8, %rdx
        movq    %r9, %r8
        call    *%rax
        nop
        addq    $40, %rsp
        ret
        .seh_endproc
