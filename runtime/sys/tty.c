/* SPDX-License-Identifier: BSD-2-Clause */
/* Terminals: isatty, tc*(), cf*(), ttyname, ioctl. */
#include "sys.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "file/dispatch.h"
#include "sig.h"
#include "tty/tty.h"

/* The terminal `fd`, with a reference; NULL: *err is -EBADF or -ENOTTY. */
static struct file *get_tty(int fd, int *err)
{
    struct file *f = fd_get(fd);

    *err = !f ? -EBADF : file_is_tty(f) ? 0 : -ENOTTY;
    if (*err == 0)
        return f;
    fd_put(f);
    return NULL;
}

/** 1 if the descriptor is a terminal, else 0 with EBADF or ENOTTY. POSIX.1-2017 */
int isatty(int fd)
{
    int r;

    fd_put(get_tty(fd, &r));
    trace_sys_isatty(fd, r < 0 ? r : 1);
    return r < 0 ? (sys_ret(r), 0) : 1;
}

/** Settings of a terminal. EBADF, EIO, ENOTTY. POSIX.1-2017 */
int tcgetattr(int fd, struct termios *t)
{
    int r;
    struct file *f = get_tty(fd, &r);

    if (f)
        r = tty_getattr(f, t);
    fd_put(f);
    trace_sys_tcgetattr(fd, r);
    return (int)sys_ret(r);
}

/**
 * Changes a terminal's settings.
 * @param action TCSANOW, TCSADRAIN (after output), TCSAFLUSH (and discard input)
 * @return 0, or -1 with EBADF, EINVAL, EIO, ENOTTY
 * POSIX.1-2017
 */
int tcsetattr(int fd, int action, const struct termios *t)
{
    struct file *f;
    int r;

    do {
        if ((f = get_tty(fd, &r)))
            r = tty_setattr(f, action, t);
        fd_put(f);
    } while (r == -EINTR && sig_restart());
    trace_sys_tcsetattr(fd, action, t->c_iflag, t->c_oflag, t->c_cflag, t->c_lflag, r);
    return (int)sys_ret(r);
}

/** Foreground process group. EBADF, ENOTTY. POSIX.1-2017 */
pid_t tcgetpgrp(int fd)
{
    int r;
    struct file *f = get_tty(fd, &r);

    if (f)
        r = tty_getpgrp(f);
    fd_put(f);
    trace_sys_tcgetpgrp(fd, r);
    return (pid_t)sys_ret(r);
}

/** Sets the foreground process group. EBADF, EINVAL, ENOTTY. POSIX.1-2017 */
int tcsetpgrp(int fd, pid_t pgrp)
{
    struct file *f;
    int r;

    do {
        if ((f = get_tty(fd, &r)))
            r = tty_setpgrp(f, pgrp);
        fd_put(f);
    } while (r == -EINTR && sig_restart());
    trace_sys_tcsetpgrp(fd, pgrp, r);
    return (int)sys_ret(r);
}

/** Session of a terminal, which is the caller's. EBADF, ENOTTY. POSIX.1-2017 */
pid_t tcgetsid(int fd)
{
    int r;
    struct file *f = get_tty(fd, &r);

    if (f)
        r = tty_getsid(f);
    fd_put(f);
    trace_sys_tcgetsid(fd, r);
    return (pid_t)sys_ret(r);
}

/** Discards what was typed and not read (TCIFLUSH, TCIOFLUSH). EBADF, EINVAL, ENOTTY. POSIX.1-2017 */
int tcflush(int fd, int queue)
{
    int r;
    struct file *f = get_tty(fd, &r);

    if (f)
        r = tty_flush(f, queue);
    fd_put(f);
    trace_sys_tcflush(fd, queue, r);
    return (int)sys_ret(r);
}

/** Waits until output is out: it always is, or with the master. EBADF, ENOTTY. POSIX.1-2017 */
int tcdrain(int fd)
{
    int r;

    fd_put(get_tty(fd, &r));
    trace_sys_tcdrain(fd, r);
    return (int)sys_ret(r);
}

/**
 * Stops or starts output (TCOOFF, TCOON), or sends the character that asks the other side to stop or start
 * (TCIOFF, TCION). EBADF, EINVAL, EIO, ENOTTY. POSIX.1-2017
 */
int tcflow(int fd, int action)
{
    struct file *f;
    int r;

    do {
        if ((f = get_tty(fd, &r)))
            r = tty_flow(f, action);
        fd_put(f);
    } while (r == -EINTR && sig_restart());
    trace_sys_tcflow(fd, action, r);
    return (int)sys_ret(r);
}

/** Sends a break: none of our terminals has a line. EBADF, ENOTTY. POSIX.1-2017 */
int tcsendbreak(int fd, int duration)
{
    int r;

    fd_put(get_tty(fd, &r));
    trace_sys_tcsendbreak(fd, duration, r);
    return (int)sys_ret(r);
}

