/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared regions, for start, fork, exec, wait and exit. */
#ifndef SHM_INTERNAL_H
#define SHM_INTERNAL_H

#include "shm.h"

int shm_directory_open(void);
int shm_index_open(void);

int shm_pid_take(int holder);
void shm_pid_bind(int pid, uint32_t winpid, uint64_t created); /* the process exists now */
void shm_pid_unhold(int pid);                                  /* nobody will wait for it */
bool shm_pid_held(int pid);                                    /* a living parent will wait for it */
void shm_pid_free(int pid);

int shm_proc_create(int pid, struct shm_proc **view, handle_t *h);
uint32_t shm_string(struct shm_proc *p, const char *s, size_t n);

#endif
