/* SPDX-License-Identifier: BSD-2-Clause */
/* The Windows console as a terminal: keys through the line discipline to read(), write() to the screen.
 * While somebody reads, all keys come to us; otherwise the console makes events of Ctrl-C, since nobody
 * would look at a key. */
#include <poll.h>
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
#include "proc_internal.h"
#include "pty.h"
#include "screen.h"
#include "shm.h"
#include "sig.h"
#include "sys.h"
#include "text/utf.h"
#include "tty.h"
#include "watch.h"

/* Pieces of characters that end in the next call. */
struct console {
    struct keys keys;
    char part[4];
    uint8_t parts;
};

static NOCOPY bool console_ready; /* this process has set the screen's mode */
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

/* ---- modes as we found them ---- */

/* For a Windows program that goes on with the console after this process. */
static NOCOPY struct {
    handle_t h;
    uint32_t mode;
} found[2];

static void remember(struct file *f, int which)
{
    handle_t h = f->handle[which];

    if (!found[which].h && self_creator_is_windows() && nt_console_mode(h, &found[which].mode) == 0
        && nt_dup(NT_SELF, h, NT_SELF, false, &found[which].h) < 0)
        found[which].h = NULL;
}

void console_restore(void)
{
    for (int i = 0; i < 2; i++)
        if (found[i].h)
            nt_console_set_mode(found[i].h, found[i].mode);
}

/* ---- opening ---- */

