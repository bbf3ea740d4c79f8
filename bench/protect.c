/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fork protection: forks of processes that have DLLs open, protected against such that are not
 * (CYGWIN=noprotect); the first fork after an update of five DLLs, and those after it. Started by
 * protect.sh, which builds the DLLs: DIR [NAME].
 *
 *   fork-protect-unchanged   no DLL but the runtime        fork-protect-30   30 DLLs
 *   fork-protect-first       the first fork after the update, against a fork of a process without one
 *   fork-protect-next        the later ones, against the same
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench/bench.h"

extern char **environ;

static char *self, *dir;

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static double fork_exit_wait(void)
{
    double t = now();
    int st = -1;
    pid_t pid = fork();

    if (pid == 0)
        _exit(0);
    return pid > 0 && waitpid(pid, &st, 0) == pid && st == 0 ? now() - t : -1;
}

static void dll_name(char *out, size_t size, int n)
{
    snprintf(out, size, "%s/cygbench%d.dll", dir, n);
}

static int worker_main(int dlls, int in, int out)
{
    char name[4096], c;

    for (int i = 0; i < dlls; i++) {
        dll_name(name, sizeof(name), i);
        if (!dlopen(name, RTLD_NOW)) {
            fprintf(stderr, "bench: %s\n", dlerror());
            return 1;
        }
    }
    for (double t = 0; write(out, &t, sizeof(t)) == (ssize_t)sizeof(t) && read(in, &c, 1) == 1;)
        t = fork_exit_wait();
    return 0;
}

struct worker {
    int to, from;
    pid_t pid;
};

static double answer(struct worker *w)
{
    double t;

    return read(w->from, &t, sizeof(t)) == (ssize_t)sizeof(t) ? t : -1;
}

/* A process with that many DLLs. It has opened them when this returns. */
static int worker_start(struct worker *w, int dlls, int protect)
{
    char a[3][24], *argv[] = { self, dir, "worker", a[0], a[1], a[2], NULL };
    int to[2], from[2], r;

    if (pipe(to) != 0 || pipe(from) != 0)
        return -1;
    fcntl(to[1], F_SETFD, FD_CLOEXEC);
    fcntl(from[0], F_SETFD, FD_CLOEXEC);
    snprintf(a[0], sizeof(a[0]), "%d", dlls);
    snprintf(a[1], sizeof(a[1]), "%d", to[0]);
    snprintf(a[2], sizeof(a[2]), "%d", from[1]);
    setenv("CYGWIN", protect ? "protect" : "noprotect", 1);
    r = posix_spawn(&w->pid, self, NULL, NULL, argv, environ);
    close(to[0]);
    close(from[1]);
    w->to = to[1];
    w->from = from[0];
    if (r != 0)
        fprintf(stderr, "bench: %s: %s\n", self, strerror(r));
    return r == 0 && answer(w) == 0 ? 0 : -1;
}

static double worker_round(void *arg)
{
    struct worker *w = arg;

    return write(w->to, "g", 1) == 1 ? answer(w) : -1;
}

static void worker_stop(struct worker *w)
{
    int st;

    close(w->to);
    close(w->from);
    waitpid(w->pid, &st, 0);
}

static int on_off(const char *name, int dlls, int rounds)
{
    struct worker on, off;
    int r = 1;

    if (worker_start(&on, dlls, 1) == 0 && worker_start(&off, dlls, 0) == 0)
        r = bench_pair(name, "ms", rounds, worker_round, &on, "fork-unprotected", worker_round, &off);
    worker_stop(&on);
    worker_stop(&off);
    return r;
}

/* ---- updates ---- */

static int copy(const char *from, const char *to)
{
    static char buf[65536];
    int in = open(from, O_RDONLY), out = open(to, O_WRONLY | O_CREAT | O_EXCL, 0755), r = 0;
    ssize_t n;

    while (in >= 0 && out >= 0 && (n = read(in, buf, sizeof(buf))) > 0)
        r |= write(out, buf, (size_t)n) != n;
    r |= in < 0 || out < 0 || n < 0;
    close(in);
    close(out);
    return r;
}

/* As package managers do: the old file aside, a new one in its place. */
static int update(int dlls)
{
    static unsigned serial;
    char name[4096], aside[4200];
    int r = 0;

    for (int i = 0; i < dlls; i++) {
        dll_name(name, sizeof(name), i);
        snprintf(aside, sizeof(aside), "%s.%u", name, ++serial);
        r |= rename(name, aside) != 0 || copy(aside, name) != 0;
    }
    return r;
}

static double first_fork(void *arg)
{
    int updates = *(int *)arg;
    struct worker w;
    double t = -1;

    if (worker_start(&w, 5, 1) == 0 && (!updates || update(updates) == 0))
        t = worker_round(&w);
    worker_stop(&w);
    return t;
}

static int next_forks(const char *name, int rounds)
{
    struct worker updated, plain;
    int r = 1;

    if (worker_start(&updated, 5, 1) == 0 && update(5) == 0 && worker_start(&plain, 5, 1) == 0)
        r = bench_pair(name, "ms", rounds, worker_round, &updated, "fork-not-updated", worker_round, &plain);
    worker_stop(&updated);
    worker_stop(&plain);
    return r;
}

int main(int argc, char **argv)
{
    const char *only = argc > 2 ? argv[2] : "";
    int five = 5, none = 0, bad = 0;

    if (argc < 2 || access(argv[1], F_OK) != 0)
        return 0; /* bench/protect.sh does it */
    self = argv[0];
    dir = argv[1];
    if (argc == 6 && strcmp(argv[2], "worker") == 0)
        return worker_main(atoi(argv[3]), atoi(argv[4]), atoi(argv[5]));
#define WANT(name) (!*only || strstr(name, only))
    if (WANT("fork-protect-unchanged"))
        bad |= on_off("fork-protect-unchanged", 0, 200);
    if (WANT("fork-protect-30"))
        bad |= on_off("fork-protect-30", 30, 100);
    if (WANT("fork-protect-first"))
        bad |= bench_pair("fork-protect-first", "ms", 30, first_fork, &five, "fork-not-updated", first_fork,
                          &none);
    if (WANT("fork-protect-next"))
        bad |= next_forks("fork-protect-next", 100);
    return bad;
}
