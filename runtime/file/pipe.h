/* SPDX-License-Identifier: BSD-2-Clause */
/* Making pipes. */
#ifndef FILE_PIPE_H
#define FILE_PIPE_H

#include "file.h"

/* Two descriptions: [0] to read, [1] to write. flags: O_CLOEXEC, O_NONBLOCK. */
int pipe_create(struct file *ends[2], int flags);
/* Wait until all that counts as written has been taken: before the process ends, or becomes another. */
void pipe_settle_all(void);

struct watch;
int pipe_poll(struct file *f, int events, struct watch *w); /* pipe_poll.c */
/* Of the write that goes on after its call; NULL: none. */
handle_t pipe_write_event(struct file *f);

#endif
