/* SPDX-License-Identifier: BSD-2-Clause */
/* Arenas: lists of extents, each a view of one pagefile-backed section, so that fork can share them
 * copy-on-write. Who makes what of them: rtheap.c (runtime heap), break.c (the program's break). */
#include <errno.h>

#include "lock.h"
#include "mm.h"
#include "nt.h"

NOCOPY struct extent arena_extents[ARENA_EXTENTS_MAX]; /* fork hands over the used part by itself */
NOCOPY uint64_t arena_count;
static struct lock arena_lock = LOCK_INIT;
static uintptr_t mmap_next = ARENA_MMAP;

#define GRANULE 0x10000ull /* views start at multiples of this */

enum nt_map arena_view_kind(enum extent_use use, bool cow)
{
    if (use == EXTENT_MMAP)
        return cow ? NT_MAP_COWX : NT_MAP_RWX;
    if (use == EXTENT_SHARED_RO)
        return NT_MAP_RO;
    return cow ? NT_MAP_COW : NT_MAP_RW;
}

static int extent_map(struct extent *e)
{
    void *base = (void *)e->base;
    size_t size = e->size;

    return nt_section_map_at(e->section, NT_SELF, &base, &size, e->offset, arena_view_kind(e->use, e->cow));
}

/* Maps an extent and enters it into the table. */
static int extent_enter(struct extent e)
{
    int r;

    if (arena_count == ARENA_EXTENTS_MAX)
        return -ENOMEM;
    if ((r = extent_map(&e)) == 0)
        arena_extents[arena_count++] = e;
    return r;
}

/**
 * Adds an extent at a fixed address. The caller holds arena_lock or is alone.
 * @return 0, -EADDRINUSE if something is there, -ENOMEM
 */
static int extent_add(uintptr_t base, size_t size, enum extent_use use)
{
    struct extent e = { .base = base, .size = size, .use = use };
    int r;

    if ((r = nt_section_create(NULL, NULL, size, &e.section)) < 0)
        return r;
    if ((r = extent_enter(e)) < 0)
        nt_close(e.section);
    return r;
}

int arena_init(void)
{
    int r = extent_add(ARENA_INITIAL, ARENA_INITIAL_SIZE, EXTENT_INITIAL);

    return r < 0 ? r : arena_guard(&arena_extents[0]);
}

/**
 * Adds an extent right behind the break.
 * @return 0, or -ENOMEM: also when something foreign lies there
 */
int arena_extend_break(uintptr_t at, size_t size)
{
    int r;

    lock_take(&arena_lock);
    r = extent_add(at, size, EXTENT_BREAK);
    lock_release(&arena_lock);
    return r < 0 ? -ENOMEM : 0;
}

/* Finds a place in the mmap area for an extent whose section, size and use are given. Lock held. */
static int extent_place(struct extent e, void **base)
{
    int r = -ENOMEM;
    size_t size = ALIGN_UP(e.size, GRANULE);

    /* Upwards without reuse until the end is reached, then from the start again: holes are found by
     * trying, the kernel is the one who knows. */
    for (unsigned round = 0; round < 2 && r < 0; round++) {
        while (mmap_next + size <= ARENA_MMAP_END) {
            e.base = mmap_next;
            r = extent_enter(e);
            if (r == 0)
                *base = (void *)mmap_next;
            if (r == 0 || r == -EADDRINUSE)
                mmap_next += r == 0 ? size : GRANULE;
            if (r != -EADDRINUSE)
                break;
        }
        if (r < 0 && r != -EADDRINUSE)
            break;
        if (r < 0)
            mmap_next = ARENA_MMAP;
    }
    return r;
}

int arena_map(size_t size, enum extent_use use, void **base)
{
    struct extent e = { .size = ALIGN_UP(size, GRANULE), .use = use };
    int r;

    if (nt_section_create(NULL, NULL, e.size, &e.section) < 0)
        return -ENOMEM;
    lock_take(&arena_lock);
    r = extent_place(e, base);
    if (r == 0)
        r = arena_guard(&arena_extents[arena_count - 1]);
    lock_release(&arena_lock);
    if (r < 0)
        nt_close(e.section);
    return r < 0 ? -ENOMEM : 0;
}

int arena_map_section(handle_t section, uint64_t offset, size_t size, enum extent_use use, uintptr_t at,
                      void **base)
{
    struct extent e = {
        .base = at, .size = size, .use = use, .section = section, .offset = offset,
        .cow = use == EXTENT_FILE, /* never this process's alone: the file is the section */
    };
    int r;

    lock_take(&arena_lock);
    r = at ? extent_enter(e) : extent_place(e, base);
    lock_release(&arena_lock);
    if (r == 0 && at)
        *base = (void *)at;
    return r;
}

