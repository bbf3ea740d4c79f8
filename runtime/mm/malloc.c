/* SPDX-License-Identifier: BSD-2-Clause */
/* malloc and its family. They go through one table, so that a program can bring its own allocator and
 * the C library inside the runtime uses it too. The default is newlib's (malloc_config.h). */
#include <errno.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <isthmus/malloc.h>

void *dl_malloc(size_t size);
void dl_free(void *p);
void *dl_calloc(size_t n, size_t size);
void *dl_realloc(void *p, size_t size);
void *dl_memalign(size_t alignment, size_t size);
size_t dl_malloc_usable_size(void *p);

static const struct isthmus_malloc ours = {
    .size = sizeof(ours), .malloc = dl_malloc, .free = dl_free, .calloc = dl_calloc,
    .realloc = dl_realloc, .memalign = dl_memalign, .usable_size = dl_malloc_usable_size,
};

const struct isthmus_malloc *__isthmus_malloc = &ours;

/* Larger than any object may be (PTRDIFF_MAX): the allocators count in signed numbers. */
static int too_large(size_t size)
{
    return size > PTRDIFF_MAX - 65536;
}

static void *done(void *p)
{
    if (!p)
        errno = ENOMEM;
    return p;
}

/** ENOMEM when there is no memory. ISO C11 7.22.3 */
void *malloc(size_t size)
{
    return done(too_large(size) ? NULL : __isthmus_malloc->malloc(size));
}

void free(void *p)
{
    int saved = errno;

    __isthmus_malloc->free(p);
    errno = saved; /* POSIX.1-2024 */
}

void *calloc(size_t n, size_t size)
{
    size_t total;

    if (__builtin_mul_overflow(n, size, &total))
        total = SIZE_MAX;
    return done(too_large(total) ? NULL : __isthmus_malloc->calloc(n, size));
}

void *realloc(void *p, size_t size)
{
    return done(too_large(size) ? NULL : __isthmus_malloc->realloc(p, size));
}

/** realloc(p, n * size) that notices an overflow. POSIX.1-2024 */
void *reallocarray(void *p, size_t n, size_t size)
{
    size_t total;

    return realloc(p, __builtin_mul_overflow(n, size, &total) ? SIZE_MAX : total);
}

/** realloc() that frees p when it fails. BSD */
void *reallocf(void *p, size_t size)
{
    void *q = realloc(p, size);

    if (!q && size)
        free(p);
    return q;
}

void *memalign(size_t alignment, size_t size)
{
    if (!alignment || alignment & (alignment - 1)) {
        errno = EINVAL;
        return NULL;
    }
    return done(too_large(size) || too_large(alignment) ? NULL
                                                        : __isthmus_malloc->memalign(alignment, size));
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return memalign(alignment, size);
}

/** @return 0, EINVAL (alignment is no power of two times sizeof(void *)) or ENOMEM. POSIX.1-2017 */
int posix_memalign(void **out, size_t alignment, size_t size)
{
    int saved = errno;
    void *p;

    if (alignment < sizeof(void *) || alignment & (alignment - 1))
        return EINVAL;
    p = memalign(alignment, size);
    errno = saved;
    if (!p)
        return ENOMEM;
    *out = p;
    return 0;
}

void *valloc(size_t size)
{
    return memalign(4096, size);
}

void *pvalloc(size_t size)
{
    return memalign(4096, (size + 4095) & ~(size_t)4095);
}

size_t malloc_usable_size(void *p)
{
    return p ? __isthmus_malloc->usable_size(p) : 0;
}
