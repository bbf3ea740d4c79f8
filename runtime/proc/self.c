/* SPDX-License-Identifier: BSD-2-Clause */
/* Who this process is: pid and the like, its section, its end. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "file/lock_file.h"
#include "file/pipe.h"
#include "job.h"
#include "proc_internal.h"
#include "shm_internal.h"
#include "sig.h"
#include "sys.h"
#include "thread.h"
#include "tty/tty.h"

extern char sys_return[]; /* signal/return.S */

static NOCOPY handle_t section; /* open as long as the process lives */
static NOCOPY bool creator_is_windows;

struct proc_self me = { .umask = 022, .tty = -1 };

/* Everything of `me` that others may see. */
void self_publish(void)
{
    struct shm_proc *p = shm_self;

    shm_proc_begin(p);
    p->pid = me.pid;
    p->ppid = me.ppid;
    p->umask = me.umask;
    p->tty = me.tty;
    p->uid = me.uid;
    p->gid = me.gid;
    p->euid = me.euid;
    p->egid = me.egid;
    shm_proc_end(p);
}

/* This Windows process is now the one behind the section. */
static void bind_windows(void)
{
    struct shm_proc *p = shm_self;
    uint32_t state = __atomic_load_n(&p->state, __ATOMIC_SEQ_CST);

    shm_proc_begin(p);
    p->created = nt_process_created(NT_SELF);
    __atomic_store_n(&p->winpid, nt_winpid(), __ATOMIC_SEQ_CST);
    if (!p->started)
        p->started = p->created;
    /* A signal may have ended the pid in the middle of its exec: see end_process() in signal/send.c. */
    if (state == SHM_STATE_EXITED
        || !__atomic_compare_exchange_n(&p->state, &state, SHM_STATE_RUNNING, false, __ATOMIC_SEQ_CST,
                                        __ATOMIC_SEQ_CST))
        nt_exit_now(sig_exit_code((int)p->wait_status));
    p->sys_return = (uintptr_t)sys_return;
    p->teb_slot = tls_teb_offset;
    p->ret_saved = offsetof(struct thread, ret_saved);
    p->fault_signal = 0;
    p->fork_links = 0;
    p->nthreads = 0;
    memset(shm_threads(p), 0, SHM_MAX_THREADS * sizeof(struct shm_thread));
    shm_proc_end(p);
    shm_pid_bind(me.pid, p->winpid, p->created);
}

static void publish_program(void)
{
    if (me.program)
        shm_self->program = shm_string(shm_self, me.program, strlen(me.program));
}

/** Arguments as `ps` shows them; what does not fit is left out. */
void self_set_cmdline(char **argv)
{
    struct shm_proc *p = shm_self;
    uint32_t n = 0, first = 0;

    for (; argv[n]; n++) {
        uint32_t at = shm_string(p, argv[n], strlen(argv[n]));

        if (!at)
            break;
        if (!first)
            first = at;
    }
    p->cmdline = first;
    __atomic_store_n(&p->argc, n, __ATOMIC_RELEASE);
}

void self_rebind(void)
{
    if (shm_self->winpid != nt_winpid())
        bind_windows();
}

handle_t self_section(void)
{
    return section;
}

bool self_creator_is_windows(void)
{
    return creator_is_windows;
}

int self_attach(handle_t h)
{
    void *view = NULL;
    int r = nt_section_map(h, NT_SELF, &view, NULL, NT_MAP_RW);

    if (r < 0)
        return r;
    section = h;
    shm_self = view;
    bind_windows();
    return 0;
}

/** A process that no POSIX process made: it is its own group and session. */
int self_first(void)
{
    int pid, r = -EAGAIN;

    for (unsigned i = 0; i < 16 && r < 0; i++) {
        if ((pid = shm_pid_take(0)) < 0)
            return pid;
        if ((r = shm_proc_create(pid, &shm_self, &section)) < 0)
            shm_pid_free(pid);
    }
    if (r < 0)
        return r;
    me.pid = shm_self->pgid = shm_self->sid = pid;
    me.ppid = 1;
    creator_is_windows = true;
    shm_self->flags |= SHM_PROC_CREATOR_WINDOWS;
    bind_windows();
    publish_program();
    self_publish();
    return 0;
}

static int same_tree(const struct startup_block *b)
{
    return b->tree && b->tree == shm_tree && b->h_proc && b->pid;
}

