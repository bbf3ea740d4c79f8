/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memset in the Microsoft x64 convention (rcx = where, edx = byte, r8 = length).
 * See memcpy.S for why newlib's is not used.
 */
    .text

    .globl memset
    .p2align 4
memset:
    movzbl %dl, %edx
    movq %rcx, %rax                 /* result */
    movabsq $0x0101010101010101, %r9
    imulq %rdx, %r9                 /* the byte eight times */
    cmpq $16, %r8
    jb .Lsmall
    movq %r9, %xmm0
    punpcklqdq %xmm0, %xmm0
    movups %xmm0, -16(%rcx,%r8)
    cmpq $512, %r8
    jae set_string
    leaq -16(%rcx,%r8), %r10
.Lloop:
    movups %xmm0, (%rcx)
    addq $16, %rcx
    cmpq %r10, %rcx
    jb .Lloop
    ret

.Lsmall:
    cmpq $8, %r8
    jae .L8to15
    cmpq $4, %r8
    jae .L4to7
    testq %r8, %r8
    je .Ldone
    movb %r9b, (%rcx)
    movb %r9b, -1(%rcx,%r8)
    shrq $1, %r8
    movb %r9b, (%rcx,%r8)
.Ldone:
    ret
.L8to15:
    movq %r9, (%rcx)
    movq %r9, -8(%rcx,%r8)
    ret
.L4to7:
    movl %r9d, (%rcx)
    movl %r9d, -4(%rcx,%r8)
    ret

    .p2align 4
    .seh_proc set_string
set_string:
    pushq %rdi
    .seh_pushreg %rdi
    .seh_endprologue
    movq %rcx, %r10
    movq %rcx, %rdi
    movq %r8, %rcx
    movl %r9d, %eax
    rep stosb
    movq %r10, %rax
    popq %rdi
    ret
    .seh_endproc
