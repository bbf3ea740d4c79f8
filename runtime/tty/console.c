/* SPDX-License-Identifier: BSD-2-Clause */
/* The Windows console as a terminal: keys through the line discipline to read(), write() to the screen.
 * While somebody reads, all keys come to us; otherwise the console makes events of Ctrl-C, since nobody
 * would look at a key. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

#include "file/dispatch.h"
#include "file/file_internal.h"
#include "file/file_stat.h"
#include "console.h"
#include "keys.h"
#include "ldisc.h"
#include "mm.h"
#include "nt.h"
#include "nt_console.h"
#include "proc.h"
#include "shm.h"
#include "sig.h"
#include "text/utf.h"
#include "tty.h"
#include "watch.h"

/* Pieces of characters that end in the next call. */
struct console {
    struct keys keys;
    char part[4];
    uint8_t parts;
};

NOCOPY bool console_ready;
static NOCOPY handle_t reading, showing; /* of the read that waits for keys */

static struct console *state(struct file *f)
{
    if (!f->data)
        f->data = rt_zalloc(sizeof(struct console));
    return f->data;
}

int console_need(struct file *f, int which)
{
    return f->handle[which] ? 0 : nt_console_open(which == CONSOLE_IN, f->inheritable, &f->handle[which]);
}

/* ---- opening ---- */

static void attach(struct file *f)
{
    char name[32];

    if (me.tty < 0) {
        me.tty = me.pid;
        if (shm_self)
            shm_self->tty = me.tty;
    }
    f->unit = me.tty;
    if (!f->name) {
        snprintf(name, sizeof(name), "/dev/cons%d", f->unit);
        f->name = rt_strdup(name);
    }
}

struct file *tty_from_console(handle_t h)
{
    struct file *f = file_new(FILE_CONSOLE);

    if (!f)
        return NULL;
    f->flags = O_RDWR;
    f->handle[nt_console_pending(h) >= 0 ? CONSOLE_IN : CONSOLE_OUT] = h;
    attach(f);
    return f;
}

static int tty_open(struct file *f, const struct path *p, int flags, mode_t mode)
{
    int r;

    if (f->kind == FILE_TTY && me.tty < 0)
        return -ENXIO;
    if ((r = console_need(f, CONSOLE_IN)) < 0 || (r = console_need(f, CONSOLE_OUT)) < 0)
        return r == -ENOENT || r == -EBADF || r == -EACCES ? -ENXIO : r;
    rt_free(f->name);
    f->name = NULL;
    attach(f);
    return 0;
}

/* ---- output ---- */

int console_screen(struct file *f, const struct shm_tty *t)
{
    int r = console_need(f, CONSOLE_OUT);

    if (r < 0 || console_ready)
        return r;
    nt_console_set_output(f->handle[CONSOLE_OUT], !t || (t->termios.oflag & (OPOST | ONLCR)) == (OPOST | ONLCR));
    console_ready = true;
    return 0;
}

/* Could these bytes begin a character? */
static bool utf8_begun(const char *s, size_t n)
{
    uint8_t lead = (uint8_t)s[0];
    size_t len = lead >= 0xf0 && lead < 0xf5 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 1;

    for (size_t i = 1; i < n; i++)
        if (((uint8_t)s[i] & 0xc0) != 0x80)
            return false;
    return lead < 0xf5 && n < len;
}

static int show(struct file *f, const char *s, size_t n)
{
    struct console *c = state(f);
    uint16_t mem[512];
    struct wbuf w;
    int r;

    if (!c)
        return -ENOMEM;
    wbuf_init(&w, path_realloc, mem, ARRAY_SIZE(mem));
    while (n || c->parts) {
        uint32_t ch;
        size_t used;

        while (n && c->parts < sizeof(c->part)) {
            c->part[c->parts++] = *s++;
            n--;
        }
        used = utf8_get(c->part, c->parts, &ch);
        if (!used && c->parts < sizeof(c->part) && utf8_begun(c->part, c->parts))
            break; /* the rest comes with the next call */
        if (!used) {
            used = 1;
            ch = 0xfffd;
        }
        if (ch > 0xffff) {
            wbuf_putc(&w, (uint16_t)(0xd7c0 + (ch >> 10)));
            ch = 0xdc00 | (ch & 0x3ff);
        }
        wbuf_putc(&w, (uint16_t)ch);
        c->parts -= (uint8_t)used;
        memmove(c->part, c->part + used, c->parts);
    }
    r = wbuf_err(&w);
    if (r == 0)
        r = nt_console_write(f->handle[CONSOLE_OUT], w.p, w.len);
    wbuf_free(&w);
    return r;
}

