/* SPDX-License-Identifier: BSD-2-Clause */
/* mmap: mappings are extents of the arenas (arena.c), so that fork treats them like all memory. What is
 * kept here is what an extent does not know: the protection of its pages, and which of them are gone. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>

#include "file.h"
#include "lock.h"
#include "mm.h"
#include "sys.h"
#include "thread.h"

#define PAGE 4096ull
#define GRANULE 0x10000ull
#define UNMAPPED 0xff /* in `prot`: munmap has taken the page */

struct mapping {
    struct mapping *next;
    uintptr_t base;     /* of the extent */
    size_t pages;       /* from there to the mapping's end */
    size_t left;        /* pages that were asked for and are still mapped */
    uint8_t uniform;    /* PROT_* of all pages while `prot` is NULL */
    uint8_t *prot;      /* PROT_* or UNMAPPED for each page */
};

static struct mapping *mappings;
static struct lock mmap_lock = LOCK_INIT;

void mmap_hold(bool hold)
{
    if (hold)
        lock_take(&mmap_lock);
    else
        lock_release(&mmap_lock);
}

/* ---- protection ---- */

static enum nt_prot nt_prot_of(const struct extent *e, uint8_t prot)
{
    bool private_view = e->cow;

    if (prot == UNMAPPED || !(prot & (PROT_READ | PROT_WRITE | PROT_EXEC)))
        return NT_PROT_NONE;
    if (prot & PROT_WRITE) {
        if (prot & PROT_EXEC)
            return private_view ? NT_PROT_COWX : NT_PROT_RWX;
        return private_view ? NT_PROT_COW : NT_PROT_RW;
    }
    return prot & PROT_EXEC ? NT_PROT_RX : NT_PROT_RO;
}

static uint8_t prot_at(const struct mapping *m, size_t page)
{
    return m->prot ? m->prot[page] : m->uniform;
}

/* Tell Windows the protection of pages [from, to). */
static int apply(const struct extent *e, const struct mapping *m, size_t from, size_t to)
{
    while (from < to) {
        size_t end = from + 1;
        uint8_t prot = prot_at(m, from);
        int r;

        while (end < to && prot_at(m, end) == prot)
            end++;
        r = nt_protect((void *)(e->base + from * PAGE), (end - from) * PAGE, nt_prot_of(e, prot));
        if (r < 0)
            return r;
        from = end;
    }
    return 0;
}

static struct extent *extent_at(uintptr_t base)
{
    for (unsigned i = 0; i < arena_count; i++)
        if (arena_extents[i].base == base)
            return &arena_extents[i];
    return NULL;
}

static struct mapping *mapping_at(uintptr_t addr)
{
    for (struct mapping *m = mappings; m; m = m->next)
        if (addr >= m->base && addr < m->base + m->pages * PAGE)
            return m;
    return NULL;
}

/* A view that was just made again has the extent's protection everywhere. */
void mmap_reprotect(const struct extent *e)
{
    for (const struct mapping *m = mappings; m; m = m->next)
        if (m->base == e->base && (m->prot || m->uniform != (PROT_READ | PROT_WRITE)))
            apply(e, m, 0, m->pages);
}

static int set_prot(struct mapping *m, size_t from, size_t to, uint8_t prot)
{
    if (from == 0 && to == m->pages && !m->prot) {
        m->uniform = prot;
        return 0;
    }
    if (!m->prot) {
        if (!(m->prot = rt_alloc(m->pages)))
            return -ENOMEM;
        memset(m->prot, m->uniform, m->pages);
    }
    memset(m->prot + from, prot, to - from);
    return 0;
}

/* ---- making mappings ---- */

/* `lead`: bytes at the start that nobody asked for. */
static int remember(uintptr_t base, size_t size, size_t lead, int prot)
{
    struct mapping *m = rt_zalloc(sizeof(*m));

    if (!m)
        return -ENOMEM;
    m->base = base;
    m->pages = size / PAGE;
    m->left = (size - lead) / PAGE;
    m->uniform = (uint8_t)prot;
    m->next = mappings;
    mappings = m;
    return prot == (PROT_READ | PROT_WRITE) ? 0 : apply(extent_at(base), m, 0, m->pages);
}

