/* SPDX-License-Identifier: BSD-2-Clause */
/* Many signals: nothing lost, nothing twice, interrupted code computes the same. */
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"

static volatile sig_atomic_t usr1, rt, chld;

static void on_usr1(int sig)
{
    (void)sig;
    usr1++;
}

static void on_rt(int sig)
{
    (void)sig;
    rt++;
}

static void on_chld(int sig)
{
    int save = errno;

    (void)sig;
    while (waitpid(-1, NULL, WNOHANG) > 0)
        chld++;
    errno = save;
}

static uint64_t compute(uint64_t seed)
{
    double x = 1.0, y = 2.0;
    uint64_t a = seed, b = seed + 1;

    for (int i = 0; i < 20000; i++) {
        a = a * 6364136223846793005u + b;
        b ^= a >> 7;
        x = x * 1.0000001 + y * 1e-9;
        y += x * 1e-7;
        if (i % 1000 == 0)
            b += (uint64_t)(getpid() != 0);
    }
    return a ^ b ^ (uint64_t)(x * 1e6) ^ (uint64_t)(y * 1e9);
}

int main(void)
{
    enum { SENDERS = 4, EACH = 50 };

    test("real-time signals of %d processes all arrive while the receiver computes", SENDERS);
    signal(SIGRTMIN, on_rt);
    signal(SIGUSR1, on_usr1);
    uint64_t want = compute(42), bad = 0;
    pid_t kids[SENDERS];
    for (int k = 0; k < SENDERS; k++) {
        kids[k] = fork();
        if (kids[k] == 0) {
            union sigval v = { .sival_int = k };

            for (int i = 0; i < EACH; i++) {
                while (sigqueue(getppid(), SIGRTMIN, v) < 0)
                    if (errno != EAGAIN)
                        _exit(1);
                kill(getppid(), SIGUSR1);
            }
            _exit(0);
        }
        if (!CHECK(kids[k] > 0))
            return test_done();
    }
    while (rt < SENDERS * EACH)
        bad += compute(42) != want;
    CHECK_EQ(0, (int)bad);
    for (int k = 0; k < SENDERS; k++) {
        int st;

        while (waitpid(kids[k], &st, 0) < 0 && errno == EINTR)
            ;
        CHECK_EQ(0, st);
    }
    CHECK_EQ(SENDERS * EACH, rt);
    CHECK(usr1 >= 1 && usr1 <= SENDERS * EACH);

    test("20000 signals to oneself");
    usr1 = 0;
    for (int i = 0; i < 20000; i++)
        raise(SIGUSR1);
    CHECK_EQ(20000, usr1);

    test("every child is reaped from the SIGCHLD handler");
    signal(SIGCHLD, on_chld);
    for (int i = 0; i < 10; i++)
        if (fork() == 0)
            _exit(0);
    sigset_t block, old;
    sigemptyset(&block);
    sigaddset(&block, SIGCHLD);
    sigprocmask(SIG_BLOCK, &block, &old);
    while (chld < 10)
        sigsuspend(&old);
    sigprocmask(SIG_SETMASK, &old, NULL);
    CHECK_EQ(10, chld);
    return test_done();
}
