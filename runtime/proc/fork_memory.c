/* SPDX-License-Identifier: BSD-2-Clause */
/* The memory part of a fork, run on a stack that lies in no arena while all other threads are stopped:
 * one of them may hold any lock of Windows', so that from here on there are NT calls only. */
#include <errno.h>
#include <string.h>

#include "caps.h"
#include "dll.h"
#include "fork.h"
#include "mm.h"
#include "options.h"

/* An extent that was shared by an earlier fork gets a new section when more of it was written than
 * this part of what is in use: then one copy for both is cheaper than a list of pages for each child. */
#define REBASE_MIN   0x400000ull
#define REBASE_SHARE 2

/* Asking for each page costs as much as copying it, so a few are asked first: when most of those were
 * written, the rest need not be looked at. */
#define SAMPLE_STRIDE 0x40000ull
#define SAMPLE_MIN    32

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

struct compare {
    struct fork *f;
    const struct extent *e;
    const char *shared; /* a second view, of what the section has */
};

static int compare_range(void *arg, uintptr_t from, uintptr_t to)
{
    struct compare *c = arg;

    for (; from < to; from += 4096) {
        int r = memcmp((void *)from, c->shared + (from - c->e->base), 4096)
                    ? add_written(c->f, from, from + 4096) : 0;

        if (r < 0)
            return r;
    }
    return 0;
}

