/* SPDX-License-Identifier: BSD-2-Clause */
/* <sys/statfs.h>: see <sys/vfs.h>. */
#ifndef _SYS_STATFS_H
#define _SYS_STATFS_H

#include <sys/vfs.h>

#endif
