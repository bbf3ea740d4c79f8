/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory: arenas in sections, the runtime's own heap, the program's break. */
#ifndef MM_H
#define MM_H

#include "base.h"

/* Allocation for the runtime's own structures, in the runtime heap: inherited by fork, never seen
 * by the program's malloc. NULL: no memory. Contents of rt_alloc are undefined. */
void *rt_alloc(size_t size);
void *rt_zalloc(size_t size);
void *rt_realloc(void *p, size_t size);
void rt_free(void *p);
char *rt_strdup(const char *s);

/* What an extent is for; also the label in `ps` and /proc maps. */
enum extent_use { EXTENT_INITIAL, EXTENT_BREAK, EXTENT_STACK, EXTENT_MMAP };

/* A view of one pagefile-backed section. */
struct extent {
    uintptr_t base;
    size_t size;
    handle_t section;
    uint32_t use;
    bool cow;       /* another process maps the section: it is immutable, this view private */
};

/* The first extent of every process: runtime heap, main stack, start of the break. */
#define ARENA_INITIAL    0x510000000ull
#define ARENA_RT_HEAP    0x510000000ull /* runtime heap */
#define ARENA_RT_SIZE    0x0800000ull   /* 8 MiB */
#define ARENA_STACK      0x510800000ull /* main stack, grows down from its end */
#define ARENA_STACK_SIZE 0x0800000ull   /* 8 MiB */
#define ARENA_INITIAL_SIZE (ARENA_RT_SIZE + ARENA_STACK_SIZE)
#define ARENA_BREAK      0x800000000ull
#define ARENA_BREAK_END  0x1f00000000ull
#define ARENA_MMAP       0x2000000000ull
#define ARENA_MMAP_END   0x5000000000ull

int arena_init(void);                     /* first process of a chain: makes the initial extent */
/* A new extent of at least `size` bytes in the mmap area. Returns 0 or -ENOMEM. */
int arena_map(size_t size, enum extent_use use, void **base);
int arena_unmap(void *base);

/* Ranges of memory that may have been written: what fork has to look through. */
typedef int range_fn(void *arg, struct extent *e, uintptr_t from, uintptr_t to);
int arena_live_ranges(uintptr_t sp, range_fn *fn, void *arg);
struct extent *arena_extents(size_t *count);

void *sys_sbrk(intptr_t by); /* (void *)-1 and errno ENOMEM */

#endif
