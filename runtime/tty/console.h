/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files about the console share. */
#ifndef CONSOLE_H
#define CONSOLE_H

#include "tty.h"

#define CONSOLE_IN 0 /* handles of the file */
#define CONSOLE_OUT 1

struct winsize;

int console_need(struct file *f, int which);    /* open that handle if it is not */
int console_changed(struct file *f, struct tty *t, bool flush); /* after new settings: modes as they say */
int console_flush(struct file *f);              /* what Windows has of input */
int console_size(struct file *f, struct winsize *w);
int console_waiting(struct file *f);            /* bytes that can be read */
int console_pump(struct file *f, struct tty *t); /* take what was typed through the line discipline */

#endif
