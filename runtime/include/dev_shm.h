/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of POSIX's shared memory and semaphores: files in one folder (runtime/sys/shm_posix.c). */
#ifndef DEV_SHM_H
#define DEV_SHM_H

#define DEV_SHM "/dev/shm"

/* The file for "/name", with `prefix` before it; to be freed. -EINVAL: further slashes, or nothing. */
int dev_shm_path(const char *name, const char *prefix, char **path);
/* Makes the folder, if need be. */
void dev_shm_folder(void);

#endif
