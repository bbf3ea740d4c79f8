/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads that wait for a mutex, semaphore or the like that several processes share: section "sync".
 *
 * What they wait for is found by the lowest 16 bits of its address: they are the same in all processes,
 * since views start at multiples of 64 KiB. Objects that have them in common wake each other's waiters,
 * who look again, find nothing changed, and wait on. So entries need no identity of the memory, and a
 * waiter who died takes nothing from the others. */
#ifndef ISTHMUS_ABI_SYNC_H
#define ISTHMUS_ABI_SYNC_H

#include "abi.h"

#define SHM_MAGIC_SYNC 0x434e5953u /* "SYNC" */
#define SYNC_WAITERS   4096u

enum sync_state { SYNC_FREE = 0, SYNC_WAITING = 1, SYNC_WOKEN = 2 };

/* A waiter: state in bits 0..7, Windows thread id in 8..39, key in 48..63. Taken and given back by
 * compare-and-swap. The event to wake it is "sync.<thread id>". */
static inline uint64_t sync_waiter(enum sync_state state, uint32_t wintid, uint32_t key)
{
    return (uint64_t)state | (uint64_t)wintid << 8 | (uint64_t)key << 48;
}
static inline unsigned sync_state_of(uint64_t w)
{
    return (unsigned)(w & 0xff);
}
static inline uint32_t sync_wintid_of(uint64_t w)
{
    return (uint32_t)(w >> 8);
}
static inline uint32_t sync_key_of(uint64_t w)
{
    return (uint32_t)(w >> 48);
}

struct sync_table {
    struct shm_hdr hdr;
    uint32_t high;     /* entries from here on have never been taken */
    uint32_t reserved[11];
    uint64_t waiter[SYNC_WAITERS];
};
ABI_OFFSET(struct sync_table, waiter, 64);

#endif
