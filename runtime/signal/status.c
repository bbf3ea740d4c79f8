/* SPDX-License-Identifier: BSD-2-Clause */
/* How a process ended: exit codes of Windows and wait() statuses. */
#include <sys/wait.h>

#include "sig.h"

/* Exit codes of processes that an exception or the system has ended. */
static const struct {
    uint32_t code;
    int sig;
} ends[] = {
    { 0xc0000005, SIGSEGV }, /* access violation */
    { 0x80000001, SIGSEGV }, /* guard page */
    { 0xc00000fd, SIGSEGV }, /* stack overflow */
    { 0xc0000409, SIGABRT }, /* fast fail, stack buffer overrun */
    { 0xc0000374, SIGABRT }, /* heap corruption */
    { 0x40000015, SIGABRT }, /* fatal application exit */
    { 0xc0000420, SIGABRT }, /* assertion failure */
    { 0xc0000006, SIGBUS },  /* in-page error */
    { 0x80000002, SIGBUS },  /* misaligned data */
    { 0xc000001d, SIGILL },  /* illegal instruction */
    { 0xc0000096, SIGILL },  /* privileged instruction */
    { 0x80000003, SIGTRAP }, /* breakpoint */
    { 0x80000004, SIGTRAP }, /* single step */
    { 0xc0000094, SIGFPE },  /* integer division by zero */
    { 0xc0000095, SIGFPE },  /* integer overflow */
    { 0xc000008c, SIGFPE },  /* array bounds */
    { 0xc000008d, SIGFPE },  /* denormal operand */
    { 0xc000008e, SIGFPE },  /* division by zero */
    { 0xc000008f, SIGFPE },  /* inexact result */
    { 0xc0000090, SIGFPE },  /* invalid operation */
    { 0xc0000091, SIGFPE },  /* overflow */
    { 0xc0000092, SIGFPE },  /* stack check */
    { 0xc0000093, SIGFPE },  /* underflow */
    { 0xc000013a, SIGINT },  /* Ctrl-C */
    { 0x40010004, SIGTERM }, /* ended by a debugger */
    { 0x40010005, SIGINT },  /* Ctrl-C in a debugger */
    { 0x40010008, SIGQUIT }, /* Ctrl-Break in a debugger */
    { 0xc000026b, SIGHUP },  /* logoff while a DLL started */
};

/* The signal that such a code stands for; 0: none. */
static int signal_of(uint32_t code)
{
    for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
        if (ends[i].code == code)
            return ends[i].sig;
    /* Some other failure of the system: no program means to say this. -1 and the like are meant. */
    return code >= 0xc0000000 && code < 0xd0000000 ? SIGKILL : 0;
}

int sig_status_from_exit(uint32_t code)
{
    int sig = signal_of(code);

    return sig ? sig : (int)(code & 0xff) << 8;
}

int sig_status_of_killed(uint32_t code)
{
    int sig = signal_of(code);

    if (!sig && code > 128 && code < 128 + NSIG)
        sig = (int)code - 128; /* what `kill -f` and our own SIGKILL leave */
    return sig ? sig : SIGKILL;
}

uint32_t sig_exit_code(int wait_status)
{
    return WIFSIGNALED(wait_status) ? 128u + (uint32_t)WTERMSIG(wait_status)
                                    : (uint32_t)WEXITSTATUS(wait_status);
}
