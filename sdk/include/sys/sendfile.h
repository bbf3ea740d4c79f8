/* SPDX-License-Identifier: BSD-2-Clause */
/* <sys/sendfile.h>: copying between descriptors, as on Linux. */
#ifndef _SYS_SENDFILE_H
#define _SYS_SENDFILE_H

#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif
ssize_t sendfile(int out, int in, off_t *off, size_t n);
#ifdef __cplusplus
}
#endif

#endif
