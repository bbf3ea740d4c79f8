/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads and the process: exec, spawn, exit and faults in a thread, signals without the first thread. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/tap.h"

extern char **environ;
static char *self;

/* wait() status of a child that runs fn in a second thread. */
static int status_of(void *(*fn)(void *), void *arg)
{
    struct rlimit none = { 0, 0 };
    pthread_t t;
    int st = -1;
    pid_t pid = fork();

    if (pid == 0) {
        setrlimit(RLIMIT_CORE, &none);
        if (pthread_create(&t, NULL, fn, arg))
            _exit(99);
        for (;;)
            pause();
    }
    return pid > 0 && waitpid(pid, &st, 0) == pid ? st : -1;
}

static void *do_exec(void *arg)
{
    execl(self, self, "exec", arg, (char *)NULL);
    _exit(98);
}

static void *do_exit(void *arg)
{
    exit((int)(long)arg);
}

static void *do_abort(void *arg)
{
    abort();
    return arg;
}

static void *do_fault(void *arg)
{
    *(volatile int *)arg = 1;
    return arg;
}

static void *do_spawn(void *arg)
{
    char *argv[] = { self, "exec", "5", NULL };
    pid_t pid;
    int st;

    if (posix_spawn(&pid, self, NULL, NULL, argv, environ) || waitpid(pid, &st, 0) != pid)
        _exit(97);
    _exit(WEXITSTATUS(st) + (int)(long)arg);
}

static void ends(void)
{
    int st;

    test("exec from a thread");
    st = status_of(do_exec, "17");
    CHECK(WIFEXITED(st));
    CHECK_EQ(17, WEXITSTATUS(st));
    test("spawn and wait in a thread");
    st = status_of(do_spawn, (void *)6L);
    CHECK(WIFEXITED(st));
    CHECK_EQ(11, WEXITSTATUS(st));
    test("exit in a thread");
    st = status_of(do_exit, (void *)42L);
    CHECK(WIFEXITED(st));
    CHECK_EQ(42, WEXITSTATUS(st));
    test("abort in a thread");
    st = status_of(do_abort, NULL);
    CHECK(WIFSIGNALED(st));
    CHECK_EQ(SIGABRT, WTERMSIG(st));
    test("a fault in a thread");
    st = status_of(do_fault, NULL);
    CHECK(WIFSIGNALED(st));
    CHECK_EQ(SIGSEGV, WTERMSIG(st));
}

/* ---- faults that are caught ---- */

static sigjmp_buf out;
static volatile sig_atomic_t on_alternate;
static char alternate[65536];

static void caught(int sig)
{
    char here;

    on_alternate = &here >= alternate && &here < alternate + sizeof(alternate);
    siglongjmp(out, sig);
}

static void *catches(void *arg)
{
    stack_t ss = { .ss_sp = alternate, .ss_size = sizeof(alternate) };
    int sig;

    sigaltstack(&ss, NULL);
    for (int i = 0; i < 3; i++)
        if ((sig = sigsetjmp(out, 1)) == 0) {
            *(volatile int *)arg = 1;
            return (void *)-1L;
        } else if (sig != SIGSEGV || !on_alternate) {
            return (void *)-2L;
        }
    return NULL;
}

static void handled(void)
{
    struct sigaction act = { .sa_handler = caught, .sa_flags = SA_ONSTACK };
    pthread_t t;
    void *r;

    test("a fault in a thread, handled on its alternate stack");
    sigaction(SIGSEGV, &act, NULL);
    CHECK_EQ(0, pthread_create(&t, NULL, catches, NULL));
    CHECK_EQ(0, pthread_join(t, &r));
    CHECK_EQ(0, (long)r);
    signal(SIGSEGV, SIG_DFL);
}

/* ---- the first thread has left ---- */

static volatile sig_atomic_t got;
static pthread_t main_id;
static int to_parent[2];

static void note(int sig)
{
    got = sig;
}

static void *remains(void *arg)
{
    pthread_join(main_id, NULL);
    if (write(to_parent[1], "r", 1) != 1)
        _exit(96);
    while (!got)
        pause();
    _exit(got == SIGUSR1 ? 33 : 34);
    return arg;
}

static void leave(void)
{
    struct sigaction act = { .sa_handler = note };
    sigset_t set;
    pthread_t t;

    sigaction(SIGUSR1, &act, NULL);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    main_id = pthread_self();
    pthread_create(&t, NULL, remains, NULL);
    pthread_exit(NULL);
}

static void without_main(void)
{
    char ch;
    pid_t pid;
    int st = -1;

    test("signals reach a process whose first thread has left");
    CHECK_EQ(0, pipe(to_parent));
    if ((pid = fork()) == 0)
        leave();
    CHECK_EQ(1, read(to_parent[0], &ch, 1));
    /* One signal may come just before its pause. */
    while (waitpid(pid, &st, WNOHANG) == 0) {
        kill(pid, SIGUSR1);
        usleep(10000);
    }
    CHECK(WIFEXITED(st));
    CHECK_EQ(33, WEXITSTATUS(st));

    test("and default actions end it");
    if ((pid = fork()) == 0)
        leave();
    CHECK_EQ(1, read(to_parent[0], &ch, 1));
    CHECK_EQ(0, kill(pid, SIGTERM));
    CHECK_EQ(pid, waitpid(pid, &st, 0));
    CHECK(WIFSIGNALED(st));
    CHECK_EQ(SIGTERM, WTERMSIG(st));
}

int main(int argc, char **argv)
{
    self = argv[0];
    if (argc == 3)
        return atoi(argv[2]);
    ends();
    handled();
    without_main();
    return test_done();
}
