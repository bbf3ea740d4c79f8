/* SPDX-License-Identifier: BSD-2-Clause */
/* Finding the startup block that a POSIX creator has mapped into this process. */
#include "nt.h"
#include "proc_internal.h"

NOCOPY const struct startup_block *startup;

const struct startup_block *startup_find(void)
{
    const struct startup_block *b = (const struct startup_block *)STARTUP_ADDR;
    size_t size;

    /* Only our creator could have put something there before our first instruction. */
    if (!nt_is_section(b, &size) || size < sizeof(*b))
        return NULL;
    if (b->hdr.magic != SHM_MAGIC_STARTUP || b->hdr.size > size)
        return NULL;
    if (b->hdr.major != ISTHMUS_ABI_MAJOR)
        rt_panic("this program was started by a runtime of another version", b->hdr.major);
    startup = b;
    return b;
}

void startup_forget(void)
{
    if (startup)
        nt_section_unmap(NT_SELF, (void *)startup);
    startup = NULL;
}
