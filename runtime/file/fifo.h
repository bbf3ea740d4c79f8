/* SPDX-License-Identifier: BSD-2-Clause */
/* FIFOs: fifo.c opens and closes them, fifo_io.c moves the data. */
#ifndef FILE_FIFO_H
#define FILE_FIFO_H

#include "abi/fifo.h"
#include "file.h"

#define FIFO_ATOMIC 4096u   /* PIPE_BUF: a write of so much is not mixed with others */

/* Of a description, in f->data: what belongs to this Windows process. */
struct fifo {
    struct shm_fifo *s;
    bool entered;           /* in s->end */
};

static inline struct shm_fifo *fifo_shared(const struct file *f)
{
    return f->data ? ((struct fifo *)f->data)->s : NULL;
}

/* The lock around everything in `s`; repairs what a process left that died with it. */
void fifo_lock(struct shm_fifo *s);
void fifo_unlock(struct shm_fifo *s);
/* Something changed: whoever waits looks again. */
void fifo_changed(struct shm_fifo *s);

/* Is there a process that has it open for writing (or reading)? Those that died are removed. *winpid: it,
 * or 0 if it is this one. Under the lock. */
bool fifo_has(struct shm_fifo *s, bool writer, uint32_t *winpid);

int64_t fifo_read(struct file *f, void *buf, size_t n);
int64_t fifo_write(struct file *f, const void *buf, size_t n);
/* For those who read or write on behalf of a Windows program (tty/pump.c): they wait whatever O_NONBLOCK
 * says; a read ends with -ECANCELED when `end` is signalled; a write raises no signal. */
int64_t fifo_read_until(struct file *f, void *buf, size_t n, handle_t end);
int64_t fifo_write_quietly(struct file *f, const void *buf, size_t n);
int fifo_poll(struct file *f, int events, struct watch *w);
int fifo_ioctl(struct file *f, unsigned cmd, void *arg);

#endif