static int64_t tty_write(struct file *f, const void *buf, size_t n)
{
    int r = console_screen(f, tty_shared(f->unit));

    if (r < 0)
        return r;
    lock_take(&f->lock);
    r = show(f, buf, n);
    lock_release(&f->lock);
    return r < 0 ? r : (int64_t)n;
}

/* ---- input ---- */

static void send_signal(int pgrp, int sig)
{
    siginfo_t si;

    memset(&si, 0, sizeof(si));
    si.si_signo = sig;
    si.si_code = SI_KERNEL;
    if (pgrp > 0)
        sig_send(-pgrp, &si);
}

/* Take what was typed. The terminal is locked, so that keys stay in order. */
static int pump(struct file *f, struct shm_tty *t)
{
    struct console *c = state(f);
    struct nt_key keys[16];
    struct buf bytes, echo;
    int n, sig = 0;

    if (!c)
        return -ENOMEM;
    path_buf(&bytes);
    path_buf(&echo);
    tty_lock();
    while ((n = nt_console_keys(f->handle[CONSOLE_IN], keys, ARRAY_SIZE(keys))) > 0)
        for (int i = 0; i < n; i++)
            keys_translate(&c->keys, &keys[i], &bytes);
    for (size_t i = 0; i < bytes.len; i++) {
        int s = ldisc_input(t, (uint8_t)bytes.p[i], &echo);

        sig = s ? s : sig;
    }
    if (echo.len && console_screen(f, t) == 0)
        show(f, echo.p, echo.len);
    tty_unlock();
    buf_free(&bytes);
    buf_free(&echo);
    if (sig)
        send_signal(t->pgrp, sig);
    return n < 0 ? n : 0;
}

void console_input(struct file *f, const struct shm_tty *t, bool reading)
{
    uint32_t local = t->termios.lflag;
    unsigned mode = 0;

    if (!reading && local & ISIG)
        mode |= NT_CONSOLE_SIGNALS;
    if (!reading && local & ICANON)
        mode |= NT_CONSOLE_COOKED;
    nt_console_set_input(f->handle[CONSOLE_IN], mode);
}

static int64_t try_read(struct shm_tty *t, void *buf, size_t n)
{
    bool raw = !(t->termios.lflag & ICANON);
    int64_t r;

    tty_lock();
    if (raw && t->queued && t->queued < t->termios.cc[VMIN] && t->queued < n && !t->termios.cc[VTIME])
        r = -EAGAIN;
    else
        r = ldisc_read(t, buf, n);
    tty_unlock();
    return r;
}

/* How long a read without canonical mode waits, in 100 ns. With VMIN the time starts at the first byte,
 * which is there when this is asked again. */
static int64_t time_limit(const struct shm_tty *t)
{
    bool raw = !(t->termios.lflag & ICANON);
    uint8_t min = t->termios.cc[VMIN], tenths = t->termios.cc[VTIME];

    if (!raw || (min && (!tenths || !t->queued)))
        return -1;
    return tenths * 1000000ll;
}

/* For the thread of the console's events: somebody waits for keys here. */
static void reader(struct file *f, struct shm_tty *t, bool waits)
{
    t->reader = waits ? nt_winpid() : 0;
    showing = waits && console_screen(f, t) == 0 ? f->handle[CONSOLE_OUT] : NULL;
    reading = waits ? f->handle[CONSOLE_IN] : NULL;
}

