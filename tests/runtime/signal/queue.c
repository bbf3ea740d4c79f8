/* SPDX-License-Identifier: BSD-2-Clause */
/* Signals between processes where there is something to get wrong: full queues, receivers without a
 * signal thread, ends that only Windows knows of. */
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include <windows.h>

#include "../../tap.h"

static volatile sig_atomic_t got;

static void handler(int sig)
{
    got = sig;
}

static int status_after(void (*fn)(void))
{
    int st = -1;
    pid_t pid = fork();

    if (pid == 0) {
        fn();
        _exit(0);
    }
    waitpid(pid, &st, 0);
    return st;
}

static void segv_code(void)
{
    TerminateProcess(GetCurrentProcess(), 0xc0000005);
}

static void ctrl_c_code(void)
{
    TerminateProcess(GetCurrentProcess(), 0xc000013a);
}

static void ended(void)
{
    TerminateProcess(GetCurrentProcess(), 7);
}

static void ended_as_killed(void)
{
    TerminateProcess(GetCurrentProcess(), 128 + SIGTERM);
}

static void exits(void)
{
    ExitProcess(7);
}

int main(void)
{
    sigset_t set, old;
    siginfo_t si;
    int p[2], st;
    char c;

    test("a full queue: sigqueue fails with EAGAIN, and what it took arrives in order");
    sigemptyset(&set);
    sigaddset(&set, SIGRTMIN);
    sigprocmask(SIG_BLOCK, &set, &old);
    CHECK_EQ(0, pipe(p));
    pid_t pid = fork();
    if (pid == 0) {
        int ok = 0;

        while (ok < 5000 && sigqueue(getppid(), SIGRTMIN, (union sigval){ .sival_int = ok }) == 0)
            ok++;
        if (ok == 5000 || errno != EAGAIN)
            ok = -1;
        _exit(write(p[1], &ok, sizeof(ok)) == sizeof(ok) ? 0 : 1);
    }
    int taken = 0, n;
    CHECK_EQ((int)sizeof(taken), (int)read(p[0], &taken, sizeof(taken)));
    CHECK(taken >= 256);
    for (n = 0; n < taken; n++) {
        CHECK_EQ(SIGRTMIN, sigwaitinfo(&set, &si));
        if (!CHECK_EQ(n, si.si_value.sival_int))
            break;
    }
    CHECK_EQ(pid, waitpid(pid, &st, 0));
    sigprocmask(SIG_SETMASK, &old, NULL);

    test("a forked child that has inherited a handler and never asked for a signal thread");
    signal(SIGUSR1, handler);
    pid = fork();
    if (pid == 0) {
        if (write(p[1], "r", 1) != 1)
            _exit(1);
        while (!got)
            ;
        _exit(got == SIGUSR1 ? 5 : 1);
    }
    CHECK_EQ(1, (int)read(p[0], &c, 1));
    CHECK_EQ(0, kill(pid, SIGUSR1));
    CHECK_EQ(pid, waitpid(pid, &st, 0));
    CHECK(WIFEXITED(st) && WEXITSTATUS(st) == 5);

    test("a signal that comes during a Win32 call is delivered when that has ended, its result unharmed");
    pid = fork();
    if (pid == 0) {
        HANDLE ev = CreateEventW(NULL, FALSE, FALSE, NULL);

        got = 0;
        if (write(p[1], "r", 1) != 1)
            _exit(1);
        DWORD r = WaitForSingleObject(ev, 300);
        while (!got)
            ;
        _exit(r == WAIT_TIMEOUT ? 6 : 1);
    }
    CHECK_EQ(1, (int)read(p[0], &c, 1));
    CHECK_EQ(0, kill(pid, SIGUSR1));
    CHECK_EQ(pid, waitpid(pid, &st, 0));
    CHECK(WIFEXITED(st) && WEXITSTATUS(st) == 6);

    test("ends that only Windows knows of become statuses");
    st = status_after(segv_code);
    CHECK(WIFSIGNALED(st) && WTERMSIG(st) == SIGSEGV);
    st = status_after(ctrl_c_code);
    CHECK(WIFSIGNALED(st) && WTERMSIG(st) == SIGINT);
    st = status_after(ended);
    CHECK(WIFSIGNALED(st) && WTERMSIG(st) == SIGKILL && !WCOREDUMP(st));
    st = status_after(ended_as_killed);
    CHECK(WIFSIGNALED(st) && WTERMSIG(st) == SIGTERM);
    st = status_after(exits);
    CHECK(WIFEXITED(st) && WEXITSTATUS(st) == 7);

    test("and those of Windows programs");
    st = system("cmd /c exit 3");
    CHECK(WIFEXITED(st) && WEXITSTATUS(st) == 3);
    st = system("cmd /c exit -1");
    CHECK(WIFEXITED(st) && WEXITSTATUS(st) == 255);
    st = system("cmd /c exit -1073741819");
    CHECK((WIFEXITED(st) && WEXITSTATUS(st) == 128 + SIGSEGV) || (WIFSIGNALED(st) && WTERMSIG(st) == SIGSEGV));
    return test_done();
}
