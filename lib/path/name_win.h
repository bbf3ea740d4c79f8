/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of files that a user gives to a native tool: POSIX, Windows or relative ones. */
#ifndef LIB_PATH_NAME_WIN_H
#define LIB_PATH_NAME_WIN_H

#include "lib/text/buf.h"

/**
 * The file's Win32 name in UTF-8. A name that begins with '/' goes through the tree's mount table.
 * Returns 0 or negative errno with *why.
 */
int tool_file_name(struct buf *out, const char *name, const char **why);

#endif
