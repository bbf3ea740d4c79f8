/* SPDX-License-Identifier: BSD-2-Clause */
/* The line discipline: what termios says between the keys and read(), and between write() and the
 * screen. Works on the terminal's shared state alone; no system calls. It follows what Linux does. */
#ifndef LDISC_H
#define LDISC_H

#include <stdbool.h>

#include "abi/tty.h"
#include "text/buf.h"

void ldisc_init(struct shm_tty *t);
/* Puts what another process may have spoilt back into its bounds. */
void ldisc_check(struct shm_tty *t);
/* One byte from the keyboard. Appends what is to be echoed, before it goes through ldisc_output().
 * Returns a signal to send to the foreground group, or 0. */
int ldisc_input(struct shm_tty *t, uint8_t c, struct buf *echo);
/* Would another byte of input find room? */
bool ldisc_room(const struct shm_tty *t);
/* Takes what read() may have: at most one line in canonical mode. Returns bytes, 0 for the end of the
 * file, -EAGAIN when there is nothing to be had yet. */
int64_t ldisc_read(struct shm_tty *t, void *buf, size_t n);
/* Elements that a read would find; in canonical mode only of complete lines. */
uint32_t ldisc_ready(const struct shm_tty *t);
/* Bytes among them, for FIONREAD. */
int ldisc_available(const struct shm_tty *t);
void ldisc_flush(struct shm_tty *t);
/* The settings are others now. */
void ldisc_set(struct shm_tty *t, const struct shm_termios *to);

/* What the terminal gets of `n` bytes that were written. Returns how many of them were taken: all, or as
 * many as `room` bytes at `out` hold; *made receives the bytes there. */
size_t ldisc_output(struct shm_tty *t, const uint8_t *s, size_t n, uint8_t *out, size_t room, size_t *made);

/* ---- the ring of output, to the master ---- */
uint32_t ldisc_out_room(const struct shm_tty *t);
/* As ldisc_output, into the ring. */
size_t ldisc_out_put(struct shm_tty *t, const void *s, size_t n);
/* As it is; what finds no room is lost. */
void ldisc_out_raw(struct shm_tty *t, const void *s, size_t n);
size_t ldisc_out_get(struct shm_tty *t, void *buf, size_t n);

#endif