/** Size of a terminal. EBADF, EIO, ENOTTY. POSIX.1-2024 */
int tcgetwinsize(int fd, struct winsize *size)
{
    return ioctl(fd, TIOCGWINSZ, size);
}

/** Sets the size of a pseudo terminal; SIGWINCH tells the foreground group. POSIX.1-2024 */
int tcsetwinsize(int fd, const struct winsize *size)
{
    return ioctl(fd, TIOCSWINSZ, size);
}

/* ---- names ---- */

static int do_ttyname(int fd, char *buf, size_t size)
{
    int r;
    struct file *f = get_tty(fd, &r);
    const char *name = f ? tty_name(f) : NULL;

    if (f && !name)
        r = -ENOTTY;
    else if (f && strlen(name) >= size)
        r = -ERANGE;
    else if (f)
        strcpy(buf, name);
    fd_put(f);
    trace_sys_ttyname(fd, r < 0 ? "" : buf, r);
    return r;
}

/** Name of a terminal, into the caller's memory. 0 or an errno: EBADF, ENOTTY, ERANGE. POSIX.1-2017 */
int ttyname_r(int fd, char *buf, size_t size)
{
    return -do_ttyname(fd, buf, size);
}

/** Name of a terminal, until the next call. NULL with EBADF, ENOTTY. POSIX.1-2017 */
char *ttyname(int fd)
{
    static char name[64];
    int r = do_ttyname(fd, name, sizeof(name));

    return r < 0 ? (sys_ret(r), NULL) : name;
}

/** Name by which the controlling terminal can be opened. POSIX.1-2017 */
char *ctermid(char *buf)
{
    static char name[L_ctermid];

    return strcpy(buf ? buf : name, "/dev/tty");
}

/* ---- speeds and modes in a struct termios ---- */

/** Input speed. POSIX.1-2017 */
speed_t cfgetispeed(const struct termios *t)
{
    return t->c_ispeed;
}

/** Output speed. POSIX.1-2017 */
speed_t cfgetospeed(const struct termios *t)
{
    return t->c_ospeed;
}

static int valid_speed(speed_t s)
{
    return !(s & ~(speed_t)CBAUD);
}

/** Sets the input speed. EINVAL. POSIX.1-2017 */
int cfsetispeed(struct termios *t, speed_t s)
{
    if (!valid_speed(s))
        return (int)sys_ret(-EINVAL);
    t->c_ispeed = s;
    return 0;
}

/** Sets the output speed. EINVAL. POSIX.1-2017 */
int cfsetospeed(struct termios *t, speed_t s)
{
    if (!valid_speed(s))
        return (int)sys_ret(-EINVAL);
    t->c_ospeed = s;
    return 0;
}

/** Sets both speeds. EINVAL. BSD */
int cfsetspeed(struct termios *t, speed_t s)
{
    return cfsetispeed(t, s) < 0 ? -1 : cfsetospeed(t, s);
}

/** Settings for bytes as they come. BSD */
void cfmakeraw(struct termios *t)
{
    t->c_iflag &= ~(tcflag_t)(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
    t->c_oflag &= ~(tcflag_t)OPOST;
    t->c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
    t->c_cflag = (t->c_cflag & ~(tcflag_t)(CSIZE | PARENB)) | CS8;
    t->c_cc[VMIN] = 1;
    t->c_cc[VTIME] = 0;
}

/* ---- ioctl ---- */

static int set_nonblocking(int fd, struct file *f, bool on)
{
    int flags = on ? f->flags | O_NONBLOCK : f->flags & ~O_NONBLOCK;
    int r = file_setfl(f, flags);

    if (r == 0)
        f->flags = flags;
    return r;
}

/**
 * Controls a device; what `arg` means, and what is possible, depends on the request: FIONREAD, FIONBIO,
 * TIOCGWINSZ and other terminal requests.
 * @return 0, or -1 with EBADF, EINVAL, ENOTTY
 * As on Linux.
 */
int ioctl(int fd, int request, ...)
{
    struct file *f;
    va_list ap;
    void *arg;
    int r;

    va_start(ap, request);
    arg = va_arg(ap, void *);
    va_end(ap);
    do {
        f = fd_get(fd);
        if (!f)
            r = -EBADF;
        else if ((unsigned)request == FIONBIO)
            r = set_nonblocking(fd, f, *(int *)arg);
        else
            r = file_ioctl(f, (unsigned)request, arg);
        fd_put(f);
    } while (r == -EINTR && sig_restart());
    trace_sys_ioctl(fd, (uint32_t)request, (uint64_t)(uintptr_t)arg, r);
    return (int)sys_ret(r);
}