/* Without a kernel that tells: compare with the section. */
static int look_by_contents(struct fork *f, const struct extent *e)
{
    struct compare c = { f, e, NULL };
    void *view = NULL;
    int r = nt_section_map(e->section, NT_SELF, &view, NULL, NT_MAP_RO);

    if (r < 0)
        return r;
    c.shared = view;
    r = arena_live(e, f->sp, compare_range, &c);
    nt_section_unmap(NT_SELF, view);
    return r;
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

/* Copies the extent's present contents into a section. */
static int fill(const struct extent *e, uintptr_t sp, handle_t section)
{
    struct rebase r = { .e = e };
    void *view = NULL;
    int err;

    if ((err = nt_section_map(section, NT_SELF, &view, NULL, NT_MAP_RW)) < 0)
        return err;
    r.to = view;
    arena_live(e, sp, copy_live, &r);
    nt_section_unmap(NT_SELF, view);
    return 0;
}

/* A new section with the extent's present contents. */
static int copy_extent(const struct extent *e, uintptr_t sp, handle_t *section)
{
    int err;

    if ((err = nt_section_create(NULL, NULL, e->size, section)) < 0)
        return err;
    if ((err = fill(e, sp, *section)) < 0)
        nt_close(*section);
    return err;
}

/* ---- spare sections ----
 * Fresh pages cost several times what copying them costs. So a process that rewrites its memory between
 * forks keeps the section that it leaves, for the fork after the next: every process that maps a
 * section has a handle of it, so when ours is the only one, nobody else sees what we write. The first
 * fork that needs no new section gives it back. */
#define SPARE_MAX 0x10000000ull

static void spare_drop(struct extent *e)
{
    nt_close(e->spare);
    e->spare = NULL;
    e->rebases = 0;
}

/* Memory beyond what is in use has to stay zero (break.c): there must not have been more in it. */
static bool spare_fits(const struct extent *e, uint64_t live)
{
    return e->spare && e->spare_live <= live && nt_handle_count(e->spare) == 1;
}

/* What is left is a file's section only in the first rebase, and that one keeps nothing. */
static void spare_keep(struct extent *e, handle_t section, uint64_t live)
{
    bool whole = e->use == EXTENT_BREAK || e->use == EXTENT_MMAP; /* its contents begin at its base */

    if (e->rebases++ == 0 || !whole || live > SPARE_MAX) {
        nt_close(section);
        return;
    }
    e->spare = section;
    e->spare_live = live;
}

/* ---- the parent's own views ----
 * The table says how an extent shall be mapped before it is: unmapping a view costs more than anything else
 * here when much of it was written, and the child needs the section only. So that is done while the child
 * starts; nobody writes until then. */
static NOCOPY bool stale[ARENA_EXTENTS_MAX];

static void remap_later(struct extent *e)
{
    e->cow = 1;
    stale[e - arena_extents] = true;
}

/* All are tried, also after an error: without its new view an extent that was rebased would have no section. */
static int remap_now(void)
{
    int err = 0;

    for (unsigned i = 0; i < arena_count; i++) {
        int r = stale[i] ? arena_remap(&arena_extents[i]) : 0;

        stale[i] = false;
        if (r < 0 && err == 0)
            err = r;
    }
    return err;
}

/* Put an extent on a section that has its present contents. */
static int rebase(struct fork *f, struct extent *e, uintptr_t sp, uint64_t live)
{
    handle_t old = e->section, section = e->spare;
    bool spare = spare_fits(e, live);
    int err;

    if (!spare)
        nt_close(e->spare);
    e->spare = NULL;
    if ((err = spare ? fill(e, sp, section) : copy_extent(e, sp, &section)) < 0) {
        if (spare)
            nt_close(section);
        return err;
    }
    e->section = section;
    e->offset = 0;
    if (e->use == EXTENT_FILE) /* it is one no more */
        e->use = EXTENT_MMAP;
    spare_keep(e, old, live);
    remap_later(e);
    f->rebased = true;
    f->spare |= spare;
    return 0;
}

struct sample {
    unsigned looked, written;
};

static int take_sample(void *arg, uintptr_t from, uintptr_t to)
{
    struct sample *s = arg;

    return nt_written_sample(from, to, SAMPLE_STRIDE, &s->looked, &s->written);
}

static bool mostly_written(const struct extent *e, uintptr_t sp, uint64_t live)
{
    struct sample s = { 0, 0 };

    if (!cap(CAP_written_pages) || live < SAMPLE_MIN * SAMPLE_STRIDE || arena_live(e, sp, take_sample, &s) < 0)
        return false;
    return s.looked >= SAMPLE_MIN && s.written > s.looked / 4 * 3;
}

/* After this the extent's section has everything, or the list has what it lacks. */
static int settle(struct fork *f, struct extent *e, uintptr_t sp)
{
    size_t mark = f->list.n;
    uint64_t before = f->list.bytes, live = 0, written;
    unsigned pages = f->pages;
    int r;

    if (e->use >= EXTENT_SHARED)
        return 0;
    arena_live(e, sp, sum_up, &live);
    f->shared += live;
    if (!e->cow) {
        remap_later(e);
        return 0;
    }
    if (mostly_written(e, sp, live))
        return rebase(f, e, sp, live);
    r = cap(CAP_written_pages) ? arena_live(e, sp, look_through, f) : look_by_contents(f, e);
    if (r < 0)
        return r;
    written = f->list.bytes - before;
    if (written < REBASE_MIN || written < live / REBASE_SHARE) {
        spare_drop(e);
        return 0;
    }
    copy_cut(&f->list, mark);
    f->pages = pages;
    return rebase(f, e, sp, live);
}

/* The child's view of an extent, and its handle of the section, as a word in its table. */
static int map_extent(struct fork *f, struct extent *e, handle_t section, bool cow)
{
    void *base = (void *)e->base;
    size_t size = e->size;
    handle_t theirs;
    int r = nt_section_map_at(section, f->process, &base, &size, e->offset, arena_view_kind(e->use, cow));

    if (r < 0) {
        f->bad_addr = e->base;
        f->bad_size = e->size;
        return r;
    }
    if ((r = nt_dup(NT_SELF, section, f->process, false, &theirs)) < 0
        || (r = copy_word(&f->list, &e->spare, 0)) < 0)
        return r;
    return copy_word(&f->list, &e->section, (uintptr_t)theirs);
}

/* The plain scheme: the child gets a section of its own with a copy of everything. */
static int give_copy(struct fork *f, struct extent *e, uintptr_t sp)
{
    uint64_t live = 0;
    handle_t section;
    int r;

    arena_live(e, sp, sum_up, &live);
    f->copied += live;
    if ((r = copy_extent(e, sp, &section)) < 0)
        return r;
    r = map_extent(f, e, section, false); /* nothing is ever shared here: e->cow is 0, in the child too */
    nt_close(section);
    return r;
}

/* Fill the startup block and map it into the child. */
static int map_block(struct fork *f)
{
    size_t items, size = copy_packed_size(&f->list, &items) + sizeof(f->block), modules = size;
    void *view = NULL, *there = (void *)STARTUP_ADDR;
    handle_t section;
    int r;

    size += dll_fork_size();
    if ((r = nt_section_create(NULL, NULL, size, &section)) < 0)
        return r;
    if ((r = nt_section_map(section, NT_SELF, &view, NULL, NT_MAP_RW)) < 0)
        goto close;
    f->block.hdr.size = size;
    f->block.copies = items;
    copy_pack(&f->list, view, sizeof(f->block), &f->block.copy);
    dll_fork_put(view, modules, &f->block);
    memcpy(view, &f->block, sizeof(f->block));
    f->view = view;
    r = nt_section_map(section, f->process, &there, NULL, NT_MAP_RW); /* it writes why it gives up */
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
    bool copy = options.fork == FORK_HOW_COPY;
    int r;

    f->stage = FORK_REMAP;
    if ((r = inject_child("fork.remap", f->process)) < 0)
        return r;
    for (unsigned i = 0; i < arena_count; i++)
        if ((!copy || arena_extents[i].use == EXTENT_FILE) && (r = settle(f, &arena_extents[i], sp)) < 0)
            return r;
    f->extents = arena_count;
    f->stage = FORK_MAP;
    if ((r = inject_child("fork.map", f->process)) < 0)
        return r;
    /* The table itself lies in no arena and is NOCOPY. */
    if ((r = copy_range(&f->list, (uintptr_t)arena_extents, (uintptr_t)&arena_extents[arena_count])) < 0
        || (r = copy_word(&f->list, &arena_count, arena_count)) < 0)
        return r;
    for (unsigned i = 0; i < arena_count; i++) {
        struct extent *e = &arena_extents[i];

        if (e->use >= EXTENT_SHARED)
            r = map_extent(f, e, e->section, false);
        else if (copy && !e->cow)
            r = give_copy(f, e, sp);
        else
            r = map_extent(f, e, e->section, true);
        if (r < 0)
            return r;
    }
    f->stage = FORK_COLLECT;
    if ((r = inject_child("fork.collect", f->process)) < 0)
        return r;
    if ((r = copy_modules(&f->list, &f->dlls)) < 0)
        return r;
    f->stage = FORK_MAP;
    return map_block(f);
}

static int let_go(struct fork *f)
{
    int r;

    f->stage = FORK_RESUME;
    if ((r = inject_child("fork.resume", f->process)) < 0)
        return r;
    if (!f->go)
        return nt_process_run(f->thread, &f->job);
    nt_event_set(f->go);
    return 0;
}

/* The child runs, and remapping failed: what it maps can change under it from now on. */
static void stop_child(struct fork *f)
{
    f->ended = true;
    nt_process_terminate(f->process, 1);
    nt_wait(&f->process, 1, -1);
}

/* Everything between the stop of the other threads and their resumption. */
static int with_threads_stopped(struct fork *f)
{
    bool runs = false;
    int err = hand_over(f, f->sp), r;

    if (err == 0) {
        err = let_go(f);
        runs = err == 0;
    }
    if ((r = remap_now()) == 0 && runs)
        r = inject_child("fork.own", f->process);
    if (r < 0 && err == 0) {
        f->stage = FORK_REMAP;
        err = r;
    }
    if (runs && err < 0)
        stop_child(f);
    return err;
}

void fork_memory(void *arg)
{
    struct fork *f = arg;

    f->pages = f->extents = 0;
    f->shared = 0;
    f->copied = 0;
    f->rebased = f->spare = f->ended = false;
    f->t_stop = rdtsc();
    f->stage = FORK_STOP;
    if ((f->err = inject_child("fork.stop", f->process)) == 0)
        f->err = nt_threads_stop(&f->threads);
    f->t_stopped = rdtsc();
    if (f->err == 0) {
        f->err = with_threads_stopped(f);
        nt_threads_resume();
    }
    f->t_memory = rdtsc();
}
