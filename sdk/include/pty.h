/* SPDX-License-Identifier: BSD-2-Clause */
/* <pty.h>: pseudo terminals. */
#ifndef _PTY_H
#define _PTY_H

#include <sys/types.h>
#include <sys/termios.h>

#ifdef __cplusplus
extern "C" {
#endif

int openpty(int *master, int *slave, char *name, const struct termios *t, const struct winsize *size);
int forkpty(int *master, char *name, const struct termios *t, const struct winsize *size);
int login_tty(int fd);

#ifdef __cplusplus
}
#endif

#endif
