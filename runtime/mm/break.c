/* SPDX-License-Identifier: BSD-2-Clause */
/* The program's break: where the C library's malloc gets its memory. */
#include <errno.h>
#include <unistd.h>

#include "lock.h"
#include "mm.h"
#include "sys.h"


static struct lock break_lock = LOCK_INIT;
static uintptr_t break_now = ARENA_BREAK;
static uintptr_t break_mapped = ARENA_BREAK + ARENA_BREAK_FIRST;

/* No view is larger: Wine 8 needs time in proportion to the view for each page that fork asks for. */
#define BREAK_STEP_MAX 0x4000000ull

/* Extents grow with the break, so that a large heap has few of them. */
static int grow(uintptr_t to)
{
    while (break_mapped < to) {
        size_t have = break_mapped - ARENA_BREAK, need = ALIGN_UP(to - break_mapped, 0x100000ull);
        size_t step = have > need ? have : need;
        int r;

        if (step > BREAK_STEP_MAX)
            step = BREAK_STEP_MAX;
        r = arena_extend_break(break_mapped, step);
        if (r < 0 && step > need)
            r = arena_extend_break(break_mapped, step = need);
        if (r < 0)
            return r;
        break_mapped += step;
    }
    return 0;
}

uintptr_t break_end(void)
{
    return break_now;
}

/**
 * Moves the break. Memory given back keeps its pages; memory got again is zeroed.
 * @param by bytes, may be negative
 * @return the old break, or (void *)-1 with errno ENOMEM
 */
void *sys_sbrk(intptr_t by)
{
    uintptr_t old, now;
    int r = 0;

    lock_take(&break_lock);
    old = break_now;
    now = old + (uintptr_t)by;
    if ((by > 0 && now < old) || now < ARENA_BREAK || now > ARENA_BREAK_END)
        r = -ENOMEM;
    else if (by > 0)
        r = grow(now);
    else if (by < 0)
        __builtin_memset((void *)now, 0, old - now);
    if (r == 0)
        break_now = now;
    lock_release(&break_lock);
    if (r < 0) {
        errno = -r;
        return (void *)-1;
    }
    return (void *)old;
}

/** As sys_sbrk: the traditional call, for programs that bring their own malloc. */
void *sbrk(ptrdiff_t by)
{
    return sys_sbrk(by);
}

void break_hold(bool hold)
{
    if (hold)
        lock_take(&break_lock);
    else
        lock_release(&break_lock);
}

/* newlib's malloc asks for this around everything it does (malloc_config.h). */
static struct lock malloc_lock = LOCK_INIT;

void mm_malloc_hold(int hold)
{
    if (hold)
        lock_take(&malloc_lock);
    else
        lock_release(&malloc_lock);
}

/* newlib's name for it. */
void *_sbrk(ptrdiff_t by)
{
    return sys_sbrk(by);
}
