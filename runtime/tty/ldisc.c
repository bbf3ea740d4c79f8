/* SPDX-License-Identifier: BSD-2-Clause */
/* The line discipline (ldisc.h): input. Output is in ldisc_out.c. */
#include "ldisc.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <wchar.h>

#include "text/utf.h"

#define NO_CHAR 0 /* _POSIX_VDISABLE */

int __wcwidth(wint_t c); /* newlib's, for all of Unicode; wcwidth() ends at U+FFFF */

void ldisc_init(struct shm_tty *t)
{
    struct shm_termios *s = &t->termios;

    s->iflag = ICRNL | IXON | IUTF8;
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

void ldisc_check(struct shm_tty *t)
{
    if (t->queued > SHM_TTY_QUEUE)
        t->queued = 0;
    if (t->edited > t->queued)
        t->edited = t->queued;
    if (t->out_used > SHM_TTY_OUT)
        t->out_used = 0;
}

static bool is(const struct shm_tty *t, int index, uint8_t c)
{
    return t->termios.cc[index] != NO_CHAR && t->termios.cc[index] == c;
}

static bool canonical(const struct shm_tty *t)
{
    return t->termios.lflag & ICANON;
}

/* The i-th element from the oldest. */
static uint16_t *at(struct shm_tty *t, uint32_t i)
{
    return &t->queue[(t->first + i) & (SHM_TTY_QUEUE - 1)];
}

/* ---- echo ---- */

static bool shown_as_control(const struct shm_tty *t, uint8_t c)
{
    return t->termios.lflag & ECHOCTL && ((c < 32 && c != '\t') || c == 127);
}

static void echo_byte(const struct shm_tty *t, struct buf *echo, uint8_t c)
{
    if (shown_as_control(t, c)) {
        buf_putc(echo, '^');
        buf_putc(echo, (char)(c ^ 64));
    } else {
        buf_putc(echo, (char)c);
    }
}

/* ---- erasing ---- */

static bool continues(const struct shm_tty *t, uint16_t q) /* a byte of UTF-8 that is not its character's first */
{
    return t->termios.iflag & IUTF8 && (q & 0xc0) == 0x80;
}

/* Bytes of the character that ends with element `end`; *c receives it. */
static uint32_t char_before(struct shm_tty *t, uint32_t end, uint32_t *c)
{
    char bytes[4];
    uint32_t n = 1, from = t->queued - t->edited;

    while (n < 4 && end - n > from && continues(t, *at(t, end - n)))
        n++;
    for (uint32_t i = 0; i < n; i++)
        bytes[i] = (char)*at(t, end - n + i);
    if (n == 1 || utf8_get(bytes, n, c) != n)
        *c = (uint8_t)bytes[0];
    return n;
}

/* Columns that a character takes on the screen. */
static int width(const struct shm_tty *t, uint32_t c, uint32_t column)
{
    int w;

    if (c == '\t')
        return 8 - (int)(column & 7);
    if (c < 32 || c == 127)
        return shown_as_control(t, (uint8_t)c) ? 2 : 0;
    w = c < 128 ? 1 : __wcwidth((wint_t)c);
    return w < 0 ? 1 : w;
}

/* Column behind the line being edited, up to element `end`. */
static uint32_t column_of(struct shm_tty *t, uint32_t end)
{
    uint32_t column = t->line_column, i = t->queued - t->edited, c;

    while (i < end) {
        uint32_t n = 1;

        while (i + n < end && continues(t, *at(t, i + n)))
            n++;
        char_before(t, i + n, &c);
        column += (uint32_t)width(t, c, column);
        i += n;
    }
    return column;
}

static void erase_echo(struct shm_tty *t, struct buf *echo, uint32_t c)
{
    int w = width(t, c, c == '\t' ? column_of(t, t->queued) : 0);

    while (w-- > 0)
        buf_puts(echo, c == '\t' ? "\b" : "\b \b");
}

/* Remove the last character of the line being edited, with the marks that are combined with it. */
static uint32_t erase(struct shm_tty *t, struct buf *echo)
{
    bool visible = t->termios.lflag & ECHO && t->termios.lflag & ECHOE;
    uint32_t c = 0, n;

    do {
        n = char_before(t, t->queued, &c);
        t->queued -= n;
        t->edited -= n;
    } while (t->edited && c >= 0x300 && !width(t, c, 0));
    if (visible)
        erase_echo(t, echo, c);
    return c;
}

static bool in_word(uint32_t c)
{
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 128;
}

static void erase_word(struct shm_tty *t, struct buf *echo)
{
    bool seen = false;
    uint32_t c;

    while (t->edited) {
        char_before(t, t->queued, &c);
        if (in_word(c))
            seen = true;
        else if (seen)
            break;
        erase(t, echo);
    }
}

static void kill_line(struct shm_tty *t, uint8_t key, struct buf *echo)
{
    uint32_t local = t->termios.lflag;

    if (!(local & ECHO) || !(~local & (ECHOK | ECHOKE | ECHOE))) {
        while (t->edited)
            erase(t, echo);
        return;
    }
    t->queued -= t->edited;
    t->edited = 0;
    echo_byte(t, echo, key);
    if (local & ECHOK)
        buf_putc(echo, '\n');
}

/* ---- input ---- */

/* A line that gets too long loses its last byte, so that it can still be ended. */
static void put(struct shm_tty *t, uint16_t q)
{
    uint32_t limit = q & (SHM_TTY_EOL | SHM_TTY_EOF) ? SHM_TTY_QUEUE : SHM_TTY_QUEUE - 1;

    if (t->queued >= limit && t->edited) {
        t->queued--;
        t->edited--;
    }
    if (t->queued >= SHM_TTY_QUEUE)
        return;
    *at(t, t->queued) = q;
    t->queued++;
    t->edited++;
}

static void put_line_end(struct shm_tty *t, uint16_t q)
{
    put(t, q);
    t->edited = 0;
}

static int signal_of(const struct shm_tty *t, uint8_t c)
{
    if (!(t->termios.lflag & ISIG))
        return 0;
    return is(t, VINTR, c) ? SIGINT : is(t, VQUIT, c) ? SIGQUIT : is(t, VSUSP, c) ? SIGTSTP : 0;
}

static void reprint(struct shm_tty *t, uint8_t key, struct buf *echo)
{
    echo_byte(t, echo, key);
    buf_putc(echo, '\n');
    for (uint32_t i = t->queued - t->edited; i < t->queued; i++)
        echo_byte(t, echo, (uint8_t)*at(t, i));
}

/* Backspace erases on a console whatever termios says: there is a key of that name, and one that sends it. */
static bool is_erase(const struct shm_tty *t, uint8_t c)
{
    return is(t, VERASE, c) || (c == '\b' && !(t->flags & SHM_TTY_MASTER));
}

/* Editing keys of a line; false: an ordinary byte. */
static bool edit(struct shm_tty *t, uint8_t c, struct buf *echo)
{
    uint32_t local = t->termios.lflag;

    if (is_erase(t, c)) {
        if (t->edited)
            erase(t, echo);
        if (local & ECHO && !(local & ECHOE))
            echo_byte(t, echo, c);
    } else if (is(t, VKILL, c)) {
        kill_line(t, c, echo);
    } else if (is(t, VWERASE, c) && local & IEXTEN) {
        erase_word(t, echo);
    } else if (is(t, VLNEXT, c) && local & IEXTEN) {
        t->flags |= SHM_TTY_LITERAL;
        if (local & ECHO && local & ECHOCTL)
            buf_puts(echo, "^\b");
    } else if (is(t, VREPRINT, c) && local & IEXTEN && local & ECHO) {
        reprint(t, c, echo);
    } else if (is(t, VEOF, c)) {
        put_line_end(t, SHM_TTY_EOF);
    } else {
        return false;
    }
    return true;
}

/* A byte that is for the program; `literal`: whatever it is. */
static void ordinary(struct shm_tty *t, uint8_t c, bool literal, struct buf *echo)
{
    uint32_t local = t->termios.lflag;
    bool ends = canonical(t) && !literal
                && (c == '\n' || is(t, VEOL, c) || (is(t, VEOL2, c) && local & IEXTEN));

    if (canonical(t) && !t->edited)
        t->line_column = t->column;
    if (c == '\n' && !literal && (local & ECHO || (canonical(t) && local & ECHONL)))
        buf_putc(echo, '\n');
    else if (local & ECHO)
        echo_byte(t, echo, c);
    if (c == 0xff && t->termios.iflag & PARMRK)
        put(t, c);
    if (ends || !canonical(t))
        put_line_end(t, ends ? c | SHM_TTY_EOL : c);
    else
        put(t, c);
}

/* VSTART and VSTOP, and IXANY. True: that was all. */
static bool flow(struct shm_tty *t, uint8_t c)
{
    if (!(t->termios.iflag & IXON))
        return false;
    if (is(t, VSTART, c)) {
        if (t->flags & SHM_TTY_STOPPED)
            t->packet = (t->packet & ~(uint32_t)TIOCPKT_STOP) | TIOCPKT_START;
        t->flags &= ~(uint32_t)SHM_TTY_STOPPED;
        return true;
    }
    if (is(t, VSTOP, c)) {
        if (!(t->flags & SHM_TTY_STOPPED))
            t->packet = (t->packet & ~(uint32_t)TIOCPKT_START) | TIOCPKT_STOP;
        t->flags |= SHM_TTY_STOPPED;
        return true;
    }
    if (t->flags & SHM_TTY_STOPPED && t->termios.iflag & IXANY) {
        t->packet = (t->packet & ~(uint32_t)TIOCPKT_STOP) | TIOCPKT_START;
        t->flags &= ~(uint32_t)SHM_TTY_STOPPED;
    }
    return false;
}

static void interrupted(struct shm_tty *t, uint8_t c, struct buf *echo)
{
    if (!(t->termios.lflag & NOFLSH)) {
        ldisc_flush(t);
        t->out_used = 0;
        t->packet |= TIOCPKT_FLUSHREAD | TIOCPKT_FLUSHWRITE;
        buf_cut(echo, 0);
    }
    if (t->termios.iflag & IXON)
        t->flags &= ~(uint32_t)SHM_TTY_STOPPED;
    if (t->termios.lflag & ECHO)
        echo_byte(t, echo, c);
}

int ldisc_input(struct shm_tty *t, uint8_t c, struct buf *echo)
{
    uint32_t in = t->termios.iflag;
    int sig;

    if (in & ISTRIP)
        c &= 0x7f;
    if (t->flags & SHM_TTY_LITERAL) {
        t->flags &= ~(uint32_t)SHM_TTY_LITERAL;
        ordinary(t, c, true, echo);
        return 0;
    }
    if (in & IUCLC && t->termios.lflag & IEXTEN && c >= 'A' && c <= 'Z')
        c += 'a' - 'A';
    if (flow(t, c))
        return 0;
    if ((sig = signal_of(t, c)) != 0) {
        interrupted(t, c, echo);
        return sig;
    }
    if (c == '\r' && in & IGNCR)
        return 0;
    if (c == '\r' && in & ICRNL)
        c = '\n';
    else if (c == '\n' && in & INLCR)
        c = '\r';
    if (canonical(t) && edit(t, c, echo))
        return 0;
    if (!ldisc_room(t)) {
        if (in & IMAXBEL)
            buf_putc(echo, '\a');
        return 0;
    }
    ordinary(t, c, false, echo);
    return 0;
}

bool ldisc_room(const struct shm_tty *t)
{
    return t->queued < SHM_TTY_QUEUE - 1 || (canonical(t) && t->queued == t->edited);
}

/* ---- to read() ---- */

uint32_t ldisc_ready(const struct shm_tty *t)
{
    return t->queued - t->edited;
}

int64_t ldisc_read(struct shm_tty *t, void *buf, size_t n)
{
    uint32_t ready = ldisc_ready(t), i = 0;
    uint8_t *out = buf;
    size_t k = 0;
    bool end = false;

    if (!ready)
        return -EAGAIN;
    while (i < ready && k < n && !end) {
        uint16_t q = *at(t, i++);

        end = canonical(t) && q & (SHM_TTY_EOL | SHM_TTY_EOF);
        if (!(q & SHM_TTY_EOF))
            out[k++] = (uint8_t)q;
    }
    /* A line that fits exactly, ended by VEOF, is no end of the file at the next read. */
    if (!end && k && i < ready && *at(t, i) == SHM_TTY_EOF)
        i++;
    t->first = (t->first + i) & (SHM_TTY_QUEUE - 1);
    t->queued -= i;
    return (int64_t)k;
}

int ldisc_available(const struct shm_tty *t)
{
    uint32_t ready = ldisc_ready(t);
    int n = 0;

    for (uint32_t i = 0; i < ready; i++)
        n += !(*at((struct shm_tty *)t, i) & SHM_TTY_EOF);
    return n;
}

void ldisc_flush(struct shm_tty *t)
{
    t->queued = t->edited = 0;
    t->flags &= ~(uint32_t)SHM_TTY_LITERAL;
}

void ldisc_set(struct shm_tty *t, const struct shm_termios *to)
{
    bool was = canonical(t);

    if (t->termios.iflag & IXON && !(to->iflag & IXON))
        t->flags &= ~(uint32_t)SHM_TTY_STOPPED;
    t->termios = *to;
    if (canonical(t) != was)
        t->edited = 0; /* what was typed so far can be read as it is */
}
