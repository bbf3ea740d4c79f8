/* SPDX-License-Identifier: BSD-2-Clause */
/* What exec does to signal actions when this process stays to stand for a Windows program. */
#include <string.h>

#include "state.h"

/** Every signal with a handler gets its default action again; ignored ones stay ignored. */
void sig_reset_handlers(void)
{
    sig_lock();
    for (int sig = 1; sig < NSIG; sig++)
        if (sigs.actions[sig].sa_handler != SIG_IGN)
            memset(&sigs.actions[sig], 0, sizeof(sigs.actions[sig]));
    sigs.caught = 0;
    sig_unlock();
    sig_publish();
}
