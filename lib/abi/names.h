/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of shared objects. They live in an object directory of the installation's own, so that two
 * unpacked trees, or two ABI versions, never share anything. */
#ifndef ISTHMUS_ABI_NAMES_H
#define ISTHMUS_ABI_NAMES_H

#include "abi.h"

#define ABI_DIRECTORY_PREFIX "\\BaseNamedObjects\\isthmus1-" /* then abi_tree_hash as 16 hex digits */

/**
 * Hash of an installation: FNV-1a over the folder's final Win32 path, which has the tree's `bin`
 * below it (no trailing backslash, without \\?\ or \??\ in front), with ASCII letters in lower case
 * and '/' taken as '\'.
 *
 * @param path  UTF-16 units
 * @param units how many
 */
static inline uint64_t abi_tree_hash(const uint16_t *path, size_t units)
{
    uint64_t h = 0xcbf29ce484222325ull;

    for (size_t i = 0; i < units; i++) {
        uint16_t c = path[i];

        if (c >= 'A' && c <= 'Z')
            c += 'a' - 'A';
        if (c == '/')
            c = '\\';
        h = (h ^ (c & 0xff)) * 0x100000001b3ull;
        h = (h ^ (c >> 8)) * 0x100000001b3ull;
    }
    return h;
}

#endif
