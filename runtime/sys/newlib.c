/* SPDX-License-Identifier: BSD-2-Clause */
/* The system calls under the names by which newlib's own code makes them, and what its stdio asks
 * about text mode. They call the public functions directly, not their entry stubs: who is in the C
 * library is inside the runtime already. */
#include <dirent.h>
#include <fcntl.h>
#include <io.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys.h"

int _close(int fd)
{
    return close(fd);
}

int _execve(const char *path, char *const argv[], char *const envp[])
{
    return execve(path, argv, envp);
}

int _fcntl(int fd, int cmd, intptr_t arg)
{
    return fcntl(fd, cmd, arg);
}

pid_t _fork(void)
{
    return fork();
}

int _fstat(int fd, struct stat *st)
{
    return fstat(fd, st);
}

int _fstat64(int fd, struct stat *st)
{
    return fstat(fd, st);
}

pid_t _getpid(void)
{
    return getpid();
}

int _gettimeofday(struct timeval *tv, void *tz)
{
    return gettimeofday(tv, tz);
}

int _isatty(int fd)
{
    return isatty(fd);
}

int _kill(pid_t pid, int sig)
{
    return kill(pid, sig);
}

int _link(const char *from, const char *to)
{
    return link(from, to);
}

off_t _lseek(int fd, off_t off, int whence)
{
    return lseek(fd, off, whence);
}

_off64_t _lseek64(int fd, _off64_t off, int whence)
{
    return lseek(fd, off, whence);
}

int _mkdir(const char *path, mode_t mode)
{
    return mkdir(path, mode);
}

/* newlib always passes the mode. */
int _open(const char *path, int flags, ...)
{
    va_list ap;
    mode_t mode;

    va_start(ap, flags);
    mode = va_arg(ap, mode_t);
    va_end(ap);
    return open(path, flags, mode);
}

int _open64(const char *path, int flags, mode_t mode)
{
    return open(path, flags, mode);
}

ssize_t _read(int fd, void *buf, size_t n)
{
    return read(fd, buf, n);
}

int _rename(const char *from, const char *to)
{
    return rename(from, to);
}

int _stat(const char *path, struct stat *st)
{
    return stat(path, st);
}

int _stat64(const char *path, struct stat *st)
{
    return stat(path, st);
}

clock_t _times(struct tms *t)
{
    return times(t);
}

int _unlink(const char *path)
{
    return unlink(path);
}

pid_t _wait(int *status)
{
    return wait(status);
}

ssize_t _write(int fd, const void *buf, size_t n)
{
    return write(fd, buf, n);
}

/** Does stdio have to translate line ends of this descriptor itself? No: text mode lives below it. */
int _cygwin_istext_for_stdio(int fd)
{
    (void)fd;
    return 0;
}

int _setmode(int fd, int mode)
{
    return setmode(fd, mode);
}

#undef siglongjmp
/** POSIX.1-2017; <setjmp.h> has a macro for it as well. sigsetjmp is in init/setjmp.S. */
void siglongjmp(sigjmp_buf env, int value)
{
    if (env[_SAVEMASK])
        pthread_sigmask(SIG_SETMASK, (sigset_t *)(env + _SIGMASK), NULL);
    longjmp(env, value);
}

/* newlib's own would not remove directories. */
int _remove_r(struct _reent *re, const char *path)
{
    return remove(path);
}
