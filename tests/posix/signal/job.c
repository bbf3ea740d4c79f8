/* SPDX-License-Identifier: BSD-2-Clause */
/* Stopping and continuing: SIGSTOP, SIGTSTP, SIGCONT, WUNTRACED, WCONTINUED. */
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"

static volatile sig_atomic_t got;

static void handler(int sig)
{
    got = sig;
}

/* A child that writes to *out when it lives. */
static pid_t child(void (*fn)(int), int *out)
{
    int p[2];
    char c;

    if (pipe(p) != 0)
        return -1;
    pid_t pid = fork();
    if (pid == 0) {
        close(p[0]);
        fn(p[1]);
        _exit(0);
    }
    close(p[1]);
    if (read(p[0], &c, 1) != 1)
        return -1;
    *out = p[0];
    return pid;
}

static void spin(int fd)
{
    if (write(fd, "r", 1) != 1)
        _exit(1);
    for (volatile unsigned long n = 0;; n++)
        ;
}

static void sleeper(int fd)
{
    if (write(fd, "r", 1) != 1)
        _exit(1);
    for (;;)
        pause();
}

static void self_stop(int fd)
{
    if (write(fd, "r", 1) != 1)
        _exit(1);
    raise(SIGSTOP);
    _exit(7);
}

static void stop_and_go(const char *what, void (*fn)(int))
{
    int fd, st;

    test("%s is stopped, continued, and ended", what);
    pid_t pid = child(fn, &fd);
    CHECK(pid > 0);
    CHECK_EQ(0, kill(pid, SIGSTOP));
    CHECK_EQ(pid, waitpid(pid, &st, WUNTRACED));
    CHECK(WIFSTOPPED(st));
    CHECK_EQ(SIGSTOP, WSTOPSIG(st));
    CHECK_EQ(0, waitpid(pid, &st, WNOHANG | WUNTRACED));
    CHECK_EQ(0, kill(pid, SIGTERM)); /* pending until it goes on */
    CHECK_EQ(0, waitpid(pid, &st, WNOHANG));
    CHECK_EQ(0, kill(pid, SIGCONT));
    CHECK_EQ(pid, waitpid(pid, &st, 0));
    CHECK(WIFSIGNALED(st));
    CHECK_EQ(SIGTERM, WTERMSIG(st));
    close(fd);
}

/* Answers each byte. */
static void answer(int in, int out)
{
    char c;

    while (read(in, &c, 1) == 1 && write(out, &c, 1) == 1)
        ;
    _exit(0);
}

/* However fast they follow each other: the last one decides. */
static void in_succession(void)
{
    int to[2], from[2], pid, answers = 0;
    char c = 'x';

    test("SIGSTOP and SIGCONT in quick succession: it goes on");
    CHECK(pipe(to) == 0 && pipe(from) == 0);
    if ((pid = fork()) == 0) {
        close(to[1]);
        answer(to[0], from[1]);
    }
    close(from[1]);
    for (int round = 0; round < 100; round++) {
        struct pollfd p = { from[0], POLLIN, 0 };

        for (int i = 0; i < 5; i++) {
            kill(pid, SIGSTOP);
            kill(pid, SIGCONT);
        }
        if (write(to[1], &c, 1) != 1 || poll(&p, 1, 10000) != 1 || read(from[0], &c, 1) != 1)
            break;
        answers++;
    }
    CHECK_EQ(100, answers);
    kill(pid, SIGKILL);
    CHECK_EQ(pid, waitpid(pid, NULL, 0));
    close(to[0]);
    close(to[1]);
    close(from[0]);
}

int main(void)
{
    int fd, st;

    stop_and_go("a process that computes", spin);
    stop_and_go("a process that waits", sleeper);

    test("a process stops itself; WCONTINUED");
    pid_t pid = child(self_stop, &fd);
    CHECK_EQ(pid, waitpid(pid, &st, WUNTRACED));
    CHECK(WIFSTOPPED(st));
    CHECK_EQ(0, kill(pid, SIGCONT));
    int sum = 0;
    for (int i = 0; i < 2; i++) { /* it may have ended before we looked */
        CHECK_EQ(pid, waitpid(pid, &st, WCONTINUED));
        if (WIFEXITED(st)) {
            sum = WEXITSTATUS(st);
            break;
        }
        CHECK(WIFCONTINUED(st));
    }
    CHECK_EQ(7, sum);
    close(fd);

    test("SIGKILL ends a stopped process");
    pid = child(sleeper, &fd);
    CHECK_EQ(0, kill(pid, SIGSTOP));
    CHECK_EQ(pid, waitpid(pid, &st, WUNTRACED));
    CHECK_EQ(0, kill(pid, SIGKILL));
    CHECK_EQ(pid, waitpid(pid, &st, 0));
    CHECK(WIFSIGNALED(st) && WTERMSIG(st) == SIGKILL);
    close(fd);

    in_succession();

    test("SIGCHLD comes for a stop, not with SA_NOCLDSTOP");
    sigset_t set, old;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, &old);
    signal(SIGCHLD, handler);
    pid = child(sleeper, &fd);
    CHECK_EQ(0, kill(pid, SIGSTOP));
    siginfo_t si;
    CHECK_EQ(SIGCHLD, sigwaitinfo(&set, &si));
    CHECK_EQ(CLD_STOPPED, si.si_code);
    CHECK_EQ(SIGSTOP, si.si_status);
    CHECK_EQ(pid, si.si_pid);
    kill(pid, SIGKILL);
    CHECK_EQ(pid, waitpid(pid, &st, 0));
    sigprocmask(SIG_SETMASK, &old, NULL);
    return test_done();
}
