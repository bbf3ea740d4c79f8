/* SPDX-License-Identifier: BSD-2-Clause */
/* setjmp and its relatives: registers, floating point, signal mask. */
#include <fenv.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>

#include "tap.h"

static jmp_buf env;
static sigjmp_buf senv;

static __attribute__((noinline)) void jump(int value)
{
    volatile char waste[5000];

    waste[0] = waste[4999] = 1;
    longjmp(env, value);
}

static int compare(const void *a, const void *b)
{
    (void)a;
    (void)b;
    longjmp(env, 9);
}

static void handler(int sig)
{
    (void)sig;
    siglongjmp(senv, 3);
}

static bool blocked(int sig)
{
    sigset_t now;

    sigprocmask(SIG_SETMASK, NULL, &now);
    return sigismember(&now, sig);
}

/* Many values that want to live in registers across the jump. */
static __attribute__((noinline)) double registers(int x)
{
    register double a = x * 1.5, b = x * 2.5, c = x * 3.5, d = x * 4.5, e = x * 5.5, f = x * 6.5;
    register long i = x + 1, j = x + 2, k = x + 3, l = x + 4, m = x + 5;

    if (setjmp(env) == 0)
        jump(5);
    return a + b + c + d + e + f + i + j + k + l + m;
}

int main(void)
{
    volatile int n = 0;
    int r;

    test("longjmp returns its value, and 1 for 0");
    r = setjmp(env);
    if (n == 0) {
        n = 1;
        jump(7);
    }
    CHECK(r == 7);
    n = 0;
    r = setjmp(env);
    if (n++ == 0)
        longjmp(env, 0);
    CHECK(r == 1);

    test("values that have not changed are kept");
    CHECK(registers(10) == 240 + 65);

    test("out of qsort");
    if ((r = setjmp(env)) == 0) {
        int v[3] = { 3, 2, 1 };

        qsort(v, 3, sizeof(*v), compare);
    }
    CHECK(r == 9);

    test("sigsetjmp with a mask restores it");
    signal(SIGUSR1, handler);
    if ((r = sigsetjmp(senv, 1)) == 0)
        raise(SIGUSR1);
    CHECK(r == 3);
    CHECK(!blocked(SIGUSR1));

    test("without a mask it stays as it is");
    if ((r = sigsetjmp(senv, 0)) == 0)
        raise(SIGUSR1);
    CHECK(r == 3);
    CHECK(blocked(SIGUSR1));

    test("signals arrive after a jump out of a handler");
    for (n = 0; n < 100; n++) {
        if (sigsetjmp(senv, 1) == 0) {
            sigset_t one;

            sigemptyset(&one);
            sigaddset(&one, SIGUSR1);
            sigprocmask(SIG_UNBLOCK, &one, NULL);
            raise(SIGUSR1);
            break; /* not reached */
        }
    }
    CHECK(n == 100);
    return test_done();
}
