/* SPDX-License-Identifier: BSD-2-Clause */
/* Signals in words. psignal() and strsignal() are the C library's. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

/** Prints a signal and what is known about it to standard error. POSIX.1-2017 psiginfo() */
void psiginfo(const siginfo_t *si, const char *message)
{
    const char *sep = message && *message ? ": " : "";

    if (!message)
        message = "";
    switch (si->si_signo) {
    case SIGSEGV:
    case SIGBUS:
    case SIGILL:
    case SIGFPE:
    case SIGTRAP:
        fprintf(stderr, "%s%s%s (code %d, address %p)\n", message, sep, strsignal(si->si_signo),
                si->si_code, si->si_addr);
        break;
    case SIGCHLD:
        fprintf(stderr, "%s%s%s (code %d, pid %d, status %d)\n", message, sep, strsignal(si->si_signo),
                si->si_code, (int)si->si_pid, si->si_status);
        break;
    default:
        fprintf(stderr, "%s%s%s (code %d, pid %d, uid %u)\n", message, sep, strsignal(si->si_signo),
                si->si_code, (int)si->si_pid, (unsigned)si->si_uid);
    }
}
