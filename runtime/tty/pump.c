/* SPDX-License-Identifier: BSD-2-Clause */
/* Plain Windows programs on a pseudo terminal (pump.h): two threads carry bytes between the terminal and
 * pipes. What was typed for a program that did not read it is gone with the program. */
#include "pump.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <termios.h>

#include "file/dispatch.h"
#include "file/pipe.h"
#include "ldisc.h"
#include "mm.h"
#include "nt.h"
#include "proc.h"
#include "pty.h"
#include "sig.h"
#include "sys.h"
#include "thread.h"

#define STACK 0x20000
#define PIECE 4096

struct pump {
    struct file *tty;
    struct file *in[2], *out[2];    /* pipes, [0] to read; [1] of `in` and [0] of `out` are ours */
    handle_t process;
    int pgid;
    uint32_t refs;
};

static NOCOPY uint32_t writing;     /* threads that have output to carry: a futex */

static int pipe_for(struct file *ends[2])
{
    return ends[0] ? 0 : pipe_create(ends, O_CLOEXEC);
}

struct file *pump_end(struct pump **p, struct file *f, int fd, int *err)
{
    struct file *end;

    if (!*p && !(*p = rt_zalloc(sizeof(**p)))) {
        *err = -ENOMEM;
        return NULL;
    }
    if (!(*p)->tty) {
        __atomic_add_fetch(&f->refs, 1, __ATOMIC_RELAXED);
        (*p)->tty = f;
    }
    if ((*err = pipe_for(fd ? (*p)->out : (*p)->in)) < 0)
        return NULL;
    end = fd ? (*p)->out[1] : (*p)->in[0];
    __atomic_add_fetch(&end->refs, 1, __ATOMIC_RELAXED);
    return end;
}

static void pump_put(struct pump *p)
{
    if (__atomic_sub_fetch(&p->refs, 1, __ATOMIC_ACQ_REL))
        return;
    for (int i = 0; i < 2; i++) {
        fd_put(p->in[i]);
        fd_put(p->out[i]);
    }
    fd_put(p->tty);
    nt_close(p->process);
    rt_free(p);
}

static void become_internal(void)
{
    struct thread *t = self();

    t->blocked = UINT64_MAX; /* no signal is for this thread */
    t->ret_addr = IN_RUNTIME;
}

/* ---- output ---- */

/* Windows programs end lines with two bytes, of which the terminal would make three. */
static size_t plain_newlines(struct pump *p, char *buf, size_t n)
{
    uint32_t o = tty_of(p->tty)->shm->termios.oflag;
    size_t k = 0;

    if ((o & (OPOST | ONLCR)) != (OPOST | ONLCR))
        return n;
    for (size_t i = 0; i < n; i++)
        if (buf[i] != '\r' || i + 1 == n || buf[i + 1] != '\n')
            buf[k++] = buf[i];
    return k;
}

static void show(struct pump *p, char *buf, size_t n)
{
    size_t done = 0;
    int64_t r = 0;

    n = plain_newlines(p, buf, n);
    while (done < n && (r = p->tty->ops->write(p->tty, buf + done, n - done)) > 0)
        done += (size_t)r;
}

/* Bytes read, 0: the end, or the program has ended and there are no more. */
static int64_t read_output(struct pump *p, struct nt_io *io, char *buf, size_t n)
{
    handle_t pipe = p->out[0]->handle[0], h[2] = { io->event, p->process };
    int64_t r = nt_read(pipe, io, buf, n, NT_AT_POS);

    if (r != -EINPROGRESS)
        return r;
    if (nt_wait(h, 2, -1) == 1 && nt_pipe_available(pipe) <= 0) {
        nt_io_cancel(pipe, io);
        nt_wait(&io->event, 1, -1);
    } else if (nt_io_result(io, true) == -EINPROGRESS) {
        nt_wait(&io->event, 1, -1);
    }
    return nt_io_result(io, true);
}

