/* SPDX-License-Identifier: BSD-2-Clause */
/* Windows' own counter as a clock. A benchmark calls clock_init() first. */
#ifndef BENCH_CLOCK_H
#define BENCH_CLOCK_H

#include <windows.h>

static double tick; /* nanoseconds of one count of QueryPerformanceCounter */

static inline double now(void)
{
    LARGE_INTEGER t;

    QueryPerformanceCounter(&t);
    return (double)t.QuadPart * tick;
}

static inline void clock_init(void)
{
    LARGE_INTEGER f;

    QueryPerformanceFrequency(&f);
    tick = 1e9 / (double)f.QuadPart;
}

#endif
