/* SPDX-License-Identifier: BSD-2-Clause */
/* What the benchmarks of processes share: who they are, and Windows' own counter as a clock. */
#ifndef BENCH_SELF_H
#define BENCH_SELF_H

#include <windows.h>

static char *self;              /* POSIX name of this program */
static WCHAR self_win[4096];    /* its Windows name */
static double tick;             /* nanoseconds of one count of QueryPerformanceCounter */

static double now(void)
{
    LARGE_INTEGER t;

    QueryPerformanceCounter(&t);
    return (double)t.QuadPart * tick;
}

static void self_init(char **argv)
{
    LARGE_INTEGER f;

    QueryPerformanceFrequency(&f);
    tick = 1e9 / (double)f.QuadPart;
    self = argv[0];
    GetModuleFileNameW(NULL, self_win, 4096);
}

#endif
