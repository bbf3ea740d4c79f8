/* SPDX-License-Identifier: BSD-2-Clause */
/* The slave of a pseudo terminal: what programs have as their terminal. The line discipline works where
 * bytes are written: keys in the master's process, output here. */
#include "pty.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "file/dispatch.h"
#include "file/file_internal.h"
#include "file/file_stat.h"
#include "ldisc.h"
#include "mm.h"
#include "nt.h"
#include "proc.h"
#include "sig.h"
#include "sys.h"
#include "watch.h"

/* ---- both sides ---- */

int pty_attach(struct file *f, struct tty *t, enum tty_side side)
{
    int r = tty_hold(t, side, 1);

    f->priv[PTY_ID] = (uint64_t)t->id + 3;
    f->priv[PTY_TTY] = r == 0 ? (uintptr_t)t : 0;
    f->priv[PTY_OF] = nt_winpid();
    if (r < 0)
        tty_put(t);
    return r;
}

void pty_detach(struct file *f, enum tty_side side)
{
    struct tty *t = f->priv[PTY_OF] == nt_winpid() ? tty_of(f) : NULL;

    f->priv[PTY_TTY] = 0;
    if (!t)
        return;
    tty_hold(t, side, -1);
    if (side == TTY_MASTER && !tty_held(t, TTY_MASTER, NULL))
        tty_hang_up(t);
    tty_lock(t); /* the master may learn that nobody is there */
    tty_unlock(t);
    tty_put(t);
}

int pty_wait(struct tty *t, enum tty_event e, enum tty_side other, int64_t timeout)
{
    handle_t h[2] = { tty_event(t, e), NULL };

    if (!h[0])
        return -ENOMEM;
    tty_held(t, other, &h[1]);
    return wait_for(h, h[1] ? 2 : 1, timeout, 0);
}

bool pty_hung(struct tty *t)
{
    if (!(t->shm->flags & SHM_TTY_HUNG) && !tty_held(t, TTY_MASTER, NULL))
        tty_hang_up(t);
    return t->shm->flags & SHM_TTY_HUNG;
}

/* ---- opening ---- */

bool pty_exists(int id)
{
    int err;
    struct tty *t = tty_get(id, TTY_EXISTING, &err);
    bool r = t && !(t->shm->flags & SHM_TTY_HUNG);

    tty_put(t);
    return r;
}

static int slave_ready(struct tty *t)
{
    uint32_t flags = t->shm->flags;

    if (!(flags & SHM_TTY_MASTER))
        return -ENXIO;
    if (flags & SHM_TTY_LOCKED || pty_hung(t))
        return -EIO;
    return flags & SHM_TTY_EXCLUSIVE ? -EBUSY : 0;
}

int pty_open_slave(struct file *f, int id, int flags)
{
    char name[32];
    int r;
    struct tty *t = tty_get(id, TTY_EXISTING, &r);

    if (!t)
        return r == -ENXIO ? -ENOENT : r;
    if ((r = slave_ready(t)) < 0) {
        tty_put(t);
        return r;
    }
    if ((r = pty_attach(f, t, TTY_SLAVE)) < 0)
        return r;
    snprintf(name, sizeof(name), "/dev/pts/%d", id);
    rt_free(f->name);
    f->name = rt_strdup(name);
    f->unit = id;
    tty_lock(t);
    t->shm->flags |= SHM_TTY_OPENED;
    tty_unlock(t);
    if (!(flags & O_NOCTTY))
        tty_take_first(t);
    trace_tty_open(name, "pty");
    return 0;
}

static int pts_open(struct file *f, const struct path *p, int flags, mode_t mode)
{
    return pty_open_slave(f, f->unit, flags);
}

static int pts_adopt(struct file *f)
{
    int r;
    struct tty *t = tty_get(f->unit, TTY_EXISTING, &r);

    f->priv[PTY_TTY] = 0;
    if (!t)
        return r;
    return pty_attach(f, t, TTY_SLAVE);
}

static void pts_close(struct file *f)
{
    nt_close(f->handle[0]);
    nt_close(f->handle[1]);
    pty_detach(f, TTY_SLAVE);
}

/* ---- reading ---- */

/* What a read without canonical mode still has to wait for. */
struct wish {
    size_t min;
    int64_t time;       /* 100 ns, 0: none */
    bool between;       /* the time is between bytes: it begins with the first */
};

static struct wish wish_of(const struct shm_tty *s, size_t n)
{
    uint8_t min = s->termios.cc[VMIN];
    struct wish w = { min < n ? min : n, s->termios.cc[VTIME] * 1000000ll, min > 0 };

    return w;
}

/* One look. > 0: that many bytes, 0: the end of the file, -EAGAIN: nothing. */
static int64_t take(struct tty *t, void *buf, size_t n)
{
    int64_t r;

    tty_lock(t);
    r = ldisc_read(t->shm, buf, n);
    tty_unlock(t);
    return r;
}

/* How long to wait now, -1: as long as it takes; 0: not at all. */
static int64_t patience(const struct tty *t, const struct wish *w, size_t got)
{
    if (t->shm->termios.lflag & ICANON)
        return -1;
    if (w->between)
        return w->time && got ? w->time : -1;
    return w->time;
}

