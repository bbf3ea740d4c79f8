/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory: arenas in sections, the runtime's own heap, the program's break. */
#ifndef MM_H
#define MM_H

#include "base.h"
#include "nt.h"

/* Allocation for the runtime's own structures, in the runtime heap: inherited by fork, never seen
 * by the program's malloc. NULL: no memory. Contents of rt_alloc are undefined. */
void *rt_alloc(size_t size);
void *rt_zalloc(size_t size);
void *rt_realloc(void *p, size_t size);
void rt_free(void *p);
char *rt_strdup(const char *s);

/* FILE: private file mapping; SHARED: a forked child has the same memory. */
/* What an extent is for; also the label in `ps` and /proc maps. */
enum extent_use {
    EXTENT_INITIAL, EXTENT_BREAK, EXTENT_STACK, EXTENT_STACK_FREE, EXTENT_MMAP, EXTENT_FILE,
    EXTENT_SHARED, EXTENT_SHARED_RO, /* these two last */
};

/* A view of one pagefile-backed section. */
struct extent {
    uintptr_t base;
    size_t size;
    handle_t section; /* not inheritable; a forked child gets a duplicate */
    uint32_t use;     /* enum extent_use */
    uint32_t cow;     /* another process maps the section: it is immutable, this view private */
    uint64_t offset;  /* in the section, of file mappings; a multiple of 64 KiB */
    handle_t spare;   /* an earlier section of this extent, of this process alone (fork_memory.c) */
    uint64_t spare_live; /* bytes of it that have contents */
    uint64_t rebases; /* forks in a row that had to make a new section */
};

/* The first extent of every process: runtime heap, main stack, start of the break. */
#define ARENA_INITIAL      0x800000000ull
#define ARENA_RT_HEAP      ARENA_INITIAL
#define ARENA_RT_SIZE      0x800000ull
#define ARENA_STACK        (ARENA_RT_HEAP + ARENA_RT_SIZE) /* main stack: grows down from its end */
#define ARENA_STACK_SIZE   0x800000ull
/* Below each stack, upwards: a page without access; what is left for the handling of an overflow; a
 * guard page. The guarantee is what Windows calls the second and the third. */
#define ARENA_STACK_GUARD  0x10000ull
#define ARENA_STACK_GUARANTEE (ARENA_STACK_GUARD - 0x1000ull)
#define ARENA_BREAK        (ARENA_STACK + ARENA_STACK_SIZE)
#define ARENA_BREAK_FIRST  0x400000ull
#define ARENA_INITIAL_SIZE (ARENA_RT_SIZE + ARENA_STACK_SIZE + ARENA_BREAK_FIRST)
#define ARENA_BREAK_END    0x1f00000000ull
#define ARENA_MMAP         0x2000000000ull
#define ARENA_MMAP_END     0x5000000000ull
#define ARENA_EXTENTS_MAX  4096

/* The table of extents lies in no arena, since fork works on it while they are unmapped. */
extern struct extent arena_extents[ARENA_EXTENTS_MAX];
extern uint64_t arena_count;

int arena_init(void);                     /* makes the initial extent; not in a forked child */
/* A new extent of at least `size` bytes in the mmap area, zeroed. Returns 0 or -ENOMEM. */
int arena_map(size_t size, enum extent_use use, void **base);
int arena_unmap(void *base);
/* Between EXTENT_STACK and EXTENT_STACK_FREE, whose contents do not count. */
void arena_set_use(void *base, enum extent_use use);
/* How extents of that use are mapped. */
enum nt_map arena_view_kind(enum extent_use use, bool cow);
/* An extent over a section that the caller has made, at `at` (a multiple of 64 KiB) or, if 0, anywhere in
 * the mmap area. Takes over the section when it succeeds. 0, -EADDRINUSE, -ENOMEM, or what mapping says. */
int arena_map_section(handle_t section, uint64_t offset, size_t size, enum extent_use use, uintptr_t at,
                      void **base);
/* Map an extent's section again, as a private copy-on-write view if e->cow says so, with its guards. NT calls
 * only. 0, or what mapping said: then the memory is there, but shared with who else has the section. */
int arena_remap(struct extent *e);
/* Restore the guard pages below stacks and what mprotect has set, in a forked child. */
int arena_guard(struct extent *e);
void arena_stack_rearm(uintptr_t alloc);  /* the guard page of a stack that has overflowed */
void mmap_reprotect(const struct extent *e); /* for arena_guard */
void mmap_hold(bool hold);

/* The parts of an extent that can have contents: what fork has to look through. `sp` is the forking
 * thread's stack pointer. Stops at a nonzero result of fn and returns it. */
typedef int range_fn(void *arg, uintptr_t from, uintptr_t to);
int arena_live(const struct extent *e, uintptr_t sp, range_fn *fn, void *arg);

uintptr_t rt_heap_end(void);              /* end of the used part of the runtime heap */
uintptr_t break_end(void);                /* the current break */
int arena_extend_break(uintptr_t at, size_t size); /* for break.c */
/* All locks of this folder, around a fork; a child of it may release them too. */
void mm_hold(bool hold);
void rt_heap_hold(bool hold);
void break_hold(bool hold);
void mm_malloc_hold(int hold);

void *sys_sbrk(intptr_t by); /* (void *)-1 and errno ENOMEM */

#endif
