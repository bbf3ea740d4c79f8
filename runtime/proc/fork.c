/* SPDX-License-Identifier: BSD-2-Clause */
/* fork, the parent's side: design.md 4. Memory is shared copy-on-write through the arenas' sections;
 * what was written since the last fork, and writable data of images, is copied (fork_copy.c); the
 * memory work itself is in fork_memory.c, the child's side in fork_child.c. */
#include <errno.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "dll.h"
#include "dll_protect.h"
#include "file.h"
#include "fork.h"
#include "mm.h"
#include "options.h"
#include "parked.h"
#include "sig.h"
#include "sys.h"
#include "thread_internal.h"

#define FORK_TRIES 4

/* Where the child goes on: inherited, since it is ordinary data. */
jmp_buf fork_context;
struct thread *fork_thread;

NOCOPY struct fork fork_now;
static struct lock fork_lock = LOCK_INIT;

const char *fork_stage_name(unsigned stage)
{
    static const char *const names[] = {
        [FORK_NONE] = "none", [FORK_BEGIN] = "begin", [FORK_CREATE] = "create", [FORK_STOP] = "stop",
        [FORK_COLLECT] = "collect", [FORK_REMAP] = "remap", [FORK_MAP] = "map",
        [FORK_HANDLES] = "handles", [FORK_RESUME] = "resume", [FORK_CHILD] = "child",
        [FORK_DONE] = "done",
    };

    return stage < ARRAY_SIZE(names) ? names[stage] : "unknown";
}

static void stage(struct fork *f, unsigned s)
{
    nt_forget_status();
    f->stage = s;
    shm_self->fork_stage = s;
}

static int give(void *arg, handle_t *slot, bool inheritable)
{
    struct fork *f = arg;
    handle_t theirs;
    int r;

    if (!*slot)
        return 0;
    if ((r = nt_dup(NT_SELF, *slot, f->process, inheritable, &theirs)) < 0)
        return r;
    for (int i = 0; i < 3; i++)
        if (nt_std_handle(i) == *slot)
            f->block.h_std[i] = (uintptr_t)theirs;
    return copy_word(&f->list, slot, (uintptr_t)theirs);
}

/* Handles that are not inherited, each as a word in the child's memory. */
static int give_handles(struct fork *f)
{
    struct startup_block *b = &f->block;
    int r;

    if ((r = startup_give(f->process, f->child->h_shm, &b->h_proc)) < 0
        || (r = startup_give(f->process, f->ready, &b->h_ready)) < 0
        || (r = startup_give(f->process, trace_session(), &b->h_session)) < 0
        || (r = dll_protect_give(give, f)) < 0)
        return r;
    return fd_fork_handles(f->go != NULL, give, f); /* a parked child has inherited nothing */
}

static int create_process(struct fork *f)
{
    unsigned units;
    struct nt_spawn s = {
        .image = dll_source(dll_list, &units), .cmdline = (uint16_t *)nt_command_line(),
        .inherit = true, .suspended = true,
        .std = { nt_std_handle(0), nt_std_handle(1), nt_std_handle(2) },
    };
    int r = nt_process_create(&s);

    if (r == -ENOENT && dll_protect_watching()) /* somebody is just replacing it */
        r = -EAGAIN;
    if (r < 0)
        return r;
    f->process = s.process;
    f->thread = s.thread;
    f->job = s.job;
    f->winpid = s.pid;
    f->t_created = trace_clock();
    return 0;
}

/* A process to become the child: one that waits for this, or a new one. */
static int get_process(struct fork *f, bool may_be_parked)
{
    if (may_be_parked && options.fork == FORK_HOW_PARKED && parked_take(f)) {
        f->t_created = trace_clock();
        return 0;
    }
    return create_process(f);
}