static int64_t read_more(struct file *f, struct tty *t, uint8_t *buf, size_t n, size_t *got, bool waited)
{
    struct wish w = wish_of(t->shm, n);
    bool raw = !(t->shm->termios.lflag & ICANON);
    int64_t r, limit;

    if (pty_hung(t))
        return waited ? -EIO : 0; /* as on Linux */
    if ((r = tty_job_check(t, SIGTTIN)) < 0)
        return r;
    r = take(t, buf + *got, n - *got);
    if (r >= 0)
        *got += (size_t)r;
    if (r >= 0 && (!raw || *got >= (w.min ? w.min : 1)))
        return 0;
    limit = patience(t, &w, *got);
    if (!limit)
        return 0;
    if (f->flags & O_NONBLOCK)
        return -EAGAIN;
    r = pty_wait(t, TTY_IN, TTY_MASTER, limit);
    return r == -ETIMEDOUT ? 0 : r < 0 ? r : 1;
}

static int64_t pts_read(struct file *f, void *buf, size_t n)
{
    struct tty *t = tty_of(f);
    bool waited = false;
    size_t got = 0;
    int64_t r;

    if (!t)
        return -EIO;
    if (!n)
        return 0;
    while ((r = read_more(f, t, buf, n, &got, waited)) > 0)
        waited = true;
    return got ? (int64_t)got : r;
}

/* ---- writing ---- */

static int64_t put(struct tty *t, const uint8_t *s, size_t n)
{
    size_t done = 0;

    tty_lock(t);
    if (!(t->shm->flags & SHM_TTY_STOPPED)) {
        tty_wake(t, TTY_OUT);
        done = ldisc_out_put(t->shm, s, n);
    }
    tty_unlock(t);
    return (int64_t)done;
}

static int64_t write_some(struct file *f, struct tty *t, const uint8_t *s, size_t n)
{
    int64_t r;

    if (pty_hung(t))
        return -EIO;
    if (t->shm->termios.lflag & TOSTOP && (r = tty_job_check(t, SIGTTOU)) < 0)
        return r;
    if ((r = put(t, s, n)) > 0)
        return r;
    if (f->flags & O_NONBLOCK)
        return -EAGAIN;
    r = pty_wait(t, TTY_ROOM_OUT, TTY_MASTER, -1);
    return r < 0 ? r : 0;
}

static int64_t pts_write(struct file *f, const void *buf, size_t n)
{
    struct tty *t = tty_of(f);
    size_t done = 0;
    int64_t r = 0;

    if (!t)
        return -EIO;
    while (done < n && (r = write_some(f, t, (const uint8_t *)buf + done, n - done)) >= 0)
        done += (size_t)r;
    return done ? (int64_t)done : r;
}

/* ---- readiness ---- */

static uint32_t threshold(const struct shm_tty *s)
{
    bool many = !(s->termios.lflag & ICANON) && !s->termios.cc[VTIME] && s->termios.cc[VMIN];

    return many ? s->termios.cc[VMIN] : 1;
}

static int state(const struct shm_tty *s)
{
    int r = ldisc_ready(s) >= threshold(s) ? POLLIN : 0;

    return ldisc_out_room(s) && !(s->flags & SHM_TTY_STOPPED) ? r | POLLOUT : r;
}

static void watch_event(struct watch *w, struct tty *t, enum tty_event e)
{
    handle_t h = tty_event(t, e);

    if (h)
        watch_handle(w, h);
}

/* Some input, but less than VMIN: TTY_IN is set already. */
static void watch_change(struct watch *w, struct tty *t)
{
    handle_t h = tty_event(t, TTY_CHANGE);

    if (!h)
        return;
    nt_event_reset(h);
    t->shm->flags |= SHM_TTY_MORE;
    watch_handle(w, h);
}

static int pts_poll(struct file *f, int events, struct watch *w)
{
    struct tty *t = tty_of(f);
    handle_t master;
    int r;

    if (!t || pty_hung(t))
        return POLLIN | POLLOUT | POLLERR | POLLHUP;
    r = state(t->shm);
    if (r & events || !w->arm)
        return r;
    tty_lock(t); /* sets events right that somebody who died may have left wrong */
    r = state(t->shm);
    if (events & POLLIN && !(r & POLLIN) && ldisc_ready(t->shm))
        watch_change(w, t);
    else if (events & POLLIN && !(r & POLLIN))
        watch_event(w, t, TTY_IN);
    if (events & POLLOUT && !(r & POLLOUT))
        watch_event(w, t, TTY_ROOM_OUT);
    tty_unlock(t);
    if (tty_held(t, TTY_MASTER, &master) && master)
        watch_handle(w, master);
    return r;
}

/* ---- the rest ---- */

static int pts_stat(struct file *f, struct stat *st)
{
    st->st_rdev = STAT_DEV(136, f->unit & 0xffff);
    stat_made_up(st, S_IFCHR | 0620, (uint64_t)f->unit + 3);
    return 0;
}

const struct file_ops pts_ops = {
    .open = pts_open, .read = pts_read, .write = pts_write, .stat = pts_stat, .ioctl = tty_ioctl,
    .poll = pts_poll, .close = pts_close, .adopt = pts_adopt,
};
