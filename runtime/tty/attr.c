/* SPDX-License-Identifier: BSD-2-Clause */
/* What the system calls of terminals do, for consoles and both sides of pseudo terminals: settings,
 * sizes, groups, names, ioctl. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>

#include "file/dispatch.h"
#include "console.h"
#include "ldisc.h"
#include "nt.h"
#include "nt_console.h"
#include "proc.h"
#include "pty.h"
#include "sys.h"
#include "tty.h"

static enum tty_side side_of(const struct file *f)
{
    return f->kind == FILE_PTMX ? TTY_MASTER : TTY_SLAVE;
}

static bool is_pty(const struct file *f)
{
    return f->kind == FILE_PTMX || f->kind == FILE_PTS;
}

static void attach_console(struct file *f)
{
    struct tty *t;
    int err;

    lock_take(&f->lock);
    if (f->priv[PTY_OF] != nt_winpid() && (t = tty_get(f->unit, TTY_MAKE, &err))) {
        f->priv[PTY_TTY] = (uintptr_t)t;
        __atomic_store_n(&f->priv[PTY_OF], nt_winpid(), __ATOMIC_RELEASE);
    }
    lock_release(&f->lock);
}

struct tty *tty_of(struct file *f)
{
    if (unlikely(f->priv[PTY_OF] != nt_winpid()) && !is_pty(f))
        attach_console(f);
    return f->priv[PTY_OF] == nt_winpid() ? (struct tty *)f->priv[PTY_TTY] : NULL;
}

/* The terminal, if something can still be asked of it. */
static struct tty *alive(struct file *f)
{
    struct tty *t = tty_of(f);

    return t && side_of(f) == TTY_SLAVE && is_pty(f) && pty_hung(t) ? NULL : t;
}

/* ---- settings ---- */

int tty_getattr(struct file *f, struct termios *to)
{
    struct tty *t = alive(f);
    struct shm_termios now;

    if (!t)
        return -EIO;
    tty_lock(t);
    now = t->shm->termios;
    tty_unlock(t);
    memset(to, 0, sizeof(*to));
    to->c_iflag = now.iflag;
    to->c_oflag = now.oflag;
    to->c_cflag = now.cflag;
    to->c_lflag = now.lflag;
    to->c_ispeed = now.ispeed;
    to->c_ospeed = now.ospeed;
    memcpy(to->c_cc, now.cc, sizeof(to->c_cc));
    return 0;
}

static bool usual_flow(const struct shm_termios *s)
{
    return s->iflag & IXON && s->cc[VSTOP] == CSTOP && s->cc[VSTART] == CSTART;
}

static void change(struct tty *t, const struct shm_termios *to, bool flush)
{
    struct shm_tty *s = t->shm;
    bool usual;

    tty_lock(t);
    usual = usual_flow(&s->termios);
    tty_wake(t, TTY_IN); /* a change of mode may make input readable */
    ldisc_set(s, to);
    if (usual != usual_flow(to))
        s->packet = (s->packet & ~(uint32_t)(TIOCPKT_DOSTOP | TIOCPKT_NOSTOP))
                    | (usual ? TIOCPKT_NOSTOP : TIOCPKT_DOSTOP);
    if (flush) {
        ldisc_flush(s);
        s->packet |= TIOCPKT_FLUSHREAD;
    }
    tty_unlock(t);
}

int tty_setattr(struct file *f, int action, const struct termios *from)
{
    struct shm_termios to = {
        .iflag = from->c_iflag, .oflag = from->c_oflag, .cflag = from->c_cflag, .lflag = from->c_lflag,
        .ispeed = from->c_ispeed, .ospeed = from->c_ospeed,
    };
    struct tty *t = alive(f);
    int r;

    if (action != TCSANOW && action != TCSADRAIN && action != TCSAFLUSH)
        return -EINVAL;
    if (!t)
        return -EIO;
    if (side_of(f) == TTY_SLAVE && (r = tty_job_check(t, SIGTTOU)) < 0)
        return r;
    memcpy(to.cc, from->c_cc, sizeof(from->c_cc));
    change(t, &to, action == TCSAFLUSH);
    return is_pty(f) ? 0 : console_changed(f, t, action == TCSAFLUSH);
}

/* For the master, input is what the slave has written. */
int tty_flush(struct file *f, int queue)
{
    struct tty *t = alive(f);
    bool in = queue != TCOFLUSH, out = queue != TCIFLUSH, master = side_of(f) == TTY_MASTER;

    if (queue != TCIFLUSH && queue != TCOFLUSH && queue != TCIOFLUSH)
        return -EINVAL;
    if (!t)
        return -EIO;
    tty_lock(t);
    if (master ? out : in) {
        ldisc_flush(t->shm);
        t->shm->packet |= TIOCPKT_FLUSHREAD;
    }
    if (master ? in : out) {
        t->shm->out_used = 0;
        t->shm->packet |= TIOCPKT_FLUSHWRITE;
    }
    tty_unlock(t);
    return in && !is_pty(f) ? console_flush(f) : 0;
}

static void stop(struct shm_tty *s, bool on)
{
    if (!(s->flags & SHM_TTY_STOPPED) == !on)
        return;
    s->flags ^= SHM_TTY_STOPPED;
    s->packet = (s->packet & ~(uint32_t)(TIOCPKT_STOP | TIOCPKT_START)) | (on ? TIOCPKT_STOP : TIOCPKT_START);
}

