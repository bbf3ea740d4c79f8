/* SPDX-License-Identifier: BSD-2-Clause */
/* The mount table for native tools: the tree's built-in entries and the registry's. */
#ifndef LIB_PATH_MOUNTS_WIN_H
#define LIB_PATH_MOUNTS_WIN_H

#include "lib/path/mount.h"

/** Called for a registry value that cannot be used: where it is, and why not. */
typedef void (*mounts_problem)(void *arg, const char *key, const char *name, const char *why);

/** Folder of the tree that the running tool belongs to (the one with bin/), a Win32 name in UTF-8. */
int mounts_tree_root(struct buf *out);

/**
 * Fills an empty table for that tree: what a process of it would see. `problem` may be NULL.
 * Returns 0 or -ENOMEM; bad entries are left out.
 */
int mounts_load(struct mount_table *mt, mounts_problem problem, void *arg);

/** POSIX name of the tool's working directory. */
int mounts_cwd(const struct mount_table *mt, struct buf *out);

#endif
