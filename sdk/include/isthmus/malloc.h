/* SPDX-License-Identifier: BSD-2-Clause */
/* Bringing an own allocator: the runtime, and the C library in it, allocates what the program sees
   through this table. Set it before the first allocation, at the top of main or in a constructor. */
#ifndef _ISTHMUS_MALLOC_H
#define _ISTHMUS_MALLOC_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct isthmus_malloc {
    size_t size; /* sizeof(struct isthmus_malloc) */
    void *(*malloc)(size_t size);
    void (*free)(void *p);
    void *(*calloc)(size_t n, size_t size);
    void *(*realloc)(void *p, size_t size);
    void *(*memalign)(size_t alignment, size_t size);
    size_t (*usable_size)(void *p);
};

extern const struct isthmus_malloc *__isthmus_malloc;

#ifdef __cplusplus
}
#endif

#endif
