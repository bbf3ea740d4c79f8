/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files about the console share. */
#ifndef CONSOLE_H
#define CONSOLE_H

#include "tty.h"

#define CONSOLE_IN 0 /* handles of the file */
#define CONSOLE_OUT 1

extern bool console_ready; /* this process has set the screen's mode */

int console_need(struct file *f, int which);                    /* open that handle if it is not */
int console_screen(struct file *f, const struct shm_tty *t);    /* its mode as termios has it */
/* The input's mode while we take keys (`reading`), or for others. */
void console_input(struct file *f, const struct shm_tty *t, bool reading);

#endif
