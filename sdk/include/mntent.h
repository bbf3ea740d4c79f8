/* SPDX-License-Identifier: BSD-2-Clause */
/* <mntent.h>: the mount table as text. */
#ifndef _MNTENT_H
#define _MNTENT_H

#include <stdio.h>

struct mntent {
    char *mnt_fsname;
    char *mnt_dir;
    char *mnt_type;
    char *mnt_opts;
    int mnt_freq;
    int mnt_passno;
};

#define MNTTYPE_IGNORE "ignore"
#define MNTOPT_DEFAULTS "defaults"
#define MNTOPT_RO "ro"
#define MNTOPT_RW "rw"
#define MNTOPT_NOAUTO "noauto"
#define _PATH_MNTTAB "/etc/fstab"
#define _PATH_MOUNTED "/etc/mtab"
#define MOUNTED _PATH_MOUNTED
#define MNTTAB _PATH_MNTTAB

#ifdef __cplusplus
extern "C" {
#endif

FILE *setmntent(const char *file, const char *mode);
struct mntent *getmntent(FILE *stream);
struct mntent *getmntent_r(FILE *stream, struct mntent *entry, char *buf, int size);
int addmntent(FILE *stream, const struct mntent *entry);
int endmntent(FILE *stream);
char *hasmntopt(const struct mntent *entry, const char *option);

#ifdef __cplusplus
}
#endif

#endif
