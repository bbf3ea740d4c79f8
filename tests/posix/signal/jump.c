/* SPDX-License-Identifier: BSD-2-Clause */
/* siglongjmp out of handlers that interrupted blocking calls: nothing is left behind. */
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"

static sigjmp_buf env;

static void handler(int sig)
{
    (void)sig;
    siglongjmp(env, 1);
}

/* A child that sends SIGUSR1 until it is killed. */
static pid_t sender(void)
{
    pid_t pid = fork();

    if (pid == 0)
        for (;;) {
            usleep(5000);
            kill(getppid(), SIGUSR1);
        }
    return pid;
}

static void end(pid_t pid)
{
    signal(SIGUSR1, SIG_IGN);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

int main(void)
{
    volatile int jumps = 0;
    sigset_t now;
    int p[2];
    char c;

    test("out of read: the pipe's end closes as ever");
    CHECK_EQ(0, pipe(p));
    signal(SIGUSR1, handler);
    volatile pid_t pid = sender();
    for (volatile int i = 0; i < 10; i++) {
        if (sigsetjmp(env, 1) == 0) {
            CHECK_EQ(0, (int)read(p[0], &c, 1)); /* nobody ever writes */
            break;
        }
        jumps++;
    }
    end(pid);
    CHECK_EQ(10, jumps);
    sigprocmask(SIG_BLOCK, NULL, &now);
    CHECK_EQ(0, sigismember(&now, SIGUSR1));
    signal(SIGPIPE, SIG_IGN);
    close(p[0]);
    CHECK_ERR(EPIPE, write(p[1], "x", 1));
    close(p[1]);

    test("out of waitpid and of a computation");
    signal(SIGUSR1, handler);
    pid = sender();
    if (sigsetjmp(env, 1) == 0) {
        CHECK_EQ(0, waitpid(pid, NULL, 0)); /* it lives until we kill it */
    }
    if (sigsetjmp(env, 1) == 0)
        for (volatile unsigned long n = 0;; n++)
            ;
    end(pid);
    CHECK_ERR(ECHILD, waitpid(-1, NULL, 0));
    return test_done();
}
