/* SPDX-License-Identifier: BSD-2-Clause */
/* calls N: makes a call N times and prints for each what came of it: result, errno, signals so far, whether
 * it took a fifth of a second. calls child FILE: ends with 7, and leaves a child that waits for the file. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t signals;

static void handler(int sig)
{
    (void)sig;
    signals++;
}

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    int n = argc > 1 ? atoi(argv[1]) : 1, fd;

    if (argc > 2 && !strcmp(argv[1], "child")) {
        if (fork())
            return 7;
        while (access(argv[2], F_OK) != 0)
            usleep(10000);
        return 9;
    }
    signal(SIGUSR1, handler);
    fd = open("/dev/null", O_RDWR);
    for (int i = 0; i < n; i++) {
        double t = now();
        long r = lseek(fd, 0, SEEK_CUR);
        int e = r < 0 ? errno : 0;

        t = now() - t;
        printf("%ld %s %d %s\n", r, e ? strerror(e) : "-", (int)signals, t >= 0.2 ? "late" : "-");
    }
    return 0;
}
