/* SPDX-License-Identifier: BSD-2-Clause */
/* <sys/file.h>: flock and the access modes. */
#ifndef _SYS_FILE_H
#define _SYS_FILE_H

#include <fcntl.h>
#include <unistd.h>

#define L_SET SEEK_SET
#define L_INCR SEEK_CUR
#define L_XTND SEEK_END

#endif
