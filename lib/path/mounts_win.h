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

/* ---- changing (mounts_edit_win.c) ---- */

/* Which key. Flags; 0: the system's, of this tree. */
enum mounts_key {
    MOUNTS_KEY_USER = 1,        /* HKCU instead of HKLM */
    MOUNTS_KEY_DEFAULT = 2,     /* for all trees */
};

/** "HKCU\Software\Isthmus\...\Mounts", for messages. */
void mounts_key_name(unsigned key, struct buf *out);
/**
 * Sets, or with data == NULL deletes, one value of a key ("cygdrive" or a mount point). Returns 0;
 * -ENOENT when there is none to delete; -EACCES; -EIO. *error receives the system's error.
 */
int mounts_write(unsigned key, const char *name, const char *data, unsigned long *error);
/** Names of all values of a key, each ended by NUL, into `out`; also of those that cannot be read. */
int mounts_names(unsigned key, struct buf *out);
/** Tells the running processes of the tree. Returns how many run, 0 none, or negative errno. */
int mounts_notify(void);

/** POSIX name of the tool's working directory. */
int mounts_cwd(const struct mount_table *mt, struct buf *out);

#endif
