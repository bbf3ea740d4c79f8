# SPDX-License-Identifier: BSD-2-Clause
# From runtime/exports.in to the three files that the exported functions need (awk -v out=KIND):
#
#   def     linker definition file: what the DLL exports
#   stubs   assembler: entry stubs __sig_NAME, through which ported code enters the runtime
#   enosys  C: bodies of the functions that are declared but not written yet
#
# A line of the table is
#
#   NAME [= INTERNAL] [nosig] [data] [nosys | nosys:null | nosys:err]
#
# nosig: a pure function, exported without a stub. data: a variable. nosys: not written yet; returns
# -1 with ENOSYS and emits error.unimplemented. nosys:null returns a null pointer or 0, nosys:err the
# error itself, as pthread functions do. The bodies are weak: a real function wins even if somebody
# forgot to take the mark away.

function fail(why) {
    printf "%s:%d: %s\n", FILENAME, FNR, why > "/dev/stderr"
    failed = 1
    exit 1
}

{ sub(/#.*/, "") }
NF == 0 { next }

{
    name = $1
    internal = name
    i = 2
    if ($2 == "=") {
        internal = $3
        i = 4
    }
    nosig = data = 0
    nosys = ""
    for (; i <= NF; i++) {
        if ($i == "nosig") nosig = 1
        else if ($i == "data") data = 1
        else if ($i ~ /^nosys(:null|:err)?$/) nosys = $i
        else fail("unknown mark " $i)
    }
    if (name in seen)
        fail(name " is already there")
    seen[name] = 1
    names[++count] = name
    internals[count] = internal
    marks[count] = data ? "data" : nosig ? "nosig" : "sig"
    missing[count] = nosys
}

function def(    i) {
    print "LIBRARY isthmus1.dll"
    print "EXPORTS"
    for (i = 1; i <= count; i++) {
        if (marks[i] == "data")
            target = names[i] == internals[i] ? "" : " = " internals[i]
        else if (marks[i] == "nosig")
            target = names[i] == internals[i] ? "" : " = " internals[i]
        else
            target = " = __sig_" names[i]
        print "    " names[i] target (marks[i] == "data" ? " DATA" : "")
    }
}

# A stub has to leave all argument registers and the whole stack alone, whatever the function takes:
# it replaces the return address, remembers the real one in the thread and jumps. %rax, %r10 and %r11
# are free in this convention; the caller's home space holds %rdx while the clock is read.
function stubs(    i) {
    print "#include \"thread_offsets.h\""
    print "    .text"
    print "    .p2align 4"
    print "sig_enter:"
    print "    movl tls_teb_offset(%rip), %eax"
    print "    movq %gs:(%rax), %r10"
    print "    testq %r10, %r10                /* a thread that the runtime has not met: it adopts it */"
    print "    je 1f"
    print "    cmpq $0, THREAD_RET_ADDR(%r10)  /* a call from inside the runtime, say from qsort's callback */"
    print "    jne 1f"
    print "    movq (%rsp), %rax"
    print "    movq %rax, THREAD_RET_ADDR(%r10)"
    print "    leaq sys_return(%rip), %rax"
    print "    movq %rax, (%rsp)"
    print "    cmpb $0, inject_armed(%rip)"
    print "    jne 3f"
    print "4:  movq trace_timing(%rip), %rax"
    print "    cmpb $0, (%rax)"
    print "    jne 2f"
    print "1:  jmpq *%r11"
    print "2:  movq %rdx, 16(%rsp)"
    print "    rdtsc"
    print "    shlq $32, %rdx"
    print "    orq %rdx, %rax"
    print "    movq %rax, THREAD_T0(%r10)"
    print "    movq 16(%rsp), %rdx"
    print "    jmpq *%r11"
    injection()
    for (i = 1; i <= count; i++) {
        if (marks[i] != "sig")
            continue
        print "    .globl __sig_" names[i]
        print "    .p2align 3"
        print "__sig_" names[i] ":"
        print "    leaq " internals[i] "(%rip), %r11"
        print "    jmp sig_enter"
    }
}

# CYGWIN=inject:call.NAME=E: inject_call(address, &result) says whether the function is to be called at
# all. For it there is a table of the functions' addresses and names.
function injection(    i, r, n) {
    n = split("rcx rdx r8 r9 r10 r11", r, " ")
    print "3:  subq $0xa8, %rsp"
    for (i = 1; i <= n; i++)
        printf "    movq %%%s, 0x%x(%%rsp)\n", r[i], 32 + i * 8
    for (i = 0; i < 4; i++)
        printf "    movups %%xmm%d, 0x%x(%%rsp)\n", i, 96 + i * 16
    print "    movq %r11, %rcx"
    print "    leaq 0x20(%rsp), %rdx"
    print "    call inject_call"
    for (i = 1; i <= n; i++)
        printf "    movq 0x%x(%%rsp), %%%s\n", 32 + i * 8, r[i]
    for (i = 0; i < 4; i++)
        printf "    movups 0x%x(%%rsp), %%xmm%d\n", 96 + i * 16, i
    print "    testl %eax, %eax"
    print "    movq 0x20(%rsp), %rax"
    print "    leaq 0xa8(%rsp), %rsp"
    print "    je 4b"
    print "    ret                             /* to sys_return */"
    print "    .section .rdata,\"dr\""
    print "    .p2align 3"
    print "    .globl stub_table"
    print "stub_table:"
    for (i = 1; i <= count; i++)
        if (marks[i] == "sig")
            printf "    .quad %s, 9%df\n", internals[i], i
    print "    .quad 0, 0"
    for (i = 1; i <= count; i++)
        if (marks[i] == "sig")
            printf "9%d: .asciz \"%s\"\n", i, names[i]
    print "    .text"
}

# The C names are numbers, so that no declaration or builtin of the compiler gets in the way.
function enosys(    i) {
    print "#include \"sys.h\""
    print ""
    for (i = 1; i <= count; i++) {
        if (missing[i] == "")
            continue
        printf "int64_t nosys_%d(void) __asm__(\"%s\") __attribute__((weak));\n", i, internals[i]
        printf "int64_t nosys_%d(void)\n{\n", i
        if (missing[i] == "nosys")
            printf "    return sys_unimplemented(\"%s\");\n", names[i]
        else
            printf "    sys_unimplemented(\"%s\");\n    return %s;\n", names[i], \
                missing[i] == "nosys:err" ? "ENOSYS" : "0"
        print "}"
    }
}

END {
    if (failed)
        exit 1
    if (out == "def" || out == "stubs")
        printf "%s generated from runtime/exports.in %s\n", out == "def" ? ";" : "/*", out == "def" ? "" : "*/"
    else
        print "/* generated from runtime/exports.in */"
    if (out == "def") def()
    else if (out == "stubs") stubs()
    else if (out == "enosys") enosys()
    else {
        print "exports.awk: out=def, stubs or enosys" > "/dev/stderr"
        exit 1
    }
}
