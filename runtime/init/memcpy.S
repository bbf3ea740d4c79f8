/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memcpy, memmove and mempcpy in the Microsoft x64 convention (rcx, rdx, r8).
 * newlib's assembler versions follow another convention and must not be linked.
 * Leaf functions: no stack frame, no unwind data needed, but for copy_string.
 */
    .text

    .globl mempcpy
    .p2align 4
mempcpy:
    leaq (%rcx,%r8), %r11           /* result: the end of the destination */
    jmp .Lcopy

    .globl memcpy
    .globl memmove
    .p2align 4
memcpy:
memmove:
    movq %rcx, %r11                 /* result: the destination */

.Lcopy:
    cmpq $16, %r8
    jb .Lsmall
    cmpq $32, %r8
    ja .Lmore32
    /* 16..32: both ends, loaded before anything is stored */
    movups (%rdx), %xmm0
    movups -16(%rdx,%r8), %xmm1
    movups %xmm0, (%rcx)
    movups %xmm1, -16(%rcx,%r8)
    movq %r11, %rax
    ret

.Lsmall:
    cmpq $8, %r8
    jae .L8to15
    cmpq $4, %r8
    jae .L4to7
    testq %r8, %r8
    je .Ldone
    /* 1..3: first, middle and last byte; some coincide */
    movq %r8, %rax
    shrq $1, %rax
    movzbl (%rdx), %r9d
    movzbl -1(%rdx,%r8), %r10d
    movzbl (%rdx,%rax), %edx
    movb %r9b, (%rcx)
    movb %dl, (%rcx,%rax)
    movb %r10b, -1(%rcx,%r8)
    jmp .Ldone
.L8to15:
    movq (%rdx), %r9
    movq -8(%rdx,%r8), %r10
    movq %r9, (%rcx)
    movq %r10, -8(%rcx,%r8)
.Ldone:
    movq %r11, %rax
    ret
.L4to7:
    movl (%rdx), %r9d
    movl -4(%rdx,%r8), %r10d
    movl %r9d, (%rcx)
    movl %r10d, -4(%rcx,%r8)
    movq %r11, %rax
    ret
.Lmore32:
    movq %rcx, %rax
    subq %rdx, %rax
    cmpq %r8, %rax                  /* unsigned: destination inside the source? */
    jb .Lbackward
    cmpq $1024, %r8
    jae copy_string

    /* Forward, 32 bytes a turn; the last 32 are loaded before the loop, since an overlapping
       destination below the source may overwrite them. */
    movups -32(%rdx,%r8), %xmm4
    movups -16(%rdx,%r8), %xmm5
    leaq -32(%rcx,%r8), %r9         /* where the last 32 go */
.Lforward:
    movups (%rdx), %xmm0
    movups 16(%rdx), %xmm1
    movups %xmm0, (%rcx)
    movups %xmm1, 16(%rcx)
    addq $32, %rdx
    addq $32, %rcx
    cmpq %r9, %rcx
    jb .Lforward
    movups %xmm4, (%r9)
    movups %xmm5, 16(%r9)
    movq %r11, %rax
    ret

.Lbackward:
    testq %rax, %rax
    je .Ldone                       /* the same place */
    movups (%rdx), %xmm4
    movups 16(%rdx), %xmm5
    leaq (%rdx,%r8), %rdx
    leaq (%rcx,%r8), %r9
    leaq 32(%rcx), %r10
.Lback:
    movups -16(%rdx), %xmm0
    movups -32(%rdx), %xmm1
    movups %xmm0, -16(%r9)
    movups %xmm1, -32(%r9)
    subq $32, %rdx
    subq $32, %r9
    cmpq %r10, %r9
    ja .Lback
    movups %xmm4, (%rcx)
    movups %xmm5, 16(%rcx)
    movq %r11, %rax
    ret

/* rep movsb: fastest for long blocks on everything of the last ten years. A function of its own with
   unwind data, because it needs two registers of the caller. */
    .p2align 4
    .seh_proc copy_string
copy_string:
    pushq %rsi
    .seh_pushreg %rsi
    pushq %rdi
    .seh_pushreg %rdi
    .seh_endprologue
    movq %rcx, %rdi
    movq %rdx, %rsi
    movq %r8, %rcx
    rep movsb
    movq %r11, %rax
    popq %rdi
    popq %rsi
    ret
    .seh_endproc
