/* SPDX-License-Identifier: BSD-2-Clause */
/* <sys/shm.h>: System V shared memory. */
#ifndef _SYS_SHM_H
#define _SYS_SHM_H

#include <sys/ipc.h>

#define SHM_RDONLY 0x01
#define SHM_RND 0x02
#define SHMLBA 65536

typedef unsigned short shmatt_t;

struct shmid_ds {
    struct ipc_perm shm_perm;
    size_t shm_segsz;
    pid_t shm_lpid;
    pid_t shm_cpid;
    shmatt_t shm_nattch;
    time_t shm_atime;
    time_t shm_dtime;
    time_t shm_ctime;
};

#ifdef __cplusplus
extern "C" {
#endif

void *shmat(int id, const void *addr, int flags);
int shmctl(int id, int command, struct shmid_ds *buf);
int shmdt(const void *addr);
int shmget(key_t key, size_t size, int flags);

#ifdef __cplusplus
}
#endif

#endif
