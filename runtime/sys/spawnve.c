/* SPDX-License-Identifier: BSD-2-Clause */
/* The spawn functions of <process.h>: exec and posix_spawn in the words of Windows' C libraries. */
#include <errno.h>
#include <process.h>
#include <spawn.h>
#include <stdarg.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mm.h"
#include "proc.h"
#include "sys.h"

static int64_t wait_status(pid_t pid)
{
    int status;

    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return -errno;
    return status;
}

static int64_t spawn_run(int mode, const char *path, char *const argv[], char *const envp[], bool search)
{
    pid_t pid;
    int err;

    switch (mode) {
    case _P_OVERLAY:
        (search ? execvpe : execve)(path, argv, envp);
        return -errno;
    case _P_WAIT:
    case _P_NOWAIT:
    case _P_NOWAITO:
    case _P_DETACH:
        break;
    default:
        return -EINVAL;
    }
    err = (search ? posix_spawnp : posix_spawn)(&pid, path, NULL, NULL, argv, envp);
    if (err)
        return -err;
    return mode == _P_WAIT ? wait_status(pid) : pid;
}

static intptr_t spawn(int mode, const char *path, char *const argv[], char *const envp[], bool search)
{
    int64_t r = spawn_run(mode, path, argv, envp, search);

    trace_sys_spawnve(mode, path, argv && argv[0] ? argv[0] : NULL, r);
    return (intptr_t)sys_ret(r);
}

/**
 * Starts a program.
 * @param mode _P_NOWAIT: as a child; _P_WAIT: and wait; _P_OVERLAY: exec; _P_DETACH, _P_NOWAITO: as _P_NOWAIT
 * @return the child's pid; with _P_WAIT its status as wait() gives it; -1 with errno, as posix_spawn and
 *   exec, EINVAL for the mode
 */
intptr_t spawnve(int mode, const char *path, const char *const *argv, const char *const *envp)
{
    return spawn(mode, path, (char *const *)argv, (char *const *)envp, false);
}

intptr_t spawnv(int mode, const char *path, const char *const *argv)
{
    return spawn(mode, path, (char *const *)argv, environ, false);
}

intptr_t spawnvp(int mode, const char *file, const char *const *argv)
{
    return spawn(mode, file, (char *const *)argv, environ, true);
}

intptr_t spawnvpe(int mode, const char *file, const char *const *argv, const char *const *envp)
{
    return spawn(mode, file, (char *const *)argv, (char *const *)envp, true);
}

/* ---- the forms with arguments one by one ---- */

static intptr_t spawn_list(int mode, const char *path, char **argv, char *const envp[], bool search)
{
    intptr_t r = argv ? spawn(mode, path, argv, envp, search) : -1;

    rt_free(argv);
    return r;
}

intptr_t spawnl(int mode, const char *path, const char *arg0, ...)
{
    va_list ap;
    char **argv;

    va_start(ap, arg0);
    argv = arg_list(arg0, &ap);
    va_end(ap);
    return spawn_list(mode, path, argv, environ, false);
}

intptr_t spawnlp(int mode, const char *path, const char *arg0, ...)
{
    va_list ap;
    char **argv;

    va_start(ap, arg0);
    argv = arg_list(arg0, &ap);
    va_end(ap);
    return spawn_list(mode, path, argv, environ, true);
}

/* The environment is the argument behind the NULL. */
intptr_t spawnle(int mode, const char *path, const char *arg0, ...)
{
    va_list ap;
    char **argv, *const *envp;

    va_start(ap, arg0);
    argv = arg_list(arg0, &ap);
    envp = argv ? va_arg(ap, char *const *) : NULL;
    va_end(ap);
    return spawn_list(mode, path, argv, envp, false);
}

intptr_t spawnlpe(int mode, const char *path, const char *arg0, ...)
{
    va_list ap;
    char **argv, *const *envp;

    va_start(ap, arg0);
    argv = arg_list(arg0, &ap);
    envp = argv ? va_arg(ap, char *const *) : NULL;
    va_end(ap);
    return spawn_list(mode, path, argv, envp, true);
}

/** waitpid() in the words of Windows' C libraries; mode is not looked at. */
int cwait(int *result, int pid, int mode)
{
    (void)mode;
    return waitpid(pid, result, 0);
}
