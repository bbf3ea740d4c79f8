/* SPDX-License-Identifier: BSD-2-Clause */
/* What a fork hands over by copying: ranges of memory, and single words such as handle values. */
#ifndef FORK_COPY_H
#define FORK_COPY_H

#include "base.h"

struct copy_item {
    uint64_t dst;
    uint64_t len;
    uint64_t value; /* len 0: put these 8 bytes at dst, after all ranges */
};

/* Lives outside arenas, grows by NT calls only. All zero is an empty list. */
struct copy_list {
    struct copy_item *v;
    size_t n, room;
    uint64_t bytes; /* of all ranges */
};

int copy_range(struct copy_list *l, uintptr_t from, uintptr_t to);
int copy_word(struct copy_list *l, void *dst, uint64_t value);
void copy_cut(struct copy_list *l, size_t n); /* back to n items */
void copy_clear(struct copy_list *l);
/* Bytes that copy_pack needs in the block, and the packing. */
size_t copy_packed_size(const struct copy_list *l, size_t *items);
void copy_pack(const struct copy_list *l, char *block, size_t at, uint64_t *items_at);

/* Writable data of the program, the runtime and ported DLLs, without what is NOCOPY. */
int copy_modules(struct copy_list *l, unsigned *dlls);

#endif
