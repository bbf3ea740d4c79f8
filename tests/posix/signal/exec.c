/* SPDX-License-Identifier: BSD-2-Clause */
/* What a program that was started by exec has of its predecessor's signals. */
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"

static void handler(int sig)
{
    (void)sig;
}

static int is(const sigset_t *set, int sig)
{
    return sigismember(set, sig) == 1;
}

/* The new program. */
static int after(void)
{
    struct sigaction sa;
    sigset_t mask, pending, wait;
    int sig;

    sigprocmask(SIG_BLOCK, NULL, &mask);
    if (!is(&mask, SIGUSR1) || !is(&mask, SIGALRM) || is(&mask, SIGUSR2))
        return 1;
    sigpending(&pending);
    if (!is(&pending, SIGUSR1))
        return 2;
    sigaction(SIGUSR2, NULL, &sa);
    if (sa.sa_handler != SIG_IGN)
        return 3;
    sigaction(SIGTERM, NULL, &sa);
    if (sa.sa_handler != SIG_DFL)
        return 4;
    sigemptyset(&wait);
    sigaddset(&wait, SIGALRM); /* the alarm goes on */
    if (sigwait(&wait, &sig) != 0 || sig != SIGALRM)
        return 5;
    return 42;
}

int main(int argc, char **argv)
{
    sigset_t set;
    int st;

    if (argc > 1 && strcmp(argv[1], "after") == 0)
        return after();
    if (argc > 1 && strcmp(argv[1], "wait") == 0)
        for (;;)
            pause();

    test("exec: mask, pending and ignored signals and the alarm stay, handlers do not");
    pid_t pid = fork();
    if (pid == 0) {
        signal(SIGUSR2, SIG_IGN);
        signal(SIGTERM, handler);
        signal(SIGUSR1, handler);
        sigemptyset(&set);
        sigaddset(&set, SIGUSR1);
        sigaddset(&set, SIGALRM);
        sigprocmask(SIG_BLOCK, &set, NULL);
        raise(SIGUSR1);
        alarm(1);
        execl(argv[0], argv[0], "after", (char *)NULL);
        _exit(99);
    }
    CHECK(waitpid(pid, &st, 0) == pid && WIFEXITED(st));
    CHECK_EQ(42, WEXITSTATUS(st));

    test("signals reach the new program under the old pid, whenever they come");
    for (int i = 0; i < 5; i++) {
        pid = fork();
        if (pid == 0) {
            execl(argv[0], argv[0], "wait", (char *)NULL);
            _exit(99);
        }
        usleep((useconds_t)i * 10000); /* before, while or after it calls exec */
        CHECK_EQ(0, kill(pid, SIGTERM));
        CHECK_EQ(pid, waitpid(pid, &st, 0));
        CHECK(WIFSIGNALED(st) && WTERMSIG(st) == SIGTERM);
    }
    return test_done();
}
