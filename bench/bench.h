/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the benchmarks share: a clock and the rounds. A benchmark measures a thing and its base in
 * turn, so that what the machine does besides hits both; the ratio is taken pair by pair.
 * Output, one line each: bench NAME VALUE UNIT ratio=R base=BASENAME low=L high=H
 */
#ifndef BENCH_H
#define BENCH_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BENCH_MAX_ROUNDS = 500 };

/* One measurement: nanoseconds, or a negative number if it failed. */
typedef double bench_fn(void *arg);

static int bench__cmp(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* The q-quantile (0..1) of n sorted values. */
static double bench__quantile(const double *v, int n, double q)
{
    double at = q * (n - 1);
    int i = (int)at;

    return i + 1 < n ? v[i] + (v[i + 1] - v[i]) * (at - i) : v[n - 1];
}

/*
 * Runs `rounds` pairs of fn(arg) and base(base_arg), the order changing, and prints the line.
 * VALUE is the median of fn in `unit` ("us", "ms", "ns"); R the median of the ratios of the pairs,
 * low and high their 95 % interval (order statistics of the median). Returns 0, or 1 after a failure.
 */
static inline int bench_pair(const char *name, const char *unit, int rounds, bench_fn *fn, void *arg,
                             const char *base_name, bench_fn *base, void *base_arg)
{
    static double value[BENCH_MAX_ROUNDS], ratio[BENCH_MAX_ROUNDS];
    double scale = strcmp(unit, "ms") == 0 ? 1e6 : strcmp(unit, "us") == 0 ? 1e3 : 1;

    if (rounds > BENCH_MAX_ROUNDS)
        rounds = BENCH_MAX_ROUNDS;
    for (int i = -2; i < rounds; i++) {         /* the first two pairs warm up */
        double a, b;
        if (i & 1) {
            b = base(base_arg);
            a = fn(arg);
        } else {
            a = fn(arg);
            b = base(base_arg);
        }
        if (a < 0 || b < 0) {
            fprintf(stderr, "bench: %s: %s failed in round %d\n", name, a < 0 ? "it" : base_name, i);
            return 1;
        }
        if (i >= 0) {
            value[i] = a;
            ratio[i] = a / b;
        }
    }
    qsort(value, (size_t)rounds, sizeof(*value), bench__cmp);
    qsort(ratio, (size_t)rounds, sizeof(*ratio), bench__cmp);

    /* The median lies between these order statistics in 95 % of all series. */
    double half = 0.98 / (rounds > 4 ? __builtin_sqrt((double)rounds) : 2);
    double low = bench__quantile(ratio, rounds, 0.5 - half > 0 ? 0.5 - half : 0);
    double high = bench__quantile(ratio, rounds, 0.5 + half < 1 ? 0.5 + half : 1);
    printf("bench %s %.3f %s ratio=%.3f base=%s low=%.3f high=%.3f\n", name,
           bench__quantile(value, rounds, 0.5) / scale, unit, bench__quantile(ratio, rounds, 0.5),
           base_name, low, high);
    fflush(stdout);
    return 0;
}

#endif
