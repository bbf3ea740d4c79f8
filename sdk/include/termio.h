/* SPDX-License-Identifier: BSD-2-Clause */
/* System V's name of <termios.h>. */
#ifndef _TERMIO_H
#define _TERMIO_H

#include <sys/termios.h>

#endif