static int prepare(struct fork *f, bool again)
{
    struct nt_stack s;
    int r;

    if (!f->stack && !(f->stack = nt_alloc(FORK_STACK)))
        return -ENOMEM;
    if (!f->ready && (r = nt_event_create(NULL, NULL, false, &f->ready)) < 0)
        return r;
    nt_event_reset(f->ready);
    nt_stack_get(&s);
    f->old_stack = s;
    f->block = (struct startup_block){
        .hdr = { SHM_MAGIC_STARTUP, ISTHMUS_ABI_MAJOR, ISTHMUS_ABI_MINOR, 0 },
        .kind = STARTUP_FORK, .creator = nt_winpid(), .pid = f->child->pid, .tree = shm_tree,
        .runtime_base = (uintptr_t)nt_runtime_base, .fork_time = f->t_begin,
        .flags = trace_startup_flags(),
    };
    copy_clear(&f->list);
    return dll_fork_prepare(again);
}

/* The child runs now; it reports, or it dies. */
static int wait_for_child(struct fork *f)
{
    handle_t h[2] = { f->ready, f->process };
    int r;

    stage(f, FORK_CHILD);
    if (inject_child("fork.child", f->process) < 0)
        nt_process_terminate(f->process, 0xc0000005);
    r = nt_wait(h, 2, -1);
    if (r == 0)
        return 0;
    if (r == 1) {
        uint32_t code = 0;

        nt_process_exit_code(f->process, &code);
        f->status = (int32_t)code;
        dll_fork_failed((void *)((char *)f->view + f->block.failure), f->status);
        r = -EAGAIN;
    }
    return r;
}

static void forget_view(struct fork *f)
{
    if (f->view)
        nt_section_unmap(NT_SELF, f->view);
    f->view = NULL;
}

static void give_up_child(struct fork *f)
{
    if (f->process) {
        nt_process_terminate(f->process, 1);
        nt_close(f->process);
        nt_close(f->thread);
        nt_close(f->job);
        nt_close(f->go);
    }
    f->process = f->thread = f->job = f->go = NULL;
    forget_view(f);
}

static const char *how(const struct fork *f)
{
    if (options.fork == FORK_HOW_COPY)
        return "copy";
    return f->spare ? "cow, rebased onto a spare section" : f->rebased ? "cow, rebased" : "cow";
}

/* One attempt. In the parent: 0 or negative errno; in the child: 1. */
static int attempt(struct fork *f, unsigned try)
{
    struct nt_stack fs = { (uintptr_t)f->stack + FORK_STACK, (uintptr_t)f->stack, (uintptr_t)f->stack, 0 };
    int r;

    stage(f, FORK_CREATE);
    if ((r = inject_child("fork.create", f->process)) < 0 || (r = get_process(f, try == 1)) < 0)
        return r;
    TRACE_AT(f->t_created, trace_fork_created(f->child->pid, f->winpid, f->t_created - f->t_begin));
    stage(f, FORK_HANDLES);
    if ((r = inject_child("fork.handles", f->process)) < 0 || (r = give_handles(f)) < 0
        || (r = dll_fork_inject(f->process)) < 0)
        return r;
    trace_child_created(f->winpid, f->child->pid);
    shm_self->fork_stage = FORK_STOP;
    __asm__ volatile("movq %%rsp, %0" : "=r"(f->sp));
    if (setjmp(fork_context))
        return 1;
    nt_stack_set(&fs);
    fork_stack_call(fork_memory, f, (void *)fs.base);
    nt_stack_set(&f->old_stack);
    if (f->err < 0)
        return f->err;
    TRACE_AT(f->t_stopped,
             trace_fork_threads_stopped(f->child->pid, f->threads, f->t_stopped - f->t_stop));
    TRACE_AT(f->t_memory,
             trace_fork_memory(f->child->pid, f->shared, f->copied + f->list.bytes, f->extents, f->pages,
                               how(f), f->t_memory - f->t_stopped));
    return wait_for_child(f);
}

