/* SPDX-License-Identifier: BSD-2-Clause */
/* Hardware faults: the signal, si_addr, siglongjmp out of the handler, the status of who has none. */
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"

static sigjmp_buf env;
static volatile int signo, code;
static void *volatile addr;
static volatile int zero;

static void handler(int sig, siginfo_t *si, void *uc)
{
    signo = sig;
    code = si->si_code;
    addr = si->si_addr;
    (void)uc;
    siglongjmp(env, 1);
}

static void handle(int sig, int flags)
{
    struct sigaction sa = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO | flags };

    sigemptyset(&sa.sa_mask);
    CHECK_EQ(0, sigaction(sig, &sa, NULL));
}

__attribute__((noinline)) static void touch(volatile char *p)
{
    *p = 1;
}

static volatile int sink;

__attribute__((noinline)) static int divide(void)
{
    sink = 5 / zero;
    return sink;
}

static void illegal(void)
{
    __asm__ volatile("ud2");
}

static int status_of(void (*fn)(void))
{
    int st = -1;
    pid_t pid = fork();

    if (pid == 0) {
        struct rlimit no = { 0, 0 };

        setrlimit(RLIMIT_CORE, &no);
        signal(SIGSEGV, SIG_DFL);
        signal(SIGFPE, SIG_DFL);
        signal(SIGILL, SIG_DFL);
        fn();
        _exit(0);
    }
    waitpid(pid, &st, 0);
    return WIFSIGNALED(st) ? WTERMSIG(st) : -1;
}

static void do_segv(void)
{
    touch((char *)16);
}

static void do_div(void)
{
    _exit(divide());
}

static char altstack[65536];
static volatile uintptr_t handler_sp;

static void on_alt(int sig, siginfo_t *si, void *uc)
{
    char here;

    handler_sp = (uintptr_t)&here;
    handler(sig, si, uc);
}

int main(void)
{
    test("a write to nowhere is SIGSEGV with its address");
    handle(SIGSEGV, 0);
    if (sigsetjmp(env, 1) == 0)
        touch((char *)0x10);
    CHECK_EQ(SIGSEGV, signo);
    CHECK(addr == (void *)0x10);
    CHECK_EQ(SEGV_MAPERR, code);

    test("again: the mask is as it was");
    signo = 0;
    if (sigsetjmp(env, 1) == 0)
        touch((char *)0x18);
    CHECK_EQ(SIGSEGV, signo);
    CHECK(addr == (void *)0x18);

    test("a write to constants is SEGV_ACCERR");
    static const char text[] = "constant";
    if (sigsetjmp(env, 1) == 0)
        touch((char *)(uintptr_t)text);
    CHECK_EQ(SEGV_ACCERR, code);
    CHECK(addr == text);

    test("division by zero is SIGFPE");
    handle(SIGFPE, 0);
    if (sigsetjmp(env, 1) == 0)
        divide();
    CHECK_EQ(SIGFPE, signo);
    CHECK_EQ(FPE_INTDIV, code);

    test("an illegal instruction is SIGILL");
    handle(SIGILL, 0);
    if (sigsetjmp(env, 1) == 0)
        illegal();
    CHECK_EQ(SIGILL, signo);

    test("a handler on the alternate stack");
    stack_t ss = { .ss_sp = altstack, .ss_size = sizeof(altstack) }, old;
    CHECK_EQ(0, sigaltstack(&ss, NULL));
    struct sigaction sa = { .sa_sigaction = on_alt, .sa_flags = SA_SIGINFO | SA_ONSTACK };
    CHECK_EQ(0, sigaction(SIGSEGV, &sa, NULL));
    for (volatile int i = 0; i < 3; i++) {
        handler_sp = 0;
        if (sigsetjmp(env, 1) == 0)
            touch((char *)0x20);
        CHECK(handler_sp >= (uintptr_t)altstack && handler_sp < (uintptr_t)altstack + sizeof(altstack));
    }
    CHECK_EQ(0, sigaltstack(NULL, &old));
    CHECK(old.ss_sp == altstack);

    test("signals still work after that");
    handle(SIGUSR1, 0);
    signo = 0;
    if (sigsetjmp(env, 1) == 0)
        raise(SIGUSR1);
    CHECK_EQ(SIGUSR1, signo);

    test("without a handler the process ends with the signal");
    CHECK_EQ(SIGSEGV, status_of(do_segv));
    CHECK_EQ(SIGFPE, status_of(do_div));
    CHECK_EQ(SIGILL, status_of(illegal));
    CHECK_EQ(SIGABRT, status_of(abort));
    return test_done();
}
