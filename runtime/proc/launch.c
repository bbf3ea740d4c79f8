/* SPDX-License-Identifier: BSD-2-Clause */
/* Making a process for a new program. Ported programs get a startup block; Windows programs get what
 * Windows passes on: command line, environment, standard handles, working directory. */
#include "launch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "lib/text/argv.h"
#include "lib/text/utf.h"
#include "mm.h"
#include "options.h"
#include "start_env.h"
#include "sig.h"
#include "signal/sigtimer.h"
#include "sys.h"
#include "tty/pump.h"

static void put_strings(struct buf *b, char *const *v, uint64_t *off, uint64_t *n)
{
    *off = b->len;
    for (*n = 0; *v; v++, ++*n)
        buf_put(b, *v, strlen(*v) + 1);
}

static uint64_t put_string(struct buf *b, const char *s)
{
    uint64_t off = b->len;

    buf_put(b, s, strlen(s) + 1);
    return off;
}

static void align(struct buf *b)
{
    while (b->len % 16)
        buf_putc(b, 0);
}

/* The block but for handles, which need the process. */
static int fill_block(struct launch *l, struct buf *b)
{
    struct startup_block h = {
        .hdr = { SHM_MAGIC_STARTUP, ISTHMUS_ABI_MAJOR, ISTHMUS_ABI_MINOR, 0 },
        .kind = l->kind, .creator = nt_winpid(), .pid = l->pid, .tree = shm_tree,
        .sig_blocked = l->sig_blocked, .sig_ignored = l->sig_ignored, .sig_pending = l->sig_pending,
        .umask = me.umask, .flags = trace_startup_flags(),
    };
    struct buf cwd;
    int r = 0;

    if (l->kind == STARTUP_EXEC)
        for (int i = 0; i < SIG_ITIMERS; i++)
            sig_timer_get(i, &h.itimers[2 * i], &h.itimers[2 * i + 1]);
    buf_put(b, &h, sizeof(h));
    put_strings(b, l->image.argv, &h.argv, &h.argc);
    put_strings(b, l->envp, &h.envp, &h.envc);
    path_buf(&cwd);
    if (!l->cwd)
        r = cwd_get(&cwd);
    h.cwd = put_string(b, l->cwd ? l->cwd : r == 0 ? cwd.p : "/");
    if (root_get(&cwd) == 0 && cwd.len)
        h.root = put_string(b, cwd.p);
    buf_free(&cwd);
    h.program = put_string(b, l->image.posix.p);
    align(b);
    if ((r = fd_plan_save(l->plan, b, &h.fds, &h.nfds)) < 0)
        return r;
    align(b);
    if (l->kind == STARTUP_EXEC)
        fd_plan_exec(l->plan);
    if (l->kind == STARTUP_EXEC && (r = child_save(b, &h.children, &h.nchildren)) < 0)
        return r;
    h.hdr.size = b->len;
    if ((r = buf_err(b)) == 0)
        memcpy(b->p, &h, sizeof(h));
    return r;
}

static int give_block(struct launch *l, struct buf *b, struct startup_carrier *c)
{
    struct startup_block *h = (struct startup_block *)b->p;
    handle_t session = l->kind == STARTUP_EXEC ? trace_session_exec() : trace_session();
    int r;

    if ((r = startup_give(l->process, l->h_shm, &h->h_proc)) < 0
        || (r = startup_give(l->process, c->ready, &h->h_ready)) < 0
        || (r = startup_give(l->process, session, &h->h_session)) < 0)
        return r;
    if (l->kind == STARTUP_EXEC && (r = child_give(h, l->process)) < 0)
        return r;
    return startup_map(c, l->process, b->p, b->len);
}

/* Command line of a Windows program. One of ours gets the same, as far as it fits: for those who list
 * processes. */
static int command_line(struct launch *l, struct wbuf *line)
{
    int r;

    if (l->image.kind == IMAGE_BATCH) {
        const char *cmd = getenv("COMSPEC");
        struct buf batch;

        path_buf(&batch);
        wide_to_utf8(&batch, l->image.win32.p, l->image.win32.len - 1);
        r = buf_err(&batch);
        if (r == 0)
            r = quote_batch(line, cmd ? cmd : "C:\\windows\\system32\\cmd.exe", batch.p, l->image.argv);
        buf_free(&batch);
    } else {
        r = quote_argv(line, l->image.argv);
        if (l->ported && r < 0 && r != -ENOMEM) {
            wbuf_cut(line, 0);
            wbuf_puta(line, "\"");
            wbuf_put(line, l->image.win32.p, l->image.win32.len - 1);
            wbuf_puta(line, "\"");
            r = 0;
        }
    }
    wbuf_putc(line, 0);
    return r < 0 ? r : wbuf_err(line);
}

static int batch_shell(struct wbuf *out)
{
    const char *cmd = getenv("COMSPEC");

    if (!cmd)
        cmd = "C:\\windows\\system32\\cmd.exe";
    utf8_to_wide(out, cmd, strlen(cmd) + 1);
    return wbuf_err(out);
}

