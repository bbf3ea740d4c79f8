/* SPDX-License-Identifier: BSD-2-Clause */
/* <mqueue.h>: POSIX message queues. */
#ifndef _MQUEUE_H
#define _MQUEUE_H

#include <sys/types.h>
#include <signal.h>
#include <time.h>

struct mq_attr {
    long mq_flags;
    long mq_maxmsg;
    long mq_msgsize;
    long mq_curmsgs;
};

typedef long mqd_t;

#ifdef __cplusplus
extern "C" {
#endif

int mq_close(mqd_t queue);
int mq_getattr(mqd_t queue, struct mq_attr *attr);
int mq_notify(mqd_t queue, const struct sigevent *event);
mqd_t mq_open(const char *name, int flags, ...);
ssize_t mq_receive(mqd_t queue, char *message, size_t size, unsigned *priority);
int mq_send(mqd_t queue, const char *message, size_t size, unsigned priority);
int mq_setattr(mqd_t queue, const struct mq_attr *attr, struct mq_attr *old);
ssize_t mq_timedreceive(mqd_t queue, char *message, size_t size, unsigned *priority,
                        const struct timespec *until);
int mq_timedsend(mqd_t queue, const char *message, size_t size, unsigned priority,
                 const struct timespec *until);
int mq_unlink(const char *name);

#ifdef __cplusplus
}
#endif

#endif
