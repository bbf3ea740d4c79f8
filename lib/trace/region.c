/* SPDX-License-Identifier: BSD-2-Clause */
/* Laying out trace regions and control sections, checking those of others, and the table of member
 * processes. Used by both sides. */
#include "trace/region.h"

void trace_region_init(void *mem, uint32_t flags, uint32_t members, uint32_t packets,
                       uint32_t packet_size, uint32_t owner, uint64_t created)
{
    struct trace_region *r = mem;
    uint64_t at = sizeof *r;

    r->flags = flags;
    r->owner = owner;
    r->created = created;
    r->packet_size = packet_size;
    r->packets = packets;
    r->members = members;
    r->off_ctl = at;
    at = trace_align(at + sizeof(struct trace_ctl), 64);
    r->off_members = at;
    at = trace_align(at + (uint64_t)members * sizeof(struct trace_member), 64);
    r->off_slots = at;
    at = trace_align(at + (uint64_t)packets * sizeof(struct trace_slot), 4096);
    r->off_packets = at;
    r->hdr.major = ISTHMUS_ABI_MAJOR;
    r->hdr.minor = ISTHMUS_ABI_MINOR;
    r->hdr.size = trace_region_size(members, packets, packet_size);
    __atomic_store_n(&r->hdr.magic, SHM_MAGIC_TRACE, __ATOMIC_RELEASE);
}

void trace_ctl_init(struct trace_ctl *ctl, uint32_t winpid, const uint8_t mask[TRACE_MAX_EVENTS])
{
    ctl->winpid = winpid;
    ctl->timing = 0;
    memcpy(ctl->mask, mask, sizeof ctl->mask);
    ctl->hdr.major = ISTHMUS_ABI_MAJOR;
    ctl->hdr.minor = ISTHMUS_ABI_MINOR;
    ctl->hdr.size = sizeof *ctl;
    __atomic_store_n(&ctl->hdr.magic, SHM_MAGIC_CTL, __ATOMIC_RELEASE);
}

/* Whether `count` things of `each` bytes at `off` lie within `size` bytes, aligned to 8. */
static int fits(uint64_t off, uint64_t count, uint64_t each, uint64_t size)
{
    return off % 8 == 0 && off <= size && count * each <= size - off;
}

int trace_geometry_get(const struct trace_region *r, uint64_t size, struct trace_geometry *g)
{
    struct trace_region c;

    if (size < sizeof c)
        return -1;
    memcpy(&c, r, sizeof c); /* checked and used from here: the original may change at any time */
    if (c.hdr.magic != SHM_MAGIC_TRACE || c.hdr.major != ISTHMUS_ABI_MAJOR || c.hdr.size > size)
        return -1;
    size = c.hdr.size;
    if (c.packet_size < TRACE_PACKET_MIN || c.packet_size > 1u << 24 || c.packet_size % 4096 ||
        !c.packets || !c.members)
        return -1;
    if (!fits(c.off_ctl, 1, sizeof(struct trace_ctl), size) ||
        !fits(c.off_members, c.members, sizeof(struct trace_member), size) ||
        !fits(c.off_slots, c.packets, sizeof(struct trace_slot), size) ||
        !fits(c.off_packets, c.packets, c.packet_size, size))
        return -1;
    g->ctl = (struct trace_ctl *)((uint8_t *)(uintptr_t)r + c.off_ctl);
    g->members = (struct trace_member *)((uint8_t *)(uintptr_t)r + c.off_members);
    g->slots = (struct trace_slot *)((uint8_t *)(uintptr_t)r + c.off_slots);
    g->packets = (uint8_t *)(uintptr_t)r + c.off_packets;
    g->nmembers = c.members;
    g->npackets = c.packets;
    g->packet_size = c.packet_size;
    return 0;
}

/* Members are looked for in this many places from the one that the pid says. */
#define MEMBER_PROBES 64u

int trace_member_add(const struct trace_geometry *g, uint32_t winpid, int32_t pid, uint32_t creator,
                     uint64_t created, uint32_t state)
{
    uint32_t probes = g->nmembers < MEMBER_PROBES ? g->nmembers : MEMBER_PROBES;
    struct trace_member *m;
    uint32_t i, none;

    for (i = 0; i < probes; i++) {
        m = &g->members[(winpid / 4 + i) % g->nmembers];
        if (__atomic_load_n(&m->winpid, __ATOMIC_ACQUIRE) == winpid)
            goto fill;
    }
    for (i = 0; i < probes; i++) {
        m = &g->members[(winpid / 4 + i) % g->nmembers];
        none = 0;
        if (__atomic_compare_exchange_n(&m->winpid, &none, winpid, 0, __ATOMIC_ACQ_REL,
                                        __ATOMIC_ACQUIRE)) {
            m->pid = 0;
            m->created = 0;
            m->creator = creator;
            goto fill;
        }
    }
    return -1;
fill:
    if (pid)
        m->pid = pid;
    if (created)
        m->created = created;
    __atomic_store_n(&m->state, state, __ATOMIC_RELEASE);
    return 0;
}

void trace_member_remove(const struct trace_geometry *g, uint32_t i)
{
    __atomic_store_n(&g->members[i].state, TRACE_MEMBER_NEW, __ATOMIC_RELAXED);
    __atomic_store_n(&g->members[i].winpid, 0, __ATOMIC_RELEASE);
}
