/* SPDX-License-Identifier: BSD-2-Clause */
/* Files that are open, or run, out of the way of their names. */
#ifndef FILE_ASIDE_H
#define FILE_ASIDE_H

#include "nt_file.h"
#include "path.h"

#define ASIDE_PREFIX ".isthmus-deleted-" /* of names that readdir does not show */

/* Rename the open file `h` (NT_O_DELETE), which `p` names, to a hidden name: in the tree's /tmp, so that its
 * folder can be removed; on another volume in that folder. What was left there earlier and is in nobody's use
 * any more is deleted on the way. */
int aside_move(handle_t h, const struct path *p, const char *why);
/* Delete what was left in a folder. True: something was. */
bool aside_sweep(const uint16_t *folder, size_t units);

#endif
