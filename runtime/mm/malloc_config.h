/* SPDX-License-Identifier: BSD-2-Clause */
/* What newlib's mallocr.c (Doug Lea's malloc 2.6) is built with, see sdk/build-newlib: its memory is the
 * break, its lock is ours, so that fork can take it, and its functions are reached through malloc.c. */
#include <stddef.h>

void mm_malloc_hold(int hold);

#define MALLOC_LOCK        mm_malloc_hold(1)
#define MALLOC_UNLOCK      mm_malloc_hold(0)
#define malloc_getpagesize 4096
#define HAVE_MMAP          0

#define malloc             dl_malloc
#define free               dl_free
#define calloc             dl_calloc
#define realloc            dl_realloc
#define memalign           dl_memalign
#define valloc             dl_valloc
#define pvalloc            dl_pvalloc
#define malloc_usable_size dl_malloc_usable_size
#define malloc_trim        dl_malloc_trim
