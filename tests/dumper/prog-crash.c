/* SPDX-License-Identifier: BSD-2-Clause */
/* A program with known stacks: crash KIND [FILE]. Creates FILE when it is where it should be looked at. */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *ready;
static volatile int zero, stop;
static volatile char *volatile nowhere;

static void say_ready(void)
{
    if (ready)
        close(open(ready, O_CREAT | O_WRONLY, 0666));
}

__attribute__((noinline)) static int innermost(const char *kind, int number)
{
    say_ready();
    if (!strcmp(kind, "segv"))
        *nowhere = 1;
    else if (!strcmp(kind, "fpe"))
        number /= zero;
    else if (!strcmp(kind, "ill"))
        __builtin_trap();
    else if (!strcmp(kind, "abort"))
        abort();
    else if (!strcmp(kind, "jump"))
        ((void (*)(void))nowhere)();
    else if (!strcmp(kind, "pause"))
        pause();
    else if (!strcmp(kind, "stop"))
        raise(SIGSTOP);
    else if (!strcmp(kind, "spin"))
        while (!stop)
            ;
    return number + zero;
}

__attribute__((noinline)) static int middle(const char *kind, int number)
{
    return innermost(kind, number * 2) + 1;
}

__attribute__((noinline)) static int deep(const char *kind, int n)
{
    return n ? deep(kind, n - 1) + 1 : middle(kind, 21);
}

static void handler(int sig)
{
    middle("segv", sig);
}

static void waiting_handler(int sig)
{
    middle("pause", sig);
}

__attribute__((noinline)) static void *reader(void *arg)
{
    char c;

    read(*(int *)arg, &c, 1);
    return NULL;
}

static void *crasher(void *arg)
{
    middle(arg, 7);
    return NULL;
}

int main(int argc, char **argv)
{
    const char *kind = argc > 1 ? argv[1] : "segv";
    pthread_t t;
    int p[2];

    ready = argc > 2 ? argv[2] : NULL;
    if (pipe(p) < 0)
        return 1;
    if (!strcmp(kind, "threads")) { /* one reads from a pipe, the other crashes */
        pthread_create(&t, NULL, reader, &p[0]);
        pthread_create(&t, NULL, crasher, "segv");
        pthread_join(t, NULL);
    } else if (!strcmp(kind, "deep")) {
        deep("segv", 500);
    } else if (!strcmp(kind, "handler")) {
        signal(SIGUSR1, handler);
        raise(SIGUSR1);
    } else if (!strcmp(kind, "nested")) { /* a handler on top of a call that it interrupts */
        signal(SIGALRM, waiting_handler);
        alarm(1);
        reader(&p[0]);
    } else if (!strcmp(kind, "child")) {
        pid_t pid = fork();
        int status = 0;

        if (pid == 0)
            middle("segv", 3);
        waitpid(pid, &status, 0);
        return WIFSIGNALED(status) ? WTERMSIG(status) : 99;
    } else if (!strcmp(kind, "read")) {
        say_ready();
        reader(&p[0]);
    } else {
        middle(kind, 21);
    }
    return 0;
}
