/* SPDX-License-Identifier: BSD-2-Clause */
/* Conversions between the units of POSIX and of NT (100 ns). */
#ifndef SYSTIME_H
#define SYSTIME_H

#include <stdint.h>
#include <sys/time.h>
#include <time.h>

#define NT_SECOND 10000000ull
#define NT_EPOCH  116444736000000000ull /* 1970-01-01 as FILETIME */

/* Times beyond this many seconds mean for ever: a wait of NT takes no more. */
#define TIME_FOREVER 100000000000ll

/* Rounded up: a wait must not end early. */
static inline uint64_t units_from_timespec(const struct timespec *ts)
{
    if (ts->tv_sec > TIME_FOREVER)
        return TIME_FOREVER * NT_SECOND;
    return (uint64_t)ts->tv_sec * NT_SECOND + ((uint64_t)ts->tv_nsec + 99) / 100;
}

static inline struct timespec timespec_from_units(uint64_t u)
{
    return (struct timespec){ .tv_sec = (time_t)(u / NT_SECOND), .tv_nsec = (long)(u % NT_SECOND * 100) };
}

static inline uint64_t units_from_timeval(const struct timeval *tv)
{
    if (tv->tv_sec > TIME_FOREVER)
        return TIME_FOREVER * NT_SECOND;
    return (uint64_t)tv->tv_sec * NT_SECOND + (uint64_t)tv->tv_usec * 10;
}

static inline struct timeval timeval_from_units(uint64_t u)
{
    return (struct timeval){ .tv_sec = (time_t)(u / NT_SECOND),
                             .tv_usec = (suseconds_t)(u % NT_SECOND / 10) };
}

#endif
