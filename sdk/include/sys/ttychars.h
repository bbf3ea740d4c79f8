/* SPDX-License-Identifier: BSD-2-Clause */
/* Default control characters of terminals. */
#ifndef _SYS_TTYCHARS_H
#define _SYS_TTYCHARS_H

#include <sys/termios.h>

#endif
