/* SPDX-License-Identifier: BSD-2-Clause */
/* Start file of programs: the entry that Windows calls, and __main, which clang calls at the top of
   main. Everything else of the start is in the runtime (__isthmus_start). */
#include <stdlib.h>

#include "startup.h"

extern int main(int argc, char **argv, char **envp);
void mainCRTStartup(void);
void __main(void);
void _pei386_runtime_relocator(void);

/* The linker asks for this name when there are references to a DLL's data. */
void _pei386_runtime_relocator(void)
{
    start_relocate();
}

static void run_dtors(void)
{
    const isthmus_func *f;

    for (f = __DTOR_LIST__ + 1; *f; f++)
        (*f)();
}

/* Constructors, last in the list first, once; destructors at exit. */
void __main(void)
{
    static int done;
    size_t n = 0;

    if (done)
        return;
    done = 1;
    while (__CTOR_LIST__[n + 1])
        n++;
    if (__DTOR_LIST__[1])
        atexit(run_dtors);
    for (; n > 0; n--)
        __CTOR_LIST__[n]();
}

void mainCRTStartup(void)
{
    static struct isthmus_program program;
    static const uint16_t x87_control = 0x037f;

    /* Windows starts threads with 53 bits of precision, which halves long double. */
    __asm__ volatile("fldcw %0" : : "m"(x87_control));
    start_relocate();
    program.size = sizeof(program);
    program.abi = ISTHMUS_ABI;
    program.main = main;
    program.ctors = __CTOR_LIST__;
    program.dtors = __DTOR_LIST__;
    program.image = __ImageBase;
    __isthmus_start(&program);
}
