/* SPDX-License-Identifier: BSD-2-Clause */
/* Files that stand for something else: symbolic links, sockets and FIFOs are files with the attribute
 * SYSTEM whose first bytes say what they are. */
#ifndef FILE_SPECIAL_H
#define FILE_SPECIAL_H

#include "nt_file.h"
#include "path.h"

#define FIFO_COOKIE "!<fifo>1\n"

enum special { SPECIAL_NONE, SPECIAL_SYMLINK, SPECIAL_SOCKET, SPECIAL_FIFO };

/* As d_type and st_mode have it: DT_*, 0 for SPECIAL_NONE; S_IF*. */
unsigned special_dtype(enum special s);
mode_t special_mode(enum special s);

/* May a file of these attributes and that size be one? */
bool special_maybe(uint32_t attr, uint64_t size);
enum special special_of_text(const char *text, int64_t n);
enum special special_of_handle(handle_t h);         /* opened for reading */
enum special special_of_path(const struct path *p); /* looks into the file only if it may be one */

#endif
