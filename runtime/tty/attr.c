/* SPDX-License-Identifier: BSD-2-Clause */
/* Settings of a terminal: termios, foreground group, name. */
#include <errno.h>
#include <string.h>

#include "console.h"
#include "ldisc.h"
#include "nt_console.h"
#include "proc.h"
#include "tty.h"

int tty_getattr(struct file *f, struct termios *to)
{
    struct shm_tty *t = tty_shared(f->unit);

    if (!t)
        return -EIO;
    memset(to, 0, sizeof(*to));
    tty_lock();
    to->c_iflag = t->termios.iflag;
    to->c_oflag = t->termios.oflag;
    to->c_cflag = t->termios.cflag;
    to->c_lflag = t->termios.lflag;
    to->c_ispeed = t->termios.ispeed;
    to->c_ospeed = t->termios.ospeed;
    memcpy(to->c_cc, t->termios.cc, sizeof(to->c_cc));
    tty_unlock();
    return 0;
}

int tty_setattr(struct file *f, int action, const struct termios *from)
{
    struct shm_tty *t = tty_shared(f->unit);
    int r;

    if (action != TCSANOW && action != TCSADRAIN && action != TCSAFLUSH)
        return -EINVAL;
    if (!t)
        return -EIO;
    if ((r = console_need(f, CONSOLE_IN)) < 0 || (r = console_need(f, CONSOLE_OUT)) < 0)
        return r;
    tty_lock();
    t->termios.iflag = from->c_iflag;
    t->termios.oflag = from->c_oflag;
    t->termios.cflag = from->c_cflag;
    t->termios.lflag = from->c_lflag;
    t->termios.ispeed = from->c_ispeed;
    t->termios.ospeed = from->c_ospeed;
    memcpy(t->termios.cc, from->c_cc, sizeof(from->c_cc));
    if (action == TCSAFLUSH) {
        ldisc_flush(t);
        nt_console_flush(f->handle[CONSOLE_IN]);
    }
    tty_unlock();
    console_input(f, t, false);
    console_ready = false;
    return console_screen(f, t);
}

int tty_flush(struct file *f, int queue)
{
    struct shm_tty *t = tty_shared(f->unit);

    if (queue != TCIFLUSH && queue != TCOFLUSH && queue != TCIOFLUSH)
        return -EINVAL;
    if (!t || console_need(f, CONSOLE_IN) < 0)
        return -EIO;
    if (queue != TCOFLUSH) {
        tty_lock();
        ldisc_flush(t);
        nt_console_flush(f->handle[CONSOLE_IN]);
        tty_unlock();
    }
    return 0;
}

const char *tty_name(struct file *f)
{
    return f->name;
}

int tty_getpgrp(struct file *f)
{
    struct shm_tty *t = tty_shared(f->unit);

    return !t || f->unit != me.tty ? -ENOTTY : t->pgrp;
}

int tty_setpgrp(struct file *f, int pgrp)
{
    struct shm_tty *t = tty_shared(f->unit);

    if (!t || f->unit != me.tty)
        return -ENOTTY;
    if (pgrp <= 0)
        return -EINVAL;
    tty_lock();
    t->pgrp = pgrp;
    tty_unlock();
    return 0;
}
