/* SPDX-License-Identifier: BSD-2-Clause */
/* Pending signals: the queue, and what others may see of it. Everything here is under sigs.lock. */
#include <errno.h>
#include <string.h>

#include "shm.h"
#include "state.h"

struct sig_state sigs;

static const uint8_t defaults[NSIG] = {
    [SIGQUIT] = SIG_ACT_CORE, [SIGILL] = SIG_ACT_CORE, [SIGTRAP] = SIG_ACT_CORE,
    [SIGABRT] = SIG_ACT_CORE, [SIGEMT] = SIG_ACT_CORE, [SIGFPE] = SIG_ACT_CORE,
    [SIGBUS] = SIG_ACT_CORE, [SIGSEGV] = SIG_ACT_CORE, [SIGSYS] = SIG_ACT_CORE,
    [SIGXCPU] = SIG_ACT_CORE, [SIGXFSZ] = SIG_ACT_CORE,
    [SIGURG] = SIG_ACT_IGNORE, [SIGCHLD] = SIG_ACT_IGNORE, [SIGWINCH] = SIG_ACT_IGNORE,
    [SIGSTOP] = SIG_ACT_STOP, [SIGTSTP] = SIG_ACT_STOP, [SIGTTIN] = SIG_ACT_STOP,
    [SIGTTOU] = SIG_ACT_STOP, [SIGCONT] = SIG_ACT_CONT,
    /* all others end the process */
};

enum sig_default sig_default_of(int sig)
{
    return defaults[sig];
}

bool sig_dumps_core(int sig)
{
    return sig > 0 && sig < NSIG && defaults[sig] == SIG_ACT_CORE;
}

void sig_queue_init(void)
{
    sigs.first = sigs.last = sigs.free = NULL;
    sigs.full = false;
    for (unsigned i = 0; i < SIG_QUEUE_MAX; i++) {
        sigs.pool[i].next = sigs.free;
        sigs.free = &sigs.pool[i];
    }
    sigs.pending = 0;
}

void sig_publish(void)
{
    if (!shm_self)
        return;
    shm_self->sig_ignored = sigs.ignored;
    shm_self->sig_caught = sigs.caught;
    shm_self->sig_pending = sigs.pending;
    if (main_thread)
        shm_self->sig_blocked = main_thread->blocked;
}

static uint64_t *pending_of(struct thread *t)
{
    return t ? &t->sig_pending : &sigs.pending;
}

/* Each timer has one signal under way at most. */
static bool timer_is_pending(const siginfo_t *si)
{
    for (const struct sig_entry *e = sigs.first; e; e = e->next)
        if (e->info.si_code == SI_TIMER && e->info.si_tid == si->si_tid
            && e->info.si_signo == si->si_signo)
            return true;
    return false;
}

int sig_enqueue(const siginfo_t *si, struct thread *to)
{
    uint64_t bit = SIG_BIT(si->si_signo), *pending = pending_of(to);
    struct sig_entry *e = sigs.free;

    if (si->si_code == SI_TIMER && timer_is_pending(si)) {
        sig_timer_missed(si->si_tid);
        return 0;
    }
    if (si->si_signo < SIGRTMIN && (*pending & bit))
        return 0;
    if (!e && si->si_signo >= SIGRTMIN)
        return -EAGAIN;
    if (e) { /* without one, a standard signal is pending all the same, and tells nothing more */
        sigs.free = e->next;
        e->info = *si;
        e->thread = to;
        e->next = NULL;
        if (sigs.last)
            sigs.last->next = e;
        else
            sigs.first = e;
        sigs.last = e;
    }
    *pending |= bit;
    if (!to)
        sig_publish();
    return 0;
}

/* Unlinks e, whose predecessor is prev. */
static void entry_remove(struct sig_entry *e, struct sig_entry *prev)
{
    if (prev)
        prev->next = e->next;
    else
        sigs.first = e->next;
    if (sigs.last == e)
        sigs.last = prev;
    e->next = sigs.free;
    sigs.free = e;
    if (sigs.full) {
        sigs.full = false;
        sig_thread_kick();
    }
}

bool sig_has_room(void)
{
    bool room;

    sig_lock();
    room = sigs.free != NULL;
    sigs.full = !room;
    sig_unlock();
    return room;
}

/* Takes the oldest entry of `sig` for `t` (NULL: for the process); *more: there are others. */
static bool entry_take(int sig, struct thread *t, siginfo_t *si, bool *more)
{
    struct sig_entry *prev = NULL, *next;
    bool found = false;

    *more = false;
    for (struct sig_entry *e = sigs.first; e; e = next) {
        next = e->next;
        if (e->info.si_signo != sig || e->thread != t) {
            prev = e;
            continue;
        }
        if (found) {
            *more = true;
            break;
        }
        *si = e->info;
        found = true;
        entry_remove(e, prev);
    }
    return found;
}

int sig_dequeue(struct thread *t, uint64_t set, siginfo_t *si)
{
    /* What a fault raised comes before what others sent. */
    const uint64_t sync = SIG_BIT(SIGSEGV) | SIG_BIT(SIGBUS) | SIG_BIT(SIGILL) | SIG_BIT(SIGTRAP)
        | SIG_BIT(SIGFPE) | SIG_BIT(SIGSYS);
    uint64_t ready = (t->sig_pending | sigs.pending) & set;
    struct thread *from;
    bool more;
    int sig;

    if (!ready)
        return 0;
    sig = __builtin_ctzll(ready & sync ? ready & sync : ready) + 1;
    from = t->sig_pending & SIG_BIT(sig) ? t : NULL;
    if (!entry_take(sig, from, si, &more)) {
        memset(si, 0, sizeof(*si));
        si->si_signo = sig;
    }
    if (si->si_code == SI_TIMER)
        sig_timer_delivered(si->si_tid);
    if (!more)
        *pending_of(from) &= ~SIG_BIT(sig);
    if (!from)
        sig_publish();
    return sig;
}

void sig_discard(uint64_t set)
{
    struct sig_entry *prev = NULL, *next;

    for (struct sig_entry *e = sigs.first; e; e = next) {
        next = e->next;
        if (set & SIG_BIT(e->info.si_signo)) {
            *pending_of(e->thread) &= ~SIG_BIT(e->info.si_signo);
            entry_remove(e, prev);
        } else {
            prev = e;
        }
    }
    sigs.pending &= ~set;
}

void sig_discard_thread(struct thread *t)
{
    struct sig_entry *prev = NULL, *next;

    for (struct sig_entry *e = sigs.first; e; e = next) {
        next = e->next;
        if (e->thread == t)
            entry_remove(e, prev);
        else
            prev = e;
    }
    t->sig_pending = 0;
}
