/* SPDX-License-Identifier: BSD-2-Clause */
/* The start of a process, from the loader to main(). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <isthmus/crt0.h>

#include "account.h"
#include "dll.h"
#include "file.h"
#include "mm.h"
#include "nt.h"
#include "options.h"
#include "path.h"
#include "proc_internal.h"
#include "shm_internal.h"
#include "sig.h"
#include "start_env.h"
#include "sys.h"
#include "thread_internal.h"
#include "tty/tty.h"

static const struct isthmus_program *program;
static NOCOPY uint64_t start_time;

static int start_thread(void)
{
    if (!(main_thread = thread_new(true)))
        return -ENOMEM;
    main_thread->ret_addr = IN_RUNTIME;
    return thread_start_self(main_thread);
}

static int start_record(void)
{
    thread_register(main_thread);
    return 0;
}

static int start_identity(void)
{
    return startup && startup->kind != STARTUP_START ? self_from_block(startup) : self_first();
}

static int start_trace(void)
{
    trace_init(me.pid, startup ? (handle_t)startup->h_session : NULL,
               startup && startup->flags & STARTUP_FOLLOW ? startup->creator : 0);
    return 0;
}

static int start_program_name(void)
{
    unsigned units;
    const uint16_t *name = nt_program_path(&units);
    struct buf b;
    int r;

    path_buf(&b);
    if ((r = path_from_windows(name, units, &b)) < 0)
        return r;
    me.program = b.p;
    return 0;
}

static int start_root(void)
{
    return root_init(startup && startup->root ? (const char *)startup + startup->root : NULL);
}

static int start_cwd(void)
{
    return cwd_init(startup && startup->cwd ? (const char *)startup + startup->cwd : NULL);
}

static int start_files(void)
{
    return startup && startup->kind != STARTUP_START ? fd_load(startup) : fd_init();
}

static int start_arguments(void)
{
    int r = start_args(startup);

    if (r == 0) {
        self_set_cmdline(start_argv);
        progname_init();
    }
    return r;
}

static int start_signals(void)
{
    return sig_init(startup && startup->kind != STARTUP_START ? startup : NULL);
}

static int start_children(void)
{
    return startup && startup->kind == STARTUP_EXEC ? child_load(startup) : 0;
}

/* Everything that happens before main(), in this order. A forked child does none of it. */
static const struct {
    const char *what;
    int (*run)(void);
} steps[] = {
    { "memory", arena_init },
    { "thread", start_thread },
    { "object directory", shm_directory_open },
    { "index of processes", shm_index_open },
    { "mount table", path_init },
    { "root folder", start_root },
    { "program name", start_program_name },
    { "user", account_init },
    { "process section", start_identity },
    { "trace", start_trace },
    { "thread record", start_record },
    { "working directory", start_cwd },
    { "descriptors", start_files },
    { "arguments", start_arguments },
    { "options", options_init },
    { "locale", locale_start },
    { "signals", start_signals },
    { "children", start_children },
    { "terminal", tty_start },
    { "images", dll_init },
};

static const char *start_kind(void)
{
    static const char *const names[] = {
        [STARTUP_START] = "start", [STARTUP_EXEC] = "exec", [STARTUP_SPAWN] = "spawn",
    };

    return startup ? names[startup->kind] : "start";
}

static int emit_module(void *arg, const struct nt_module *m)
{
    struct buf name;

    (void)arg;
    path_buf(&name);
    if (path_from_windows(m->path, m->path_units, &name) == 0)
        trace_dll_load(name.p, (void *)m->base, m->size);
    buf_free(&name);
    return 0;
}

/* The creator waits for this before it forgets us. */
static void report(void)
{
    handle_t ready = startup ? (handle_t)startup->h_ready : NULL;

    nt_modules(emit_module, NULL);
    mounts_report();
    trace_process_start(me.ppid, nt_winpid(), start_kind(), me.program, start_argv[0],
                        trace_clock() - start_time);
    trace_wanted_wait();
    startup_forget(); /* the next process may get its block in the same section */
    if (ready) {
        nt_event_set(ready);
        nt_close(ready);
    }
}

static void run_main(void *arg)
{
    struct thread *t = self();
    int r;

    (void)arg;
    thread_stack_use(t, ARENA_STACK, ARENA_STACK_GUARD, ARENA_BREAK);
    t->ret_addr = 0; /* from here on signals may interrupt */
    dll_start();
    r = program->main(start_argc, start_argv, environ);
    t->ret_addr = IN_RUNTIME;
    exit(r);
}

/* longjmp of foreign C libraries unwinds past the first frame: leave it something to read. */
#define STACK_HEADROOM 0x4000

/**
 * The entry of every program, called by crt0. Never returns.
 */
void __isthmus_start(const struct isthmus_program *p)
{
    const struct startup_block *b;

    start_time = rdtsc();
    if (p->abi != ISTHMUS_ABI)
        rt_panic("the program was built for a runtime of another version", p->abi);
    b = startup_find();
    if (b && b->kind == STARTUP_PARKED)
        b = parked_wait(b);
    if (b && b->kind == STARTUP_FORK)
        fork_enter_child(b);
    program = p;
    for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
        int r = steps[i].run();

        if (r < 0)
            rt_panic(steps[i].what, r);
    }
    report();
    stack_call(run_main, NULL, (void *)(ARENA_BREAK - STACK_HEADROOM));
    __builtin_unreachable();
}
