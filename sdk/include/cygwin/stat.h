/* SPDX-License-Identifier: BSD-2-Clause */
/* struct stat and what <sys/stat.h> leaves to the platform. */
#ifndef _CYGWIN_STAT_H
#define _CYGWIN_STAT_H

struct stat {
    dev_t st_dev;
    ino_t st_ino;
    mode_t st_mode;
    nlink_t st_nlink;
    uid_t st_uid;
    gid_t st_gid;
    dev_t st_rdev;
    off_t st_size;
    struct timespec st_atim;
    struct timespec st_mtim;
    struct timespec st_ctim;
    blksize_t st_blksize;
    blkcnt_t st_blocks;         /* in units of S_BLKSIZE bytes */
    struct timespec st_birthtim;
};

#define st_atime st_atim.tv_sec
#define st_mtime st_mtim.tv_sec
#define st_ctime st_ctim.tv_sec
#define st_birthtime st_birthtim.tv_sec

#if __POSIX_VISIBLE >= 200112
/* No object of these kinds has a file type of its own. */
#define S_TYPEISMQ(buf) ((void)(buf)->st_mode, 0)
#define S_TYPEISSEM(buf) ((void)(buf)->st_mode, 0)
#define S_TYPEISSHM(buf) ((void)(buf)->st_mode, 0)
#endif

#endif
