/* SPDX-License-Identifier: BSD-2-Clause */
/* system and popen: a shell as a child, made by posix_spawn, so nothing is copied. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lock.h"
#include "mm.h"

#define SHELL "/bin/sh"

/* posix_spawn of "sh -c command": 0 or an error number. */
static int spawn_shell(pid_t *pid, const char *command, const posix_spawn_file_actions_t *fa,
                       const posix_spawnattr_t *attr)
{
    char *argv[] = { (char *)"sh", (char *)"-c", (char *)command, NULL };

    return posix_spawn(pid, SHELL, fa, attr, argv, environ);
}

static int wait_shell(pid_t pid)
{
    int status;

    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return -1;
    return status;
}

/* With SIGINT and SIGQUIT as the caller had them, and the mask from before we blocked SIGCHLD. */
static int run(const char *command, const struct sigaction *intr, const struct sigaction *quit,
               const sigset_t *mask)
{
    posix_spawnattr_t attr;
    sigset_t def;
    pid_t pid;
    int err;

    sigemptyset(&def);
    if (intr->sa_handler != SIG_IGN)
        sigaddset(&def, SIGINT);
    if (quit->sa_handler != SIG_IGN)
        sigaddset(&def, SIGQUIT);
    if ((err = posix_spawnattr_init(&attr)) != 0) {
        errno = err;
        return -1;
    }
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    posix_spawnattr_setsigdefault(&attr, &def);
    posix_spawnattr_setsigmask(&attr, mask);
    err = spawn_shell(&pid, command, NULL, &attr);
    posix_spawnattr_destroy(&attr);
    if (err == 0)
        return wait_shell(pid);
    if (err == ENOENT || err == ENOEXEC || err == EACCES)
        return 127 << 8; /* as if the shell had ended with exit(127) */
    errno = err;
    return -1;
}

/**
 * Runs a command by the shell.
 * @param command NULL: is there a shell?
 * @return status as wait() gives it; 127 as exit status when there is no shell; -1 with errno. For NULL
 *   nonzero when there is one
 * POSIX.1-2017 system(): SIGINT and SIGQUIT are ignored and SIGCHLD is blocked meanwhile
 */
int system(const char *command)
{
    struct sigaction ignore, intr, quit;
    sigset_t chld, mask;
    int r, saved, cancel;

    if (!command)
        return access(SHELL, X_OK) == 0;
    pthread_testcancel(); /* only here: what follows has to be undone */
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel);
    memset(&ignore, 0, sizeof(ignore));
    ignore.sa_handler = SIG_IGN;
    sigemptyset(&chld);
    sigaddset(&chld, SIGCHLD);
    sigaction(SIGINT, &ignore, &intr);
    sigaction(SIGQUIT, &ignore, &quit);
    sigprocmask(SIG_BLOCK, &chld, &mask);
    r = run(command, &intr, &quit, &mask);
    saved = errno;
    sigaction(SIGINT, &intr, NULL);
    sigaction(SIGQUIT, &quit, NULL);
    sigprocmask(SIG_SETMASK, &mask, NULL);
    errno = saved;
    pthread_setcancelstate(cancel, NULL);
    return r;
}

/* newlib's own callers. */
int _system_r(struct _reent *re, const char *command)
{
    (void)re;
    return system(command);
}

/* ---- popen ---- */

struct opened {
    struct opened *next;
    FILE *stream;
    pid_t pid;
};
static struct opened *all;
static struct lock all_lock = LOCK_INIT;

static int actions(posix_spawn_file_actions_t *fa, int theirs, int to)
{
    int err = posix_spawn_file_actions_init(fa);

    if (err)
        return err;
    if ((err = posix_spawn_file_actions_adddup2(fa, theirs, to)) != 0)
        return err;
    lock_take(&all_lock);
    for (struct opened *o = all; o && !err; o = o->next) /* POSIX: earlier popens are closed there */
        if (fileno(o->stream) != to)
            err = posix_spawn_file_actions_addclose(fa, fileno(o->stream));
    lock_release(&all_lock);
    return err;
}

static FILE *keep(struct opened *o, int fd, const char *mode, pid_t pid)
{
    if (!(o->stream = fdopen(fd, mode)))
        return NULL;
    o->pid = pid;
    lock_take(&all_lock);
    o->next = all;
    all = o;
    lock_release(&all_lock);
    return o->stream;
}

/**
 * A command whose output is read, or whose input is written.
 * @param mode "r" or "w", and "e": close-on-exec
 * @return NULL with errno: EINVAL for the mode, those of pipe, posix_spawn, malloc
 * POSIX.1-2017 popen()
 */
FILE *popen(const char *command, const char *mode)
{
    int reads = *mode == 'r', p[2], err;
    posix_spawn_file_actions_t fa = NULL;
    struct opened *o;
    FILE *f = NULL;
    pid_t pid;

    if ((*mode != 'r' && *mode != 'w') || strspn(mode + 1, "eb") != strlen(mode + 1)) {
        errno = EINVAL;
        return NULL;
    }
    if (pipe2(p, O_CLOEXEC) < 0)
        return NULL;
    err = (o = rt_zalloc(sizeof(*o))) ? actions(&fa, p[reads ? 1 : 0], reads ? 1 : 0) : ENOMEM;
    if (!err && !(err = spawn_shell(&pid, command, &fa, NULL))) {
        if (!strchr(mode, 'e'))
            fcntl(p[reads ? 0 : 1], F_SETFD, 0);
        if (!(f = keep(o, p[reads ? 0 : 1], reads ? "r" : "w", pid)))
            err = errno;
    }
    if (fa)
        posix_spawn_file_actions_destroy(&fa);
    close(p[reads ? 1 : 0]);
    if (!f) {
        close(p[reads ? 0 : 1]);
        rt_free(o);
        errno = err;
    }
    return f;
}

/**
 * Closes what popen has opened and waits for the command.
 * @return its status as wait() gives it, -1 with errno: EINVAL, not opened by popen; ECHILD
 */
int pclose(FILE *f)
{
    struct opened *o, **p;
    pid_t pid;

    lock_take(&all_lock);
    for (p = &all; (o = *p) && o->stream != f; p = &o->next)
        ;
    if (o)
        *p = o->next;
    lock_release(&all_lock);
    if (!o) {
        errno = EINVAL;
        return -1;
    }
    pid = o->pid;
    rt_free(o);
    fclose(f);
    return wait_shell(pid);
}
