/* SPDX-License-Identifier: BSD-2-Clause */
/* What siginfo says, by the ways in which a signal can come; flags of sigaction. */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include "tap.h"

static sigjmp_buf env;
static volatile siginfo_t seen;
static volatile int count;

static void handler(int sig, siginfo_t *si, void *uc)
{
    (void)sig;
    (void)uc;
    memcpy((void *)&seen, si, sizeof(seen));
    count++;
}

static void jumper(int sig, siginfo_t *si, void *uc)
{
    handler(sig, si, uc);
    siglongjmp(env, 1);
}

static void handle(int sig, void (*fn)(int, siginfo_t *, void *), int flags)
{
    struct sigaction sa = { .sa_sigaction = fn, .sa_flags = SA_SIGINFO | flags };

    sigemptyset(&sa.sa_mask);
    CHECK_EQ(0, sigaction(sig, &sa, NULL));
}

static volatile int zero;
static volatile int sink;

static void faults(void)
{
    test("SIGSEGV: nothing there, or not allowed, with the address");
    handle(SIGSEGV, jumper, 0);
    handle(SIGBUS, jumper, 0);
    char *p = mmap(NULL, 65536, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (sigsetjmp(env, 1) == 0)
        *(volatile char *)(p + 100) = 1;
    CHECK_EQ(SIGSEGV, seen.si_signo);
    CHECK_EQ(SEGV_ACCERR, seen.si_code);
    CHECK(seen.si_addr == p + 100);
    munmap(p, 65536);
    if (sigsetjmp(env, 1) == 0)
        sink = *(volatile char *)(p + 200);
    CHECK_EQ(SEGV_MAPERR, seen.si_code);
    CHECK(seen.si_addr == p + 200);

    test("a jump to nowhere");
    if (sigsetjmp(env, 1) == 0)
        ((void (*)(void))(uintptr_t)0x40)();
    CHECK_EQ(SIGSEGV, seen.si_signo);
    CHECK(seen.si_addr == (void *)0x40);

    test("SIGFPE: FPE_INTDIV; SIGILL: the instruction");
    handle(SIGFPE, jumper, 0);
    if (sigsetjmp(env, 1) == 0)
        sink = 7 / zero;
    CHECK_EQ(SIGFPE, seen.si_signo);
    CHECK_EQ(FPE_INTDIV, seen.si_code);
    handle(SIGILL, jumper, 0);
    if (sigsetjmp(env, 1) == 0)
        __asm__ volatile("ud2");
    CHECK_EQ(SIGILL, seen.si_signo);
    CHECK_EQ(ILL_ILLOPN, seen.si_code);
    CHECK(seen.si_addr != NULL);

    test("SIGTRAP: the program goes on behind a breakpoint");
    handle(SIGTRAP, handler, 0);
    count = 0;
    __asm__ volatile("int3");
    CHECK_EQ(1, count);
    CHECK_EQ(SIGTRAP, seen.si_signo);
}

/* ---- what a handler may change of the interrupted code ---- */

static void skipper(int sig, siginfo_t *si, void *arg)
{
    ucontext_t *uc = arg;

    handler(sig, si, arg);
#ifdef __CYGWIN__
    uc->uc_mcontext.rip += 2;
    uc->uc_mcontext.rax = 42;
#else
    uc->uc_mcontext.gregs[REG_RIP] += 2;
    uc->uc_mcontext.gregs[REG_RAX] = 42;
#endif
    sigaddset(&uc->uc_sigmask, SIGUSR2);
}

static void contexts(void)
{
    sigset_t now;
    long rax = 0;

    test("a handler changes registers and the mask of what it interrupted");
    handle(SIGILL, skipper, 0);
    __asm__ volatile("ud2" : "=a"(rax) : "0"(rax) : "memory");
    CHECK_EQ(42, rax);
    sigprocmask(SIG_BLOCK, NULL, &now);
    CHECK_EQ(1, sigismember(&now, SIGUSR2));
    sigemptyset(&now);
    sigprocmask(SIG_SETMASK, &now, NULL);
    signal(SIGILL, SIG_DFL);
}

static void sources(void)
{
    union sigval v = { .sival_int = 77 };
    siginfo_t si;
    sigset_t set;

    test("kill: SI_USER with pid and uid, from another process as well");
    handle(SIGUSR1, handler, 0);
    kill(getpid(), SIGUSR1);
    CHECK_EQ(SI_USER, seen.si_code);
    CHECK_EQ(getpid(), seen.si_pid);
    CHECK_EQ((int)getuid(), (int)seen.si_uid);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, NULL);
    pid_t pid = fork();
    if (pid == 0)
        _exit(kill(getppid(), SIGUSR1) == 0 ? 21 : 1);
    sigdelset(&set, SIGCHLD);
    CHECK_EQ(SIGUSR1, sigwaitinfo(&set, &si));
    CHECK_EQ(SI_USER, si.si_code);
    CHECK_EQ(pid, si.si_pid);
    CHECK_EQ((int)getuid(), (int)si.si_uid);

    test("SIGCHLD: code, status, pid and uid");
    sigaddset(&set, SIGCHLD);
    CHECK_EQ(SIGCHLD, sigwaitinfo(&set, &si));
    CHECK_EQ(CLD_EXITED, si.si_code);
    CHECK_EQ(21, si.si_status);
    CHECK_EQ(pid, si.si_pid);
    CHECK_EQ((int)getuid(), (int)si.si_uid);
    CHECK_EQ(pid, waitpid(pid, NULL, 0));

    test("sigqueue: SI_QUEUE with its value");
    CHECK_EQ(0, sigqueue(getpid(), SIGUSR1, v));
    CHECK_EQ(SIGUSR1, sigwaitinfo(&set, &si));
    CHECK_EQ(SI_QUEUE, si.si_code);
    CHECK_EQ(77, si.si_value.sival_int);
    CHECK_EQ(getpid(), si.si_pid);
    sigprocmask(SIG_UNBLOCK, &set, NULL);

    test("alarm: SI_KERNEL; a timer: SI_TIMER with its value");
    handle(SIGALRM, handler, 0);
    count = 0;
    ualarm(1000, 0);
    while (!count)
        ;
    CHECK_EQ(SI_KERNEL, seen.si_code);
}

