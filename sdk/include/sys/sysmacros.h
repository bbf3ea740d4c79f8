/* SPDX-License-Identifier: BSD-2-Clause */
/* <sys/sysmacros.h>: parts of a device number. */
#ifndef _SYS_SYSMACROS_H
#define _SYS_SYSMACROS_H

#include <sys/types.h>

#define gnu_dev_major(dev) ((int)(((dev) >> 16) & 0xffff))
#define gnu_dev_minor(dev) ((int)((dev) & 0xffff))
#define gnu_dev_makedev(maj, min) ((dev_t)(((maj) << 16) | ((min) & 0xffff)))
#define major(dev) gnu_dev_major(dev)
#define minor(dev) gnu_dev_minor(dev)
#define makedev(maj, min) gnu_dev_makedev(maj, min)

#endif