static int map_anonymous(uintptr_t at, size_t len, int prot, bool shared, void **base)
{
    enum extent_use use = shared ? EXTENT_SHARED : EXTENT_MMAP;
    size_t size = ALIGN_UP(len, GRANULE);
    handle_t section;
    int r;

    if ((r = nt_section_create(NULL, NULL, size, &section)) < 0)
        return -ENOMEM;
    if ((r = arena_map_section(section, 0, size, use, at, base)) < 0) {
        nt_close(section);
        return r;
    }
    return remember((uintptr_t)*base, ALIGN_UP(len, PAGE), 0, prot);
}

/* The view begins at a multiple of 64 KiB of the file; *base receives the place of `off`. */
static int map_file(struct file *f, uintptr_t at, size_t len, int prot, bool shared, off_t off, void **base)
{
    bool write = shared && (f->flags & O_ACCMODE) == O_RDWR;
    uint64_t start = ALIGN_DOWN((uint64_t)off, GRANULE), delta = (uint64_t)off - start, size, view;
    handle_t section;
    int r;

    if ((r = nt_section_of_file(f->handle[0], write, &section, &size)) < 0)
        return r == -ENOSPC || r == -EINVAL ? -ENODEV : r;
    view = delta + len;
    if (start >= size)
        r = -ENXIO; /* POSIX lets such a mapping be made; nothing of it could be touched */
    else if (view > size - start)
        view = size - start; /* to the byte: Windows rounds up, but refuses a view beyond the section */
    if (r == 0)
        r = arena_map_section(section, start, view,
                              !shared ? EXTENT_FILE : write ? EXTENT_SHARED : EXTENT_SHARED_RO,
                              at ? at - delta : 0, base);
    if (r < 0) {
        nt_close(section);
        return r;
    }
    r = remember((uintptr_t)*base, ALIGN_UP(view, PAGE), delta, prot);
    *base = (char *)*base + delta;
    return r;
}

static int check_file(const struct file *f, int prot, bool shared)
{
    int access = f->flags & O_ACCMODE;

    if (f->kind != FILE_DISK)
        return -ENODEV;
    if (access == O_WRONLY || (shared && (prot & PROT_WRITE) && access != O_RDWR))
        return -EACCES;
    return 0;
}

/* MAP_FIXED over a private mapping of ours: its pages begin anew. */
static int map_over(struct mapping *m, uintptr_t at, size_t len, int prot, struct file *f, off_t off)
{
    size_t from = (at - m->base) / PAGE, to = from + ALIGN_UP(len, PAGE) / PAGE;
    struct extent *e = extent_at(m->base);
    int64_t n = 0;
    int r;

    if (to > m->pages || !e || e->use >= EXTENT_SHARED)
        return -EINVAL;
    for (size_t i = from; i < to; i++)
        m->left += prot_at(m, i) == UNMAPPED;
    if ((r = set_prot(m, from, to, PROT_READ | PROT_WRITE)) < 0 || (r = apply(e, m, from, to)) < 0)
        return r;
    memset((void *)at, 0, ALIGN_UP(len, PAGE));
    if (f && f->ops->pread)
        n = f->ops->pread(f, (void *)at, len, off);
    if (n < 0)
        return (int)n;
    if ((r = set_prot(m, from, to, (uint8_t)prot)) < 0)
        return r;
    return apply(e, m, from, to);
}

static int64_t map_do(uintptr_t addr, size_t len, int prot, int flags, struct file *f, off_t off)
{
    bool shared = (flags & MAP_TYPE) == MAP_SHARED;
    uintptr_t at = flags & MAP_FIXED ? addr : 0;
    struct mapping *over = at ? mapping_at(at) : NULL;
    void *base = NULL;
    int r;

    if (over)
        r = shared ? -EINVAL : map_over(over, at, len, prot, f, off);
    else if (at % GRANULE && !f)
        r = -EINVAL; /* Windows places views at multiples of 64 KiB */
    else
        r = f ? map_file(f, at, len, prot, shared, off, &base)
              : map_anonymous(at, len, prot, shared, &base);
    if (r == -EADDRINUSE)
        r = -ENOMEM;
    return r < 0 ? r : over ? (int64_t)at : (int64_t)base;
}

