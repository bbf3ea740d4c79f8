/* SPDX-License-Identifier: BSD-2-Clause */
/* Folders that the Windows shell knows, for native tools. */
#ifndef LIB_PATH_FOLDERS_WIN_H
#define LIB_PATH_FOLDERS_WIN_H

#include "lib/text/buf.h"

/** Appends the Windows name of the special folder `csidl`. 0, or -ENOENT. */
int folder_special(int csidl, struct buf *out);
/** The folder that has the users' profiles in it. */
int folder_profiles(struct buf *out);

#endif