static void output_main(void *arg)
{
    struct pump *p = arg;
    struct nt_io *io = nt_io_get();
    char buf[PIECE];
    int64_t n;

    become_internal();
    while (io && tty_of(p->tty) && (n = read_output(p, io, buf, sizeof(buf))) > 0)
        show(p, buf, (size_t)n);
    if (io)
        nt_io_put(io);
    pump_put(p);
    __atomic_sub_fetch(&writing, 1, __ATOMIC_SEQ_CST);
    futex_wake(&writing, true);
}

void pump_finish(void)
{
    uint32_t n;

    while ((n = __atomic_load_n(&writing, __ATOMIC_SEQ_CST)))
        futex_wait(&writing, n, -1);
}

/* ---- input ---- */

/* Another group has the foreground: until that changes. */
static int wait_turn(struct pump *p, struct tty *t)
{
    handle_t h[2] = { tty_event(t, TTY_CHANGE), p->process };

    tty_lock(t);
    nt_event_reset(h[0]);
    t->shm->flags |= SHM_TTY_MORE;
    tty_unlock(t);
    return t->shm->pgrp == p->pgid ? 0 : nt_wait(h, 2, -1);
}

static int64_t take(struct tty *t, char *buf, size_t n)
{
    int64_t r;

    tty_lock(t);
    r = ldisc_read(t->shm, buf, n);
    tty_unlock(t);
    return r;
}

/* Until the program has taken it, or is gone. */
static bool give(struct pump *p, const char *buf, size_t n)
{
    handle_t pipe = p->in[1]->handle[0];
    struct nt_io *io = nt_io_get();
    int64_t r;

    if (!io)
        return false;
    r = nt_write(pipe, io, buf, n, NT_AT_POS);
    if (r == -EINPROGRESS) {
        handle_t h[2] = { io->event, p->process };

        if (nt_wait(h, 2, -1) == 1) {
            nt_io_cancel(pipe, io);
            nt_wait(&io->event, 1, -1);
        }
        r = nt_io_result(io, false);
    }
    nt_io_put(io);
    return r == (int64_t)n;
}

/* False: that was all. */
static bool carry_input(struct pump *p, struct tty *t)
{
    handle_t h[2] = { tty_event(t, TTY_IN), p->process };
    char buf[PIECE];
    int64_t n;

    if (pty_hung(t))
        return false;
    if (t->shm->pgrp > 0 && t->shm->pgrp != p->pgid)
        return wait_turn(p, t) == 0;
    n = take(t, buf, sizeof(buf));
    if (n == -EAGAIN)
        return nt_wait(h, 2, -1) == 0;
    return n > 0 && give(p, buf, (size_t)n);
}

static void input_main(void *arg)
{
    struct pump *p = arg;
    struct tty *t;

    become_internal();
    while ((t = tty_of(p->tty)) && carry_input(p, t))
        ;
    lock_take(&p->tty->lock);
    fd_put(p->in[1]); /* the program reads the end of the file */
    p->in[1] = NULL;
    lock_release(&p->tty->lock);
    pump_put(p);
}

/* ---- both ---- */

static void begin(struct pump *p, void (*fn)(void *))
{
    __atomic_add_fetch(&p->refs, 1, __ATOMIC_RELAXED);
    if (nt_thread_create(fn, p, STACK, NULL, NULL) < 0) {
        if (fn == output_main)
            __atomic_sub_fetch(&writing, 1, __ATOMIC_SEQ_CST);
        pump_put(p);
    }
}

void pump_run(struct pump *p, handle_t process, uint32_t winpid, int pgid)
{
    if (!p)
        return;
    p->refs = 1;
    if (process && nt_dup(NT_SELF, process, NT_SELF, false, &p->process) == 0) {
        trace_tty_pump(p->tty->unit, winpid, "pipes");
        p->pgid = pgid;
        /* Those ends are the program's alone. */
        fd_put(p->in[0]);
        fd_put(p->out[1]);
        p->in[0] = p->out[1] = NULL;
        if (p->out[0]) {
            __atomic_add_fetch(&writing, 1, __ATOMIC_SEQ_CST);
            begin(p, output_main);
        }
        if (p->in[1])
            begin(p, input_main);
    }
    pump_put(p);
}
