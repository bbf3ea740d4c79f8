/* SPDX-License-Identifier: BSD-2-Clause */
/* The master of a pseudo terminal: who plays the keyboard and the screen. */
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>

#include "file/dispatch.h"
#include "file/file_internal.h"
#include "file/file_stat.h"
#include "ldisc.h"
#include "nt.h"
#include "pty.h"
#include "sig.h"
#include "sys.h"
#include "watch.h"

/* ---- opening ---- */

static struct tty *new_tty(int *err)
{
    for (int id = 0; id < TTY_PTS_MAX; id++) {
        struct tty *t = tty_get(id, TTY_NEW, err);

        if (t || *err != -EEXIST)
            return t;
    }
    *err = -ENOSPC;
    return NULL;
}

static int ptm_open(struct file *f, const struct path *p, int flags, mode_t mode)
{
    int r;
    struct tty *t = new_tty(&r);

    if (!t)
        return r;
    f->unit = t->id;
    return pty_attach(f, t, TTY_MASTER);
}

static int ptm_adopt(struct file *f)
{
    int r;
    struct tty *t = tty_get(f->unit, TTY_EXISTING, &r);

    f->priv[PTY_TTY] = 0;
    return t ? pty_attach(f, t, TTY_MASTER) : r;
}

static void ptm_close(struct file *f)
{
    pty_detach(f, TTY_MASTER);
}

int pty_number(struct file *master)
{
    return master->kind == FILE_PTMX && tty_of(master) ? master->unit : -ENOTTY;
}

int pty_unlock(struct file *master)
{
    struct tty *t = pty_number(master) >= 0 ? tty_of(master) : NULL;

    if (!t)
        return -EINVAL;
    tty_lock(t);
    t->shm->flags &= ~(uint32_t)SHM_TTY_LOCKED;
    tty_unlock(t);
    return 0;
}

/* ---- reading: the output of programs ---- */

/* In packet mode a byte says what follows. */
static int64_t take_packet(struct shm_tty *s, uint8_t *buf, size_t n)
{
    if (s->packet) {
        buf[0] = (uint8_t)s->packet;
        s->packet = 0;
        return 1;
    }
    buf[0] = TIOCPKT_DATA;
    n = ldisc_out_get(s, buf + 1, n - 1);
    return n ? (int64_t)n + 1 : 0;
}

static int64_t take(struct tty *t, void *buf, size_t n)
{
    int64_t r;

    tty_lock(t);
    tty_wake(t, TTY_ROOM_OUT);
    r = t->shm->flags & SHM_TTY_PACKET ? take_packet(t->shm, buf, n) : (int64_t)ldisc_out_get(t->shm, buf, n);
    tty_unlock(t);
    return r;
}

/* The slave was open, and is not any more. */
static bool slave_left(struct tty *t)
{
    return t->shm->flags & SHM_TTY_OPENED && !tty_held(t, TTY_SLAVE, NULL);
}

static int64_t ptm_read(struct file *f, void *buf, size_t n)
{
    struct tty *t = tty_of(f);
    int64_t r;

    if (!t)
        return -EIO;
    if (!n)
        return 0;
    while ((r = take(t, buf, n)) == 0) {
        if (slave_left(t)) { /* it may have written at the last moment */
            r = take(t, buf, n);
            return r ? r : -EIO;
        }
        if (f->flags & O_NONBLOCK)
            return -EAGAIN;
        if ((r = pty_wait(t, TTY_OUT, TTY_SLAVE, -1)) < 0)
            return r;
    }
    return r;
}

/* ---- writing: keys ---- */

/* Takes what there is room for. *sigs receives the signals that come of it: bits. */
static size_t type(struct shm_tty *s, const uint8_t *p, size_t n, struct buf *echo, uint64_t *sigs)
{
    size_t i = 0;

    for (; i < n && ldisc_room(s); i++) {
        int sig = ldisc_input(s, p[i], echo);

        if (sig)
            *sigs |= SIG_BIT(sig);
        if (echo->len) {
            ldisc_out_put(s, echo->p, echo->len);
            buf_cut(echo, 0);
        }
    }
    return i;
}

static size_t put(struct tty *t, const uint8_t *p, size_t n)
{
    struct shm_tty *s = t->shm;
    char mem[64];
    uint64_t sigs = 0;
    struct buf echo;
    size_t done;
    int pgrp;

    buf_init(&echo, path_realloc, mem, sizeof(mem));
    tty_lock(t);
    tty_wake(t, TTY_IN);
    if (s->termios.lflag & ECHO)
        tty_wake(t, TTY_OUT);
    done = type(s, p, n, &echo, &sigs);
    pgrp = s->pgrp;
    if (s->flags & SHM_TTY_MORE) {
        s->flags &= ~(uint32_t)SHM_TTY_MORE;
        tty_pulse(t);
    }
    tty_unlock(t);
    buf_free(&echo);
    for (int sig = 1; sigs; sig++)
        if (sigs & SIG_BIT(sig)) {
            sigs &= ~SIG_BIT(sig);
            trace_tty_key_signal(t->id, sig, pgrp);
            tty_signal_group(pgrp, sig);
        }
    return done;
}

static int64_t ptm_write(struct file *f, const void *buf, size_t n)
{
    struct tty *t = tty_of(f);
    size_t done = 0;
    int64_t r = 0;

    if (!t)
        return -EIO;
    while (done < n) {
        done += put(t, (const uint8_t *)buf + done, n - done);
        if (done == n)
            break;
        r = f->flags & O_NONBLOCK ? -EAGAIN : pty_wait(t, TTY_ROOM_IN, TTY_SLAVE, -1);
        if (r < 0)
            break;
    }
    return done ? (int64_t)done : r;
}

/* ---- readiness ---- */

static int state(const struct shm_tty *s)
{
    int r = ldisc_room(s) ? POLLOUT : 0;

    if (s->out_used)
        r |= POLLIN;
    if (s->flags & SHM_TTY_PACKET && s->packet)
        r |= POLLIN | POLLPRI;
    return r;
}

static int ptm_poll(struct file *f, int events, struct watch *w)
{
    struct tty *t = tty_of(f);
    handle_t slave = NULL, in, out;
    int r;

    if (!t)
        return POLLERR;
    r = state(t->shm);
    if (slave_left(t))
        return r | POLLHUP;
    if (r & events || !w->arm)
        return r;
    tty_lock(t); /* as in pts_poll */
    r = state(t->shm);
    tty_unlock(t);
    in = tty_event(t, TTY_OUT);
    out = tty_event(t, TTY_ROOM_IN);
    if (!(r & POLLIN) && in)
        watch_handle(w, in);
    if (events & POLLOUT && !(r & POLLOUT) && out)
        watch_handle(w, out);
    if (tty_held(t, TTY_SLAVE, &slave) && slave)
        watch_handle(w, slave);
    return r;
}

static int ptm_stat(struct file *f, struct stat *st)
{
    st->st_rdev = STAT_DEV(5, 2);
    stat_made_up(st, S_IFCHR | 0666, 2);
    return 0;
}

const struct file_ops ptm_ops = {
    .open = ptm_open, .read = ptm_read, .write = ptm_write, .stat = ptm_stat, .ioctl = tty_ioctl,
    .poll = ptm_poll, .close = ptm_close, .adopt = ptm_adopt,
};
