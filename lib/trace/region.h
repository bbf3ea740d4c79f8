/* SPDX-License-Identifier: BSD-2-Clause */
/* Trace regions as both sides handle them: layout, checks, members. */
#ifndef TRACE_REGION_H
#define TRACE_REGION_H

#include <string.h>

#include "abi/trace.h"

/* Where the parts of a region are, checked once: what the region says later is not believed. */
struct trace_geometry {
    struct trace_ctl *ctl;
    struct trace_member *members;
    struct trace_slot *slots;
    uint8_t *packets;
    uint32_t nmembers;
    uint32_t npackets;
    uint32_t packet_size;
};

/**
 * Lay out a region.
 *
 * @param mem     trace_region_size() bytes, zeroed
 * @param flags   enum trace_region_flags
 * @param owner   Windows pid
 * @param created its creation time
 */
void trace_region_init(void *mem, uint32_t flags, uint32_t members, uint32_t packets,
                       uint32_t packet_size, uint32_t owner, uint64_t created);

/** Fill control memory with the given masks, timing off. */
void trace_ctl_init(struct trace_ctl *ctl, uint32_t winpid, const uint8_t mask[TRACE_MAX_EVENTS]);

/**
 * Check a region that somebody else made.
 *
 * @param size bytes that are mapped
 * @return 0, or -1 when it is not laid out as it says, or of another version
 */
int trace_geometry_get(const struct trace_region *r, uint64_t size, struct trace_geometry *g);

/**
 * Enter a process into the table of members, or find it there and set its state.
 *
 * @param pid     POSIX pid, 0: not known
 * @param creator Windows pid of who enters it
 * @param created creation time of the process, 0: not known
 * @param state   enum trace_member_state
 * @return 0, or -1 when there is no place
 */
int trace_member_add(const struct trace_geometry *g, uint32_t winpid, int32_t pid, uint32_t creator,
                     uint64_t created, uint32_t state);

/** The tracer takes a dead member out. */
void trace_member_remove(const struct trace_geometry *g, uint32_t i);

#endif
