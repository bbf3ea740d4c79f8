/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers for files whose file system has none. */
#include "lib/path/path.h"
#include "lib/text/utf.h"

uint64_t path_hash(const uint16_t *nt, size_t n)
{
    uint64_t h = 0xcbf29ce484222325ull;

    for (size_t i = 0; i < n; i++) {
        uint16_t c = wide_fold(nt[i]);

        h = (h ^ (c & 0xff)) * 0x100000001b3ull;
        h = (h ^ (c >> 8)) * 0x100000001b3ull;
    }
    return h ? h : 1;
}
