/* SPDX-License-Identifier: BSD-2-Clause */
/* What the benchmarks of processes share: who they are, and the clock. */
#ifndef BENCH_SELF_H
#define BENCH_SELF_H

#include "bench/clock.h"

static char *self;              /* POSIX name of this program */
static WCHAR self_win[4096];    /* its Windows name */

static void self_init(char **argv)
{
    clock_init();
    self = argv[0];
    GetModuleFileNameW(NULL, self_win, 4096);
}

#endif
