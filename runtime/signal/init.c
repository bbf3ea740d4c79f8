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
    siginfo_t si;

    if (sig == SIGINT && tty_ctrl_c())
        return true;
    if (sig == SIGINT && !tty_in_foreground()) /* the console knows nothing of process groups */
        return true;
    trace_signal_console((uint32_t)event, sig);
    memset(&si, 0, sizeof(si));
    si.si_signo = sig;
    si.si_code = SI_KERNEL;
    sig_generate(&si, NULL);
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
    if (b->alarm_left)
        sig_timer_set(0, b->alarm_left, 0, &old_value, &old_interval);
    for (int sig = 1; sig < NSIG; sig++) {
        if (!(b->sig_pending & SIG_BIT(sig)))
            continue;
        memset(&si, 0, sizeof(si));
        si.si_signo = sig;
        sig_generate(&si, NULL);
    }
}

int sig_init(const struct startup_block *b)
{
    /* Only what the trampoline needs: cpuid is slow under a hypervisor, but a forked child inherits
     * this. */
    sig_xsave_mask = nt_xsave_mask(&sig_xsave_size);
    main_thread->ret_addr = 1; /* until main() is called */
    sig_queue_init();
    __atomic_fetch_and(&shm_self->flags, ~(uint32_t)SHM_PROC_SIGTHREAD, __ATOMIC_SEQ_CST);
    nt_ctrl_handler(on_ctrl);
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
    __atomic_fetch_and(&shm_self->flags, ~(uint32_t)SHM_PROC_SIGTHREAD, __ATOMIC_SEQ_CST);
    nt_ctrl_handler(on_ctrl);
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