int self_from_block(const struct startup_block *b)
{
    struct shm_proc *p;
    int r;

    if (!same_tree(b))
        return self_first();
    me.pid = b->pid; /* its slot is bound to this Windows process */
    if ((r = self_attach((handle_t)b->h_proc)) < 0)
        return r;
    p = shm_self;
    me.ppid = p->ppid;
    me.tty = p->tty;
    me.umask = b->umask;
    p->strings_used = 1;
    p->argc = 0;
    if (b->kind == STARTUP_EXEC)
        p->flags |= SHM_PROC_EXECED;
    publish_program();
    self_publish();
    return 0;
}

int self_fork_child(const struct startup_block *b)
{
    int r;

    if ((r = shm_directory_open()) < 0)
        return r;
    shm_index_open(); /* without it the process stands alone, and still works */
    me.ppid = me.pid;
    me.euid = me.uid; /* the token of another user stayed with the parent's thread */
    me.pid = b->pid; /* its slot is bound to this Windows process, not the parent's */
    if ((r = self_attach((handle_t)b->h_proc)) < 0)
        return r;
    publish_program();
    self_set_cmdline(start_argv);
    self_publish();
    return 0;
}

/* ---- processes being made ---- */

void proc_create_begin(void)
{
    __atomic_fetch_add(&shm_self->creating, 1, __ATOMIC_SEQ_CST);
    if (__atomic_load_n(&shm_self->state, __ATOMIC_SEQ_CST) == SHM_STATE_EXITED)
        nt_exit_now(sig_exit_code((int)shm_self->wait_status)); /* end_process() in signal/send.c */
}

void proc_create_end(void)
{
    __atomic_fetch_sub(&shm_self->creating, 1, __ATOMIC_SEQ_CST);
    futex_wake(&shm_self->creating, true);
}

/* Before this Windows process ends: another thread may be making a process that does not run yet and that
 * nobody else knows. Not for ever: it may in turn wait for something that this thread holds. */
void proc_create_wait(void)
{
    uint32_t n;

    for (unsigned i = 0; i < 1000 && (n = __atomic_load_n(&shm_self->creating, __ATOMIC_SEQ_CST)); i++)
        futex_wait(&shm_self->creating, n, 10000000);
}

/** CPU time of this process, also of the Windows processes that it was before exec. 100 ns */
void proc_times(uint64_t *user, uint64_t *sys)
{
    *user = *sys = 0;
    nt_process_times(NT_SELF, user, sys);
    *user += shm_self->user_time;
    *sys += shm_self->sys_time;
}

/** exec has succeeded: what this Windows process has used stays with the pid. */
void proc_times_keep(void)
{
    uint64_t user = 0, sys = 0;

    nt_process_times(NT_SELF, &user, &sys);
    __atomic_fetch_add(&shm_self->user_time, user, __ATOMIC_RELAXED);
    __atomic_fetch_add(&shm_self->sys_time, sys, __ATOMIC_RELAXED);
}

/* ---- the end ---- */

/**
 * Ends this process.
 * @param wait_status as wait() gives it
 * The parent finds the status in the process section; whoever looks at the Windows process sees the
 * exit status, or 128 + the signal's number.
 */
NORETURN void proc_exit(int wait_status)
{
    struct shm_proc *p = shm_self;
    uint32_t code = WIFSIGNALED(wait_status) ? 128u + (uint32_t)WTERMSIG(wait_status)
                                             : (uint32_t)WEXITSTATUS(wait_status);
    uint64_t user, sys;

    trace_process_exit(wait_status);
    proc_create_wait();
    if (exec_proxy)
        nt_process_terminate(exec_proxy, code);
    locks_exit();
    child_orphan_all();
    if (shm_self->sid == me.pid && me.tty >= 0)
        tty_leader_exits();
    console_restore();
    proc_times(&user, &sys);
    job_gone(p);
    shm_proc_begin(p);
    p->user_time = user;
    p->sys_time = sys;
    p->flags |= SHM_PROC_LEFT;
    p->wait_status = (uint32_t)wait_status;
    p->state = SHM_STATE_EXITED;
    p->change++;
    shm_proc_end(p);
    if (!shm_pid_held(me.pid))
        shm_pid_free(me.pid);
    trace_exit();
    trace_keep_self(wait_status);
    nt_exit(code);
}

/**
 * Ends the process at once, without handlers of atexit() and without flushing streams.
 * POSIX.1-2017 _exit()
 */
void _exit(int status)
{
    trace_sys__exit(status);
    pipe_finish();
    proc_exit((status & 0xff) << 8);
}

void _Exit(int status)
{
    _exit(status);
}
