/* SPDX-License-Identifier: BSD-2-Clause */
/* From what Windows tells about a file to struct stat, and back for modes and times. */
#ifndef FILE_STAT_H
#define FILE_STAT_H

#include <sys/stat.h>

#include "nt_file.h"
#include "path.h"

#define STAT_DEV(major, minor) ((dev_t)((major) << 16 | (minor)))
#define STAT_DEV_DEVICES STAT_DEV(0, 5) /* st_dev of what has no file */

enum stat_exec { EXEC_NO, EXEC_YES, EXEC_LOOK /* at the first two bytes */ };

/* Whether a file is executable, as far as name and mount say. */
enum stat_exec stat_exec_by_name(const char *name, uint32_t mount_flags);
/* "#!" or "MZ". */
bool stat_exec_magic(const char *bytes, int64_t n);

/* The drive that an NT name lies on: 1 to 26, 0: none. */
unsigned stat_drive(const uint16_t *nt, size_t units);
/* st_dev for the volume of an open file. A drive is asked once, others (0) each time, which is slow. */
dev_t stat_dev(handle_t h, unsigned drive);

/* Whether file numbers of the volume can be used; asked once for a drive. */
bool stat_has_ids(handle_t h, unsigned drive);
bool stat_has_acls(handle_t h, unsigned drive);
/* Mount flags of the place that an absolute POSIX name leads to. */
uint32_t stat_mount_flags(const char *posix);
/* Mode, owner and group out of the descriptor, where descriptors decide; `st` was filled. */
int stat_permissions(struct stat *st, handle_t h, uint32_t mount_flags, unsigned drive);
/* The number of an open file by its POSIX name, for volumes without ids; 0: cannot be told. */
uint64_t stat_ino_by_name(const char *posix);
void stat_fill(struct stat *st, const struct nt_stat *n, dev_t dev, bool exec);
/* What has no file behind it: ours, now, one link. */
void stat_made_up(struct stat *st, mode_t mode, uint64_t ino);
/* By name, without opening for the program. */
int stat_path(const struct path *p, struct stat *st);

struct timespec stat_time(int64_t filetime);
/* FILETIME of an utimensat() argument; 0: leave as it is. Negative errno for a bad one. */
int64_t stat_filetime(const struct timespec *t);

/* Attributes of a file that shall have this mode, made from what it has. */
uint32_t stat_attr(uint32_t attr, mode_t mode);

struct statvfs;
int stat_volume(handle_t h, struct statvfs *s);

#endif