static void failed(struct fork *f, int err)
{
    char occupant[256] = "";

    if (f->bad_addr)
        nt_occupant(f->process ? f->process : NT_SELF, (void *)f->bad_addr, occupant, sizeof(occupant));
    trace_fork_failed(fork_stage_name(f->stage), -err, (uint32_t)f->status, (void *)f->bad_addr,
                      f->bad_size, occupant[0] ? occupant : NULL, f->child ? f->child->pid : 0,
                      trace_clock() - f->t_begin);
    trace_keep_at_exit();
}

/* In the parent: the child's pid or negative errno; in the child: 0. Locks are held. */
static int run(struct fork *f)
{
    int r = -EAGAIN;

    for (unsigned try = 1; try <= FORK_TRIES; try++) {
        if ((r = prepare(f, try > 1)) == 0)
            r = attempt(f, try);
        if (r >= 0)
            break;
        if (r != -EAGAIN && !f->ended && f->process && nt_wait(&f->process, 1, 0) == 0)
            r = -EAGAIN; /* somebody has killed it: the next one may live */
        if (!f->status)
            f->status = nt_last_status();
        failed(f, r);
        give_up_child(f);
        if (r == -EADDRINUSE)
            r = -EAGAIN;
        if (r != -EAGAIN || try == FORK_TRIES)
            break;
        trace_fork_retry(fork_stage_name(f->stage), try, -r, (uint32_t)f->status);
    }
    return r;
}

static int parent(struct fork *f, int r)
{
    int pid = f->child->pid;

    stage(f, FORK_NONE);
    fork_parent();
    if (r < 0) {
        child_drop(f->child);
        return r;
    }
    nt_close(f->thread);
    forget_view(f);
    nt_close(f->go);
    if (options.fork == FORK_HOW_PARKED)
        parked_make_next();
    dll_fork_done(pid);
    child_bind(f->child, f->process, f->winpid);
    child_add(f->child);
    if (shm_index)
        __atomic_add_fetch(&shm_index->forks, 1, __ATOMIC_RELAXED);
    trace_fork_done(pid, f->winpid, trace_clock() - f->t_begin);
    if (unlikely(fork_debug))
        fork_debug_parent(pid, f->winpid);
    return pid;
}

static int64_t fork_run(void)
{
    static const char *const names[] = {
        [FORK_HOW_COW] = "cow", [FORK_HOW_COPY] = "copy", [FORK_HOW_PARKED] = "parked",
    };
    struct fork *f = &fork_now;
    int r;

    sig_thread_ensure(); /* the child may send us signals before we have seen it; if it fails, child_add tries again */
    lock_take(&fork_lock);
    f->t_begin = trace_clock();
    f->status = 0;
    f->bad_addr = 0;
    f->process = f->thread = f->job = f->go = NULL;
    f->ended = false;
    if ((r = child_new(&f->child)) < 0) {
        f->child = NULL;
        f->stage = FORK_BEGIN;
        failed(f, r);
        lock_release(&fork_lock);
        return r;
    }
    trace_fork_begin(me.pid, f->child->pid, names[options.fork]);
    if (options.fork == FORK_HOW_PARKED)
        parked_expect();
    fork_prepare();
    fork_thread = self();
    proc_create_begin();
    r = run(f);
    if (r == 1) {
        fork_child_locks();
        lock_release(&fork_lock);
        fork_child();
        return 0;
    }
    proc_create_end();
    r = parent(f, r);
    lock_release(&fork_lock);
    return r;
}

/**
 * Makes a copy of this process.
 * @return 0 in the child, the child's pid in the parent, or -1 with errno
 *   EAGAIN  no pid, or Windows could not make the process with the same memory; the event fork_failed
 *           says which stage failed and why
 *   ENOMEM  no memory for handing over
 * POSIX.1-2017 fork()
 */
pid_t fork(void)
{
    int64_t r = fork_run();

    trace_sys_fork(r);
    return (pid_t)sys_ret(r);
}

/** As fork: memory is shared copy-on-write anyway, and the parent does not wait. */
pid_t vfork(void)
{
    int64_t r = fork_run();

    trace_sys_vfork(r);
    return (pid_t)sys_ret(r);
}
