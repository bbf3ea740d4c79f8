/* SPDX-License-Identifier: BSD-2-Clause */
/* <unistd.h>: newlib's, and what it does not know. */
#ifndef _ISTHMUS_UNISTD_H
#define _ISTHMUS_UNISTD_H

#include <sys/unistd.h>

#if __GNU_VISIBLE || __POSIX_VISIBLE >= 202405
#define SEEK_DATA 3
#define SEEK_HOLE 4
#endif

#if __GNU_VISIBLE
#ifdef __cplusplus
extern "C" {
#endif
ssize_t copy_file_range(int in, off_t *in_off, int out, off_t *out_off, size_t n, unsigned flags);
int syncfs(int fd);
#ifdef __cplusplus
}
#endif
#endif

#endif
