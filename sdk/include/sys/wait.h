/* SPDX-License-Identifier: BSD-2-Clause */
/* <sys/wait.h>: waiting for children. */
#ifndef _SYS_WAIT_H
#define _SYS_WAIT_H

#include <sys/types.h>
#include <sys/resource.h>
#include <cygwin/wait.h>
#include <signal.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef WEXITED
#define WEXITED 4
#define WSTOPPED WUNTRACED
#define WNOWAIT 0x10
#endif

typedef enum { P_ALL, P_PID, P_PGID } idtype_t;

pid_t wait(int *status);
pid_t waitpid(pid_t pid, int *status, int options);
int waitid(idtype_t type, id_t id, siginfo_t *info, int options);
#if __BSD_VISIBLE
pid_t wait3(int *status, int options, struct rusage *usage);
pid_t wait4(pid_t pid, int *status, int options, struct rusage *usage);
#endif
#ifdef _COMPILING_NEWLIB
pid_t _wait(int *status);
#endif

#ifdef __cplusplus
}
#endif

#endif
