/* SPDX-License-Identifier: BSD-2-Clause */
/* Sessions and groups of a terminal: who is in the foreground, whose controlling terminal it is, and
 * what they are told when it goes. */
#include <errno.h>
#include <signal.h>
#include <string.h>

#include "job.h"
#include "ldisc.h"
#include "nt.h"
#include "proc.h"
#include "proc_internal.h"
#include "shm.h"
#include "sig.h"
#include "signal/state.h"
#include "sys.h"
#include "thread.h"
#include "tty.h"

/* ---- signals ---- */

static void send(pid_t pid, int sig)
{
    siginfo_t si;

    memset(&si, 0, sizeof(si));
    si.si_signo = sig;
    si.si_code = SI_KERNEL;
    sig_send(pid, &si);
}

void tty_signal_group(int pgrp, int sig)
{
    if (pgrp > 1)
        send(-pgrp, sig);
}

/* ---- foreground and background ---- */

static bool foreground(const struct tty *t)
{
    int pgrp = t->shm->pgrp;

    return pgrp <= 0 || pgrp == shm_self->pgid;
}

bool tty_in_foreground(void)
{
    struct tty *t = tty_controlling();
    bool r = !t || foreground(t);

    tty_put(t);
    return r;
}

int tty_job_check(struct tty *t, int sig)
{
    struct thread *self_ = self();
    bool deaf;

    if (t->shm->sid != shm_self->sid || t->id != me.tty || foreground(t))
        return 0;
    deaf = (self_->blocked & SIG_BIT(sig)) || sigs.actions[sig].sa_handler == SIG_IGN;
    if (deaf)
        return sig == SIGTTIN ? -EIO : 0;
    if (job_orphaned(shm_self->pgid, shm_self->sid)) {
        trace_tty_background(t->id, sig, EIO);
        return -EIO;
    }
    trace_tty_background(t->id, sig, 0);
    tty_signal_group(shm_self->pgid, sig);
    return -EINTR;
}

static int in_session_group(void *arg, pid_t pid)
{
    int pgrp = *(int *)arg;
    struct shm_proc *p;
    handle_t h;
    bool found;

    if (!(p = proc_open(pid, &h)))
        return 0;
    found = p->pgid == pgrp && p->sid == shm_self->sid;
    proc_close(p, h);
    return found;
}

static int group_exists(void *arg, pid_t pid)
{
    struct shm_proc *p;
    handle_t h;
    bool found;

    if (!(p = proc_open(pid, &h)))
        return 0;
    found = p->pgid == *(int *)arg;
    proc_close(p, h);
    return found;
}

/* The master may ask about the slave, others only about their controlling terminal. */
static bool may_ask(const struct tty *t, enum tty_side side)
{
    return side == TTY_MASTER || (t->id == me.tty && t->shm->sid == shm_self->sid);
}

int tty_get_pgrp(struct tty *t, enum tty_side side)
{
    if (!may_ask(t, side))
        return -ENOTTY;
    /* As Linux says for none: no group that anybody has. */
    return t->shm->pgrp > 0 ? t->shm->pgrp : side == TTY_MASTER ? 0 : 0x7fffffff;
}

int tty_get_sid(struct tty *t, enum tty_side side)
{
    if (!may_ask(t, side) || t->shm->sid <= 0)
        return -ENOTTY;
    return t->shm->sid;
}

int tty_set_pgrp(struct tty *t, enum tty_side side, int pgrp)
{
    int r;

    if (pgrp < 0)
        return -EINVAL;
    if (t->shm->sid != shm_self->sid || t->id != me.tty)
        return -ENOTTY;
    if ((r = tty_job_check(t, SIGTTOU)) < 0)
        return r;
    if (pgrp != shm_self->pgid && !proc_each(in_session_group, &pgrp))
        return proc_each(group_exists, &pgrp) ? -EPERM : -ESRCH;
    tty_lock(t);
    t->shm->pgrp = pgrp;
    if (t->shm->flags & SHM_TTY_MORE) /* tty/pump.c */
        tty_pulse(t);
    tty_unlock(t);
    return 0;
}

/* ---- the end of the master ---- */

