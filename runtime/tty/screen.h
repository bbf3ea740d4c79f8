/* SPDX-License-Identifier: BSD-2-Clause */
/* Control sequences on consoles that do not know them: lib/vt, with cells as Windows has them. */
#ifndef TTY_SCREEN_H
#define TTY_SCREEN_H

#include "base.h"

/* Does this console need it? Asked once. */
bool screen_needed(void);
/* Writes UTF-16 text to the console `out`; answers to questions are typed into `in`, unless NULL. newline: LF goes
 * to the first column. One call at a time. */
int screen_write(handle_t out, handle_t in, const uint16_t *text, size_t n, bool newline);

#endif