static int64_t mmap_run(uintptr_t addr, size_t len, int prot, int flags, int fd, off_t off)
{
    int type = flags & MAP_TYPE;
    struct file *f = NULL;
    int64_t r;

    if (!len || (type != MAP_SHARED && type != MAP_PRIVATE) || off % (off_t)PAGE || off < 0
        || (flags & MAP_FIXED && addr % PAGE))
        return -EINVAL;
    if (len > ARENA_MMAP_END - ARENA_MMAP)
        return -ENOMEM;
    if (!(flags & MAP_ANONYMOUS)) {
        if (!(f = fd_get(fd)))
            return -EBADF;
        if (f->kind == FILE_ZERO) {
            fd_put(f);
            f = NULL;
        } else if ((r = check_file(f, prot, type == MAP_SHARED)) < 0) {
            fd_put(f);
            return r;
        }
    }
    mmap_hold(true);
    r = map_do(addr, len, prot, flags, f, off);
    mmap_hold(false);
    fd_put(f);
    return r;
}

/**
 * Maps memory or a file.
 * @param addr  where, with MAP_FIXED: over private mappings at any page, else at multiples of 64 KiB
 *              (limit of Windows); otherwise not looked at
 * @param len   bytes; @param prot PROT_*; @param flags MAP_SHARED or MAP_PRIVATE, MAP_ANONYMOUS, MAP_FIXED
 * @param off   multiple of the page size (4096)
 * @return the address or MAP_FAILED with errno
 *   EACCES the descriptor is not open for that; EBADF; EINVAL flags, alignment, len 0;
 *   ENODEV not a file of a disk; ENOMEM; ENXIO off lies behind the end of the file
 * POSIX.1-2017 mmap()
 */
void *mmap(void *addr, size_t len, int prot, int flags, int fd, off_t off)
{
    int64_t r = mmap_run((uintptr_t)addr, len, prot, flags, fd, off);

    trace_sys_mmap(addr, len, prot, flags, fd, off, r);
    return (void *)sys_ret(r);
}

/* ---- changing mappings ---- */

typedef int change_fn(struct mapping *m, size_t from, size_t to, uint8_t prot);

/* Calls fn for the part of each mapping in [addr, addr + len), and says how many pages that were. */
static int each_part(uintptr_t addr, size_t len, change_fn *fn, uint8_t prot, size_t *pages)
{
    uintptr_t end = addr + len;

    *pages = 0;
    for (struct mapping *m = mappings, *next; m; m = next) {
        uintptr_t m_end = m->base + m->pages * PAGE;
        uintptr_t from = addr > m->base ? addr : m->base, to = end < m_end ? end : m_end;
        int r;

        next = m->next;
        if (from >= to)
            continue;
        *pages += (to - from) / PAGE;
        if ((r = fn(m, (from - m->base) / PAGE, (to - m->base) / PAGE, prot)) < 0)
            return r;
    }
    return 0;
}

static int change_prot(struct mapping *m, size_t from, size_t to, uint8_t prot)
{
    int r;

    for (size_t i = from; i < to; i++)
        if (prot_at(m, i) == UNMAPPED)
            return -ENOMEM;
    if ((r = set_prot(m, from, to, prot)) < 0)
        return r;
    return apply(extent_at(m->base), m, from, to);
}

