/* SPDX-License-Identifier: BSD-2-Clause */
/* What a program and a ported DLL hand to the runtime when they start. The start files (sdk/crt0.c,
   sdk/dllcrt0.c) fill these in; the runtime reads no more than `size` says. */
#ifndef _ISTHMUS_CRT0_H
#define _ISTHMUS_CRT0_H

#include <stdint.h>

#define ISTHMUS_ABI 1

#ifdef __cplusplus
extern "C" {
#endif

/* A function list as the linker makes it: -1, functions, 0. */
typedef void (*isthmus_func)(void);

struct isthmus_program {
    uint32_t size;                              /* sizeof(struct isthmus_program) */
    uint32_t abi;                               /* ISTHMUS_ABI */
    int (*main)(int argc, char **argv, char **envp);
    const isthmus_func *ctors;                  /* __CTOR_LIST__, run by __main */
    const isthmus_func *dtors;                  /* __DTOR_LIST__, registered by __main */
    void *image;                                /* the header of the program's image */
    uint32_t argv_flags;                        /* none defined yet */
    uint32_t reserved;
};

/* A ported DLL. It lies in the data of the DLL, so that a forked child has it too. */
struct isthmus_dll {
    uint32_t size;
    uint32_t abi;
    void *image;
    const isthmus_func *ctors;
    const isthmus_func *dtors;
    int (*main)(void *module, uint32_t reason, void *reserved); /* DllMain, NULL: none */
    struct isthmus_dll *next;                   /* the rest is the runtime's */
    uint32_t state;
    uint32_t reserved;
};

/* The entry of every program: takes over the process. Never returns. */
void __isthmus_start(const struct isthmus_program *program) __attribute__((__noreturn__));

/* Called by a ported DLL when it is attached (1), and detached (0) while the process goes on. Its
   constructors and DllMain run when the runtime is up: at once for a DLL loaded later, before main for
   one loaded with the program, never in a forked child, which gets the parent's data.
   Returns nonzero if the DLL may stay. */
int __isthmus_dll(struct isthmus_dll *dll, int attach);

#ifdef __cplusplus
}
#endif

#endif
