/* SPDX-License-Identifier: BSD-2-Clause */
/* What newlib's mallocr.c (Doug Lea's malloc 2.6) is built with, see sdk/build-newlib: its memory is the
 * break, its lock is ours, so that fork can take it. */
#include <stddef.h>

void mm_malloc_hold(int hold);

#define MALLOC_LOCK        mm_malloc_hold(1)
#define MALLOC_UNLOCK      mm_malloc_hold(0)
#define malloc_getpagesize 4096
#define HAVE_MMAP          0
