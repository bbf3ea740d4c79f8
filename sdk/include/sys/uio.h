/* SPDX-License-Identifier: BSD-2-Clause */
/* <sys/uio.h>: scattered reads and writes. */
#ifndef _SYS_UIO_H
#define _SYS_UIO_H

#include <sys/types.h>

#ifndef __iovec_defined
#define __iovec_defined
struct iovec {
    void *iov_base;
    size_t iov_len;
};
#endif

#ifdef __cplusplus
extern "C" {
#endif

ssize_t readv(int fd, const struct iovec *iov, int count);
ssize_t writev(int fd, const struct iovec *iov, int count);
#if __BSD_VISIBLE
ssize_t preadv(int fd, const struct iovec *iov, int count, off_t offset);
ssize_t pwritev(int fd, const struct iovec *iov, int count, off_t offset);
#endif

#ifdef __cplusplus
}
#endif

#endif
