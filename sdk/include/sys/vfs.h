/* SPDX-License-Identifier: BSD-2-Clause */
/* <sys/vfs.h>: statfs, the older form of statvfs. */
#ifndef _SYS_VFS_H
#define _SYS_VFS_H

#include <sys/types.h>

struct statfs {
    long f_type;
    long f_bsize;
    long f_blocks;
    long f_bfree;
    long f_bavail;
    long f_files;
    long f_ffree;
    long f_fsid;
    long f_namelen;
    long f_spare[6];
};

#define FAT_SUPER_MAGIC 0x4006
#define NTFS_SUPER_MAGIC 0x5346544e
#define CDFS_SUPER_MAGIC 0x9660
#define SMB_SUPER_MAGIC 0x517b

#ifdef __cplusplus
extern "C" {
#endif

int statfs(const char *path, struct statfs *buf);
int fstatfs(int fd, struct statfs *buf);

#ifdef __cplusplus
}
#endif

#endif