/* ---- flags ---- */

static volatile int depth, deepest, raised;

static void nested(int sig, siginfo_t *si, void *uc)
{
    (void)si;
    (void)uc;
    if (++depth > deepest)
        deepest = depth;
    if (raised++ < 2)
        raise(sig);
    depth--;
}

static void masked(int sig, siginfo_t *si, void *uc)
{
    sigset_t now;

    (void)sig;
    (void)si;
    (void)uc;
    sigprocmask(SIG_BLOCK, NULL, &now);
    count = sigismember(&now, SIGUSR2) * 2 + sigismember(&now, SIGUSR1);
}

static void flags(void)
{
    struct sigaction sa, old;

    test("SA_NODEFER: the handler is interrupted by its own signal; without it not");
    handle(SIGUSR1, nested, SA_NODEFER);
    deepest = raised = 0;
    raise(SIGUSR1);
    CHECK_EQ(3, deepest);
    handle(SIGUSR1, nested, 0);
    deepest = raised = 0;
    raise(SIGUSR1);
    CHECK_EQ(1, deepest);
    CHECK_EQ(3, raised); /* again when the one before has returned */

    test("sa_mask is blocked while the handler runs");
    memset(&sa, 0, sizeof(sa));
    sa.sa_sigaction = masked;
    sa.sa_flags = SA_SIGINFO;
    sigaddset(&sa.sa_mask, SIGUSR2);
    CHECK_EQ(0, sigaction(SIGUSR1, &sa, &old));
    raise(SIGUSR1);
    CHECK_EQ(3, count);
    CHECK_EQ(0, sigaction(SIGUSR1, NULL, &old));
    CHECK_EQ(1, sigismember(&old.sa_mask, SIGUSR2));
    CHECK(old.sa_flags & SA_SIGINFO);

    test("SA_RESETHAND applies to faults, too");
    handle(SIGFPE, jumper, SA_RESETHAND);
    if (sigsetjmp(env, 1) == 0)
        sink = 7 / zero;
    CHECK_EQ(0, sigaction(SIGFPE, NULL, &old));
    CHECK(old.sa_handler == SIG_DFL);
}

int main(void)
{
    faults();
    contexts();
    sources();
    flags();
    return test_done();
}
