/* SPDX-License-Identifier: BSD-2-Clause */
/* What the two sides of pseudo terminals share. */
#ifndef PTY_H
#define PTY_H

#include "tty.h"

#define PTY_ID 0    /* priv: inode for others to see */
#define PTY_TTY 1   /* priv: struct tty of this process */
#define PTY_OF 2    /* priv: Windows process in which that is valid */

/* Attached here and counted as open; -EIO: not (the terminal is gone). */
int pty_attach(struct file *f, struct tty *t, enum tty_side side);
void pty_detach(struct file *f, enum tty_side side);
/* Wait for an event, or the end of a process that has the other side. timeout as for wait_for(). */
int pty_wait(struct tty *t, enum tty_event e, enum tty_side other, int64_t timeout);
/* No master any more? Then the terminal hangs up. */
bool pty_hung(struct tty *t);

#endif
