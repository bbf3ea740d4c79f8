/* SPDX-License-Identifier: BSD-2-Clause */
/* System V's name of <sys/termios.h>. */
#ifndef _SYS_TERMIO_H
#define _SYS_TERMIO_H

#include <sys/termios.h>

#endif