static void attach(struct file *f)
{
    char name[32];

    if (me.tty < 0) {
        me.tty = TTY_CONSOLE | me.pid;
        if (shm_self) {
            shm_self->tty = me.tty;
            shm_summarize(shm_self);
        }
    }
    f->unit = tty_is_console(me.tty) ? me.tty : TTY_CONSOLE | me.pid;
    if (!f->name) {
        snprintf(name, sizeof(name), "/dev/cons%d", f->unit & ~TTY_CONSOLE);
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

/* /dev/tty: whatever the controlling terminal is. */
static int open_controlling(struct file *f, int flags)
{
    struct tty *t = tty_controlling();
    int id = t ? t->id : -1, r;

    if (!t)
        return -ENXIO;
    if (!tty_is_console(id)) {
        f->kind = FILE_PTS;
        f->ops = &pts_ops;
        r = pty_open_slave(f, id, flags | O_NOCTTY);
        tty_put(t);
        return r < 0 ? r : 1;
    }
    tty_put(t);
    return 0;
}

static int tty_open(struct file *f, const struct path *p, int flags, mode_t mode)
{
    int r;

    if (f->kind == FILE_TTY && (r = open_controlling(f, flags)) != 0)
        return r < 0 ? r : 0;
    if ((r = console_need(f, CONSOLE_IN)) < 0 || (r = console_need(f, CONSOLE_OUT)) < 0)
        return r == -ENOENT || r == -EBADF || r == -EACCES ? -ENXIO : r;
    rt_free(f->name);
    f->name = NULL;
    attach(f);
    return 0;
}

/* ---- output ---- */

static int screen(struct file *f, const struct tty *t)
{
    int r = console_need(f, CONSOLE_OUT);

    if (r < 0 || console_ready)
        return r;
    remember(f, CONSOLE_OUT);
    nt_console_set_output(f->handle[CONSOLE_OUT],
                          !t || (t->shm->termios.oflag & (OPOST | ONLCR)) == (OPOST | ONLCR));
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

static int put(struct file *f, const uint16_t *text, size_t n)
{
    struct tty *t = tty_of(f);
    bool newline = !t || (t->shm->termios.oflag & (OPOST | ONLCR)) == (OPOST | ONLCR);
    int r;

    if (!screen_needed())
        return nt_console_write(f->handle[CONSOLE_OUT], text, n);
    if (t)
        tty_lock(t); /* others write, too */
    r = screen_write(f->handle[CONSOLE_OUT], f->handle[CONSOLE_IN], text, n, newline);
    if (t)
        tty_unlock(t);
    return r;
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
        r = put(f, w.p, w.len);
    wbuf_free(&w);
    return r;
}

static int wait_started(struct file *f, struct tty *t);

static int64_t tty_write(struct file *f, const void *buf, size_t n)
{
    struct tty *t = tty_of(f);
    int r = screen(f, t);

    if (r < 0)
        return r;
    if (t && t->shm->termios.lflag & TOSTOP && (r = tty_job_check(t, SIGTTOU)) < 0)
        return r;
    if (t && t->shm->flags & SHM_TTY_STOPPED && (r = wait_started(f, t)) < 0)
        return r;
    lock_take(&f->lock);
    r = show(f, buf, n);
    lock_release(&f->lock);
    return r < 0 ? r : (int64_t)n;
}

/* ---- input ---- */

/* The terminal is locked, so that keys stay in order. */
int console_pump(struct file *f, struct tty *t)
{
    struct console *c = state(f);
    struct nt_key keys[16];
    struct buf bytes, echo;
    bool resized = false;
    int n, sig = 0;

    if (!c)
        return -ENOMEM;
    path_buf(&bytes);
    path_buf(&echo);
    tty_lock(t);
    while ((n = nt_console_keys(f->handle[CONSOLE_IN], keys, ARRAY_SIZE(keys), &resized)) > 0)
        for (int i = 0; i < n; i++)
            keys_translate(&c->keys, &keys[i], &bytes);
    for (size_t i = 0; i < bytes.len; i++) {
        int s = ldisc_input(t->shm, (uint8_t)bytes.p[i], &echo);

        sig = s ? s : sig;
    }
    if (echo.len && screen(f, t) == 0)
        show(f, echo.p, echo.len);
    tty_unlock(t);
    buf_free(&bytes);
    buf_free(&echo);
    if (sig)
        tty_signal_group(t->shm->pgrp, sig);
    if (resized)
        tty_signal_group(t->shm->pgrp, SIGWINCH);
    return n < 0 ? n : 0;
}

static void input_mode(struct file *f, const struct tty *t, bool taking)
{
    uint32_t local = t->shm->termios.lflag;
    unsigned mode = 0;

    if (!taking && local & ISIG)
        mode |= NT_CONSOLE_SIGNALS;
    if (!taking && local & ICANON)
        mode |= NT_CONSOLE_COOKED;
    remember(f, CONSOLE_IN);
    nt_console_set_input(f->handle[CONSOLE_IN], mode);
}

/* Until keys come, or another process has taken some and made an event of what they say. */
static int wait_keys(struct file *f, struct tty *t, enum tty_event e, int64_t limit)
{
    handle_t h[2] = { f->handle[CONSOLE_IN], tty_event(t, e) };

    return wait_for(h, h[1] ? 2 : 1, limit, 0);
}

/* Output is stopped, and only a key starts it: who writes has to look for that. */
static int wait_started(struct file *f, struct tty *t)
{
    int r = console_need(f, CONSOLE_IN);

    if (r < 0)
        return r;
    input_mode(f, t, true);
    while ((r = console_pump(f, t)) == 0 && t->shm->flags & SHM_TTY_STOPPED) {
        r = f->flags & O_NONBLOCK ? -EAGAIN : wait_keys(f, t, TTY_ROOM_OUT, -1);
        if (r < 0)
            break;
    }
    input_mode(f, t, false);
    return r < 0 ? r : 0;
}

/* How long a read without canonical mode waits, in 100 ns; 0: not at all. With VMIN the time is between
 * bytes. */
static int64_t time_limit(const struct shm_tty *s, size_t got)
{
    bool raw = !(s->termios.lflag & ICANON);
    uint8_t min = s->termios.cc[VMIN], tenths = s->termios.cc[VTIME];

    if (!raw || (min && (!tenths || !got)))
        return -1;
    return tenths * 1000000ll;
}

/* For the thread of the console's events: somebody waits for keys here. */
static void reader(struct file *f, struct tty *t, bool waits)
{
    t->shm->reader = waits ? nt_winpid() : 0;
    showing = waits && screen(f, t) == 0 ? f->handle[CONSOLE_OUT] : NULL;
    reading = waits ? f->handle[CONSOLE_IN] : NULL;
}

static int64_t take(struct tty *t, void *buf, size_t n)
{
    int64_t r;

    tty_lock(t);
    r = ldisc_read(t->shm, buf, n);
    tty_unlock(t);
    return r;
}

/* > 0: go on. */
static int64_t read_more(struct file *f, struct tty *t, uint8_t *buf, size_t n, size_t *got)
{
    const struct shm_termios *s = &t->shm->termios;
    bool raw = !(s->lflag & ICANON);
    size_t min = s->cc[VMIN] < n ? s->cc[VMIN] : n;
    int64_t r, limit;

    if ((r = tty_job_check(t, SIGTTIN)) < 0 || (r = console_pump(f, t)) < 0)
        return r;
    r = take(t, buf + *got, n - *got);
    if (r >= 0)
        *got += (size_t)r;
    if (r >= 0 && (!raw || *got >= (min ? min : 1)))
        return 0;
    if (!(limit = time_limit(t->shm, *got)))
        return 0;
    if (f->flags & O_NONBLOCK)
        return -EAGAIN;
    r = wait_keys(f, t, TTY_IN, limit);
    return r == -ETIMEDOUT ? 0 : r < 0 ? r : 1;
}

static int64_t tty_read(struct file *f, void *buf, size_t n)
{
    struct tty *t = tty_of(f);
    int64_t r = console_need(f, CONSOLE_IN);
    size_t got = 0;

    if (r < 0 || !n)
        return r;
    if (!t)
        return -EIO;
    input_mode(f, t, true);
    reader(f, t, true);
    do
        r = read_more(f, t, buf, n, &got);
    while (r > 0);
    reader(f, t, false);
    input_mode(f, t, false);
    return got ? (int64_t)got : r;
}

/* Under Wine Ctrl-C is an event in every mode: make it the key that it is for a program in raw mode. */
static void as_key(struct tty *t)
{
    struct shm_tty *s = t->shm;
    struct buf echo;

    if (reading) {
        nt_console_type(reading, s->termios.cc[VINTR] ? s->termios.cc[VINTR] : CINTR);
    } else if (!s->reader && s->pgrp == me.pid) { /* typed ahead */
        path_buf(&echo);
        tty_lock(t);
        ldisc_input(s, CINTR, &echo);
        tty_unlock(t);
        buf_free(&echo);
    }
}

static bool ctrl_c(struct tty *t)
{
    static const uint16_t sign[] = { '^', 'C' };
    uint32_t local = t->shm->termios.lflag;

    if (!(local & ISIG)) {
        as_key(t);
        return true;
    }
    if (reading) {
        if (local & ECHO && showing)
            nt_console_write(showing, sign, ARRAY_SIZE(sign));
        if (!(local & NOFLSH)) {
            tty_lock(t);
            ldisc_flush(t->shm);
            tty_unlock(t);
        }
    }
    return false;
}

bool tty_ctrl_c(void)
{
    int err;
    struct tty *t = tty_is_console(me.tty) ? tty_get(me.tty, TTY_EXISTING, &err) : NULL;
    bool r = t && ctrl_c(t);

    tty_put(t);
    return r;
}

/* ---- for attr.c ---- */

int console_changed(struct file *f, struct tty *t, bool flush)
{
    int r;

    if ((r = console_need(f, CONSOLE_IN)) < 0)
        return r;
    if (flush)
        nt_console_flush(f->handle[CONSOLE_IN]);
    input_mode(f, t, false);
    console_ready = false;
    return screen(f, t);
}

int console_flush(struct file *f)
{
    int r = console_need(f, CONSOLE_IN);

    return r < 0 ? r : nt_console_flush(f->handle[CONSOLE_IN]);
}

int console_size(struct file *f, struct winsize *w)
{
    unsigned rows, columns;
    int r = console_need(f, CONSOLE_OUT);

    if (r == 0)
        r = nt_console_size(f->handle[CONSOLE_OUT], &rows, &columns);
    if (r == 0)
        *w = (struct winsize){ .ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns };
    return r;
}

int console_waiting(struct file *f)
{
    struct tty *t = tty_of(f);
    int n;

    if (!t || console_need(f, CONSOLE_IN) < 0)
        return 0;
    input_mode(f, t, true);
    console_pump(f, t);
    input_mode(f, t, false);
    tty_lock(t);
    n = ldisc_available(t->shm);
    tty_unlock(t);
    return n;
}

/* ---- the rest ---- */

static int tty_poll(struct file *f, int events, struct watch *w)
{
    handle_t taken;
    struct tty *t;

    if (!(events & POLLIN))
        return POLLOUT;
    if (console_waiting(f))
        return POLLIN | POLLOUT;
    if (f->handle[CONSOLE_IN])
        watch_handle(w, f->handle[CONSOLE_IN]);
    if ((t = tty_of(f)) && (taken = tty_event(t, TTY_IN))) /* by another process */
        watch_handle(w, taken);
    return POLLOUT;
}

static int tty_stat(struct file *f, struct stat *st)
{
    st->st_rdev = STAT_DEV(3, f->unit & 0xffff);
    stat_made_up(st, S_IFCHR | 0620, (uint64_t)f->unit + 3);
    return 0;
}

static handle_t tty_std(struct file *f, int fd)
{
    int which = fd == 0 ? CONSOLE_IN : CONSOLE_OUT;

    return console_need(f, which) == 0 ? f->handle[which] : NULL;
}

static void tty_close(struct file *f)
{
    if (f->priv[PTY_OF] == nt_winpid())
        tty_put(tty_of(f));
    nt_close(f->handle[CONSOLE_IN]);
    nt_close(f->handle[CONSOLE_OUT]);
}

const struct file_ops tty_ops = {
    .open = tty_open, .read = tty_read, .write = tty_write, .stat = tty_stat, .ioctl = tty_ioctl, .poll = tty_poll,
    .std = tty_std, .close = tty_close,
};
