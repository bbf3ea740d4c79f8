/* SPDX-License-Identifier: BSD-2-Clause */
/* poll over 500 idle pipes and one that is ready, against poll over that one. */
#include <poll.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"

#define IDLE 500
#define TURNS 200

static struct pollfd fds[IDLE + 1];

static double run(void *arg)
{
    int n = *(int *)arg;
    struct timespec a, b;

    clock_gettime(CLOCK_MONOTONIC, &a);
    for (int i = 0; i < TURNS; i++)
        if (poll(fds + IDLE + 1 - n, (nfds_t)n, 1000) != 1)
            return -1;
    clock_gettime(CLOCK_MONOTONIC, &b);
    return ((double)(b.tv_sec - a.tv_sec) * 1e9 + (double)(b.tv_nsec - a.tv_nsec)) / TURNS;
}

int main(void)
{
    int p[2], all = IDLE + 1, one = 1;

    for (int i = 0; i <= IDLE; i++) {
        if (pipe(p) < 0) {
            perror("bench: pipe");
            return 1;
        }
        fds[i] = (struct pollfd){ p[0], POLLIN, 0 };
    }
    poll(fds, IDLE + 1, 10); /* nothing: the way in for the first time */
    if (write(p[1], "x", 1) != 1)
        return 1;
    return bench_pair("poll-500-idle-pipes", "us", 21, run, &all, "poll-one", run, &one);
}
