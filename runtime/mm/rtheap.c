/* SPDX-License-Identifier: BSD-2-Clause */
/* The runtime's own heap: small structures that a forked child inherits. Size classes with free lists;
 * what is larger gets an extent of its own. */
#include <string.h>

#include "lock.h"
#include "mm.h"

/* In front of each block. 16 bytes, so that blocks are aligned for anything. */
struct block {
    uint64_t size; /* usable bytes */
    struct block *next;
};
_Static_assert(sizeof(struct block) == 16, "alignment of blocks");

#define SMALLEST 32u
#define CLASSES  24u /* two per power of two, up to SMALLEST << 11 plus a half */
#define LARGEST  class_size(CLASSES - 1)

static struct lock heap_lock = LOCK_INIT;
static struct block *free_list[CLASSES];
static uintptr_t heap_now = ARENA_RT_HEAP;

static size_t class_size(unsigned c)
{
    size_t base = (size_t)SMALLEST << (c / 2);

    return c % 2 ? base + base / 2 : base;
}

static unsigned class_of(size_t size)
{
    unsigned c = 0;

    while (class_size(c) < size)
        c++;
    return c;
}

uintptr_t rt_heap_end(void)
{
    return heap_now;
}

static struct block *large(size_t size)
{
    void *base;
    struct block *b;

    if (arena_map(size + sizeof(*b), EXTENT_MMAP, &base) < 0)
        return NULL;
    b = base;
    b->size = ALIGN_UP(size + sizeof(*b), 0x10000ull) - sizeof(*b);
    return b;
}

/**
 * @param size bytes
 * @return 16-byte aligned memory with undefined contents, or NULL
 */
void *rt_alloc(size_t size)
{
    struct block *b;
    unsigned c;

    if (size > LARGEST)
        return (b = large(size)) ? b + 1 : NULL;
    c = class_of(size);
    lock_take(&heap_lock);
    b = free_list[c];
    if (b) {
        free_list[c] = b->next;
    } else if (heap_now + sizeof(*b) + class_size(c) <= ARENA_RT_HEAP + ARENA_RT_SIZE) {
        b = (struct block *)heap_now;
        heap_now += sizeof(*b) + class_size(c);
    }
    lock_release(&heap_lock);
    if (!b)
        return (b = large(size)) ? b + 1 : NULL;
    b->size = class_size(c);
    return b + 1;
}

void *rt_zalloc(size_t size)
{
    void *p = rt_alloc(size);

    return p ? memset(p, 0, size) : NULL;
}

/** As realloc(); p may be NULL. */
void *rt_realloc(void *p, size_t size)
{
    struct block *b = (struct block *)p - 1;
    void *q;

    if (p && size <= b->size)
        return p;
    q = rt_alloc(size);
    if (q && p) {
        memcpy(q, p, b->size);
        rt_free(p);
    }
    return q;
}

void rt_free(void *p)
{
    struct block *b = (struct block *)p - 1;
    unsigned c;

    if (!p)
        return;
    if ((uintptr_t)b < ARENA_RT_HEAP || (uintptr_t)b >= ARENA_RT_HEAP + ARENA_RT_SIZE) {
        arena_unmap(b);
        return;
    }
    c = class_of(b->size);
    lock_take(&heap_lock);
    b->next = free_list[c];
    free_list[c] = b;
    lock_release(&heap_lock);
}

char *rt_strdup(const char *s)
{
    size_t n = strlen(s) + 1;
    char *p = rt_alloc(n);

    return p ? memcpy(p, s, n) : NULL;
}

void rt_heap_hold(bool hold)
{
    if (hold)
        lock_take(&heap_lock);
    else
        lock_release(&heap_lock);
}
