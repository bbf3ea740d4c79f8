/* SPDX-License-Identifier: BSD-2-Clause */
/* siginfo, queued real-time signals, sigwait and its relatives. */
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tap.h"

static siginfo_t seen[32];
static volatile sig_atomic_t count;

static void handler(int sig, siginfo_t *si, void *uc)
{
    (void)sig;
    (void)uc;
    if (count < 32)
        seen[count] = *si;
    count++;
}

static void handle(int sig)
{
    struct sigaction sa = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO };

    sigemptyset(&sa.sa_mask);
    CHECK_EQ(0, sigaction(sig, &sa, NULL));
}

static sigset_t block(int a, int b, int c)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, a);
    sigaddset(&set, b);
    sigaddset(&set, c);
    sigprocmask(SIG_BLOCK, &set, NULL);
    return set;
}

static void queueing(void)
{
    union sigval v;

    test("kill tells who it was");
    handle(SIGUSR1);
    count = 0;
    kill(getpid(), SIGUSR1);
    CHECK_EQ(1, count);
    CHECK_EQ(SIGUSR1, seen[0].si_signo);
    CHECK_EQ(SI_USER, seen[0].si_code);
    CHECK_EQ(getpid(), seen[0].si_pid);
    CHECK_EQ((int)getuid(), (int)seen[0].si_uid);

    test("real-time signals queue, each with its value, in order");
    handle(SIGRTMIN);
    handle(SIGRTMIN + 1);
    sigset_t set = block(SIGRTMIN, SIGRTMIN + 1, SIGUSR1);
    count = 0;
    for (int i = 0; i < 5; i++) {
        v.sival_int = i;
        CHECK_EQ(0, sigqueue(getpid(), SIGRTMIN, v));
    }
    for (int i = 5; i < 8; i++) {
        v.sival_int = i;
        CHECK_EQ(0, sigqueue(getpid(), SIGRTMIN + 1, v));
    }
    CHECK_EQ(0, count);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    CHECK_EQ(8, count);
    int sum = 0;
    for (int i = 0; i < 8; i++) {
        CHECK_EQ(SI_QUEUE, seen[i].si_code);
        sum += seen[i].si_value.sival_int;
    }
    CHECK_EQ(28, sum);

    test("sigqueue between processes: nothing is lost");
    sigset_t none;
    set = block(SIGRTMIN, SIGRTMIN + 1, SIGUSR1);
    sigemptyset(&none);
    count = 0;
    pid_t pid = fork();
    if (pid == 0) {
        for (int i = 0; i < 30; i++) {
            v.sival_int = i;
            if (sigqueue(getppid(), SIGRTMIN, v) < 0)
                _exit(1);
        }
        _exit(0);
    }
    int st, got = 0;
    while (got < 30) {
        siginfo_t si;

        CHECK_EQ(SIGRTMIN, sigwaitinfo(&set, &si));
        CHECK_EQ(got, si.si_value.sival_int);
        CHECK_EQ(pid, si.si_pid);
        got++;
    }
    CHECK_EQ(pid, waitpid(pid, &st, 0));
    CHECK_EQ(0, st);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    CHECK_EQ(0, count);
}

static void waiting(void)
{
    struct timespec soon = { 0, 20000000 }, zero = { 0, 0 };
    siginfo_t si;
    int sig = 0;

    test("sigtimedwait: EAGAIN when nothing comes, or what is pending at once");
    sigset_t set = block(SIGUSR1, SIGUSR2, SIGRTMIN);
    CHECK_ERR(EAGAIN, sigtimedwait(&set, &si, &soon));
    CHECK_ERR(EAGAIN, sigtimedwait(&set, &si, &zero));
    kill(getpid(), SIGUSR2);
    CHECK_EQ(SIGUSR2, sigtimedwait(&set, &si, &soon));
    CHECK_EQ(getpid(), si.si_pid);
    zero.tv_nsec = 1000000000;
    CHECK_ERR(EINVAL, sigtimedwait(&set, &si, &zero));

    test("sigwait takes what another process sends, and the handler does not run");
    count = 0;
    pid_t pid = fork();
    if (pid == 0)
        _exit(kill(getppid(), SIGUSR1) ? 1 : 0);
    CHECK_EQ(0, sigwait(&set, &sig));
    CHECK_EQ(SIGUSR1, sig);
    CHECK_EQ(0, count);
    CHECK_EQ(pid, waitpid(pid, NULL, 0));

    test("a handler of another signal interrupts sigwaitinfo");
    handle(SIGALRM);
    alarm(1);
    CHECK_ERR(EINTR, sigwaitinfo(&set, &si));
    CHECK_EQ(1, count);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
}

static void child_info(void)
{
    test("SIGCHLD tells which child ended, and how");
    sigset_t set = block(SIGCHLD, SIGCHLD, SIGCHLD), old;
    siginfo_t si;
    (void)old;
    pid_t pid = fork();
    if (pid == 0)
        _exit(42);
    CHECK_EQ(SIGCHLD, sigwaitinfo(&set, &si));
    CHECK_EQ(CLD_EXITED, si.si_code);
    CHECK_EQ(pid, si.si_pid);
    CHECK_EQ(42, si.si_status);
    CHECK_EQ(pid, waitpid(pid, NULL, 0));
    pid = fork();
    if (pid == 0)
        for (;;)
            pause();
    kill(pid, SIGKILL);
    CHECK_EQ(SIGCHLD, sigwaitinfo(&set, &si));
    CHECK_EQ(CLD_KILLED, si.si_code);
    CHECK_EQ(SIGKILL, si.si_status);
    CHECK_EQ(pid, waitpid(pid, NULL, 0));
    sigprocmask(SIG_UNBLOCK, &set, NULL);
}

int main(void)
{
    queueing();
    waiting();
    child_info();
    return test_done();
}
