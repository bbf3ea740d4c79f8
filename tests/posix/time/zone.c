/* SPDX-License-Identifier: BSD-2-Clause */
/* compare: stdout */
/* Local time by TZ in POSIX's notation: offset, name and summer time, both ways. */
#include <stdlib.h>
#include <time.h>

#include "tap.h"

static void show(const char *zone, time_t t)
{
    char text[100];
    struct tm tm, back;

    memset(&tm, 0x55, sizeof(tm));
    setenv("TZ", zone, 1);
    tzset();
    CHECK(localtime_r(&t, &tm) == &tm);
    strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S %Z %z %j %w", &tm);
    printf("# %s: %lld = %s, isdst %d, gmtoff %ld, %s\n", zone, (long long)t, text, tm.tm_isdst, tm.tm_gmtoff,
           tm.tm_zone);
    back = tm;
    CHECK(mktime(&back) == t);
    back = tm;
    back.tm_gmtoff = 0;
    back.tm_wday = back.tm_yday = 0;
    back.tm_sec += 86400 * 40;
    back.tm_mon--;
    CHECK(mktime(&back) != (time_t)-1);
    printf("#   %d %d %d %d:%d:%d %d\n", back.tm_year, back.tm_mon, back.tm_mday, back.tm_hour, back.tm_min,
           back.tm_sec, back.tm_isdst);
}

int main(void)
{
    static const char *const zones[] = {
        "UTC0", "CET-1CEST,M3.5.0,M10.5.0/3", "EST5EDT,M3.2.0,M11.1.0", "NZST-12NZDT,M9.5.0,M4.1.0/3",
        "<+0330>-3:30", "<-03>3", "AAA3BBB2,J60,J300", "", "WART4WARST,0/0,364/25",
    };
    /* around changes of 2026, leap days, before 1970, far away */
    static const time_t times[] = {
        0, 1774745999, 1774746000, 1792889999, 1792893600, 1782000000, 1767225599, 1709164800, 4102444799,
    };
    struct tm tm = { .tm_year = 126, .tm_mon = 6, .tm_mday = 1, .tm_hour = 12, .tm_isdst = 0 };
    time_t t = -86400 * 365 - 1;

    for (size_t z = 0; z < sizeof(zones) / sizeof(zones[0]); z++) {
        test("zone %s", zones[z]);
        for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
            show(zones[z], times[i]);
    }

    test("variables");
    setenv("TZ", "EST5EDT,M3.2.0,M11.1.0", 1);
    tzset();
    CHECK(timezone == 5 * 3600 && daylight && !strcmp(tzname[0], "EST") && !strcmp(tzname[1], "EDT"));

    test("a time in summer given as one of winter");
    CHECK(mktime(&tm) == 1782925200 && tm.tm_isdst == 1 && tm.tm_hour == 13);

    test("UTC, before 1970 and far away");
    CHECK(gmtime_r(&t, &tm) == &tm && tm.tm_year == 68 && tm.tm_yday == 365 && tm.tm_sec == 59);
    CHECK(tm.tm_gmtoff == 0 && strcmp(tm.tm_zone, "GMT") == 0);
    t = 9000000000000000000;
    CHECK_ERR(EOVERFLOW, gmtime_r(&t, &tm) ? 0 : -1);
    t = 253402300800;
    CHECK(gmtime_r(&t, &tm) && tm.tm_year == 8100 && tm.tm_mon == 0 && tm.tm_wday == 6);
    return test_done();
}
