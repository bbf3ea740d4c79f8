/* SPDX-License-Identifier: BSD-2-Clause */
/* Sets of signals: bit n-1 stands for signal n. */
#include <errno.h>
#include <signal.h>

static int bit_of(int sig, sigset_t *bit)
{
    if (sig < 1 || sig >= NSIG) {
        errno = EINVAL;
        return -1;
    }
    *bit = (sigset_t)1 << (sig - 1);
    return 0;
}

/** Makes a set empty. @return 0. POSIX.1-2017 sigemptyset() */
int sigemptyset(sigset_t *set)
{
    *set = 0;
    return 0;
}

/** Puts all signals into a set. @return 0. POSIX.1-2017 sigfillset() */
int sigfillset(sigset_t *set)
{
    *set = ~(sigset_t)0;
    return 0;
}

/** Adds a signal. @return 0, or -1 with EINVAL: no signal has this number. POSIX.1-2017 sigaddset() */
int sigaddset(sigset_t *set, const int sig)
{
    sigset_t bit;

    if (bit_of(sig, &bit) < 0)
        return -1;
    *set |= bit;
    return 0;
}

/** Removes a signal. @return 0, or -1 with EINVAL. POSIX.1-2017 sigdelset() */
int sigdelset(sigset_t *set, const int sig)
{
    sigset_t bit;

    if (bit_of(sig, &bit) < 0)
        return -1;
    *set &= ~bit;
    return 0;
}

/** Is a signal in the set? @return 1, 0, or -1 with EINVAL. POSIX.1-2017 sigismember() */
int sigismember(const sigset_t *set, int sig)
{
    sigset_t bit;

    return bit_of(sig, &bit) < 0 ? -1 : (*set & bit) != 0;
}
