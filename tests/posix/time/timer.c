/* SPDX-License-Identifier: BSD-2-Clause */
/* Interval timers, sleeping that is interrupted, CPU time. */
#include <signal.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/times.h>
#include <time.h>
#include <unistd.h>

#include "tap.h"

static volatile sig_atomic_t fired;

static void handler(int sig)
{
    (void)sig;
    fired++;
}

static long long now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

int main(void)
{
    struct itimerval it = { { 0, 10000 }, { 0, 10000 } }, old;
    struct sigaction sa = { .sa_handler = handler };

    test("setitimer: SIGALRM again and again");
    sigaction(SIGALRM, &sa, NULL);
    CHECK_EQ(0, setitimer(ITIMER_REAL, &it, NULL));
    while (fired < 5)
        pause();
    CHECK_EQ(0, getitimer(ITIMER_REAL, &old));
    CHECK_EQ(10000, (int)old.it_interval.tv_usec);
    it = (struct itimerval){ { 0, 0 }, { 0, 0 } };
    CHECK_EQ(0, setitimer(ITIMER_REAL, &it, &old));
    CHECK_EQ(10000, (int)old.it_interval.tv_usec);
    it.it_value.tv_usec = 1000000;
    CHECK_ERR(EINVAL, setitimer(ITIMER_REAL, &it, NULL));

    test("a handler ends nanosleep, which tells the rest");
    struct timespec wait = { 60, 0 }, left = { 0, 0 };
    it = (struct itimerval){ { 0, 0 }, { 0, 20000 } };
    fired = 0;
    setitimer(ITIMER_REAL, &it, NULL);
    long long begin = now_ms();
    CHECK_ERR(EINTR, nanosleep(&wait, &left));
    CHECK(now_ms() - begin < 30000);
    CHECK_EQ(1, fired);
    CHECK(left.tv_sec >= 30 && left.tv_sec <= 60);

    test("sleep returns the seconds that were left");
    setitimer(ITIMER_REAL, &it, NULL);
    unsigned rest = sleep(60);
    CHECK(rest >= 30 && rest <= 60);

    test("clock_nanosleep until a time");
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    begin = now_ms();
    t.tv_nsec += 30000000;
    if (t.tv_nsec >= 1000000000) {
        t.tv_sec++;
        t.tv_nsec -= 1000000000;
    }
    CHECK_EQ(0, clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL));
    CHECK(now_ms() - begin >= 29);
    CHECK_EQ(0, clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL));

    test("CPU time grows: getrusage, times, clock, CLOCK_PROCESS_CPUTIME_ID");
    struct rusage ru;
    struct timespec cpu;
    struct tms tms;
    do
        CHECK_EQ(0, getrusage(RUSAGE_SELF, &ru));
    while (ru.ru_utime.tv_sec * 1000000 + ru.ru_utime.tv_usec < 50000);
    CHECK_EQ(0, clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu));
    CHECK(cpu.tv_sec > 0 || cpu.tv_nsec >= 50000000);
    CHECK(times(&tms) != (clock_t)-1);
    CHECK(tms.tms_utime * 1000 / sysconf(_SC_CLK_TCK) >= 10);
    CHECK(clock() >= CLOCKS_PER_SEC / 100);
    CHECK_EQ(0, getrusage(RUSAGE_CHILDREN, &ru));
    CHECK_EQ(0, clock_gettime(CLOCK_THREAD_CPUTIME_ID, &cpu));
    return test_done();
}