int arena_unmap(void *base)
{
    int r = -EINVAL;

    lock_take(&arena_lock);
    for (unsigned i = 0; i < arena_count; i++) {
        struct extent *e = &arena_extents[i];

        if (e->base != (uintptr_t)base)
            continue;
        r = nt_section_unmap(NT_SELF, base);
        nt_close(e->section);
        nt_close(e->spare);
        *e = arena_extents[--arena_count];
        break;
    }
    lock_release(&arena_lock);
    return r;
}

void arena_set_use(void *base, enum extent_use use)
{
    lock_take(&arena_lock);
    for (unsigned i = 0; i < arena_count; i++)
        if (arena_extents[i].base == (uintptr_t)base)
            arena_extents[i].use = use;
    lock_release(&arena_lock);
}

int arena_remap(struct extent *e)
{
    int r;

    if ((r = nt_section_unmap(NT_SELF, (void *)e->base)) < 0)
        return r;
    if ((r = extent_map(e)) < 0 && e->cow) {
        e->cow = 0; /* copy-on-write is charged for all of it, a plain view is not */
        if (extent_map(e) < 0)
            rt_panic("fork: memory that was unmapped cannot be mapped again", (int64_t)e->base);
    }
    if (r < 0) {
        arena_guard(e);
        return r;
    }
    return arena_guard(e);
}

int arena_guard(struct extent *e)
{
    uintptr_t at = e->use == EXTENT_INITIAL ? ARENA_STACK : e->base;
    int r;

    if (e->use >= EXTENT_MMAP)
        mmap_reprotect(e);
    if (e->use != EXTENT_INITIAL && e->use != EXTENT_STACK && e->use != EXTENT_STACK_FREE)
        return 0;
    if ((r = nt_protect((void *)at, 0x1000, NT_PROT_NONE)) < 0)
        return r;
    return nt_protect((void *)(at + ARENA_STACK_GUARD - 0x1000), 0x1000,
                      e->cow ? NT_PROT_GUARD_COW : NT_PROT_GUARD);
}

void arena_stack_rearm(uintptr_t alloc)
{
    lock_take(&arena_lock);
    for (unsigned i = 0; i < arena_count; i++)
        if (arena_extents[i].base <= alloc && alloc - arena_extents[i].base < arena_extents[i].size)
            arena_guard(&arena_extents[i]);
    lock_release(&arena_lock);
}

static uintptr_t min(uintptr_t a, uintptr_t b)
{
    return a < b ? a : b;
}

static uintptr_t max(uintptr_t a, uintptr_t b)
{
    return a > b ? a : b;
}

/* The part of [from, to) that lies inside the extent, in whole pages. */
static int clip(const struct extent *e, uintptr_t from, uintptr_t to, range_fn *fn, void *arg)
{
    from = max(ALIGN_DOWN(from, 4096), e->base);
    to = min(ALIGN_UP(to, 4096), e->base + e->size);
    return from < to ? fn(arg, from, to) : 0;
}

int arena_live(const struct extent *e, uintptr_t sp, range_fn *fn, void *arg)
{
    uintptr_t stack = ARENA_STACK + ARENA_STACK_GUARD;
    int r;

    switch (e->use) {
    case EXTENT_INITIAL:
        if (sp > stack && sp < ARENA_BREAK) /* below the stack pointer nothing counts */
            stack = sp;
        if ((r = clip(e, ARENA_RT_HEAP, min(rt_heap_end(), ARENA_STACK), fn, arg)) != 0)
            return r;
        if ((r = clip(e, stack, ARENA_BREAK, fn, arg)) != 0)
            return r;
        return clip(e, ARENA_BREAK, break_end(), fn, arg);
    case EXTENT_BREAK:
        return clip(e, e->base, break_end(), fn, arg);
    case EXTENT_STACK:
        stack = e->base + ARENA_STACK_GUARD;
        if (sp > stack && sp < e->base + e->size)
            stack = sp;
        return clip(e, stack, e->base + e->size, fn, arg);
    case EXTENT_STACK_FREE:
        return 0;
    case EXTENT_SHARED:
    case EXTENT_SHARED_RO:
        return 0; /* the child has the same memory */
    default:
        return clip(e, e->base, e->base + e->size, fn, arg);
    }
}

void mm_hold(bool hold)
{
    if (hold) {
        mmap_hold(true);
        mm_malloc_hold(true);
        break_hold(true);
        rt_heap_hold(true);
        lock_take(&arena_lock);
    } else {
        lock_release(&arena_lock);
        rt_heap_hold(false);
        break_hold(false);
        mm_malloc_hold(false);
        mmap_hold(false);
    }
}
