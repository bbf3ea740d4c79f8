/* SPDX-License-Identifier: BSD-2-Clause */
/* What the loader calls; the last words of a process that cannot go on. */
#include "nt.h"
#include "shm.h"
#include "sys.h"
#include "thread.h"

/**
 * Entry of the DLL. At PROCESS_ATTACH nothing but the thread slot is set up: the rest happens at the
 * program's entry, when all DLLs are there and no loader lock is held.
 */
int dll_entry(void *module, uint32_t reason, void *reserved)
{
    enum { PROCESS_DETACH = 0, PROCESS_ATTACH = 1 };

    (void)module;
    if (reason == PROCESS_DETACH && reserved && shm_self && shm_self->state != SHM_STATE_EXITED)
        shm_self->flags |= SHM_PROC_WIN_EXIT; /* somebody called ExitProcess */
    if (reason == PROCESS_ATTACH)
        return (tls_teb_offset = nt_thread_slot()) != 0;
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
