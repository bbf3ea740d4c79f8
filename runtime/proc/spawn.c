/* SPDX-License-Identifier: BSD-2-Clause */
/* posix_spawn: a child with another program, without copying this process. What file actions do is
 * worked out on a plan of the child's descriptors before the child exists. */
#include "spawn.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "launch.h"
#include "mm.h"
#include "shm_internal.h"
#include "sig.h"
#include "sys.h"

/* File names of actions are relative to the child's working directory, which may have been changed. */
static int in_cwd(const char *cwd, const char *path, struct buf *out)
{
    return cwd ? path_normalize(out, cwd, path, NULL) : (buf_puts(out, path), buf_err(out));
}

static int act(const struct spawn_action *a, struct fd_plan *plan, struct buf *cwd)
{
    struct buf name;
    int r = 0;

    path_buf(&name);
    if (a->path)
        r = in_cwd(cwd->len ? cwd->p : NULL, a->path, &name);
    if (r < 0)
        ;
    else if (a->kind == SPAWN_OPEN)
        r = fd_plan_open(plan, a->fd, name.p, a->flags, a->mode);
    else if (a->kind == SPAWN_DUP2)
        r = fd_plan_dup2(plan, a->from, a->fd);
    else if (a->kind == SPAWN_CLOSE)
        r = fd_plan_close(plan, a->fd);
    else
        r = path_absolute(name.p, cwd, NULL);
    buf_free(&name);
    return r < 0 ? r : 0;
}

static void attributes(struct launch *l, struct child *c, const struct __posix_spawnattr *a)
{
    if (!a)
        return;
    if (a->flags & POSIX_SPAWN_SETPGROUP) {
        c->shm->pgid = a->pgroup ? a->pgroup : c->pid;
        shm_summarize(c->shm);
    }
    if (a->flags & POSIX_SPAWN_SETSIGMASK)
        l->sig_blocked = a->sigmask;
    if (a->flags & POSIX_SPAWN_SETSIGDEF)
        l->sig_ignored &= ~(uint64_t)a->sigdefault;
}

static int run(struct launch *l, const struct __posix_spawn_file_actions *fa, struct buf *cwd)
{
    int r = 0;

    l->stage = "descriptors";
    if (!(l->plan = fd_plan_new()))
        return -ENOMEM;
    for (size_t i = 0; fa && i < fa->n && r == 0; i++)
        r = act(&fa->v[i], l->plan, cwd);
    if (r == 0) {
        l->cwd = cwd->len ? cwd->p : NULL;
        r = launch(l);
    }
    fd_plan_free(l->plan);
    return r;
}

static int count(char *const *v)
{
    int n = 0;

    while (v && v[n])
        n++;
    return n;
}

/* A Windows program has no runtime that would say who it is. */
static void stand_in(struct child *c, const struct launch *l)
{
    struct shm_proc *p = c->shm;

    shm_proc_begin(p);
    p->winpid = l->winpid;
    p->created = p->started = nt_process_created(l->process);
    p->state = SHM_STATE_RUNNING;
    p->flags |= SHM_PROC_WINDOWS;
    p->program = shm_string(p, l->image.posix.p, l->image.posix.len);
    shm_proc_end(p);
}

/* The child's pid or negative errno. */
static int spawn_run(const char *path, const struct __posix_spawn_file_actions *fa,
                     const struct __posix_spawnattr *attr, char *const argv[], char *const envp[])
{
    struct launch l = {
        .path = path, .argv = argv, .envp = envp ? envp : environ, .kind = STARTUP_SPAWN,
        .sig_blocked = sig_blocked_set(), .sig_ignored = sig_ignored_set(), .begin = trace_clock(),
    };
    struct child *c;
    struct buf cwd;
    int r;

    trace_exec_begin(path, "spawn", count(argv), count(l.envp));
    if ((r = child_new(&c)) < 0)
        return r;
    l.pid = c->pid;
    l.h_shm = c->h_shm;
    path_buf(&cwd);
    sig_thread_ensure(); /* as in fork */
    attributes(&l, c, attr);
    r = run(&l, fa, &cwd);
    buf_free(&cwd);
    if (r < 0) {
        trace_exec_failed(l.stage, -r, (uint32_t)nt_last_status(), path);
        child_drop(c);
    } else {
        if (!l.ported)
            stand_in(c, &l);
        r = c->pid;
        child_bind(c, l.process, l.winpid);
        l.process = NULL;
        if (shm_index)
            __atomic_add_fetch(&shm_index->spawns, 1, __ATOMIC_RELAXED);
        trace_exec_done(r, l.winpid, trace_clock() - l.begin);
        child_add(c);
    }
    launch_done(&l);
    return r;
}

static int spawn_one(pid_t *pid, const char *path, const posix_spawn_file_actions_t *fa,
                     const posix_spawnattr_t *attr, char *const argv[], char *const envp[])
{
    int r = spawn_run(path, fa ? *fa : NULL, attr ? *attr : NULL, argv, envp);

    trace_sys_posix_spawn(path, argv && argv[0] ? argv[0] : NULL, r > 0 ? r : 0, r < 0 ? r : 0);
    if (r < 0)
        return -r;
    if (pid)
        *pid = r;
    return 0;
}

/**
 * Starts a program as a child.
 * @param pid  receives the child's pid, may be NULL
 * @param fa,attr may be NULL
 * @return 0 or an error number: those of execve, of open for an action, EBADF for a descriptor of an
 *   action; the program is checked before this returns
 * POSIX.1-2017 posix_spawn()
 */
int posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *fa,
                const posix_spawnattr_t *attr, char *const argv[], char *const envp[])
{
    return spawn_one(pid, path, fa, attr, argv, envp);
}

/** As posix_spawn, but a name without a slash is searched for in PATH. */
int posix_spawnp(pid_t *pid, const char *file, const posix_spawn_file_actions_t *fa,
                 const posix_spawnattr_t *attr, char *const argv[], char *const envp[])
{
    const char *p = getenv("PATH"), *end;
    int r = ENOENT, denied = 0;
    struct buf b;

    if (!*file)
        return ENOENT;
    if (strchr(file, '/'))
        return spawn_one(pid, file, fa, attr, argv, envp);
    path_buf(&b);
    for (p = p ? p : "/usr/bin:/bin"; p; p = *end ? end + 1 : NULL) {
        end = p + strcspn(p, ":");
        buf_cut(&b, 0);
        buf_put(&b, p, (size_t)(end - p));
        if (b.len)
            buf_putc(&b, '/');
        buf_puts(&b, file);
        r = buf_err(&b) < 0 ? ENOMEM : spawn_one(pid, b.p, fa, attr, argv, envp);
        if (r == EACCES)
            denied = EACCES;
        else if (r != ENOENT && r != ENOTDIR)
            break;
    }
    buf_free(&b);
    return (r == ENOENT || r == ENOTDIR) && denied ? denied : r;
}
