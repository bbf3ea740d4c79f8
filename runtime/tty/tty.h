/* SPDX-License-Identifier: BSD-2-Clause */
/* Terminals. */
#ifndef TTY_H
#define TTY_H

#include <termios.h>

#include "abi/tty.h"
#include "file.h"

/* A description of the console that handle `h` belongs to. NULL: no memory. */
struct file *tty_from_console(handle_t h);

/* Shared state of terminal `number` (me.tty: the controlling one), NULL: there is none. Readable at any
 * time; to be changed between tty_lock and tty_unlock. A process deals with one terminal at a time. */
struct shm_tty *tty_shared(int number);
void tty_lock(void);
void tty_unlock(void);

/* May this process be interrupted from the keyboard? Its group is in the foreground, or nobody said
 * which one is. */
bool tty_in_foreground(void);

/* The console's event for Ctrl-C, on a thread that Windows made. True: it was taken as a key. */
bool tty_ctrl_c(void);

int tty_getattr(struct file *f, struct termios *t);
int tty_setattr(struct file *f, int action, const struct termios *t);
int tty_flush(struct file *f, int queue);
/* Name of the terminal: /dev/consN. */
const char *tty_name(struct file *f);
int tty_getpgrp(struct file *f);
int tty_setpgrp(struct file *f, int pgrp);

#endif
