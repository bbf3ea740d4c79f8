/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared by the Windows files of lib/path only. */
#ifndef LIB_PATH_MOUNTS_WIN_INT_H
#define LIB_PATH_MOUNTS_WIN_INT_H

#include <stdint.h>

struct HKEY__;

/** Hash of the tree that the running tool belongs to, as in lib/abi/names.h. */
uint64_t mounts_tree_hash(void);
/** Opens the key of enum mounts_key; with KEY_WRITE in `access` makes it. Returns the system's error. */
long mounts_key_open(unsigned which, unsigned long access, struct HKEY__ **key);

#endif
