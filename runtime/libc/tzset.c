/* SPDX-License-Identifier: BSD-2-Clause */
/* The time zone: TZ in the notation of POSIX, or Windows' zone when TZ is not set. Fills in newlib's
 * table of two rules, from which localtime.c and newlib's strftime work. Zone files are not read. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "nt/nt_system.h"

#define NAME_MAX_ 16 /* of an abbreviation; longer ones are cut */

void __tz_lock(void);
void __tz_unlock(void);
int __tzcalc_limits(int year);
void _tzset_unlocked(void);
void _tzset_unlocked_r(struct _reent *re);

static char names[2][NAME_MAX_];
static char *parsed; /* the value of TZ that is in the table; NULL with done: Windows' zone */
static int done;

/* Abbreviation: letters, or anything between < and >. Returns what follows, NULL if there is none. */
static const char *parse_name(const char *s, char *name)
{
    size_t n;
    const char *end;

    if (*s == '<') {
        s++;
        n = strcspn(s, ">");
        end = s[n] ? s + n + 1 : NULL;
    } else {
        for (n = 0; isalpha((unsigned char)s[n]); n++)
            ;
        end = s + n;
    }
    if (n < 3 || !end)
        return NULL;
    if (n >= NAME_MAX_)
        n = NAME_MAX_ - 1;
    memcpy(name, s, n);
    name[n] = 0;
    return end;
}

/* [+-]hh[:mm[:ss]] in seconds */
static const char *parse_time(const char *s, long *seconds)
{
    long unit = 3600, sum = 0;
    int sign = *s == '-' ? -1 : 1;
    char *end;

    if (*s == '-' || *s == '+')
        s++;
    if (!isdigit((unsigned char)*s))
        return NULL;
    for (;;) {
        sum += strtol(s, &end, 10) * unit;
        unit /= 60;
        s = end;
        if (*s != ':' || !unit || !isdigit((unsigned char)s[1]))
            break;
        s++;
    }
    *seconds = sign * sum;
    return s;
}

/* ,Mm.n.d[/time] or ,Jn or ,n */
static const char *parse_rule(const char *s, __tzrule_type *rule)
{
    int used = 0;
    long at = 2 * 3600;
    char *end;

    if (*s++ != ',')
        return NULL;
    if (*s == 'M') {
        rule->ch = 'M';
        if (siscanf(s, "M%d.%d.%d%n", &rule->m, &rule->n, &rule->d, &used) != 3 || rule->m < 1 ||
            rule->m > 12 || rule->n < 1 || rule->n > 5 || rule->d < 0 || rule->d > 6)
            return NULL;
        s += used;
    } else {
        rule->ch = *s == 'J' ? 'J' : 'D';
        if (*s == 'J')
            s++;
        rule->d = (int)strtol(s, &end, 10);
        if (end == s)
            return NULL;
        s = end;
    }
    if (*s == '/' && !(s = parse_time(s + 1, &at)))
        return NULL;
    rule->s = (int)at;
    return s;
}

static void set_utc(__tzinfo_type *tz, const char *name)
{
    memset(tz->__tzrule, 0, sizeof(tz->__tzrule));
    strcpy(names[0], name);
    strcpy(names[1], name);
}

/* The rules that hold when TZ names a summer time but says nothing about when: those of the USA. */
static const __tzrule_type us_rules[2] = {
    { .ch = 'M', .m = 3, .n = 2, .d = 0, .s = 7200 }, { .ch = 'M', .m = 11, .n = 1, .d = 0, .s = 7200 },
};

static int parse_zone(const char *s, __tzinfo_type *tz)
{
    long std, dst;

    if (!(s = parse_name(s, names[0])) || !(s = parse_time(s, &std)))
        return 0;
    strcpy(names[1], names[0]);
    dst = std;
    if (*s) {
        if (!(s = parse_name(s, names[1])))
            return 0;
        dst = std - 3600;
        if (*s && *s != ',' && !(s = parse_time(s, &dst)))
            return 0;
        if (*s && (!(s = parse_rule(s, &tz->__tzrule[0])) || !(s = parse_rule(s, &tz->__tzrule[1])) || *s))
            return 0;
        if (!tz->__tzrule[0].ch)
            memcpy(tz->__tzrule, us_rules, sizeof(us_rules));
    }
    tz->__tzrule[0].offset = std;
    tz->__tzrule[1].offset = dst;
    return 1;
}

/* Numbers as names, as the zone data base has them where nobody uses letters: "+01", "-0330". */
static void offset_name(char *name, long west)
{
    long min = labs(west) / 60;

    if (!west)
        strcpy(name, "UTC");
    else if (min % 60)
        sniprintf(name, NAME_MAX_, "%c%02ld%02ld", west > 0 ? '-' : '+', min / 60, min % 60);
    else
        sniprintf(name, NAME_MAX_, "%c%02ld", west > 0 ? '-' : '+', min / 60);
}

static void windows_rule(__tzrule_type *rule, const struct nt_zone_change *c)
{
    rule->ch = 'M';
    rule->m = c->month;
    rule->n = c->week;
    rule->d = c->weekday;
    rule->s = c->seconds;
}

static void windows_zone(__tzinfo_type *tz)
{
    struct nt_zone z;

    nt_zone(&z);
    tz->__tzrule[0].offset = tz->__tzrule[1].offset = z.west;
    if (z.summer.month) {
        windows_rule(&tz->__tzrule[0], &z.summer);
        windows_rule(&tz->__tzrule[1], &z.winter);
        tz->__tzrule[1].offset = z.west_summer;
    }
    offset_name(names[0], tz->__tzrule[0].offset);
    offset_name(names[1], tz->__tzrule[1].offset);
}

/* Called by newlib and localtime.c, locked. */
void _tzset_unlocked(void)
{
    const char *env = getenv("TZ");
    __tzinfo_type *tz = __gettzinfo();

    if (done && (env ? parsed && strcmp(env, parsed) == 0 : !parsed))
        return;
    free(parsed);
    parsed = env ? strdup(env) : NULL;
    done = 1;
    memset(tz->__tzrule, 0, sizeof(tz->__tzrule));
    if (!env)
        windows_zone(tz);
    else if (!parse_zone(*env == ':' ? env + 1 : env, tz))
        set_utc(tz, "UTC");
    _tzname[0] = names[0];
    _tzname[1] = names[1];
    _timezone = tz->__tzrule[0].offset;
    _daylight = tz->__tzrule[0].offset != tz->__tzrule[1].offset;
    tz->__tzyear = -1;
}

void _tzset_unlocked_r(struct _reent *re)
{
    (void)re;
    _tzset_unlocked();
}

/** Look at TZ (again). POSIX.1-2017 tzset() */
void tzset(void)
{
    __tz_lock();
    _tzset_unlocked();
    __tz_unlock();
}

void _tzset_r(struct _reent *re)
{
    (void)re;
    tzset();
}
