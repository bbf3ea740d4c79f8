/* SPDX-License-Identifier: BSD-2-Clause */
/* <poll.h>: waiting for descriptors. */
#ifndef _SYS_POLL_H
#define _SYS_POLL_H

#include <sys/cdefs.h>
#include <sys/_sigset.h>
#include <sys/timespec.h>
#include <sys/types.h>

#define POLLIN 0x0001
#define POLLPRI 0x0002
#define POLLOUT 0x0004
#define POLLERR 0x0008
#define POLLHUP 0x0010
#define POLLNVAL 0x0020
#define POLLRDNORM 0x0001
#define POLLRDBAND 0x0002
#define POLLWRNORM 0x0004
#define POLLWRBAND 0x0004
#if __GNU_VISIBLE
#define POLLRDHUP 0x2000
#endif

struct pollfd {
    int fd;
    short events;
    short revents;
};

typedef unsigned int nfds_t;

#ifdef __cplusplus
extern "C" {
#endif

int poll(struct pollfd *fds, nfds_t count, int timeout);
#if __GNU_VISIBLE
int ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask);
#endif

#ifdef __cplusplus
}
#endif

#endif