static void master_ended(void *arg)
{
    int err;
    struct tty *t = tty_get((int)(intptr_t)arg, TTY_EXISTING, &err);

    if (!t)
        return;
    if (tty_held(t, TTY_MASTER, NULL))
        tty_watch_master(t); /* another process has it, too */
    else
        tty_hang_up(t);
    tty_put(t);
}

void tty_watch_master(struct tty *t)
{
    handle_t process, h;

    if (!tty_held(t, TTY_MASTER, &process) || !process)
        return;
    if (nt_dup(NT_SELF, process, NT_SELF, false, &h) == 0 && sig_watch_handle(h, master_ended, (void *)(intptr_t)t->id) < 0)
        nt_close(h);
}

int tty_start(void)
{
    struct tty *t;

    if (shm_self->sid != me.pid || me.tty < 0 || tty_is_console(me.tty))
        return 0;
    if ((t = tty_controlling()))
        tty_watch_master(t);
    tty_put(t);
    return 0;
}

/* ---- controlling terminal ---- */

static void set_mine(int id)
{
    me.tty = id;
    shm_proc_begin(shm_self);
    shm_self->tty = id;
    shm_proc_end(shm_self);
}

int tty_take(struct tty *t, bool steal)
{
    struct tty *old;
    int r = 0;

    if (t->id == me.tty && t->shm->sid == shm_self->sid)
        return 0;
    old = tty_controlling();
    tty_put(old);
    if (shm_self->sid != me.pid || old)
        return -EPERM;
    tty_lock(t);
    if (t->shm->flags & SHM_TTY_HUNG)
        r = -EIO;
    else if (t->shm->sid > 0 && t->shm->sid != shm_self->sid && !steal)
        r = -EPERM;
    if (r == 0) {
        t->shm->sid = shm_self->sid;
        t->shm->pgrp = shm_self->pgid;
    }
    tty_unlock(t);
    if (r == 0) {
        set_mine(t->id);
        tty_watch_master(t);
        trace_tty_controlling(t->id, shm_self->sid);
    }
    return r;
}

void tty_take_first(struct tty *t)
{
    struct tty *old;

    if (shm_self->sid != me.pid)
        return;
    if ((old = tty_controlling())) {
        tty_put(old);
        return;
    }
    tty_take(t, false);
}

int tty_give_up(struct tty *t)
{
    if (t->id != me.tty || t->shm->sid != shm_self->sid)
        return -ENOTTY;
    if (shm_self->sid == me.pid)
        tty_session_end(t->id, shm_self->sid);
    set_mine(-1);
    return 0;
}

void tty_session_end(int id, int sid)
{
    struct tty *t;
    int pgrp = 0, err;

    if (id < 0 || tty_is_console(id) || !(t = tty_get(id, TTY_EXISTING, &err)))
        return;
    tty_lock(t);
    if (t->shm->sid == sid) {
        pgrp = t->shm->pgrp;
        t->shm->sid = t->shm->pgrp = 0;
    }
    tty_unlock(t);
    tty_put(t);
    if (pgrp <= 1)
        return;
    tty_signal_group(pgrp, SIGHUP);
    tty_signal_group(pgrp, SIGCONT);
}

void tty_leader_exits(void)
{
    sig_lock(); /* mostly it is in the foreground itself */
    sigs.actions[SIGHUP].sa_handler = sigs.actions[SIGCONT].sa_handler = SIG_IGN;
    sig_unlock();
    tty_session_end(me.tty, shm_self->sid);
}

void tty_hang_up(struct tty *t)
{
    bool first;
    int sid;

    tty_lock(t);
    first = !(t->shm->flags & SHM_TTY_HUNG);
    sid = t->shm->sid;
    if (first) { /* the events are set when this is unlocked */
        t->shm->flags |= SHM_TTY_HUNG;
        ldisc_flush(t->shm);
        t->shm->out_used = 0;
    }
    tty_unlock(t);
    if (!first)
        return;
    trace_tty_hangup(t->id, sid);
    if (sid > 1) {
        send(sid, SIGHUP);
        send(sid, SIGCONT);
    }
}
