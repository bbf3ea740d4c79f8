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

/* ---- what carries a block over ---- */

/* A process that starts many programs keeps what the last one needed: making and dropping it are nine calls of the
 * kernel. The new process maps it read-only, and has forgotten it when it reports. */
enum { NONE, BUSY, THERE };
static NOCOPY uint32_t kept_state;
static NOCOPY struct startup_carrier kept;

#define KEPT_SIZE 0x10000u

static bool kept_from(uint32_t is, uint32_t next)
{
    return __atomic_compare_exchange_n(&kept_state, &is, next, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

static void carrier_drop(struct startup_carrier *c)
{
    if (c->view)
        nt_section_unmap(NT_SELF, c->view);
    nt_close(c->section);
    nt_close(c->ready);
    *c = (struct startup_carrier){ 0 };
}

int startup_begin(struct startup_carrier *c, size_t size)
{
    int r;

    if (size <= KEPT_SIZE && kept_from(THERE, BUSY)) {
        *c = kept;
        __atomic_store_n(&kept_state, NONE, __ATOMIC_RELEASE);
        return 0;
    }
    *c = (struct startup_carrier){ .size = size < KEPT_SIZE ? KEPT_SIZE : size };
    if ((r = nt_event_create(NULL, NULL, false, &c->ready)) < 0
        || (r = nt_section_create(NULL, NULL, c->size, &c->section)) < 0
        || (r = nt_section_map(c->section, NT_SELF, &c->view, NULL, NT_MAP_RW)) < 0)
        carrier_drop(c);
    return r;
}

int startup_map(struct startup_carrier *c, handle_t process, const void *block, size_t size)
{
    void *there = (void *)STARTUP_ADDR;

    memcpy(c->view, block, size);
    if (c->used > size) /* nobody gets what was meant for another */
        memset((char *)c->view + size, 0, c->used - size);
    c->used = size;
    return nt_section_map(c->section, process, &there, NULL, NT_MAP_RO);
}

void startup_end(struct startup_carrier *c, bool reported)
{
    if (reported && c->size == KEPT_SIZE && kept_from(NONE, BUSY)) {
        kept = *c;
        __atomic_store_n(&kept_state, THERE, __ATOMIC_RELEASE);
        return;
    }
    carrier_drop(c);
}
