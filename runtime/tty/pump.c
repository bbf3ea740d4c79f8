/* SPDX-License-Identifier: BSD-2-Clause */
/* Plain Windows programs on a pseudo terminal or a FIFO (pump.h): threads carry bytes between these and
 * pipes. What was read for a program that did not read it is gone with the program. */
#include "pump.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <termios.h>

#include "file/dispatch.h"
#include "file/fifo.h"
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
#define STREAMS 3

/* One direction of one file. */
struct stream {
    struct pump *pump;
    struct file *far;           /* the terminal or FIFO */
    struct file *pipe[2];       /* [0] to read; of `in` [1] is ours, else [0] */
    bool in;                    /* to the program */
};

struct pump {
    struct stream stream[STREAMS];
    unsigned n;
    handle_t process;
    int pgid;
    uint32_t refs;
};

static NOCOPY uint32_t writing;     /* threads that have output to carry: a futex */

static struct stream *stream_for(struct pump *p, struct file *f, bool in, int *err)
{
    struct stream *s;

    for (unsigned i = 0; i < p->n; i++)
        if (p->stream[i].far == f && p->stream[i].in == in)
            return &p->stream[i];
    s = &p->stream[p->n]; /* one for each of the three descriptors at most */
    if ((*err = pipe_create(s->pipe, O_CLOEXEC)) < 0)
        return NULL;
    __atomic_add_fetch(&f->refs, 1, __ATOMIC_RELAXED);
    s->pump = p;
    s->far = f;
    s->in = in;
    p->n++;
    return s;
}

struct file *pump_end(struct pump **p, struct file *f, int fd, int *err)
{
    struct stream *s;
    struct file *end;

    if (!*p && !(*p = rt_zalloc(sizeof(**p)))) {
        *err = -ENOMEM;
        return NULL;
    }
    if (!(s = stream_for(*p, f, fd == 0, err)))
        return NULL;
    end = s->pipe[!s->in];
    __atomic_add_fetch(&end->refs, 1, __ATOMIC_RELAXED);
    return end;
}

static void pump_put(struct pump *p)
{
    if (__atomic_sub_fetch(&p->refs, 1, __ATOMIC_ACQ_REL))
        return;
    for (unsigned i = 0; i < p->n; i++) {
        fd_put(p->stream[i].pipe[0]);
        fd_put(p->stream[i].pipe[1]);
        fd_put(p->stream[i].far);
    }
    nt_close(p->process);
    rt_free(p);
}

static void become_internal(void)
{
    struct thread *t = self();

    t->blocked = UINT64_MAX; /* no signal is for this thread */
    t->ret_addr = IN_RUNTIME;
}

/* Our end goes: the program reads the end of the file, or cannot write any more. */
static void close_end(struct stream *s)
{
    struct file **end = &s->pipe[s->in];

    lock_take(&s->far->lock);
    fd_put(*end);
    *end = NULL;
    lock_release(&s->far->lock);
}

/* ---- output ---- */

/* Windows programs end lines with two bytes, of which the terminal would make three. */
static size_t plain_newlines(struct tty *t, char *buf, size_t n)
{
    uint32_t o = t->shm->termios.oflag;
    size_t k = 0;

    if ((o & (OPOST | ONLCR)) != (OPOST | ONLCR))
        return n;
    for (size_t i = 0; i < n; i++)
        if (buf[i] != '\r' || i + 1 == n || buf[i + 1] != '\n')
            buf[k++] = buf[i];
    return k;
}

/* False: nobody is there to see it. */
static bool show(struct stream *s, char *buf, size_t n)
{
    size_t done = 0;
    int64_t r = 0;

    if (s->far->kind == FILE_FIFO)
        return fifo_write_quietly(s->far, buf, n) == (int64_t)n;
    if (!tty_of(s->far))
        return false;
    n = plain_newlines(tty_of(s->far), buf, n);
    while (done < n && (r = s->far->ops->write(s->far, buf + done, n - done)) > 0)
        done += (size_t)r;
    return true; /* a terminal that hung up: the program shall not learn it by its output */
}

/* Bytes read, 0: the end, or the program has ended and there are no more. */
static int64_t read_output(struct stream *s, struct nt_io *io, char *buf, size_t n)
{
    handle_t pipe = s->pipe[0]->handle[0], h[2] = { io->event, s->pump->process };
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
    struct stream *s = arg;
    struct nt_io *io = nt_io_get();
    char buf[PIECE];
    int64_t n;

    become_internal();
    while (io && (n = read_output(s, io, buf, sizeof(buf))) > 0 && show(s, buf, (size_t)n))
        ;
    if (io)
        nt_io_put(io);
    close_end(s);
    pump_put(s->pump);
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
static bool give(struct stream *s, const char *buf, size_t n)
{
    handle_t pipe = s->pipe[1]->handle[0];
    struct nt_io *io = nt_io_get();
    int64_t r;

    if (!io)
        return false;
    r = nt_write(pipe, io, buf, n, NT_AT_POS);
    if (r == -EINPROGRESS) {
        handle_t h[2] = { io->event, s->pump->process };

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
static bool carry_keys(struct stream *s, struct tty *t)
{
    struct pump *p = s->pump;
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
    return n > 0 && give(s, buf, (size_t)n);
}

static bool carry_bytes(struct stream *s)
{
    char buf[PIECE];
    int64_t n = fifo_read_until(s->far, buf, sizeof(buf), s->pump->process);

    return n > 0 && give(s, buf, (size_t)n);
}

static void input_main(void *arg)
{
    struct stream *s = arg;
    struct tty *t;

    become_internal();
    if (s->far->kind == FILE_FIFO)
        while (carry_bytes(s))
            ;
    else
        while ((t = tty_of(s->far)) && carry_keys(s, t))
            ;
    close_end(s);
    pump_put(s->pump);
}

/* ---- both ---- */

static void begin(struct stream *s)
{
    struct pump *p = s->pump;

    __atomic_add_fetch(&p->refs, 1, __ATOMIC_RELAXED);
    if (!s->in)
        __atomic_add_fetch(&writing, 1, __ATOMIC_SEQ_CST);
    if (nt_thread_create(s->in ? input_main : output_main, s, STACK, NULL, NULL) < 0) {
        if (!s->in)
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
        p->pgid = pgid;
        if (p->n)
            trace_tty_pump(p->stream[0].far->unit, winpid, "pipes");
        for (unsigned i = 0; i < p->n; i++) {
            struct stream *s = &p->stream[i];

            fd_put(s->pipe[!s->in]); /* that end is the program's alone */
            s->pipe[!s->in] = NULL;
            begin(s);
        }
    }
    pump_put(p);
}
