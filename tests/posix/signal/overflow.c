/* SPDX-License-Identifier: BSD-2-Clause */
/* Stack overflow: SIGSEGV on the alternate stack, again and again; the status of who has none. */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"

static sigjmp_buf env;
static volatile sig_atomic_t signo;
static volatile uintptr_t at, deepest;

static void handler(int sig, siginfo_t *si, void *uc)
{
    signo = sig;
    at = (uintptr_t)si->si_addr;
    (void)uc;
    siglongjmp(env, 1);
}

static int depth(int n)
{
    volatile char frame[512];

    frame[0] = (char)n;
    frame[511] = (char)(n >> 8);
    deepest = (uintptr_t)frame;
    return depth(n + 1) + frame[0] + frame[511];
}

static void use_altstack(void)
{
    stack_t ss = { .ss_sp = malloc(65536), .ss_size = 65536 };
    struct sigaction sa = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_ONSTACK };

    CHECK_EQ(0, sigaltstack(&ss, NULL));
    sigemptyset(&sa.sa_mask);
    CHECK_EQ(0, sigaction(SIGSEGV, &sa, NULL));
}

static void overflow(void)
{
    signo = 0;
    at = 0;
    if (sigsetjmp(env, 1) == 0)
        depth(0);
    CHECK_EQ(SIGSEGV, signo);
    CHECK(at > deepest - 65536 && at < deepest + 65536);
}

static void *in_thread(void *arg)
{
    use_altstack();
    for (int i = 0; i < 3; i++)
        overflow();
    return arg;
}

static int status_of(bool with_handler)
{
    int st = -1;
    pid_t pid = fork();

    if (pid == 0) {
        stack_t off = { .ss_flags = SS_DISABLE };
        struct rlimit no = { 0, 0 };

        setrlimit(RLIMIT_CORE, &no);
        sigaltstack(&off, NULL);
        if (!with_handler)
            signal(SIGSEGV, SIG_DFL);
        _exit(depth(0));
    }
    waitpid(pid, &st, 0);
    return WIFSIGNALED(st) ? WTERMSIG(st) : -1;
}

int main(void)
{
    pthread_t t;
    int st;

    test("an overflow of the first stack is handled on the alternate one, each time");
    use_altstack();
    for (int i = 0; i < 3; i++)
        overflow();

    test("what lies above it is unharmed, deep recursion still works");
    CHECK_EQ(0, signo != SIGSEGV);

    test("in another thread");
    CHECK_EQ(0, pthread_create(&t, NULL, in_thread, NULL));
    CHECK_EQ(0, pthread_join(t, NULL));

    test("in a forked child, and then still in the parent");
    use_altstack();
    pid_t pid = fork();
    if (pid == 0) {
        overflow();
        overflow();
        _exit(signo == SIGSEGV ? 3 : 4);
    }
    CHECK_EQ(pid, waitpid(pid, &st, 0));
    CHECK(WIFEXITED(st) && WEXITSTATUS(st) == 3);
    overflow();

    test("without a handler, and without a stack for it, the process ends by SIGSEGV");
    CHECK_EQ(SIGSEGV, status_of(false));
    CHECK_EQ(SIGSEGV, status_of(true));
    return test_done();
}
