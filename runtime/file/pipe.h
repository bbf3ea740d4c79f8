/* SPDX-License-Identifier: BSD-2-Clause */
/* Making pipes. */
#ifndef FILE_PIPE_H
#define FILE_PIPE_H

#include "file.h"

struct nt_io;

/* Two descriptions: [0] to read, [1] to write. flags: O_CLOEXEC, O_NONBLOCK. */
int pipe_create(struct file *ends[2], int flags);
/* Bytes of the pipe's buffer. It cannot be changed, so `want` of more is -EPERM, as above the limit. */
int64_t pipe_size(struct file *f, int64_t want);
/* ---- writes that go on after their call (pipe_left.c) ---- */
void pipe_left_begin(void);
bool pipe_left_any(void);               /* threads that have begun one must not end */
void pipe_left_end(struct nt_io *io);   /* it has ended: put */
/* The file is closed: take over handle and operation. False: not possible. */
bool pipe_linger(handle_t pipe, struct nt_io *io);
/* Waits a moment for closed files whose data have been taken. True: one is gone, look again. */
bool pipe_left_closed(void);
/* This Windows process ends: wait until what counts as written has been taken. May close all files. */
void pipe_finish(void);

struct watch;
int pipe_poll(struct file *f, int events, struct watch *w); /* pipe_poll.c */
/* Of the write that goes on after its call; NULL: none. */
handle_t pipe_write_event(struct file *f);

#endif
