/* SPDX-License-Identifier: BSD-2-Clause */
/* <sys/sem.h>: System V semaphores. */
#ifndef _SYS_SEM_H
#define _SYS_SEM_H

#include <sys/ipc.h>

#define SEM_UNDO 0x4000
#define GETNCNT 0x3000
#define GETPID 0x3001
#define GETVAL 0x3002
#define GETALL 0x3003
#define GETZCNT 0x3004
#define SETVAL 0x3005
#define SETALL 0x3006

struct semid_ds {
    struct ipc_perm sem_perm;
    unsigned short sem_nsems;
    time_t sem_otime;
    time_t sem_ctime;
};

struct sembuf {
    unsigned short sem_num;
    short sem_op;
    short sem_flg;
};

#ifdef __cplusplus
extern "C" {
#endif

int semctl(int id, int number, int command, ...);
int semget(key_t key, int count, int flags);
int semop(int id, struct sembuf *ops, size_t count);

#ifdef __cplusplus
}
#endif

#endif