static int unmap_part(struct mapping *m, size_t from, size_t to, uint8_t prot)
{
    int r;

    for (size_t i = from; i < to; i++)
        m->left -= prot_at(m, i) != UNMAPPED;
    if (m->left) {
        if ((r = set_prot(m, from, to, prot)) < 0)
            return r;
        return apply(extent_at(m->base), m, from, to);
    }
    for (struct mapping **p = &mappings; *p; p = &(*p)->next)
        if (*p == m) {
            *p = m->next;
            break;
        }
    r = arena_unmap((void *)m->base);
    rt_free(m->prot);
    rt_free(m);
    return r;
}

static int check_range(uintptr_t addr, size_t *len)
{
    if (addr % PAGE || *len > UINTPTR_MAX - addr - PAGE)
        return -EINVAL;
    *len = ALIGN_UP(*len, PAGE);
    return 0;
}

/**
 * Unmaps pages; those that are not mapped do not matter. The rest of an extent of 64 KiB that a mapping
 * did not fill goes with its last page.
 * EINVAL: alignment or length. POSIX.1-2017 munmap()
 */
int munmap(void *addr, size_t len)
{
    size_t pages;
    int r = len ? check_range((uintptr_t)addr, &len) : -EINVAL;

    if (r == 0) {
        mmap_hold(true);
        r = each_part((uintptr_t)addr, len, unmap_part, UNMAPPED, &pages);
        mmap_hold(false);
    }
    trace_sys_munmap(addr, len, r);
    return (int)sys_ret(r);
}

/* Memory that is no mapping: heap and stacks. The next fork gives it back its own protection. */
static int protect_other(uintptr_t addr, size_t len, uint8_t prot)
{
    for (unsigned i = 0; i < arena_count; i++) {
        const struct extent *e = &arena_extents[i];

        if (addr >= e->base && addr + len <= e->base + e->size)
            return nt_protect((void *)addr, len, nt_prot_of(e, prot & ~PROT_EXEC));
    }
    return nt_protect((void *)addr, len, nt_prot_of(&(struct extent){ .cow = 0 }, prot));
}

/**
 * Changes the protection of pages.
 * EACCES: more than the file was opened for; EINVAL; ENOMEM: not mapped. POSIX.1-2017 mprotect()
 */
int mprotect(void *addr, size_t len, int prot)
{
    size_t pages = 0;
    int r = check_range((uintptr_t)addr, &len);

    if (r == 0 && prot & ~(PROT_READ | PROT_WRITE | PROT_EXEC))
        r = -EINVAL;
    if (r == 0 && len) {
        mmap_hold(true);
        r = each_part((uintptr_t)addr, len, change_prot, (uint8_t)prot, &pages);
        if (r == 0 && !pages)
            r = protect_other((uintptr_t)addr, len, (uint8_t)prot) < 0 ? -ENOMEM : 0;
        else if (r == 0 && pages < len / PAGE)
            r = -ENOMEM;
        mmap_hold(false);
    }
    trace_sys_mprotect(addr, len, prot, r);
    return (int)sys_ret(r);
}

/** Writes mapped pages of files to them. EINVAL, ENOMEM. POSIX.1-2017 msync() */
int msync(void *addr, size_t len, int flags)
{
    int r;

    cancel_point();
    r = check_range((uintptr_t)addr, &len);
    if (r == 0 && (flags & ~(MS_ASYNC | MS_SYNC | MS_INVALIDATE) || (flags & MS_ASYNC && flags & MS_SYNC)))
        r = -EINVAL;
    if (r == 0) {
        mmap_hold(true);
        r = mapping_at((uintptr_t)addr) ? nt_section_flush(addr, len) : -ENOMEM;
        mmap_hold(false);
    }
    trace_sys_msync(addr, len, flags, r);
    return (int)sys_ret(r);
}

/** Advice that Windows has no use for; what is checked is the range. ENOMEM: not mapped. */
int madvise(void *addr, size_t len, int advice)
{
    int r = check_range((uintptr_t)addr, &len);

    trace_sys_madvise(addr, len, advice, r);
    return (int)sys_ret(r);
}

/** As madvise, with an error number as result. POSIX.1-2017 */
int posix_madvise(void *addr, size_t len, int advice)
{
    (void)advice;
    return -check_range((uintptr_t)addr, &len);
}
