/* SPDX-License-Identifier: BSD-2-Clause */
/* The line discipline: what termios says between the keys and read(). Works on the terminal's shared
 * state alone; no system calls. */
#ifndef LDISC_H
#define LDISC_H

#include "abi/tty.h"
#include "text/buf.h"

void ldisc_init(struct shm_tty *t);
/* One byte from the keyboard. Appends what is to be echoed. Returns a signal to send to the foreground
 * group, or 0. */
int ldisc_input(struct shm_tty *t, uint8_t c, struct buf *echo);
/* Takes what read() may have: at most one line in canonical mode. Returns bytes, 0 for the end of the
 * file, -EAGAIN when there is nothing to be had yet. */
int64_t ldisc_read(struct shm_tty *t, void *buf, size_t n);
/* Bytes that a read would give. */
int ldisc_available(const struct shm_tty *t);
void ldisc_flush(struct shm_tty *t);

#endif
