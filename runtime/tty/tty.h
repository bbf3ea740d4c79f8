/* SPDX-License-Identifier: BSD-2-Clause */
/* Terminals. */
#ifndef TTY_H
#define TTY_H

#include <termios.h>

#include "file.h"

/* A description of the console that handle `h` belongs to. NULL: no memory. */
struct file *tty_from_console(handle_t h);

#endif
