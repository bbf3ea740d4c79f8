/* SPDX-License-Identifier: BSD-2-Clause */
/* exec: a new Windows process goes on under the same pid. The old one goes only when the new runtime
 * lives, so that an exec that fails returns. Where a plain Windows program waits for the old process,
 * it stays as a stub that hands on the exit code. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "file/pipe.h"
#include "launch.h"
#include "mm.h"
#include "shm_internal.h"
#include "sig.h"
#include "sys.h"
#include "thread.h"
#include "tty/pump.h"

/* The Windows program that this process stands for after exec, NULL: none. */
NOCOPY handle_t exec_proxy;

static uint32_t exit_code(handle_t process)
{
    uint32_t code = 127;

    nt_wait(&process, 1, -1);
    nt_process_exit_code(process, &code);
    return code;
}

/* The process that now is behind our pid, when it is another one than `seen`. */
static bool follow(uint32_t *seen, handle_t *process)
{
    uint32_t now = shm_self->winpid;
    handle_t h;

    if (now == *seen || now == nt_winpid() || nt_process_open(now, &h) < 0)
        return false;
    nt_close(*process);
    *process = h;
    *seen = now;
    return true;
}

/* What is left of a process whose creator is a plain Windows program, until its last successor ends. */
static NORETURN void stub(handle_t process, uint32_t winpid)
{
    uint32_t code;

    shm_self->stub = nt_winpid();
    fd_close_all();
    do
        code = exit_code(process);
    while (follow(&winpid, &process));
    nt_exit_now(code);
}

/* A Windows program runs under our pid: signals come to us, and its end is ours. */
static NORETURN void proxy(handle_t process)
{
    uint32_t code = 0;

    exec_proxy = process;
    fd_close_all();
    sig_reset_handlers();
    wait_record(SHM_WAIT_PROGRAM, shm_self->winpid, 0);
    while (wait_for(&process, 1, -1, 0) == -EINTR)
        sig_deliver(NULL); /* no handlers any more: a signal ends or stops us, or is ignored */
    nt_process_exit_code(process, &code);
    pump_finish();
    proc_exit(sig_status_from_exit(code));
}

static NORETURN void give_way(struct launch *l)
{
    trace_exec_done(me.pid, l->winpid, trace_clock() - l->begin);
    pipe_finish();
    if (!l->ported)
        proxy(l->process);
    proc_create_wait();
    proc_times_keep();
    trace_exit();
    if (self_creator_is_windows())
        stub(l->process, l->winpid);
    nt_exit_now(0);
}

static int run(struct launch *l)
{
    int r;

    if (!(l->plan = fd_plan_new()))
        return -ENOMEM;
    r = launch(l);
    fd_plan_free(l->plan);
    if (r == 0) {
        if (shm_index)
            __atomic_add_fetch(&shm_index->execs, 1, __ATOMIC_RELAXED);
        give_way(l);
    }
    return r;
}

static int count(char *const *v)
{
    int n = 0;

    while (v && v[n])
        n++;
    return n;
}

static int exec_run(const char *path, char *const argv[], char *const envp[])
{
    static char *const nothing[] = { NULL };
    struct launch l = {
        .path = path, .argv = argv ? argv : nothing, .envp = envp ? envp : nothing,
        .kind = STARTUP_EXEC, .pid = me.pid, .h_shm = self_section(),
        .sig_blocked = sig_blocked_set(), .sig_ignored = sig_ignored_set(),
        .sig_pending = sig_pending_set(), .begin = trace_clock(),
    };
    int r;

    trace_exec_begin(path, "exec", count(argv), count(envp));
    r = run(&l);
    self_rebind(); /* the new process may have entered itself before it failed */
    sig_exec_failed();
    trace_exec_failed(l.stage, -r, (uint32_t)nt_last_status(), path);
    launch_done(&l);
    return r;
}

/**
 * Replaces the program of this process.
 * @param path  program, or a script whose first line names one
 * @param argv  arguments, ended by NULL; @param envp environment, ended by NULL
 * @return -1 with errno; on success it does not return
 *   E2BIG   too long for the command line of a Windows program
 *   EACCES  no regular file, or not allowed; also when the new program could not start (missing DLL)
 *   ENOENT, ENOTDIR, ELOOP, ENAMETOOLONG  the name of the program or of its interpreter
 *   ENOEXEC neither program nor script
 *   ENOMEM
 * POSIX.1-2017 exec
 */
