/* SPDX-License-Identifier: BSD-2-Clause */
/* waitid in all its forms, stops and continues, children that leave no zombies, what they used. */
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tap.h"

static pid_t exiting(int code)
{
    pid_t pid = fork();

    if (pid == 0)
        _exit(code);
    return pid;
}

static pid_t pausing(void)
{
    pid_t pid = fork();

    if (pid == 0)
        for (;;)
            pause();
    return pid;
}

static void forms(void)
{
    siginfo_t si;
    int st;

    test("waitid: exit, with everything in siginfo; WNOWAIT leaves it");
    pid_t pid = exiting(41);
    memset(&si, 0, sizeof(si));
    CHECK_EQ(0, waitid(P_PID, (id_t)pid, &si, WEXITED | WNOWAIT));
    CHECK_EQ(SIGCHLD, si.si_signo);
    CHECK_EQ(CLD_EXITED, si.si_code);
    CHECK_EQ(41, si.si_status);
    CHECK_EQ(pid, si.si_pid);
    CHECK_EQ((int)getuid(), (int)si.si_uid);
    memset(&si, 0, sizeof(si));
    CHECK_EQ(0, waitid(P_ALL, 0, &si, WEXITED));
    CHECK_EQ(pid, si.si_pid);
    CHECK_ERR(ECHILD, waitid(P_PID, (id_t)pid, &si, WEXITED));

    test("waitid: killed, stopped, continued");
    pid = pausing();
    CHECK_EQ(0, waitid(P_PID, (id_t)pid, &si, WEXITED | WSTOPPED | WCONTINUED | WNOHANG));
    CHECK_EQ(0, si.si_pid);
    kill(pid, SIGSTOP);
    CHECK_EQ(0, waitid(P_PID, (id_t)pid, &si, WSTOPPED));
    CHECK_EQ(CLD_STOPPED, si.si_code);
    CHECK_EQ(SIGSTOP, si.si_status);
    CHECK_EQ(0, waitid(P_PID, (id_t)pid, &si, WSTOPPED | WNOHANG));
    CHECK_EQ(0, si.si_pid);
    kill(pid, SIGCONT);
    CHECK_EQ(0, waitid(P_PID, (id_t)pid, &si, WCONTINUED));
    CHECK_EQ(CLD_CONTINUED, si.si_code);
    CHECK_EQ(SIGCONT, si.si_status);
    kill(pid, SIGTERM);
    CHECK_EQ(0, waitid(P_PGID, (id_t)getpgrp(), &si, WEXITED));
    CHECK_EQ(CLD_KILLED, si.si_code);
    CHECK_EQ(SIGTERM, si.si_status);

    test("waitid: a stop can be looked at with WNOWAIT, and is still there");
    pid = pausing();
    kill(pid, SIGSTOP);
    CHECK_EQ(0, waitid(P_PID, (id_t)pid, &si, WSTOPPED | WNOWAIT));
    CHECK_EQ(CLD_STOPPED, si.si_code);
    CHECK_EQ(0, waitid(P_PID, (id_t)pid, &si, WSTOPPED | WNOHANG));
    CHECK_EQ(CLD_STOPPED, si.si_code);
    kill(pid, SIGKILL);
    CHECK_EQ(pid, waitpid(pid, &st, 0));
    CHECK(WIFSIGNALED(st) && WTERMSIG(st) == SIGKILL && !WCOREDUMP(st));

    test("waitid: EINVAL, ECHILD");
    CHECK_ERR(EINVAL, waitid(P_ALL, 0, &si, 0));
    CHECK_ERR(EINVAL, waitid((idtype_t)99, 0, &si, WEXITED));
    CHECK_ERR(ECHILD, waitid(P_ALL, 0, &si, WEXITED));
    CHECK_ERR(ECHILD, waitid(P_ALL, 0, NULL, WEXITED | WNOHANG));

    test("waitid without WEXITED sees no end: a child that has ended is none");
    pid = exiting(1);
    CHECK_EQ(0, waitid(P_PID, (id_t)pid, &si, WEXITED | WNOWAIT));
    CHECK_ERR(ECHILD, waitid(P_PID, (id_t)pid, &si, WSTOPPED | WCONTINUED | WNOHANG));
    CHECK_EQ(pid, waitpid(pid, &st, 0));
}

static void groups(void)
{
    siginfo_t si;
    int st;

    test("waitpid of a process group waits for its members only");
    pid_t a = pausing(), b = exiting(2);
    setpgid(a, a);
    CHECK_EQ(0, waitpid(-a, &st, WNOHANG));
    CHECK_EQ(b, waitpid(0, &st, 0));
    CHECK_EQ(2, WEXITSTATUS(st));
    kill(-a, SIGKILL);
    CHECK_EQ(0, waitid(P_PGID, (id_t)a, &si, WEXITED));
    CHECK_EQ(a, si.si_pid);
    CHECK_ERR(ECHILD, waitpid(-a, &st, 0));
}

static void nobody(void *arg)
{
    int sig = (int)(long)arg;
    struct sigaction sa = { .sa_handler = sig ? SIG_DFL : SIG_IGN, .sa_flags = sig ? SA_NOCLDWAIT : 0 };

    sigaction(SIGCHLD, &sa, NULL);
}

static void no_zombies(bool flag)
{
    pid_t pid[3];
    int st;

    test("%s: wait() waits for all and fails with ECHILD", flag ? "SA_NOCLDWAIT" : "SIGCHLD ignored");
    nobody((void *)(long)flag);
    for (int i = 0; i < 3; i++)
        pid[i] = exiting(i);
    CHECK_ERR(ECHILD, wait(&st));
    for (int i = 0; i < 3; i++)
        CHECK_ERR(ESRCH, kill(pid[i], 0));
    signal(SIGCHLD, SIG_DFL);
}

static double cpu(const struct rusage *ru)
{
    return (double)ru->ru_utime.tv_sec + (double)ru->ru_stime.tv_sec
        + (double)(ru->ru_utime.tv_usec + ru->ru_stime.tv_usec) * 1e-6;
}

static void burn(double seconds)
{
    struct timespec ts;
    volatile unsigned long n = 0;

    do {
        for (int i = 0; i < 100000; i++)
            n++;
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
    } while ((double)ts.tv_sec + (double)ts.tv_nsec * 1e-9 < seconds);
}

static void used(void)
{
    struct rusage ru, all;
    int st;

    test("wait4 tells what a child and its children used, getrusage the sum");
    CHECK_EQ(0, getrusage(RUSAGE_CHILDREN, &all));
    double before = cpu(&all);
    pid_t pid = fork();
    if (pid == 0) {
        pid_t kid = fork();
        if (kid == 0) {
            burn(0.2);
            _exit(0);
        }
        waitpid(kid, NULL, 0);
        burn(0.1);
        _exit(0);
    }
    CHECK_EQ(pid, wait4(pid, &st, 0, &ru));
    CHECK(cpu(&ru) >= 0.28 && cpu(&ru) < 5);
    CHECK_EQ(0, getrusage(RUSAGE_CHILDREN, &all));
    CHECK(cpu(&all) - before >= 0.28);

    test("a child that did nothing used little");
    pid = exiting(0);
    CHECK_EQ(pid, wait3(&st, 0, &ru));
    CHECK(cpu(&ru) < 0.2);
}

int main(void)
{
    forms();
    groups();
    no_zombies(false);
    no_zombies(true);
    used();
    return test_done();
}
