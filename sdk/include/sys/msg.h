/* SPDX-License-Identifier: BSD-2-Clause */
/* <sys/msg.h>: System V message queues. */
#ifndef _SYS_MSG_H
#define _SYS_MSG_H

#include <sys/ipc.h>

#define MSG_NOERROR 0x2000

typedef unsigned short msgqnum_t;
typedef unsigned short msglen_t;

struct msqid_ds {
    struct ipc_perm msg_perm;
    msgqnum_t msg_qnum;
    msglen_t msg_qbytes;
    pid_t msg_lspid;
    pid_t msg_lrpid;
    time_t msg_stime;
    time_t msg_rtime;
    time_t msg_ctime;
};

#ifdef __cplusplus
extern "C" {
#endif

int msgctl(int id, int command, struct msqid_ds *buf);
int msgget(key_t key, int flags);
ssize_t msgrcv(int id, void *message, size_t size, long type, int flags);
int msgsnd(int id, const void *message, size_t size, int flags);

#ifdef __cplusplus
}
#endif

#endif
