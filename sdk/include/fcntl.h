/* SPDX-License-Identifier: BSD-2-Clause */
/* <fcntl.h>: newlib's, and what it does not know. */
#ifndef _ISTHMUS_FCNTL_H
#define _ISTHMUS_FCNTL_H

#include <sys/fcntl.h>

#if __POSIX_VISIBLE >= 200112
#define POSIX_FADV_NORMAL 0
#define POSIX_FADV_SEQUENTIAL 1
#define POSIX_FADV_RANDOM 2
#define POSIX_FADV_WILLNEED 3
#define POSIX_FADV_DONTNEED 4
#define POSIX_FADV_NOREUSE 5
#ifdef __cplusplus
extern "C" {
#endif
int posix_fadvise(int fd, off_t off, off_t len, int advice);
int posix_fallocate(int fd, off_t off, off_t len);
#ifdef __cplusplus
}
#endif
#endif

#if __GNU_VISIBLE || __POSIX_VISIBLE >= 202405
/* Locks of open file descriptions */
#define F_OFD_GETLK 36
#define F_OFD_SETLK 37
#define F_OFD_SETLKW 38
#endif

#if __GNU_VISIBLE
/* Size of a pipe */
#define F_SETPIPE_SZ 1031
#define F_GETPIPE_SZ 1032

/* renameat2() */
#define RENAME_NOREPLACE 1u
#define RENAME_EXCHANGE 2u
#define RENAME_WHITEOUT 4u

/* fallocate() */
#define FALLOC_FL_KEEP_SIZE 1
#define FALLOC_FL_PUNCH_HOLE 2
#define FALLOC_FL_COLLAPSE_RANGE 8
#define FALLOC_FL_ZERO_RANGE 16
#define FALLOC_FL_INSERT_RANGE 32

#ifdef __cplusplus
extern "C" {
#endif
int fallocate(int fd, int mode, off_t off, off_t len);
#ifdef __cplusplus
}
#endif
#endif

#endif
