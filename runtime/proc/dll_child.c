/* SPDX-License-Identifier: BSD-2-Clause */
/* Images and fork, the child's side: everything that its parent had has to be here, the same build at the
 * same address, before the parent's data comes. Nothing of the runtime works yet. */
#include <stdio.h>
#include <string.h>

#include "abi/startup.h"
#include "dll.h"
#include "nt.h"

/* As exit code, for who looks at the Windows process; the reason is in the block. */
#define CHILD_REFUSED 0xe1570001u

static NORETURN void refuse(const struct startup_block *b, unsigned module, uint32_t kind, uint32_t error,
                            uint64_t addr)
{
    struct startup_failure *f = (void *)((char *)b + b->failure);
    const struct startup_module *m = (const void *)((const char *)b + b->modules);

    f->module = module;
    f->error = error;
    f->addr = addr;
    if (kind != STARTUP_FAILURE_OTHER)
        for (uint64_t at = m[module].base; at < m[module].base + m[module].size; at += 0x10000)
            if (nt_occupant(NT_SELF, (void *)at, f->occupant, sizeof(f->occupant)) < 0
                || strcmp(f->occupant, "free") != 0)
                break;
    __atomic_store_n(&f->kind, kind, __ATOMIC_RELEASE);
    nt_exit_now(CHILD_REFUSED);
}

static void check(const struct startup_block *b, const struct startup_module *m, unsigned i)
{
    uint32_t stamp[DLL_STAMP_WORDS];

    if (dll_stamp((const void *)m[i].base, DLL_STAMP_BYTES, stamp) < 0
        || memcmp(stamp, m[i].stamp, sizeof(stamp)) != 0)
        refuse(b, i, STARTUP_FAILURE_OTHER, 0, m[i].base);
}

void dll_enter_child(const struct startup_block *b)
{
    const struct startup_module *m = (const void *)((const char *)b + b->modules);
    struct nt_module found;
    uintptr_t base;
    uint32_t error;
    unsigned i;

    for (i = 0; i < b->nmodules; i++) {
        if (m[i].flags & STARTUP_MODULE_LINKED) {
            if (!nt_module_get(m[i].base, &found))
                refuse(b, i, STARTUP_FAILURE_MISSING, 0, 0);
        } else {
            error = nt_library_load((const uint16_t *)((const char *)b + m[i].path), true, &base);
            if (error)
                refuse(b, i, STARTUP_FAILURE_MISSING, error, 0);
            if (base != m[i].base)
                refuse(b, i, STARTUP_FAILURE_MOVED, 0, base);
        }
        check(b, m, i);
    }
    /* Those that nobody asked for are held by their importers. */
    for (i = 0; i < b->nmodules; i++)
        if (!(m[i].flags & (STARTUP_MODULE_LINKED | STARTUP_MODULE_KEEP)))
            nt_library_free(m[i].base);
}
