/* SPDX-License-Identifier: BSD-2-Clause */
/* <io.h>: text mode and Windows handles of descriptors. */
#ifndef _IO_H
#define _IO_H

#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

int access(const char *path, int mode);
long get_osfhandle(int fd);
long _get_osfhandle(int fd);
int setmode(int fd, int mode);
int _setmode(int fd, int mode);

#ifdef __cplusplus
}
#endif

#endif
