/* SPDX-License-Identifier: BSD-2-Clause */
/* Signals: handlers, masks, pending, default actions, EINTR, SIGCHLD, fork and exec. */
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"

static volatile sig_atomic_t got, count, order[10];

static void handler(int sig)
{
    got = sig;
    if (count < 10)
        order[count] = sig;
    count++;
}

static void handle(int sig, int flags)
{
    struct sigaction sa = { .sa_handler = handler, .sa_flags = flags };

    CHECK_EQ(0, sigaction(sig, &sa, NULL));
}

static void masking(void)
{
    sigset_t set, old, pend;

    test("a handler runs before kill() to oneself returns");
    handle(SIGUSR1, 0);
    got = 0;
    CHECK_EQ(0, kill(getpid(), SIGUSR1));
    CHECK_EQ(SIGUSR1, got);
    got = 0;
    CHECK_EQ(0, raise(SIGUSR1));
    CHECK_EQ(SIGUSR1, got);

    test("a blocked signal is pending until it is unblocked, once");
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    CHECK_EQ(0, sigprocmask(SIG_BLOCK, &set, &old));
    CHECK_EQ(0, sigismember(&old, SIGUSR1));
    count = 0;
    kill(getpid(), SIGUSR1);
    kill(getpid(), SIGUSR1);
    CHECK_EQ(0, count);
    CHECK_EQ(0, sigpending(&pend));
    CHECK_EQ(1, sigismember(&pend, SIGUSR1));
    CHECK_EQ(0, sigprocmask(SIG_SETMASK, &old, NULL));
    CHECK_EQ(1, count);

    test("sigsuspend lets it in and returns EINTR");
    sigprocmask(SIG_BLOCK, &set, &old);
    count = 0;
    kill(getpid(), SIGUSR1);
    CHECK_EQ(0, count);
    sigemptyset(&set);
    CHECK_ERR(EINTR, sigsuspend(&set));
    CHECK_EQ(1, count);
    sigprocmask(SIG_SETMASK, &old, NULL);

    test("an ignored signal is gone; SIG_DFL is told by sigaction");
    struct sigaction sa;
    CHECK(signal(SIGUSR1, SIG_IGN) == handler);
    count = 0;
    kill(getpid(), SIGUSR1);
    CHECK_EQ(0, count);
    CHECK_EQ(0, sigaction(SIGUSR1, NULL, &sa));
    CHECK(sa.sa_handler == SIG_IGN);
    CHECK_EQ(0, sigaction(SIGUSR2, NULL, &sa));
    CHECK(sa.sa_handler == SIG_DFL);

    test("errors: EINVAL, ESRCH; SIGKILL cannot be caught");
    CHECK_ERR(EINVAL, kill(getpid(), 1000));
    CHECK_ERR(EINVAL, sigaction(1000, NULL, &sa));
    sa.sa_handler = handler;
    CHECK_ERR(EINVAL, sigaction(SIGKILL, &sa, NULL));
    CHECK_ERR(ESRCH, kill(99999999, 0));

    test("SA_RESETHAND: once");
    handle(SIGUSR2, SA_RESETHAND);
    count = 0;
    kill(getpid(), SIGUSR2);
    CHECK_EQ(1, count);
    sigaction(SIGUSR2, NULL, &sa);
    CHECK(sa.sa_handler == SIG_DFL);
}

static void between(void)
{
    int p[2], st;
    char c;

    test("default actions end a process: SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGKILL");
    static const int sigs[] = { SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGKILL };
    for (unsigned i = 0; i < sizeof(sigs) / sizeof(sigs[0]); i++) {
        CHECK_EQ(0, pipe(p));
        pid_t pid = fork();
        if (pid == 0) {
            signal(SIGUSR1, SIG_DFL);
            if (write(p[1], "r", 1) != 1)
                _exit(1);
            for (;;)
                pause();
        }
        CHECK_EQ(1, read(p[0], &c, 1));
        CHECK_EQ(0, kill(pid, sigs[i]));
        CHECK_EQ(pid, waitpid(pid, &st, 0));
        CHECK(WIFSIGNALED(st));
        CHECK_EQ(sigs[i], WTERMSIG(st));
        close(p[0]);
        close(p[1]);
    }

    test("a signal ends a blocking read with EINTR; SA_RESTART goes on");
    CHECK_EQ(0, pipe(p));
    handle(SIGUSR1, 0);
    count = 0;
    pid_t pid = fork();
    if (pid == 0) {
        for (int i = 0; i < 200; i++) {     /* until the parent kills us: it may not read yet */
            usleep(20000);
            kill(getppid(), SIGUSR1);
        }
        _exit(0);
    }
    CHECK_ERR(EINTR, read(p[0], &c, 1));
    CHECK(count >= 1);
    kill(pid, SIGKILL);
    waitpid(pid, &st, 0);

    handle(SIGUSR1, SA_RESTART);
    count = 0;
    pid = fork();
    if (pid == 0) {
        for (int i = 0; i < 10; i++) {
            kill(getppid(), SIGUSR1);
            usleep(10000);
        }
        _exit(write(p[1], "x", 1) == 1 ? 0 : 1);
    }
    CHECK_EQ(1, read(p[0], &c, 1));
    CHECK(count >= 1);
    while (waitpid(pid, &st, 0) == -1 && errno == EINTR)
        ;
    close(p[0]);
    close(p[1]);

    test("SIGCHLD when a child ends");
    sigset_t set, old;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, &old);
    handle(SIGCHLD, 0);
    count = 0;
    pid = fork();
    if (pid == 0)
        _exit(3);
    sigset_t without = old;
    sigdelset(&without, SIGCHLD);
    while (count == 0)
        sigsuspend(&without);
    CHECK_EQ(SIGCHLD, got);
    sigprocmask(SIG_SETMASK, &old, NULL);
    CHECK_EQ(pid, waitpid(pid, &st, 0));
    CHECK_EQ(3, WEXITSTATUS(st));
    signal(SIGCHLD, SIG_DFL);
}

static void handing_on(void)
{
    int st;

    test("a forked child has the handlers and the mask, but nothing pending");
    sigset_t set, old, pend;
    handle(SIGUSR1, 0);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, &old);
    kill(getpid(), SIGUSR1);
    pid_t pid = fork();
    if (pid == 0) {
        if (sigpending(&pend) != 0 || sigismember(&pend, SIGUSR1))
            _exit(1);
        count = 0;
        kill(getpid(), SIGUSR1);
        if (count != 0)
            _exit(2);
        sigprocmask(SIG_SETMASK, &old, NULL);
        _exit(count == 1 ? 0 : 3);
    }
    CHECK(waitpid(pid, &st, 0) == pid && WIFEXITED(st));
    CHECK_EQ(0, WEXITSTATUS(st));
    sigprocmask(SIG_SETMASK, &old, NULL);

    test("kill(0) reaches the process group");
    pid = fork();
    if (pid == 0) {
        setpgid(0, 0);
        signal(SIGTERM, SIG_IGN);
        pid_t kid = fork();
        if (kid == 0) {
            signal(SIGTERM, SIG_DFL);
            for (;;) {
                kill(0, SIGTERM);
                usleep(1000);
            }
        }
        _exit(waitpid(kid, &st, 0) == kid && WIFSIGNALED(st) ? 0 : 1);
    }
    CHECK(waitpid(pid, &st, 0) == pid && WIFEXITED(st));
    CHECK_EQ(0, WEXITSTATUS(st));
}

int main(void)
{
    masking();
    between();
    handing_on();
    return test_done();
}
