/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages of windows and the clipboard: of user32, which is loaded at the first call only. */
#ifndef NT_WINDOW_H
#define NT_WINDOW_H

#include "base.h"

struct wbuf;

#define NT_MESSAGE_SIZE 48 /* of MSG */

/* 0, or -ENXIO: this system has no windows. */
int nt_window_load(void);
/* The next message for this thread: 1 and the MSG, 0: none. `take`: out of the queue. */
int nt_message_get(void *msg, bool take);
/* Posts the message of a MSG to its window, or to this thread if it has none. */
int nt_message_post(const void *msg);
/* Like nt_wait() for up to 63 handles, and ended by a message for this thread too: n. */
int nt_wait_messages(const handle_t *handles, unsigned n, int64_t timeout);

/* The clipboard's text appended to `out`, nothing where it has none. */
int nt_clipboard_get(struct wbuf *out);
int nt_clipboard_set(const uint16_t *text, size_t units);

#endif
