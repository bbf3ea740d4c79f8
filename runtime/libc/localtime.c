/* SPDX-License-Identifier: BSD-2-Clause */
/* Broken-down times with their offset and zone, which newlib's functions leave alone. */
#include <errno.h>
#include <limits.h>
#include <time.h>

#define DAY 86400L

void __tz_lock(void);
void __tz_unlock(void);
int __tzcalc_limits(int year);
void _tzset_unlocked(void);

static long floor_div(long a, long b)
{
    return a / b - (a % b < 0);
}

/* All but tm_isdst, tm_gmtoff, tm_zone. Years begin in March here, so that leap days come last. */
static int break_down(time_t t, struct tm *tm)
{
    long days = floor_div(t, DAY), rest = t - days * DAY;
    long z = days + 719468, era = floor_div(z, 146097), of_era = z - era * 146097;
    long year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    long of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    long month = (5 * of_year + 2) / 153, year = era * 400 + year_of_era + (month >= 10);
    int leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    if (year - 1900 > INT_MAX || year - 1900 < INT_MIN)
        return EOVERFLOW;
    tm->tm_hour = (int)(rest / 3600);
    tm->tm_min = (int)(rest / 60 % 60);
    tm->tm_sec = (int)(rest % 60);
    tm->tm_mday = (int)(of_year - (153 * month + 2) / 5 + 1);
    tm->tm_mon = (int)(month < 10 ? month + 2 : month - 10);
    tm->tm_year = (int)(year - 1900);
    tm->tm_wday = (int)(((days + 4) % 7 + 7) % 7);
    tm->tm_yday = (int)(of_year < 306 ? of_year + 59 + leap : of_year - 306);
    return 0;
}

static struct tm *result(int err, struct tm *tm)
{
    if (!err)
        return tm;
    errno = err;
    return NULL;
}

/** UTC. @return tm, or NULL with EOVERFLOW. POSIX.1-2017 */
struct tm *gmtime_r(const time_t *restrict t, struct tm *restrict tm)
{
    int err = break_down(*t, tm);

    tm->tm_isdst = 0;
    tm->tm_gmtoff = 0;
    tm->tm_zone = "GMT";
    return result(err, tm);
}

/* Is it summer there? The year's rules are looked up with the lock held. */
static int is_summer(time_t t, int year)
{
    __tzinfo_type *tz = __gettzinfo();
    time_t begin, end;

    if (!_daylight)
        return 0;
    /* newlib knows the calendar since 1970 only: the rules of a year that looks the same hold before */
    if (year < 1970)
        return 0;
    if (tz->__tzyear != year)
        __tzcalc_limits(year);
    begin = tz->__tzrule[0].change;
    end = tz->__tzrule[1].change;
    /* __tzcalc_limits adds each rule's own offset; a change happens in the time that holds before it,
     * which is how the rules are ordered: 0 begins (offset of winter), 1 ends (offset of summer). */
    return begin < end ? t >= begin && t < end : t >= begin || t < end;
}

/** Local time. @return tm, or NULL with EOVERFLOW. POSIX.1-2017 */
struct tm *localtime_r(const time_t *restrict t, struct tm *restrict tm)
{
    int err, summer;
    long west;

    __tz_lock();
    _tzset_unlocked();
    err = break_down(*t - __gettzinfo()->__tzrule[0].offset, tm);
    summer = err ? 0 : is_summer(*t, tm->tm_year + 1900);
    west = __gettzinfo()->__tzrule[summer].offset;
    if (!err && summer)
        err = break_down(*t - west, tm);
    tm->tm_isdst = summer;
    tm->tm_gmtoff = -west;
    tm->tm_zone = _tzname[summer];
    __tz_unlock();
    return result(err, tm);
}

/**
 * Seconds of a local time, which is normalised as well. In the hour that a change of the clock skips
 * or repeats, tm_isdst decides; when that is negative, the time before the change.
 * @return -1 with EOVERFLOW. POSIX.1-2017
 */
time_t mktime(struct tm *tm)
{
    struct tm copy = *tm, got;
    int want = tm->tm_isdst;
    time_t utc = timegm(&copy), t = 0;
    long west[2];

    __tz_lock();
    _tzset_unlocked();
    west[0] = __gettzinfo()->__tzrule[0].offset;
    west[1] = _daylight ? __gettzinfo()->__tzrule[1].offset : west[0];
    __tz_unlock();
    if (want >= 0) {
        t = utc + west[want > 0];
    } else {
        t = utc + west[1];
        if (!localtime_r(&t, &got) || !got.tm_isdst)
            t = utc + west[0];
    }
    if (!localtime_r(&t, &got)) {
        errno = EOVERFLOW;
        return (time_t)-1;
    }
    *tm = got;
    return t;
}
