/* SPDX-License-Identifier: BSD-2-Clause */
/* timer_create and its relatives, with signals. */
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "tap.h"

static volatile sig_atomic_t fired, value, code;

static void handler(int sig, siginfo_t *si, void *uc)
{
    (void)sig;
    (void)uc;
    fired++;
    value = si->si_value.sival_int;
    code = si->si_code;
}

int main(void)
{
    struct sigaction sa = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO };
    struct sigevent ev = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN };
    struct itimerspec it = { { 0, 10000000 }, { 0, 10000000 } }, old;
    sigset_t block, wait;
    timer_t a, b;

    sigaction(SIGRTMIN, &sa, NULL);
    sigemptyset(&block);
    sigaddset(&block, SIGRTMIN);
    sigprocmask(SIG_BLOCK, &block, &wait);

    test("a timer sends its signal with its value, again and again");
    ev.sigev_value.sival_int = 42;
    CHECK_EQ(0, timer_create(CLOCK_MONOTONIC, &ev, &a));
    CHECK_EQ(0, timer_settime(a, 0, &it, NULL));
    while (fired < 3)
        sigsuspend(&wait);
    CHECK_EQ(42, value);
    CHECK_EQ(SI_TIMER, code);
    CHECK(timer_getoverrun(a) >= 0);
    CHECK_EQ(0, timer_gettime(a, &old));
    CHECK_EQ(10000000, (int)old.it_interval.tv_nsec);
    it = (struct itimerspec){ { 0, 0 }, { 0, 0 } };
    CHECK_EQ(0, timer_settime(a, 0, &it, &old));
    CHECK_EQ(10000000, (int)old.it_interval.tv_nsec);
    CHECK_EQ(0, timer_gettime(a, &old));
    CHECK_EQ(0, (int)old.it_value.tv_nsec);

    test("two timers, one at an absolute time");
    ev.sigev_value.sival_int = 7;
    CHECK_EQ(0, timer_create(CLOCK_REALTIME, &ev, &b));
    clock_gettime(CLOCK_REALTIME, &it.it_value);
    sigprocmask(SIG_SETMASK, &wait, NULL); /* what is still pending of the first */
    sigprocmask(SIG_BLOCK, &block, NULL);
    fired = value = 0;
    CHECK_EQ(0, timer_settime(b, TIMER_ABSTIME, &it, NULL)); /* now: due at once */
    while (value != 7)
        sigsuspend(&wait);
    CHECK_EQ(1, fired);
    CHECK_EQ(0, timer_delete(a));
    CHECK_EQ(0, timer_delete(b));

    test("errors: EINVAL");
    CHECK_ERR(EINVAL, timer_create((clockid_t)77, &ev, &a));
    ev.sigev_signo = 1000;
    CHECK_ERR(EINVAL, timer_create(CLOCK_REALTIME, &ev, &a));
    return test_done();
}
