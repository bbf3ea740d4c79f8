/* SPDX-License-Identifier: BSD-2-Clause */
/* Changing directories: what unlink, rename and their kind do once the path is resolved (with
 * PATH_NOFOLLOW and PATH_EXACT). All return 0 or negative errno. */
#ifndef FILE_NAME_H
#define FILE_NAME_H

#include "path.h"

int name_unlink(const struct path *p);
int name_rmdir(const struct path *p);
int name_mkdir(const struct path *p, mode_t mode);
int name_rename(const struct path *from, const struct path *to, bool replace);
int name_link(const struct path *from, const struct path *to);
int name_symlink(const char *target, const struct path *p);
int name_mkfifo(const struct path *p, mode_t mode);
int name_chmod(const struct path *p, mode_t mode);
int name_utimens(const struct path *p, const struct timespec tv[2]);
int name_truncate(const struct path *p, off_t size);

/* Files that were deleted while somebody had them open bear such names until they are gone. */
bool name_is_hidden(const uint16_t *name, size_t units);

#endif
