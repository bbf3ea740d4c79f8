/* SPDX-License-Identifier: BSD-2-Clause */
/* Pseudo terminals: posix_openpt and what goes with it, openpty, forkpty, login_tty. */
#include "sys.h"

#include <fcntl.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "file.h"
#include "tty/tty.h"

#define NAME_MAX_PTS 32

/**
 * Makes a pseudo terminal and opens its master.
 * @param flags O_RDWR, with O_NOCTTY, O_CLOEXEC, O_NONBLOCK
 * @return descriptor, or -1 with EINVAL, EMFILE, ENOMEM, ENOSPC: all numbers are taken
 * POSIX.1-2024 posix_openpt()
 */
int posix_openpt(int flags)
{
    if (flags & ~(O_ACCMODE | O_NOCTTY | O_CLOEXEC | O_NONBLOCK))
        return (int)sys_ret(-EINVAL);
    return open("/dev/ptmx", flags | O_NOCTTY);
}

/** As posix_openpt(O_RDWR | O_NOCTTY). glibc */
int getpt(void)
{
    return posix_openpt(O_RDWR | O_NOCTTY);
}

static int number(int fd)
{
    struct file *f = fd_get(fd);
    int r = f ? pty_number(f) : -EBADF;

    fd_put(f);
    return r;
}

/** Makes the slave the caller's: it always is. @return 0, or -1 with EBADF, EINVAL: no master. POSIX.1-2017 */
int grantpt(int fd)
{
    int r = number(fd);

    if (r == -ENOTTY)
        r = -EINVAL;
    trace_sys_grantpt(fd, r < 0 ? r : 0);
    return r < 0 ? (int)sys_ret(r) : 0;
}

/** Allows the slave to be opened. @return 0, or -1 with EBADF, EINVAL: no master. POSIX.1-2017 */
int unlockpt(int fd)
{
    struct file *f = fd_get(fd);
    int r = f ? pty_unlock(f) : -EBADF;

    fd_put(f);
    trace_sys_unlockpt(fd, r);
    return (int)sys_ret(r);
}

static int name_of(int fd, char *buf, size_t size)
{
    char name[NAME_MAX_PTS];
    int r = number(fd);

    if (r >= 0) {
        snprintf(name, sizeof(name), "/dev/pts/%d", r);
        r = strlen(name) < size ? 0 : -ERANGE;
    }
    if (r == 0)
        strcpy(buf, name);
    trace_sys_ptsname(fd, r < 0 ? "" : buf, r);
    return r;
}

/** Name of the slave, into the caller's memory. @return 0 or an errno: EBADF, ENOTTY, ERANGE. POSIX.1-2024 */
int ptsname_r(int fd, char *buf, size_t size)
{
    int r = name_of(fd, buf, size);

    return r < 0 ? (sys_ret(r), -r) : 0;
}

/** Name of the slave, until the next call. @return NULL with EBADF, ENOTTY. POSIX.1-2017 */
char *ptsname(int fd)
{
    static char name[NAME_MAX_PTS];
    int r = name_of(fd, name, sizeof(name));

    return r < 0 ? (sys_ret(r), NULL) : name;
}

static int open_both(int *master, int *slave, char *name)
{
    char own[NAME_MAX_PTS];

    if ((*master = posix_openpt(O_RDWR | O_NOCTTY)) < 0)
        return -1;
    if (grantpt(*master) == 0 && unlockpt(*master) == 0 && ptsname_r(*master, own, sizeof(own)) == 0
        && (*slave = open(own, O_RDWR | O_NOCTTY)) >= 0) {
        if (name)
            strcpy(name, own);
        return 0;
    }
    close(*master);
    return -1;
}

/**
 * Makes a pseudo terminal and opens both sides.
 * @param name receives the slave's name; name, t and size may be NULL
 * @return 0, or -1 with the errors of posix_openpt() and open()
 * BSD
 */
int openpty(int *master, int *slave, char *name, const struct termios *t, const struct winsize *size)
{
    int r = open_both(master, slave, name);

    if (r == 0 && t)
        tcsetattr(*slave, TCSANOW, t);
    if (r == 0 && size)
        ioctl(*slave, TIOCSWINSZ, size);
    return r;
}

/** The terminal becomes controlling terminal of a new session, and standard input, output and error.
 * @return 0 or -1. BSD */
int login_tty(int fd)
{
    setsid();
    if (ioctl(fd, TIOCSCTTY, 0) < 0)
        return -1;
    for (int i = 0; i < 3; i++)
        if (dup2(fd, i) < 0)
            return -1;
    if (fd > 2)
        close(fd);
    return 0;
}

/** openpty(), fork(), and login_tty() in the child. @return as fork(). BSD */
int forkpty(int *master, char *name, const struct termios *t, const struct winsize *size)
{
    int slave, m;
    pid_t pid;

    if (openpty(&m, &slave, name, t, size) < 0)
        return -1;
    pid = fork();
    if (pid == 0) {
        close(m);
        if (login_tty(slave) < 0)
            _exit(1);
        return 0;
    }
    close(slave);
    if (pid < 0)
        close(m);
    else
        *master = m;
    return pid;
}
