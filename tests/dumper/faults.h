/* SPDX-License-Identifier: BSD-2-Clause */
/* Ways to end by a signal, a function each; the line that does it is marked with its name. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

typedef int fault_fn(int n);
#define FAULT __attribute__((noinline)) static int

static volatile int fault_zero;
static volatile char *volatile fault_nowhere;
static const char fault_constant[] = "constant";

FAULT fault_read(int n)
{
    return n + *fault_nowhere; /* @read */
}

FAULT fault_write(int n)
{
    *fault_nowhere = (char)n; /* @write */
    return n + fault_zero;
}

FAULT fault_constant_write(int n)
{
    volatile char *p = (volatile char *)fault_constant;

    *p = (char)n; /* @constant */
    return n + fault_zero;
}

FAULT fault_divide(int n)
{
    return n / fault_zero; /* @divide */
}

FAULT fault_trap(int n)
{
    __asm__ volatile("ud2"); /* @trap */
    return n + fault_zero;
}

FAULT fault_address(int n)
{
    volatile char *p = (volatile char *)0x8000000000000000ull + fault_zero;

    return n + *p; /* @address */
}

FAULT fault_protected(int n)
{
    volatile char *p = mmap(NULL, 65536, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    return n + *p; /* @protected */
}

FAULT fault_abort(int n)
{
    if (n != fault_zero)
        abort(); /* @abort */
    return n + fault_zero;
}

FAULT fault_raise(int n)
{
    raise(SIGSYS); /* @raise */
    return n + fault_zero;
}

FAULT fault_jump(int n)
{
    ((void (*)(void))fault_nowhere)(); /* @jump */
    return n + fault_zero;
}

static const struct {
    const char *name;
    fault_fn *fn;
} faults[] = {
    { "read", fault_read }, { "write", fault_write }, { "constant", fault_constant_write },
    { "divide", fault_divide }, { "trap", fault_trap }, { "address", fault_address },
    { "protected", fault_protected }, { "abort", fault_abort }, { "raise", fault_raise },
    { "jump", fault_jump },
};

static fault_fn *fault_of(const char *name)
{
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        if (!strcmp(faults[i].name, name))
            return faults[i].fn;
    exit(2);
}