int tty_flow(struct file *f, int action)
{
    struct tty *t = alive(f);
    uint8_t c;
    int r;

    if (action < TCOOFF || action > TCION)
        return -EINVAL;
    if (!t)
        return -EIO;
    if (side_of(f) == TTY_SLAVE && (r = tty_job_check(t, SIGTTOU)) < 0)
        return r;
    tty_lock(t);
    c = t->shm->termios.cc[action == TCIOFF ? VSTOP : VSTART];
    if (action == TCOOFF || action == TCOON)
        stop(t->shm, action == TCOOFF);
    else if (c && is_pty(f)) /* asks whoever sends to us to stop */
        ldisc_out_raw(t->shm, &c, 1);
    tty_unlock(t);
    return 0;
}

/* ---- groups ---- */

int tty_getpgrp(struct file *f)
{
    struct tty *t = alive(f);

    return t ? tty_get_pgrp(t, side_of(f)) : -EIO;
}

int tty_setpgrp(struct file *f, int pgrp)
{
    struct tty *t = alive(f);

    return t ? tty_set_pgrp(t, side_of(f), pgrp) : -ENOTTY;
}

int tty_getsid(struct file *f)
{
    struct tty *t = alive(f);

    return t ? tty_get_sid(t, side_of(f)) : -EIO;
}

const char *tty_name(struct file *f)
{
    return f->name;
}

/* ---- size ---- */

int tty_size_get(struct file *f, struct winsize *w)
{
    struct tty *t = alive(f);

    if (!is_pty(f))
        return console_size(f, w);
    if (!t)
        return -EIO;
    tty_lock(t);
    *w = (struct winsize){ t->shm->rows, t->shm->columns, t->shm->xpixel, t->shm->ypixel };
    tty_unlock(t);
    return 0;
}

/* A console has the size that its window has. */
int tty_size_set(struct file *f, const struct winsize *w)
{
    struct tty *t = alive(f);
    struct shm_tty *s;
    bool changed;
    int pgrp;

    if (!is_pty(f))
        return -EINVAL;
    if (!t)
        return -EIO;
    s = t->shm;
    tty_lock(t);
    changed = s->rows != w->ws_row || s->columns != w->ws_col || s->xpixel != w->ws_xpixel
              || s->ypixel != w->ws_ypixel;
    s->rows = w->ws_row;
    s->columns = w->ws_col;
    s->xpixel = w->ws_xpixel;
    s->ypixel = w->ws_ypixel;
    pgrp = s->pgrp;
    tty_unlock(t);
    if (changed) {
        trace_tty_size(w->ws_col, w->ws_row);
        tty_signal_group(pgrp, SIGWINCH);
    }
    return 0;
}

/* ---- ioctl ---- */

static int set_packet(struct file *f, struct tty *t, bool on)
{
    if (side_of(f) != TTY_MASTER)
        return -ENOTTY;
    tty_lock(t);
    if (on && !(t->shm->flags & SHM_TTY_PACKET))
        t->shm->packet = 0;
    t->shm->flags = on ? t->shm->flags | SHM_TTY_PACKET : t->shm->flags & ~(uint32_t)SHM_TTY_PACKET;
    tty_unlock(t);
    return 0;
}

static int set_exclusive(struct tty *t, bool on)
{
    tty_lock(t);
    t->shm->flags = on ? t->shm->flags | SHM_TTY_EXCLUSIVE : t->shm->flags & ~(uint32_t)SHM_TTY_EXCLUSIVE;
    tty_unlock(t);
    return 0;
}

static int waiting(struct file *f, struct tty *t, int *n)
{
    if (!is_pty(f))
        *n = console_waiting(f);
    else if (side_of(f) == TTY_MASTER)
        *n = (int)t->shm->out_used;
    else
        *n = ldisc_available(t->shm);
    return 0;
}

/* Requests about jobs and pseudo terminals. */
static int other_ioctl(struct file *f, struct tty *t, unsigned cmd, void *arg)
{
    int r;

    switch (cmd) {
    case TIOCGPGRP:
        r = tty_getpgrp(f);
        break;
    case TIOCGSID:
        r = tty_getsid(f);
        break;
    case TIOCGPTN:
        r = pty_number(f);
        break;
    case TIOCSPGRP:
        return tty_setpgrp(f, *(int *)arg);
    case TIOCSCTTY:
        return side_of(f) == TTY_MASTER ? -EINVAL : tty_take(t, false);
    case TIOCNOTTY:
        return tty_give_up(t);
    case TIOCPKT:
        return set_packet(f, t, *(int *)arg != 0);
    case TIOCEXCL:
    case TIOCNXCL:
        return set_exclusive(t, cmd == TIOCEXCL);
    default:
        return -ENOTTY;
    }
    if (r >= 0)
        *(int *)arg = r;
    return r < 0 ? r : 0;
}

int tty_ioctl(struct file *f, unsigned cmd, void *arg)
{
    struct tty *t = alive(f);

    if (!t)
        return -EIO;
    switch (cmd) {
    case TIOCGWINSZ:
        return tty_size_get(f, arg);
    case TIOCSWINSZ:
        return tty_size_set(f, arg);
    case TCGETS:
        return tty_getattr(f, arg);
    case TCSETS:
        return tty_setattr(f, TCSANOW, arg);
    case TCSETSW:
        return tty_setattr(f, TCSADRAIN, arg);
    case TCSETSF:
        return tty_setattr(f, TCSAFLUSH, arg);
    case TCFLSH:
        return tty_flush(f, (int)(intptr_t)arg);
    case TCXONC:
        return tty_flow(f, (int)(intptr_t)arg);
    case FIONREAD: /* TIOCINQ has another number */
    case TIOCINQ:
        return waiting(f, t, arg);
    case TIOCOUTQ:
        *(int *)arg = 0;
        return 0;
    default:
        return other_ioctl(f, t, cmd, arg);
    }
}
