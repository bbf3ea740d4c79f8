/* SPDX-License-Identifier: BSD-2-Clause */
/* Changing directories: what unlink, rename and their kind do once the path is resolved (with
 * PATH_NOFOLLOW and PATH_EXACT). All return 0 or negative errno. */
#ifndef FILE_NAME_H
#define FILE_NAME_H

#include <sys/stat.h>

#include "path.h"

int name_unlink(const struct path *p);
int name_rmdir(const struct path *p);
int name_mkdir(const struct path *p, mode_t mode);
int name_rename(const struct path *from, const struct path *to, bool replace);
int name_link(const struct path *from, const struct path *to);
int name_symlink(const char *target, const struct path *p); /* symlink.c */
int name_mkfifo(const struct path *p, mode_t mode);
/* Copies a file whose status is `st` to a new name: content, times, attributes (copy.c). */
struct nt_name;
struct nt_stat;
int name_copy(const struct nt_name *from, const struct nt_name *to, const struct nt_stat *st);
/* Permissions (perm.c). The forms for an open file take its POSIX name, which may be gone, and its drive. */
int name_chmod(const struct path *p, mode_t mode);
int name_chmod_open(handle_t h, const char *posix, unsigned drive, mode_t mode);
int name_chown(const struct path *p, uid_t uid, gid_t gid);
int name_chown_open(handle_t h, const char *posix, unsigned drive, uid_t uid, gid_t gid);
/* What access() says about a file with this status: R_OK | W_OK | X_OK. */
int name_access(const struct path *p, const struct stat *st, int want, bool effective);
int name_utimens(const struct path *p, const struct timespec tv[2]);
int name_truncate(const struct path *p, off_t size);

/* Files that were deleted while somebody had them open bear such names until they are gone. */
bool name_is_hidden(const uint16_t *name, size_t units);

#endif
