/* SPDX-License-Identifier: BSD-2-Clause */
/* <sys/ipc.h>: what System V shared memory, semaphores and messages share. */
#ifndef _SYS_IPC_H
#define _SYS_IPC_H

#include <sys/types.h>

struct ipc_perm {
    uid_t uid;
    gid_t gid;
    uid_t cuid;
    gid_t cgid;
    mode_t mode;
    key_t key;
};

#define IPC_CREAT 0x0200
#define IPC_EXCL 0x0400
#define IPC_NOWAIT 0x0800
#define IPC_PRIVATE ((key_t)0)
#define IPC_RMID 0x1000
#define IPC_SET 0x1001
#define IPC_STAT 0x1002
#define IPC_INFO 0x1003

#ifdef __cplusplus
extern "C" {
#endif

key_t ftok(const char *path, int id);

#ifdef __cplusplus
}
#endif

#endif
