/* SPDX-License-Identifier: BSD-2-Clause */
/* Signals when a process begins, by exec, spawn or fork, and what it hands on. */
#include <string.h>

#include "nt.h"
#include "nt/nt_context.h"
#include "proc.h"
#include "shm.h"
#include "sigtimer.h"
#include "state.h"
#include "tty/tty.h"

extern uint32_t sig_xsave_mask, sig_xsave_size;

static const int ctrl_signal[] = {
    [NT_CTRL_C] = SIGINT, [NT_CTRL_BREAK] = SIGQUIT, [NT_CTRL_CLOSE] = SIGHUP,
    [NT_CTRL_LOGOFF] = SIGHUP, [NT_CTRL_SHUTDOWN] = SIGTERM,
};

/* On a thread that Windows makes for the purpose. Every process of the console gets the event. */
static bool on_ctrl(enum nt_ctrl event)
{
    int sig = ctrl_signal[event];
    bool key = event == NT_CTRL_C || event == NT_CTRL_BREAK;
    handle_t own = NT_SELF;
    siginfo_t si;

    if (event == NT_CTRL_C && tty_ctrl_c())
        return true;
    /* The console knows nothing of process groups, and nothing of those that have left it by setsid(). */
    if (key && (me.tty < 0 ? (shm_self->flags & SHM_PROC_DETACHED) != 0 : !tty_in_foreground()))
        return true;
    trace_signal_console((uint32_t)event, sig);
    memset(&si, 0, sizeof(si));
    si.si_signo = sig;
    si.si_code = SI_KERNEL;
    sig_generate(&si, NULL);
    if (!key) /* once we return, Windows ends the process: handlers get the time that there is */
        nt_wait(&own, 1, -1);
    return true;
}

static void inherit(const struct startup_block *b)
{
    uint64_t old_value, old_interval;
    siginfo_t si;

    main_thread->blocked = b->sig_blocked & ~SIG_UNBLOCKABLE;
    for (int sig = 1; sig < NSIG; sig++)
        if ((b->sig_ignored & SIG_BIT(sig)) && !(SIG_UNBLOCKABLE & SIG_BIT(sig)))
            sigs.actions[sig].sa_handler = SIG_IGN;
    sigs.ignored = b->sig_ignored & ~SIG_UNBLOCKABLE;
    for (int i = 0; i < SIG_ITIMERS; i++) {
        const uint64_t *it = &b->itimers[2 * i];

        if (it[0])
            sig_timer_set(i, it[0], it[1], &old_value, &old_interval);
    }
    for (int sig = 1; sig < NSIG; sig++) {
        if (!(b->sig_pending & SIG_BIT(sig)))
            continue;
        memset(&si, 0, sizeof(si));
        si.si_signo = sig;
        sig_generate(&si, NULL);
    }
}

/* What belongs to the Windows process. */
static void begin(void)
{
    __atomic_fetch_and(&shm_self->flags, ~(uint32_t)SHM_PROC_SIGTHREAD, __ATOMIC_SEQ_CST);
    __atomic_store_n(&shm_self->sig_direct, 0, __ATOMIC_SEQ_CST);
    __atomic_store_n(&shm_self->sig_start, (uint64_t)(uintptr_t)sig_thread_remote, __ATOMIC_SEQ_CST);
    nt_ctrl_handler(on_ctrl);
}

int sig_init(const struct startup_block *b)
{
    /* Only what the trampoline needs: cpuid is slow under a hypervisor, but a forked child inherits
     * this. */
    sig_xsave_mask = nt_xsave_mask(&sig_xsave_size);
    main_thread->ret_addr = 1; /* until main() is called */
    sig_queue_init();
    begin();
    if (b)
        inherit(b);
    sig_publish();
    sig_thread_ready();
    return 0;
}

/* In a forked child: dispositions and the mask are the parent's, everything else starts anew. */
void sig_fork_child(void)
{
    main_thread->sig_pending = 0;
    sig_queue_init();
    sigs.stopped = 0;
    begin();
    sig_publish();
    sig_thread_ready();
}

void sig_reset_handlers(void)
{
    sig_lock();
    for (int sig = 1; sig < NSIG; sig++)
        if (sigs.actions[sig].sa_handler != SIG_IGN)
            sigs.actions[sig] = (struct sigaction){ .sa_handler = SIG_DFL };
    sigs.caught = 0;
    sig_publish();
    sig_unlock();
}

uint64_t sig_ignored_set(void)
{
    return sigs.ignored;
}

uint64_t sig_blocked_set(void)
{
    return self()->blocked;
}

uint64_t sig_pending_set(void)
{
    return sigs.pending | self()->sig_pending;
}
