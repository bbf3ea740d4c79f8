/* SPDX-License-Identifier: BSD-2-Clause */
/* Types that <sys/types.h> has here beyond those of POSIX. See <cygwin/types.h>. */
#ifndef _MACHINE_TYPES_H
#define _MACHINE_TYPES_H

#include <cygwin/types.h>

#endif
