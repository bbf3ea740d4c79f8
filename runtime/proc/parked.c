/* SPDX-License-Identifier: BSD-2-Clause */
/* The parked child, see parked.h. A thread of ours makes it; state is the futex between that thread and
 * the one that forks. All of this belongs to the Windows process: a forked child starts with nothing. */
#include "parked.h"

#include <errno.h>
#include <string.h>

#include "dll_protect.h"
#include "options.h"
#include "sig.h"
#include "thread_internal.h"

enum { NONE, MAKING, WAITING, FAILED };

static NOCOPY uint32_t state;
static NOCOPY bool maker; /* the thread exists */
static NOCOPY bool on_its_way; /* when this fork asked for it */
static NOCOPY struct {
    handle_t process, thread, job, go;
    uint32_t winpid;
    struct nt_surroundings made_in;
    const char *stage; /* of making it, if that failed */
    int err;
} spare;

#define STACK 0x20000

/* ---- making ---- */

static int give_block(struct startup_carrier *c)
{
    struct startup_block b = {
        .hdr = { SHM_MAGIC_STARTUP, ISTHMUS_ABI_MAJOR, ISTHMUS_ABI_MINOR, sizeof(b) },
        .kind = STARTUP_PARKED, .creator = nt_winpid(), .tree = shm_tree,
        .runtime_base = (uintptr_t)nt_runtime_base,
    };
    int r;

    if ((r = startup_give(spare.process, c->ready, &b.h_ready)) < 0
        || (r = startup_give(spare.process, spare.go, &b.h_go)) < 0
        || (r = startup_give(spare.process, NT_SELF, &b.h_creator)) < 0)
        return r;
    return startup_map(c, spare.process, &b, sizeof(b));
}

/* No handle is inherited: one end of a pipe in a process that merely waits would keep the pipe open. */
static int create(void)
{
    unsigned units;
    struct nt_spawn s = {
        .image = nt_program_path(&units), .cmdline = (uint16_t *)nt_command_line(),
        .suspended = true, .no_std = true,
    };
    int r = nt_process_create(&s);

    if (r < 0)
        return r;
    spare.process = s.process;
    spare.thread = s.thread;
    spare.job = s.job;
    spare.winpid = s.pid;
    return 0;
}

static void drop(void)
{
    if (spare.process)
        nt_process_terminate(spare.process, 0);
    nt_close(spare.process);
    nt_close(spare.thread);
    nt_close(spare.job);
    nt_close(spare.go);
    memset(&spare, 0, sizeof(spare));
}

static int create_and_resume(struct startup_carrier *c)
{
    int r;

    spare.stage = "create";
    if ((r = inject("parked.create")) < 0 || (r = create()) < 0)
        return r;
    spare.stage = "map";
    if ((r = inject("parked.map")) < 0 || (r = give_block(c)) < 0)
        return r;
    spare.stage = "resume";
    return nt_process_run(spare.thread, &spare.job);
}

static int make(void)
{
    struct startup_carrier c = { 0 };
    const char *stage;
    int r;

    memset(&spare, 0, sizeof(spare));
    nt_surroundings(&spare.made_in);
    spare.stage = "events";
    if ((r = startup_begin(&c, sizeof(struct startup_block))) < 0
        || (r = nt_event_create(NULL, NULL, false, &spare.go)) < 0)
        goto out;
    proc_create_begin();
    r = create_and_resume(&c);
    proc_create_end();
    if (r == 0) {
        spare.stage = "child";
        if (inject("parked.child") < 0)
            nt_process_terminate(spare.process, 0xc0000005);
        if ((r = nt_wait((handle_t[]){ c.ready, spare.process }, 2, -1)) == 1)
            r = -EAGAIN;
    }
out:
    startup_end(&c, r == 0);
    if (r < 0) {
        stage = spare.stage;
        drop();
        spare.stage = stage;
        spare.err = r;
    }
    return r;
}

static void set_state(uint32_t s)
{
    __atomic_store_n(&state, s, __ATOMIC_SEQ_CST);
    futex_wake(&state, true);
}

static void maker_main(void *arg)
{
    struct thread *t = self();
    uint32_t s;

    (void)arg;
    t->blocked = UINT64_MAX; /* signals are not for it */
    t->ret_addr = IN_RUNTIME;
    for (;;) {
        while ((s = __atomic_load_n(&state, __ATOMIC_SEQ_CST)) != MAKING)
            futex_wait(&state, s, -1);
        if (make() < 0) {
            trace_fork_parked("failed", spare.stage, 0);
            set_state(FAILED);
        } else {
            trace_fork_parked("made", NULL, spare.winpid);
            set_state(WAITING);
        }
    }
}

void parked_make_next(void)
{
    uint32_t s = __atomic_load_n(&state, __ATOMIC_SEQ_CST);

    if (s != NONE && s != FAILED)
        return;
    if (!maker && nt_thread_create(maker_main, NULL, STACK, NULL, NULL) < 0) {
        trace_fork_parked("failed", "no thread for making it", 0);
        return;
    }
    maker = true;
    set_state(MAKING);
}

/* ---- adopting ---- */

/* NULL: it is good. */
static const char *flaw(void)
{
    struct nt_surroundings now;

    if (nt_wait(&spare.process, 1, 0) != -ETIMEDOUT)
        return "it has ended";
    if (dll_protect_linked())
        return "files of its images were replaced";
    nt_surroundings(&now);
    return nt_surroundings_differ(&spare.made_in, &now);
}

void parked_expect(void)
{
    on_its_way = false;
    while (__atomic_load_n(&state, __ATOMIC_SEQ_CST) == MAKING) {
        on_its_way = true;
        futex_wait(&state, MAKING, -1);
    }
}

bool parked_take(struct fork *f)
{
    uint32_t s = __atomic_load_n(&state, __ATOMIC_SEQ_CST);
    const char *why;

    why = s == NONE ? "none was made yet" : s == FAILED ? "making it failed" : flaw();
    if (why) {
        trace_fork_parked("missed", why, spare.winpid);
        drop();
        set_state(NONE);
        return false;
    }
    f->process = spare.process;
    f->thread = spare.thread;
    f->go = spare.go;
    f->winpid = spare.winpid;
    memset(&spare, 0, sizeof(spare));
    set_state(NONE);
    trace_fork_parked("hit", on_its_way ? "was on its way" : "was ready", f->winpid);
    return true;
}

/* ---- the child ---- */

const struct startup_block *parked_wait(const struct startup_block *b)
{
    handle_t parked = (handle_t)b->h_ready, h[2] = { (handle_t)b->h_go, (handle_t)b->h_creator };

    startup_forget(); /* the fork's block comes to the same place */
    nt_event_set(parked);
    nt_close(parked);
    if (nt_wait(h, 2, -1) != 0)
        nt_exit_now(0);
    nt_close(h[0]);
    nt_close(h[1]);
    b = startup_find();
    if (!b || b->kind != STARTUP_FORK)
        rt_panic("fork: the parked child was woken without a block", 0);
    for (int i = 0; i < 3; i++)
        nt_std_handle_set(i, (handle_t)b->h_std[i]);
    return b;
}