static int create(struct launch *l, const uint16_t *env)
{
    struct nt_spawn s = { .inherit = true, .suspended = l->ported, .env = env };
    struct wbuf line, cwd, shell;
    struct buf text;
    int r;

    path_wbuf(&line);
    path_wbuf(&cwd);
    path_wbuf(&shell);
    if ((r = command_line(l, &line)) < 0 || (r = cwd_win32(&cwd)) < 0)
        goto out;
    wbuf_putc(&cwd, 0);
    s.image = l->image.win32.p;
    if (l->image.kind == IMAGE_BATCH) {
        if ((r = batch_shell(&shell)) < 0)
            goto out;
        s.image = shell.p;
    }
    s.cmdline = line.p;
    s.cwd = cwd.p;
    for (int i = 0; i < 3; i++)
        s.std[i] = fd_plan_std(l->plan, i);
    if ((r = wbuf_err(&cwd)) < 0 || (r = nt_process_create(&s)) < 0)
        goto out;
    l->process = s.process;
    l->thread = s.thread;
    l->job = s.job;
    l->winpid = s.pid;
    path_buf(&text);
    wide_to_utf8(&text, line.p, line.len ? line.len - 1 : 0);
    trace_exec_created(l->pid, l->winpid, text.p, trace_clock() - l->begin);
    buf_free(&text);
out:
    wbuf_free(&line);
    wbuf_free(&cwd);
    wbuf_free(&shell);
    return r;
}

/* Most often since a DLL is missing: the code of its end says so. */
static void died(const struct launch *l)
{
    struct buf text;
    uint32_t code = 0;

    nt_process_exit_code(l->process, &code);
    path_buf(&text);
    wide_to_utf8(&text, l->image.win32.p, l->image.win32.len - 1);
    trace_exec_child_died(l->pid, l->winpid, code, text.p);
    buf_free(&text);
    trace_keep_at_exit();
}

/* The new process runs: it reports, or it dies. */
static int wait_ready(struct launch *l, handle_t ready)
{
    handle_t h[2] = { ready, l->process };
    int r;

    l->stage = "start of the new runtime";
    if (inject("exec.start") < 0)
        nt_process_terminate(l->process, 0xc0000005);
    r = nt_wait(h, 2, -1);
    if (r == 1)
        died(l);
    return r == 1 ? -EACCES : r;
}

/* Until it runs, it is there for nobody but us. */
static int create_and_resume(struct launch *l, struct buf *b, struct startup_carrier *c)
{
    int r;

    l->stage = "create";
    if ((r = inject("exec.create")) < 0 || (r = create(l, NULL)) < 0)
        return r;
    l->stage = "map";
    if ((r = inject("exec.map")) < 0 || (r = give_block(l, b, c)) < 0)
        goto undo;
    trace_child_created(l->winpid, l->pid);
    l->stage = "resume";
    if ((r = nt_process_run(l->thread, &l->job)) == 0)
        return 0;
undo:
    nt_process_terminate(l->process, 1);
    return r;
}

static int launch_ported(struct launch *l)
{
    struct startup_carrier c;
    struct buf b;
    int r;

    path_buf(&b);
    l->stage = "block";
    if ((r = fill_block(l, &b)) == 0 && (r = startup_begin(&c, b.len)) == 0) {
        proc_create_begin();
        r = create_and_resume(l, &b, &c);
        proc_create_end();
        if (r == 0)
            r = wait_ready(l, c.ready);
        startup_end(&c, r == 0);
    }
    buf_free(&b);
    return r;
}

static int group_of(pid_t pid)
{
    struct shm_proc *p;
    handle_t h;
    int pgid;

    if (pid == me.pid || !(p = proc_open(pid, &h)))
        return shm_self->pgid;
    pgid = p->pgid;
    proc_close(p, h);
    return pgid;
}

static int launch_windows(struct launch *l)
{
    struct pump *pump = NULL;
    uint64_t off, n;
    struct wbuf env;
    struct buf b;
    int r;

    path_buf(&b);
    path_wbuf(&env);
    l->stage = "environment";
    if ((r = env_to_windows(l->envp, &env)) == 0 && (r = fd_plan_windows(l->plan, &pump)) == 0
        && (r = fd_plan_save(l->plan, &b, &off, &n)) == 0) {
        l->stage = "create";
        r = create(l, env.p);
    }
    pump_run(pump, r == 0 ? l->process : NULL, l->winpid, group_of(l->pid));
    wbuf_free(&env);
    buf_free(&b);
    return r;
}

int launch(struct launch *l)
{
    struct buf text;
    int r;

    nt_forget_status();
    l->stage = "program";
    if ((r = inject("exec.program")) < 0 || (r = image_find(l->path, l->argv, &l->image)) < 0)
        return r;
    l->ported = l->image.kind == IMAGE_PORTED;
    path_buf(&text);
    wide_to_utf8(&text, l->image.win32.p, l->image.win32.len - 1);
    trace_exec_image(l->path, text.p, l->image.kind, l->image.script ? l->image.posix.p : NULL);
    buf_free(&text);
    r = l->ported ? launch_ported(l) : launch_windows(l);
    if (r < 0 && l->process)
        nt_process_terminate(l->process, 127);
    return r;
}

void launch_done(struct launch *l)
{
    image_done(&l->image);
    nt_close(l->thread);
    nt_close(l->job);
    nt_close(l->process);
}
