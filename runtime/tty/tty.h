/* SPDX-License-Identifier: BSD-2-Clause */
/* Terminals: consoles and pseudo terminals. */
#ifndef TTY_H
#define TTY_H

#include <termios.h>

#include "abi/tty.h"
#include "file.h"

/* ---- the state that processes share (shared.c) ---- */

/* A terminal as this process has it. Handles and views are of this Windows process; a forked child
 * attaches anew. */
struct tty {
    struct tty *next;
    struct shm_tty *shm;
    int id;
    uint32_t refs;
    uint32_t depth;         /* of tty_lock(), by its holder */
    handle_t section, mutex;
    handle_t event[TTY_EVENTS]; /* NULL: nobody has needed it here */
    uint32_t holder;        /* our entry + 1 */
    struct {                /* of each side, a process that has it open */
        uint32_t winpid;
        uint64_t created;
        handle_t process;
    } peer[2];
};

enum tty_make { TTY_EXISTING, TTY_MAKE, TTY_NEW };

/* The terminal, with a reference; TTY_NEW: only if nobody has it, as pseudo terminal. NULL: -ENXIO, -EEXIST
 * (it is taken), -ENOMEM in *err. */
struct tty *tty_get(int id, enum tty_make how, int *err);
void tty_put(struct tty *t);    /* NULL allowed */
/* The controlling terminal of this process, with a reference; NULL: it has none any more. */
struct tty *tty_controlling(void);

/* What is shared may be read at any time, and changed between these. The second puts events right. */
void tty_lock(struct tty *t);
void tty_unlock(struct tty *t);
/* Before a change: whoever waits for this event looks again, even if this process dies now. Locked. */
void tty_wake(struct tty *t, enum tty_event e);
/* More input came: ends the waits for TTY_CHANGE that have begun. */
void tty_pulse(struct tty *t);
/* NULL: it cannot be had. */
handle_t tty_event(struct tty *t, enum tty_event e);

/* This process has opened (more > 0) or closed a file of that side. */
int tty_hold(struct tty *t, enum tty_side side, int more);
/* Does anybody have that side open? *process, unless NULL, receives a process that does and that can be
 * waited for; NULL where it is this one. The handle is the terminal's. */
bool tty_held(struct tty *t, enum tty_side side, handle_t *process);

/* ---- jobs (job.c) ---- */
/* May this process be interrupted from the keyboard? Its group is in the foreground, or nobody said
 * which one is. */
bool tty_in_foreground(void);
/* Before a read (SIGTTIN), or a write or change of the terminal (SIGTTOU): 0; -EINTR: a signal was sent,
 * deliver and try again; -EIO. */
int tty_job_check(struct tty *t, int sig);
void tty_signal_group(int pgrp, int sig);
/* The terminal becomes the controlling one of this process, which leads its session. */
int tty_take(struct tty *t, bool steal);
/* After an open() without O_NOCTTY, if it may and has none. */
void tty_take_first(struct tty *t);
int tty_give_up(struct tty *t);
int tty_start(void);            /* a new program: does it lead a session? */
/* This process, which leads the session, hears when the master goes. */
void tty_watch_master(struct tty *t);
/* The last master is gone: unless that was noticed before, tell the session. */
void tty_hang_up(struct tty *t);
/* A process that leads session `sid` ends, or has been ended. */
void tty_session_end(int id, int sid);
void tty_leader_exits(void);    /* this one */
int tty_get_pgrp(struct tty *t, enum tty_side side);
int tty_set_pgrp(struct tty *t, enum tty_side side, int pgrp);
int tty_get_sid(struct tty *t, enum tty_side side);

/* ---- for the system calls: console or pseudo terminal (attr.c) ---- */
struct winsize;
struct tty *tty_of(struct file *f);     /* no reference */
int tty_getattr(struct file *f, struct termios *t);
int tty_setattr(struct file *f, int action, const struct termios *t);
int tty_flush(struct file *f, int queue);
int tty_flow(struct file *f, int action);
int tty_getpgrp(struct file *f);
int tty_setpgrp(struct file *f, int pgrp);
int tty_getsid(struct file *f);
/* Name of the terminal: /dev/pts/N, /dev/consN. NULL: it has none. */
const char *tty_name(struct file *f);
int tty_size_get(struct file *f, struct winsize *w);
int tty_size_set(struct file *f, const struct winsize *w);
int tty_ioctl(struct file *f, unsigned cmd, void *arg);

/* ---- consoles (console.c) ---- */
/* A description of the console that handle `h` belongs to. NULL: no memory. */
struct file *tty_from_console(handle_t h);
/* This process ends: the console's modes are again what they were, if a Windows program started us. */
void console_restore(void);
/* The console's event for Ctrl-C, on a thread that Windows made. True: it was taken as a key. */
bool tty_ctrl_c(void);

/* ---- keys that come while nobody reads (ahead.c) ---- */
/* What a process that is about to wait for a child has to wait for, too: the console's input, if it leads the
 * console's session and others are in the foreground. NULL: nothing. When it was signalled: tty_ahead_take(). */
handle_t tty_ahead(void);
void tty_ahead_take(void);

/* ---- pseudo terminals (pty.c, pty_master.c) ---- */
int pty_open_slave(struct file *f, int id, int flags);
bool pty_exists(int id);
int pty_unlock(struct file *master);
/* N of /dev/pts/N, or -ENOTTY. */
int pty_number(struct file *master);

static inline bool tty_is_console(int id)
{
    return id >= TTY_CONSOLE;
}

#endif
