/* SPDX-License-Identifier: BSD-2-Clause */
/* What the loader calls, and what ported DLLs call; the last words of a process that cannot go on. */
#include <isthmus/crt0.h>

#include "nt.h"
#include "sys.h"
#include "thread.h"

/**
 * Entry of the DLL. At PROCESS_ATTACH nothing but the thread slot is set up: the rest happens at the
 * program's entry, when all DLLs are there and no loader lock is held.
 */
int dll_entry(void *module, uint32_t reason, void *reserved)
{
    enum { PROCESS_ATTACH = 1 };

    (void)module;
    (void)reserved;
    if (reason == PROCESS_ATTACH)
        return (tls_teb_offset = nt_thread_slot()) != 0;
    return 1;
}

int __isthmus_dll(const struct isthmus_dll *dll, int attach)
{
    size_t n = 0;

    if (dll->abi != ISTHMUS_ABI)
        return 0;
    if (attach) { /* last in the list first */
        while (dll->ctors[n + 1])
            n++;
        for (; n > 0; n--)
            dll->ctors[n]();
    } else {
        for (n = 1; dll->dtors[n]; n++)
            dll->dtors[n]();
    }
    return 1;
}

NORETURN void rt_panic(const char *why, int64_t detail)
{
    nt_last_words(why, detail);
    nt_exit_now(127);
}

int64_t sys_unimplemented(const char *name)
{
    trace_error_unimplemented(name);
    errno = ENOSYS;
    return -1;
}
