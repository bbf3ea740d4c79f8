/* SPDX-License-Identifier: BSD-2-Clause */
/* The line discipline (ldisc.h). */
#include "ldisc.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <termios.h>

#define NO_CHAR 0 /* _POSIX_VDISABLE */

void ldisc_init(struct shm_tty *t)
{
    struct shm_termios *s = &t->termios;

    s->iflag = BRKINT | ICRNL | IXON | IUTF8;
    s->oflag = OPOST | ONLCR;
    s->cflag = CS8 | CREAD | B38400;
    s->lflag = ISIG | ICANON | ECHO | IEXTEN | ECHOE | ECHOK | ECHOKE | ECHOCTL;
    s->ispeed = s->ospeed = B38400;
    s->cc[VDISCARD] = CFLUSH;
    s->cc[VEOF] = CEOF;
    s->cc[VERASE] = CERASE;
    s->cc[VINTR] = CINTR;
    s->cc[VKILL] = CKILL;
    s->cc[VLNEXT] = CLNEXT;
    s->cc[VMIN] = 1;
    s->cc[VQUIT] = CQUIT;
    s->cc[VREPRINT] = CRPRNT;
    s->cc[VSTART] = CSTART;
    s->cc[VSTOP] = CSTOP;
    s->cc[VSUSP] = CSUSP;
    s->cc[VWERASE] = CWERASE;
}

static bool is(const struct shm_tty *t, int index, uint8_t c)
{
    return t->termios.cc[index] != NO_CHAR && t->termios.cc[index] == c;
}

static bool canonical(const struct shm_tty *t)
{
    return t->termios.lflag & ICANON;
}

/* ---- echo ---- */

static void echo_byte(const struct shm_tty *t, struct buf *echo, uint8_t c)
{
    if (c < 32 && c != '\n' && c != '\t' && t->termios.lflag & ECHOCTL) {
        buf_putc(echo, '^');
        buf_putc(echo, (char)(c + 64));
    } else if (c == 127 && t->termios.lflag & ECHOCTL) {
        buf_puts(echo, "^?");
    } else {
        buf_putc(echo, (char)c);
    }
}

static bool continues(uint16_t q) /* a byte of UTF-8 that is not the first of its character */
{
    return (q & 0xc0) == 0x80;
}

/* Remove the last character of the line being edited. Columns of a tab are not known here: one. */
static void erase(struct shm_tty *t, struct buf *echo)
{
    bool visible = t->termios.lflag & ECHO && t->termios.lflag & ECHOE;
    uint16_t q = 0;

    while (t->edited) {
        q = t->queue[--t->queued];
        t->edited--;
        if (!continues(q))
            break;
    }
    if (visible)
        buf_puts(echo, (q & 0xff) < 32 && t->termios.lflag & ECHOCTL ? "\b \b\b \b" : "\b \b");
}

static void erase_word(struct shm_tty *t, struct buf *echo)
{
    while (t->edited && t->queue[t->queued - 1] == ' ')
        erase(t, echo);
    while (t->edited && t->queue[t->queued - 1] != ' ')
        erase(t, echo);
}

/* ---- input ---- */

static void put(struct shm_tty *t, uint16_t q)
{
    if (t->queued < SHM_TTY_QUEUE) {
        t->queue[t->queued++] = q;
        t->edited++;
    }
}

static int signal_of(const struct shm_tty *t, uint8_t c)
{
    if (!(t->termios.lflag & ISIG))
        return 0;
    return is(t, VINTR, c) ? SIGINT : is(t, VQUIT, c) ? SIGQUIT : is(t, VSUSP, c) ? SIGTSTP : 0;
}

/* Editing keys of a line; false: an ordinary byte. */
static bool edit(struct shm_tty *t, uint8_t c, struct buf *echo)
{
    if (is(t, VERASE, c) || c == '\b') {
        if (t->edited)
            erase(t, echo);
    } else if (is(t, VKILL, c)) {
        while (t->edited)
            erase(t, echo);
    } else if (is(t, VWERASE, c) && t->termios.lflag & IEXTEN) {
        erase_word(t, echo);
    } else if (is(t, VREPRINT, c) && t->termios.lflag & IEXTEN) {
        buf_puts(echo, "^R\n");
        for (uint32_t i = t->queued - t->edited; i < t->queued; i++)
            echo_byte(t, echo, (uint8_t)t->queue[i]);
    } else if (is(t, VEOF, c)) {
        put(t, SHM_TTY_EOF);
        t->edited = 0;
    } else {
        return false;
    }
    return true;
}

int ldisc_input(struct shm_tty *t, uint8_t c, struct buf *echo)
{
    uint32_t in = t->termios.iflag, local = t->termios.lflag;
    int sig;

    if (c == '\r' && in & IGNCR)
        return 0;
    if (c == '\r' && in & ICRNL)
        c = '\n';
    else if (c == '\n' && in & INLCR)
        c = '\r';
    if ((sig = signal_of(t, c)) != 0) {
        if (local & ECHO)
            echo_byte(t, echo, c);
        if (!(local & NOFLSH))
            ldisc_flush(t);
        return sig;
    }
    if (canonical(t) && edit(t, c, echo))
        return 0;
    if (local & ECHO || (c == '\n' && canonical(t) && local & ECHONL))
        echo_byte(t, echo, c);
    if (!canonical(t)) {
        put(t, c);
        t->edited = 0;
    } else if (c == '\n' || is(t, VEOL, c) || is(t, VEOL2, c)) {
        put(t, c | SHM_TTY_EOL);
        t->edited = 0;
    } else {
        put(t, c);
    }
    return 0;
}

/* ---- output to read() ---- */

static void drop(struct shm_tty *t, uint32_t n)
{
    memmove(t->queue, t->queue + n, (t->queued - n) * sizeof(t->queue[0]));
    t->queued -= n;
}

int64_t ldisc_read(struct shm_tty *t, void *buf, size_t n)
{
    uint8_t *out = buf;
    uint32_t ready, i = 0;
    size_t k = 0;
    bool end = false;

    if (!canonical(t)) /* a switch of mode frees what was being edited */
        t->edited = 0;
    ready = t->queued - t->edited;
    if (!ready)
        return -EAGAIN;
    while (i < ready && k < n && !end) {
        uint16_t q = t->queue[i++];

        end = canonical(t) && q & (SHM_TTY_EOL | SHM_TTY_EOF);
        if (!(q & SHM_TTY_EOF))
            out[k++] = (uint8_t)q;
    }
    /* A line that fits exactly, ended by VEOF, is no end of the file at the next read. */
    if (!end && k && i < ready && t->queue[i] == SHM_TTY_EOF)
        i++;
    drop(t, i);
    return (int64_t)k;
}

int ldisc_available(const struct shm_tty *t)
{
    uint32_t ready = t->queued - (canonical(t) ? t->edited : 0);
    int n = 0;

    for (uint32_t i = 0; i < ready; i++) {
        n += !(t->queue[i] & SHM_TTY_EOF);
        if (canonical(t) && t->queue[i] & (SHM_TTY_EOL | SHM_TTY_EOF))
            break;
    }
    return n;
}

void ldisc_flush(struct shm_tty *t)
{
    t->queued = t->edited = 0;
}
