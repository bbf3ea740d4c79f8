/* SPDX-License-Identifier: BSD-2-Clause */
/* alarm, pause, and what a handler may do: longjmp out, be interrupted while spinning. */
#include <setjmp.h>
#include <signal.h>
#include <unistd.h>

#include "tap.h"

static volatile sig_atomic_t fired;
static sigjmp_buf env;

static void handler(int sig)
{
    (void)sig;
    fired++;
}

static void jumper(int sig)
{
    (void)sig;
    siglongjmp(env, 7);
}

int main(void)
{
    test("alarm ends pause");
    signal(SIGALRM, handler);
    CHECK_EQ(0, alarm(1));
    CHECK_ERR(EINTR, pause());
    CHECK_EQ(1, fired);

    test("alarm reaches a program that computes");
    fired = 0;
    alarm(1);
    volatile unsigned long n = 0;
    while (!fired)
        n++;
    CHECK(n > 0);

    test("alarm(0) cancels and tells the rest");
    alarm(100);
    unsigned rest = alarm(0);
    CHECK(rest > 90 && rest <= 100);

    test("siglongjmp out of a handler restores the mask");
    sigset_t now;
    signal(SIGUSR1, jumper);
    int r = sigsetjmp(env, 1);
    if (r == 0)
        raise(SIGUSR1);
    CHECK_EQ(7, r);
    sigprocmask(SIG_BLOCK, NULL, &now);
    CHECK_EQ(0, sigismember(&now, SIGUSR1));
    return test_done();
}
