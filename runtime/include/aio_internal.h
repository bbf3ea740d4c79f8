/* SPDX-License-Identifier: BSD-2-Clause */
/* Asynchronous operations inside the runtime: file/aio.c does them, sys/aio.c is what programs call. */
#ifndef AIO_INTERNAL_H
#define AIO_INTERNAL_H

#include <aio.h>
#include <signal.h>

#include "base.h"

struct aio_list;

enum aio_op { AIO_OP_READ, AIO_OP_WRITE, AIO_OP_FSYNC };

/* What the runtime keeps in an aiocb. */
#define AIO_STATE(cb) (*(volatile int64_t *)&(cb)->__aio_private[0]) /* EINPROGRESS, 0, an errno */
#define AIO_RESULT(cb) (*(volatile int64_t *)&(cb)->__aio_private[1])

/* Begins an operation; its end is in the aiocb, and told as `list` or aio_sigevent say. -EAGAIN. */
int aio_begin(struct aiocb *cb, enum aio_op op, struct aio_list *list);
/* AIO_CANCELED, AIO_NOTCANCELED, AIO_ALLDONE. cb NULL: all of the descriptor. */
int aio_stop(int fd, struct aiocb *cb);

/* Operations that are begun together; `n` ends are expected, and then `ev` is told. NULL: no memory. */
struct aio_list *aio_list_new(unsigned n, const struct sigevent *ev);
void aio_list_done(struct aio_list *l, unsigned n); /* `n` of them are not coming */

/* A number that changes with each end, to be taken before looking; waits while it is that. -EINTR,
 * -EAGAIN: the time-out; until: nt_uptime(), UINT64_MAX: none. */
uint64_t aio_ends(void);
int aio_wait_end(uint64_t seen, uint64_t until);

#endif
