/* SPDX-License-Identifier: BSD-2-Clause */
/* SIGKILL ends a process whatever it is doing. */
/* timeout: 120 */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"

static char *self_name;

static void blocked(void)
{
    sigset_t all;

    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, NULL);
    for (;;)
        pause();
}

static void computing(void)
{
    for (volatile unsigned long n = 0;; n++)
        ;
}

static void stopped(void)
{
    raise(SIGSTOP);
    _exit(1);
}

static void forking(void)
{
    for (;;) {
        pid_t pid = fork();

        if (pid == 0)
            _exit(0);
        waitpid(pid, NULL, 0);
    }
}

static void executing(void)
{
    execl(self_name, self_name, "exec", (char *)NULL);
    _exit(1);
}

static void handler(int sig)
{
    (void)sig;
    for (;;)
        ;
}

static void in_handler(void)
{
    signal(SIGUSR1, handler);
    raise(SIGUSR1);
}

static void *other(void *arg)
{
    computing();
    return arg;
}

static void threads(void)
{
    pthread_t t;

    for (int i = 0; i < 4; i++)
        pthread_create(&t, NULL, other, NULL);
    pthread_exit(NULL);
}

static void reading(void)
{
    int p[2];
    char c;

    if (pipe(p) == 0 && read(p[0], &c, 1) != 0)
        _exit(1);
    _exit(2);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*fn)(void);
    } states[] = {
        { "with all signals blocked", blocked }, { "while it computes", computing },
        { "while it is stopped", stopped }, { "while it forks", forking },
        { "while it executes itself again and again", executing }, { "in a handler", in_handler },
        { "whose first thread has ended", threads }, { "in a read", reading },
    };
    int st;

    self_name = argv[0];
    if (argc > 1)
        executing();
    for (unsigned i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
        test("SIGKILL ends a process %s", states[i].name);
        for (int k = 0; k < 4; k++) {
            pid_t pid = fork();

            if (pid == 0) {
                states[i].fn();
                _exit(3);
            }
            usleep((useconds_t)(k * k * 4000)); /* at once, then later */
            CHECK_EQ(0, kill(pid, SIGKILL));
            CHECK_EQ(pid, waitpid(pid, &st, 0));
            CHECK(WIFSIGNALED(st));
            CHECK_EQ(SIGKILL, WTERMSIG(st));
        }
    }
    return test_done();
}
