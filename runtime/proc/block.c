/* SPDX-License-Identifier: BSD-2-Clause */
/* The startup block: finding the one that a POSIX creator has mapped into this process, and handing one to
 * a process that is being made. */
#include <string.h>

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

int startup_give(handle_t process, handle_t ours, uint64_t *theirs)
{
    handle_t h;
    int r;

    if (!ours)
        return 0;
    if ((r = nt_dup(NT_SELF, ours, process, false, &h)) == 0)
        *theirs = (uintptr_t)h;
    return r;
}

int startup_map(handle_t process, const void *block, size_t size)
{
    void *view = NULL, *there = (void *)STARTUP_ADDR;
    handle_t section;
    int r;

    if ((r = nt_section_create(NULL, NULL, size, &section)) < 0)
        return r;
    if ((r = nt_section_map(section, NT_SELF, &view, NULL, NT_MAP_RW)) == 0) {
        memcpy(view, block, size);
        nt_section_unmap(NT_SELF, view);
        r = nt_section_map(section, process, &there, NULL, NT_MAP_RO);
    }
    nt_close(section);
    return r;
}
