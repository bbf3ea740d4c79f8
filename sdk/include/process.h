/* SPDX-License-Identifier: BSD-2-Clause */
/* <process.h>: starting programs without fork. */
#ifndef _PROCESS_H
#define _PROCESS_H

#include <sys/types.h>

#define _P_WAIT 1
#define _P_NOWAIT 2
#define _P_OVERLAY 3
#define _P_NOWAITO 4
#define _P_DETACH 5

#ifdef __cplusplus
extern "C" {
#endif

intptr_t spawnl(int mode, const char *path, const char *arg0, ...);
intptr_t spawnle(int mode, const char *path, const char *arg0, ...);
intptr_t spawnlp(int mode, const char *path, const char *arg0, ...);
intptr_t spawnlpe(int mode, const char *path, const char *arg0, ...);
intptr_t spawnv(int mode, const char *path, const char *const *argv);
intptr_t spawnve(int mode, const char *path, const char *const *argv, const char *const *envp);
intptr_t spawnvp(int mode, const char *path, const char *const *argv);
intptr_t spawnvpe(int mode, const char *path, const char *const *argv, const char *const *envp);
int cwait(int *result, int pid, int mode);

#ifdef __cplusplus
}
#endif

#endif