static int64_t tty_read(struct file *f, void *buf, size_t n)
{
    struct shm_tty *t = tty_shared(f->unit);
    int64_t r = console_need(f, CONSOLE_IN);

    if (r < 0 || !n)
        return r;
    if (!t)
        return -EIO;
    if ((r = try_read(t, buf, n)) != -EAGAIN)
        return r;
    console_input(f, t, true);
    reader(f, t, true);
    for (;;) {
        int w;

        if ((r = pump(f, t)) < 0 || (r = try_read(t, buf, n)) != -EAGAIN)
            break;
        if (f->flags & O_NONBLOCK)
            break;
        w = wait_for(&f->handle[CONSOLE_IN], 1, time_limit(t), 0);
        if (w == -ETIMEDOUT) {
            tty_lock();
            r = ldisc_read(t, buf, n);
            tty_unlock();
            r = r == -EAGAIN ? 0 : r;
            break;
        }
        if (w < 0) {
            r = w;
            break;
        }
    }
    reader(f, t, false);
    console_input(f, t, false);
    return r;
}

/* Under Wine Ctrl-C is an event in every mode: make it the key that it is for a program in raw mode. */
static void as_key(struct shm_tty *t)
{
    struct buf echo;

    if (reading) {
        nt_console_type(reading, t->termios.cc[VINTR] ? t->termios.cc[VINTR] : CINTR);
    } else if (!t->reader && t->pgrp == me.pid) { /* typed ahead */
        path_buf(&echo);
        tty_lock();
        ldisc_input(t, CINTR, &echo);
        tty_unlock();
        buf_free(&echo);
    }
}

bool tty_ctrl_c(void)
{
    static const uint16_t sign[] = { '^', 'C' };
    struct shm_tty *t = tty_shared(me.tty);
    uint32_t local = t ? t->termios.lflag : ISIG;

    if (!(local & ISIG)) {
        as_key(t);
        return true;
    }
    if (reading) {
        if (local & ECHO && showing)
            nt_console_write(showing, sign, ARRAY_SIZE(sign));
        if (!(local & NOFLSH)) {
            tty_lock();
            ldisc_flush(t);
            tty_unlock();
        }
    }
    return false;
}

/* ---- ioctl and the rest ---- */

static int get_size(struct file *f, struct winsize *w)
{
    unsigned rows, columns;
    int r = console_need(f, CONSOLE_OUT);

    if (r == 0)
        r = nt_console_size(f->handle[CONSOLE_OUT], &rows, &columns);
    if (r == 0)
        *w = (struct winsize){ .ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns };
    return r;
}

static int input_waiting(struct file *f)
{
    struct shm_tty *t = tty_shared(f->unit);
    int n;

    if (!t || console_need(f, CONSOLE_IN) < 0)
        return 0;
    console_input(f, t, true);
    pump(f, t);
    console_input(f, t, false);
    tty_lock();
    n = ldisc_available(t);
    tty_unlock();
    return n;
}

static int tty_poll(struct file *f, int events, struct watch *w)
{
    if (!(events & POLLIN))
        return POLLOUT;
    if (input_waiting(f))
        return POLLIN | POLLOUT;
    if (f->handle[CONSOLE_IN])
        watch_handle(w, f->handle[CONSOLE_IN]);
    return POLLOUT;
}

static int tty_ioctl(struct file *f, unsigned cmd, void *arg)
{
    switch (cmd) {
    case TIOCGWINSZ:
        return get_size(f, arg);
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
    case TIOCGPGRP:
        *(int *)arg = tty_getpgrp(f);
        return *(int *)arg < 0 ? *(int *)arg : 0;
    case TIOCSPGRP:
        return tty_setpgrp(f, *(int *)arg);
    case FIONREAD: /* TIOCINQ has another number */
    case TIOCINQ:
        *(int *)arg = input_waiting(f);
        return 0;
    default:
        return -EINVAL;
    }
}

static int tty_stat(struct file *f, struct stat *st)
{
    st->st_rdev = STAT_DEV(136, f->unit & 0xffff);
    stat_made_up(st, S_IFCHR | 0620, (uint64_t)f->unit + 3);
    return 0;
}

static handle_t tty_std(struct file *f, int fd)
{
    int which = fd == 0 ? CONSOLE_IN : CONSOLE_OUT;

    return console_need(f, which) == 0 ? f->handle[which] : NULL;
}

const struct file_ops tty_ops = {
    .open = tty_open, .read = tty_read, .write = tty_write, .stat = tty_stat, .ioctl = tty_ioctl, .poll = tty_poll,
    .std = tty_std,
};