int execve(const char *path, char *const argv[], char *const envp[])
{
    int r = exec_run(path, argv, envp);
    struct buf text;

    path_buf(&text);
    for (char *const *a = argv; a && *a; a++) {
        buf_puts(&text, a == argv ? "" : " ");
        buf_puts(&text, *a);
    }
    trace_sys_execve(path, text.p, count(argv), count(envp), r);
    buf_free(&text);
    return (int)sys_ret(r);
}

int execv(const char *path, char *const argv[])
{
    return execve(path, argv, environ);
}

/* A file that is no program is a script for sh, for the functions that search PATH. */
static int exec_shell(const char *path, char *const argv[], char *const envp[])
{
    int n = count(argv);
    char **v = rt_alloc(((size_t)n + 3) * sizeof(*v));
    int r;

    if (!v) {
        errno = ENOMEM;
        return -1;
    }
    v[0] = (char *)"sh";
    v[1] = (char *)path;
    for (int i = 1; i <= (n ? n : 1); i++)
        v[i + 1] = i <= n ? argv[i] : NULL;
    r = execve("/bin/sh", v, envp);
    rt_free(v);
    return r;
}

static int try_one(const char *path, char *const argv[], char *const envp[])
{
    int r = execve(path, argv, envp);

    return errno == ENOEXEC ? exec_shell(path, argv, envp) : r;
}

/**
 * As execve, but a name without a slash is searched for in PATH.
 * Goes on after ENOENT, ENOTDIR and EACCES, and reports EACCES if there was one (glibc's extension
 * execvpe; POSIX.1-2017 execvp).
 */
int execvpe(const char *file, char *const argv[], char *const envp[])
{
    const char *p = getenv("PATH"), *end;
    bool denied = false;
    struct buf b;

    if (!*file) {
        errno = ENOENT;
        return -1;
    }
    if (strchr(file, '/'))
        return try_one(file, argv, envp);
    path_buf(&b);
    for (p = p ? p : "/usr/bin:/bin";; p = end + 1) {
        end = p + strcspn(p, ":");
        buf_cut(&b, 0);
        buf_put(&b, p, (size_t)(end - p));
        if (b.len)
            buf_putc(&b, '/');
        buf_puts(&b, file);
        if (buf_err(&b) < 0) {
            errno = ENOMEM;
            break;
        }
        try_one(b.p, argv, envp);
        if (errno == EACCES)
            denied = true;
        else if (errno != ENOENT && errno != ENOTDIR)
            break;
        if (!*end) {
            errno = denied ? EACCES : ENOENT;
            break;
        }
    }
    buf_free(&b);
    return -1;
}

int execvp(const char *file, char *const argv[])
{
    return execvpe(file, argv, environ);
}

/* ---- the forms with arguments one by one ---- */

char **arg_list(const char *first, va_list *ap)
{
    size_t n = 0, room = 16;
    char **v = rt_alloc(room * sizeof(*v)), **bigger;

    for (char *a = (char *)first; v; a = va_arg(*ap, char *)) {
        v[n++] = a;
        if (!a)
            return v;
        if (n < room)
            continue;
        room *= 2;
        if (!(bigger = rt_realloc(v, room * sizeof(*v))))
            rt_free(v);
        v = bigger;
    }
    errno = ENOMEM;
    return NULL;
}

enum form { FORM_L, FORM_LE, FORM_LP };

static int exec_list(enum form form, const char *path, const char *first, va_list *ap)
{
    char **v = arg_list(first, ap);
    int r;

    if (!v)
        return -1;
    if (form == FORM_LP)
        r = execvpe(path, v, environ);
    else
        r = execve(path, v, form == FORM_LE ? va_arg(*ap, char **) : environ);
    rt_free(v);
    return r;
}

int execl(const char *path, const char *arg, ...)
{
    va_list ap;
    int r;

    va_start(ap, arg);
    r = exec_list(FORM_L, path, arg, &ap);
    va_end(ap);
    return r;
}

int execle(const char *path, const char *arg, ...)
{
    va_list ap;
    int r;

    va_start(ap, arg);
    r = exec_list(FORM_LE, path, arg, &ap);
    va_end(ap);
    return r;
}

int execlp(const char *file, const char *arg, ...)
{
    va_list ap;
    int r;

    va_start(ap, arg);
    r = exec_list(FORM_LP, file, arg, &ap);
    va_end(ap);
    return r;
}
