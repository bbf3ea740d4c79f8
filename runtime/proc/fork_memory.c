/* SPDX-License-Identifier: BSD-2-Clause */
/* The memory part of a fork, run on a stack that lies in no arena while all other threads are stopped:
 * one of them may hold any lock of Windows', so that from here on there are NT calls only. */
#include <errno.h>
#include <string.h>

#include "fork.h"
#include "mm.h"

/* An extent that was shared by an earlier fork gets a new section when more of it was written than
 * this part of what is in use: then one copy for both is cheaper than a list of pages for each child. */
#define REBASE_MIN   0x400000ull
#define REBASE_SHARE 2

static int add_written(void *arg, uintptr_t from, uintptr_t to)
{
    struct fork *f = arg;

    f->pages += (unsigned)((to - from) / 4096);
    return copy_range(&f->list, from, to);
}

static int look_through(void *arg, uintptr_t from, uintptr_t to)
{
    return nt_written(from, to, add_written, arg);
}

static int sum_up(void *arg, uintptr_t from, uintptr_t to)
{
    *(uint64_t *)arg += to - from;
    return 0;
}

struct rebase {
    const struct extent *e;
    char *to;
};

static int copy_live(void *arg, uintptr_t from, uintptr_t to)
{
    struct rebase *r = arg;

    memcpy(r->to + (from - r->e->base), (void *)from, to - from);
    return 0;
}

/* Put an extent on a section that has its present contents. */
static int rebase(struct fork *f, struct extent *e, uintptr_t sp)
{
    struct extent fresh = *e;
    struct rebase r = { .e = e };
    void *view = NULL;
    int err;

    if ((err = nt_section_create(NULL, NULL, e->size, &fresh.section)) < 0)
        return err;
    if ((err = nt_section_map(fresh.section, NT_SELF, &view, NULL, NT_MAP_RW)) == 0) {
        r.to = view;
        arena_live(e, sp, copy_live, &r);
        nt_section_unmap(NT_SELF, view);
        fresh.cow = 0;
        err = arena_make_cow(&fresh); /* unmaps the old view: it lies at the same address */
    }
    if (err < 0) {
        nt_close(fresh.section);
        return err;
    }
    nt_close(e->section);
    *e = fresh;
    f->rebased = true;
    return arena_guard(e);
}

/* After this the extent's section has everything, or the list has what it lacks. */
static int settle(struct fork *f, struct extent *e, uintptr_t sp)
{
    size_t mark = f->list.n;
    uint64_t before = f->list.bytes, live = 0, written;
    unsigned pages = f->pages;
    int r;

    arena_live(e, sp, sum_up, &live);
    f->shared += live;
    if (!e->cow) {
        if ((r = arena_make_cow(e)) < 0)
            return r;
        return arena_guard(e);
    }
    if ((r = arena_live(e, sp, look_through, f)) < 0)
        return r;
    written = f->list.bytes - before;
    if (written < REBASE_MIN || written < live / REBASE_SHARE)
        return 0;
    copy_cut(&f->list, mark);
    f->pages = pages;
    return rebase(f, e, sp);
}

/* The child's view of each extent, and its handles of the sections, as words in its table. */
static int map_extent(struct fork *f, struct extent *e)
{
    void *base = (void *)e->base;
    size_t size = e->size;
    handle_t theirs;
    int r = nt_section_map(e->section, f->process, &base, &size,
                           e->use == EXTENT_MMAP ? NT_MAP_COWX : NT_MAP_COW);

    if (r < 0) {
        f->bad_addr = e->base;
        f->bad_size = e->size;
        return r;
    }
    if ((r = nt_dup(NT_SELF, e->section, f->process, false, &theirs)) < 0)
        return r;
    return copy_word(&f->list, &e->section, (uintptr_t)theirs);
}

/* Fill the startup block and map it into the child. */
static int map_block(struct fork *f)
{
    size_t items, size = copy_packed_size(&f->list, &items) + sizeof(f->block);
    void *view = NULL, *there = (void *)STARTUP_ADDR;
    handle_t section;
    int r;

    if ((r = nt_section_create(NULL, NULL, size, &section)) < 0)
        return r;
    if ((r = nt_section_map(section, NT_SELF, &view, NULL, NT_MAP_RW)) < 0)
        goto close;
    f->block.hdr.size = size;
    f->block.copies = items;
    copy_pack(&f->list, view, sizeof(f->block), &f->block.copy);
    memcpy(view, &f->block, sizeof(f->block));
    nt_section_unmap(NT_SELF, view);
    r = nt_section_map(section, f->process, &there, NULL, NT_MAP_RO);
    if (r < 0) {
        f->bad_addr = STARTUP_ADDR;
        f->bad_size = size;
    }
close:
    nt_close(section);
    return r;
}

static int hand_over(struct fork *f, uintptr_t sp)
{
    int r;

    f->stage = FORK_REMAP;
    for (unsigned i = 0; i < arena_count; i++)
        if ((r = settle(f, &arena_extents[i], sp)) < 0)
            return r;
    f->extents = arena_count;
    f->stage = FORK_MAP;
    /* The table itself lies in no arena and is NOCOPY. */
    if ((r = copy_range(&f->list, (uintptr_t)arena_extents, (uintptr_t)&arena_extents[arena_count])) < 0
        || (r = copy_word(&f->list, &arena_count, arena_count)) < 0)
        return r;
    for (unsigned i = 0; i < arena_count; i++)
        if ((r = map_extent(f, &arena_extents[i])) < 0)
            return r;
    f->stage = FORK_COLLECT;
    if ((r = copy_modules(&f->list, &f->dlls)) < 0)
        return r;
    f->stage = FORK_MAP;
    return map_block(f);
}

void fork_memory(void *arg)
{
    struct fork *f = arg;

    f->pages = f->extents = 0;
    f->shared = 0;
    f->rebased = false;
    f->t_stop = rdtsc();
    f->stage = FORK_STOP;
    f->err = nt_threads_stop(&f->threads);
    f->t_stopped = rdtsc();
    if (f->err == 0) {
        f->err = hand_over(f, f->sp);
        nt_threads_resume();
    }
    f->t_memory = rdtsc();
}
