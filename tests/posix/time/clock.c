/* SPDX-License-Identifier: BSD-2-Clause */
/* Clocks and sleeping. */
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "tap.h"

int main(void)
{
    struct timespec a, b, wait = { 0, 50000000 }, left;
    struct timeval tv;

    test("time, gettimeofday and CLOCK_REALTIME agree");
    CHECK_EQ(0, clock_gettime(CLOCK_REALTIME, &a));
    CHECK_EQ(0, gettimeofday(&tv, NULL));
    time_t t = time(NULL);
    CHECK(t > 1600000000);
    CHECK(tv.tv_sec - a.tv_sec <= 1 && t - a.tv_sec <= 1 && t >= a.tv_sec);

    test("CLOCK_MONOTONIC goes on, nanosleep takes its time");
    CHECK_EQ(0, clock_gettime(CLOCK_MONOTONIC, &a));
    CHECK_EQ(0, nanosleep(&wait, &left));
    CHECK_EQ(0, clock_gettime(CLOCK_MONOTONIC, &b));
    long long ms = (b.tv_sec - a.tv_sec) * 1000LL + (b.tv_nsec - a.tv_nsec) / 1000000;
    CHECK(ms >= 50 && ms < 5000);

    test("errors: EINVAL");
    wait.tv_nsec = 1000000000;
    CHECK_ERR(EINVAL, nanosleep(&wait, NULL));
    CHECK_ERR(EINVAL, clock_gettime((clockid_t)99, &a));

    test("gmtime and mktime");
    time_t fixed = 1000000000;
    struct tm *tm = gmtime(&fixed);
    CHECK(tm && tm->tm_year == 101 && tm->tm_mon == 8 && tm->tm_mday == 9 && tm->tm_hour == 1);
    return test_done();
}
