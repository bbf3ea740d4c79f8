/* SPDX-License-Identifier: BSD-2-Clause */
/* <aio.h>: asynchronous input and output. */
#ifndef _AIO_H
#define _AIO_H

#include <sys/types.h>
#include <signal.h>
#include <limits.h>
#include <time.h>

#define AIO_CANCELED 0
#define AIO_NOTCANCELED 1
#define AIO_ALLDONE 2
#define LIO_NOWAIT 0
#define LIO_WAIT 1
#define LIO_NOP 0
#define LIO_READ 1
#define LIO_WRITE 2

struct aiocb {
    int aio_fildes;
    off_t aio_offset;
    volatile void *aio_buf;
    size_t aio_nbytes;
    int aio_reqprio;
    struct sigevent aio_sigevent;
    int aio_lio_opcode;
    void *__aio_private[6];
};

#ifdef __cplusplus
extern "C" {
#endif

int aio_cancel(int fd, struct aiocb *cb);
int aio_error(const struct aiocb *cb);
int aio_fsync(int op, struct aiocb *cb);
int aio_read(struct aiocb *cb);
ssize_t aio_return(struct aiocb *cb);
int aio_suspend(const struct aiocb *const list[], int count, const struct timespec *timeout);
int aio_write(struct aiocb *cb);
int lio_listio(int mode, struct aiocb *__restrict const list[__restrict], int count,
               struct sigevent *__restrict event);

#ifdef __cplusplus
}
#endif

#endif
