/* SPDX-License-Identifier: BSD-2-Clause */
/* The line discipline (ldisc.h): output, and its ring on the way to the master of a pseudo terminal. */
#include <string.h>
#include <termios.h>

#include "ldisc.h"

/* What one byte becomes; 0: it is left out. Room for 8. */
static size_t process(struct shm_tty *t, uint8_t c, uint8_t *out)
{
    uint32_t o = t->termios.oflag;
    size_t n = 1;

    if (c == '\n' && o & ONLCR) {
        out[0] = '\r';
        out[1] = '\n';
        t->column = 0;
        return 2;
    }
    if (c == '\r' && o & ONOCR && !t->column)
        return 0;
    if (c == '\r' && o & OCRNL)
        c = '\n';
    if (c == '\t' && (o & TABDLY) == XTABS) {
        n = 8 - (t->column & 7);
        memset(out, ' ', n);
        t->column += (uint32_t)n;
        return n;
    }
    if (o & OLCUC && c >= 'a' && c <= 'z')
        c -= 'a' - 'A';
    out[0] = c;
    if (c == '\r' || (c == '\n' && o & ONLRET))
        t->column = 0;
    else if (c == '\t')
        t->column = (t->column | 7) + 1;
    else if (c == '\b')
        t->column -= t->column > 0;
    else if (c >= 32 && c != 127 && !(t->termios.iflag & IUTF8 && (c & 0xc0) == 0x80))
        t->column++;
    return 1;
}

size_t ldisc_output(struct shm_tty *t, const uint8_t *s, size_t n, uint8_t *out, size_t room, size_t *made)
{
    size_t i = 0;

    *made = 0;
    if (!(t->termios.oflag & OPOST)) {
        *made = i = n < room ? n : room;
        memcpy(out, s, i);
        return i;
    }
    for (; i < n && room - *made >= 8; i++)
        *made += process(t, s[i], out + *made);
    return i;
}

uint32_t ldisc_out_room(const struct shm_tty *t)
{
    uint32_t used = t->out_used;

    return used < SHM_TTY_OUT - 8 ? SHM_TTY_OUT - 8 - used : 0;
}

static void append(struct shm_tty *t, const uint8_t *s, size_t n)
{
    uint32_t used = t->out_used, end = (t->out_first + used) & (SHM_TTY_OUT - 1);
    size_t part = SHM_TTY_OUT - end;

    if (used > SHM_TTY_OUT || n > SHM_TTY_OUT - used)
        return;
    if (part > n)
        part = n;
    memcpy(t->out + end, s, part);
    memcpy(t->out, s + part, n - part);
    t->out_used = used + (uint32_t)n;
}

size_t ldisc_out_put(struct shm_tty *t, const void *s, size_t n)
{
    const uint8_t *p = s;
    uint8_t piece[1024];
    size_t done = 0;

    while (done < n) {
        size_t room = ldisc_out_room(t), made, taken;

        taken = ldisc_output(t, p + done, n - done, piece, room < sizeof(piece) ? room : sizeof(piece), &made);
        append(t, piece, made);
        done += taken;
        if (!taken)
            break;
    }
    return done;
}

void ldisc_out_raw(struct shm_tty *t, const void *s, size_t n)
{
    if (n <= ldisc_out_room(t))
        append(t, s, n);
}

size_t ldisc_out_get(struct shm_tty *t, void *buf, size_t n)
{
    uint32_t used = t->out_used, first = t->out_first & (SHM_TTY_OUT - 1);
    size_t part = SHM_TTY_OUT - first;

    if (used > SHM_TTY_OUT)
        return 0;
    if (n > used)
        n = used;
    if (part > n)
        part = n;
    memcpy(buf, t->out + first, part);
    memcpy((uint8_t *)buf + part, t->out, n - part);
    t->out_first = (first + (uint32_t)n) & (SHM_TTY_OUT - 1);
    t->out_used = used - (uint32_t)n;
    return n;
}
