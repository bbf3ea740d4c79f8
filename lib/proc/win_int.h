/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared by the Windows files of lib/proc only. */
#ifndef LIB_PROC_WIN_INT_H
#define LIB_PROC_WIN_INT_H

#include <stdbool.h>

#include "lib/proc/proc.h"

/** As proc_section, for writing: the signal queue is what others may write to. */
int proc_section_rw(const struct proc_tree *tree, const char *name, void **view, size_t *size);
/**
 * Makes a section in the own tree's directory, which is made, too, if nothing has run there. It is gone when
 * *handle is closed. share: one that is there already will do. 0; -EEXIST; -EACCES; -ENOMEM.
 */
int proc_section_make(const char *name, size_t size, bool share, void **view, void **handle);
/** Sets the tree's named event. */
int proc_event_set(const struct proc_tree *tree, const char *name);

#endif
