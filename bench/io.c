/* SPDX-License-Identifier: BSD-2-Clause */
/* Pipes between two processes against bare Win32 pipes of the same size between the same two: round trips
 * of a byte, and throughput in pieces of 64 KiB. */
#include <stdbool.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"

#define TRIPS 300
#define CHUNK 65536
#define CHUNKS 256

struct security {
    uint32_t size;
    void *descriptor;
    int inherit;
};
int CreatePipe(void **r, void **w, const struct security *sa, uint32_t size);
int ReadFile(void *h, void *buf, uint32_t n, uint32_t *done, void *o);
int WriteFile(void *h, const void *buf, uint32_t n, uint32_t *done, void *o);

enum { TO_CHILD, TO_PARENT };
static int ours[2][2];
static void *theirs[2][2];
static char buf[CHUNK];

static double now(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec * 1e9 + (double)ts.tv_nsec;
}

static int put(bool bare, int way, int n)
{
    uint32_t done;

    if (bare)
        return WriteFile(theirs[way][1], buf, (uint32_t)n, &done, NULL) ? (int)done : -1;
    return (int)write(ours[way][1], buf, (size_t)n);
}

static int get(bool bare, int way, int n)
{
    uint32_t done;

    if (bare)
        return ReadFile(theirs[way][0], buf, (uint32_t)n, &done, NULL) ? (int)done : -1;
    return (int)read(ours[way][0], buf, (size_t)n);
}

struct job {
    char bare, much;
};

static int child_job(const struct job *j)
{
    if (j->much) {
        for (long left = (long)CHUNK * CHUNKS, n; left > 0; left -= n)
            if ((n = get(j->bare, TO_CHILD, CHUNK)) <= 0)
                return 1;
        return put(j->bare, TO_PARENT, 1) != 1;
    }
    for (int i = 0; i < TRIPS; i++)
        if (get(j->bare, TO_CHILD, 1) != 1 || put(j->bare, TO_PARENT, 1) != 1)
            return 1;
    return 0;
}

static int control[2];

/* Per round trip, or per piece. */
static double run(void *arg)
{
    struct job *j = arg;
    double begin;

    if (write(control[1], j, sizeof(*j)) != sizeof(*j))
        return -1;
    begin = now();
    if (j->much) {
        for (int i = 0; i < CHUNKS; i++)
            if (put(j->bare, TO_CHILD, CHUNK) != CHUNK)
                return -1;
        if (get(j->bare, TO_PARENT, 1) != 1)
            return -1;
    } else {
        for (int i = 0; i < TRIPS; i++)
            if (put(j->bare, TO_CHILD, 1) != 1 || get(j->bare, TO_PARENT, 1) != 1)
                return -1;
    }
    return (now() - begin) / (j->much ? CHUNKS : TRIPS);
}

int main(void)
{
    struct security sa = { sizeof(sa), NULL, 1 };
    struct job job, trip[2] = { { 0, 0 }, { 1, 0 } }, bulk[2] = { { 0, 1 }, { 1, 1 } };
    int bad, pid;

    if (pipe(control) < 0 || pipe(ours[0]) < 0 || pipe(ours[1]) < 0
        || !CreatePipe(&theirs[0][0], &theirs[0][1], &sa, CHUNK)
        || !CreatePipe(&theirs[1][0], &theirs[1][1], &sa, CHUNK))
        return 1;
    if ((pid = fork()) == 0) {
        close(control[1]);
        while (read(control[0], &job, sizeof(job)) == sizeof(job))
            if (child_job(&job))
                _exit(1);
        _exit(0);
    }
    bad = bench_pair("pipe-ping-pong", "us", 21, run, &trip[0], "win32-pipe", run, &trip[1]);
    bad |= bench_pair("pipe-64k", "us", 21, run, &bulk[0], "win32-pipe", run, &bulk[1]);
    close(control[1]);
    waitpid(pid, NULL, 0);
    return bad;
}
