/* SPDX-License-Identifier: BSD-2-Clause */
/* Keys of the console to bytes. */
#ifndef KEYS_H
#define KEYS_H

#include "nt_console.h"
#include "text/buf.h"

struct keys {
    uint16_t high; /* first half of a surrogate pair */
};

void keys_translate(struct keys *s, const struct nt_key *k, struct buf *out);

#endif
