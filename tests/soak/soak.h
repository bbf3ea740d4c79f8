/* SPDX-License-Identifier: BSD-2-Clause */
/* What the soaks share: time, arguments, random numbers. */
#ifndef SOAK_H
#define SOAK_H

#include <windows.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "handles.h"

static inline double clock_now(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec + (double)ts.tv_nsec * 1e-9;
}

/* An argument, or what `make check` uses. */
static inline int argument(int argc, char **argv, int i, int fallback)
{
    return argc > i ? atoi(argv[i]) : fallback;
}

/* Random numbers that a second run repeats. */
static inline unsigned soak_random(void)
{
    static uint64_t state = 0x853c49e6748fea9bull;

    state = state * 6364136223846793005ull + 1442695040888963407ull;
    return (unsigned)(state >> 33);
}

#endif
