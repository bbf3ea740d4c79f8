/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Processes: fork, spawn, start, against CreateProcess of the same image.
 *
 * Forks with a heap are measured in workers: processes that hold a heap of some size, write all of
 * it before each round, and tell how long fork + exit + wait took from the call on. fork-heap-*: the
 * first fork of such a process; fork-rewritten-*: later ones, all written again in between.
 */
#include <windows.h>

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/bench.h"

extern char **environ;

static char *self;              /* POSIX name of this program */
static WCHAR self_win[4096];    /* its Windows name */
static double tick;             /* nanoseconds of one count of QueryPerformanceCounter */

static double now(void)
{
    LARGE_INTEGER t;

    QueryPerformanceCounter(&t);
    return (double)t.QuadPart * tick;
}

static double fork_exit_wait(void *arg)
{
    double t = now();
    int st = -1;
    pid_t pid = fork();

    (void)arg;
    if (pid == 0)
        _exit(0);
    if (pid < 0 || waitpid(pid, &st, 0) != pid || st != 0) {
        fprintf(stderr, "bench: fork %d: errno %d, status %#x\n", (int)pid, errno, (unsigned)st);
        return -1;
    }
    return now() - t;
}

static double spawn_wait(void *arg)
{
    char *argv[] = { self, "nothing", NULL };
    double t = now();
    pid_t pid;
    int st;

    (void)arg;
    if (posix_spawn(&pid, self, NULL, NULL, argv, environ) != 0 || waitpid(pid, &st, 0) != pid || st != 0)
        return -1;
    return now() - t;
}

/* CreateProcess + wait of the program `arg` (a Windows name). */
static double create_wait(void *arg)
{
    WCHAR cmd[4200];
    STARTUPINFOW si = { .cb = sizeof(si) };
    PROCESS_INFORMATION pi;
    DWORD code = 1;
    double t = now();

    cmd[0] = '"';
    lstrcpynW(cmd + 1, arg, 4096);
    lstrcatW(cmd, L"\" nothing");
    if (!CreateProcessW(arg, cmd, NULL, NULL, FALSE, 0, NULL, NULL, &si, &pi))
        return -1;
    WaitForSingleObject(pi.hProcess, INFINITE);
    GetExitCodeProcess(pi.hProcess, &code);
    CloseHandle(pi.hThread);
    CloseHandle(pi.hProcess);
    return code == 0 ? now() - t : -1;
}

/* ---- workers with a heap ---- */

struct worker {
    int to, from;
    pid_t pid;
};

/* A round for each byte that arrives; answers with the time as a double. */
static int worker_main(size_t heap, int in, int out)
{
    char *mem = heap ? malloc(heap) : NULL, c, value = 0;

    if (heap && !mem)
        return 1;
    while (read(in, &c, 1) == 1) {
        value++;
        for (size_t i = 0; i < heap; i += 4096)
            mem[i] = value;
        double t = fork_exit_wait(NULL);
        if (t < 0)
            fprintf(stderr, "bench: worker with %zu bytes: fork or wait failed: %s\n", heap, strerror(errno));
        if (write(out, &t, sizeof(t)) != (ssize_t)sizeof(t))
            return 1;
    }
    return 0;
}

static int worker_start(struct worker *w, size_t heap)
{
    int to[2], from[2];
    char a[3][24];

    if (pipe(to) != 0 || pipe(from) != 0)
        return -1;
    /* the next worker must not hold this one's pipes open */
    fcntl(to[1], F_SETFD, FD_CLOEXEC);
    fcntl(from[0], F_SETFD, FD_CLOEXEC);
    w->pid = fork();
    if (w->pid < 0)
        return -1;
    if (w->pid == 0) {
        close(to[1]);
        close(from[0]);
        snprintf(a[0], sizeof(a[0]), "%zu", heap);
        snprintf(a[1], sizeof(a[1]), "%d", to[0]);
        snprintf(a[2], sizeof(a[2]), "%d", from[1]);
        execl(self, self, "worker", a[0], a[1], a[2], (char *)NULL);
        _exit(127);
    }
    close(to[0]);
    close(from[1]);
    w->to = to[1];
    w->from = from[0];
    return 0;
}

static double worker_round(void *arg)
{
    struct worker *w = arg;
    double t;

    if (write(w->to, "g", 1) != 1 || read(w->from, &t, sizeof(t)) != (ssize_t)sizeof(t))
        return -1;
    return t;
}

static void worker_stop(struct worker *w)
{
    int st;

    close(w->to);
    close(w->from);
    waitpid(w->pid, &st, 0);
}

/* The first fork of a fresh process whose heap of that size is written, -1: it could not be measured. */
static double first_fork(void *heap)
{
    struct worker w;
    double t;

    if (worker_start(&w, *(size_t *)heap) != 0)
        return -1;
    t = worker_round(&w);
    worker_stop(&w);
    return t;
}

static int fork_heap(const char *name, size_t heap, int rounds)
{
    size_t none = 0;

    return bench_pair(name, "ms", rounds, first_fork, &heap, "fork-empty-heap", first_fork, &none);
}

/* All of the heap is written again between two forks: what rebasing costs. */
static int fork_rewritten(const char *name, size_t heap, int rounds)
{
    struct worker full, empty;
    int r;

    if (worker_start(&full, heap) != 0 || worker_start(&empty, 0) != 0) {
        fprintf(stderr, "bench: %s: cannot start its workers: %s\n", name, strerror(errno));
        return 1;
    }
    r = bench_pair(name, "ms", rounds, worker_round, &full, "fork-empty-heap", worker_round, &empty);
    worker_stop(&full);
    worker_stop(&empty);
    return r;
}

/* The Windows name of a program that lies beside this one. */
static WCHAR *beside(const WCHAR *name)
{
    static WCHAR path[2][4200];
    static int n;
    WCHAR *p = path[n++ & 1], *end;

    lstrcpynW(p, self_win, 4096);
    for (end = p + lstrlenW(p); end > p && end[-1] != '\\' && end[-1] != '/'; end--)
        ;
    lstrcpyW(end, name);
    return p;
}

int main(int argc, char **argv)
{
    LARGE_INTEGER f;
    int bad = 0;

    QueryPerformanceFrequency(&f);
    tick = 1e9 / (double)f.QuadPart;
    self = argv[0];
    GetModuleFileNameW(NULL, self_win, 4096);
    if (argc == 5 && strcmp(argv[1], "worker") == 0)
        return worker_main(strtoul(argv[2], NULL, 10), atoi(argv[3]), atoi(argv[4]));
    if (argc > 1 && strcmp(argv[1], "nothing") == 0)
        return 0;

    const char *only = argc > 1 ? argv[1] : "";
#define WANT(name) (!*only || strstr(name, only))
    if (WANT("hello-start"))
        bad |= bench_pair("hello-start", "ms", 100, create_wait, beside(L"hello.exe"), "bare-start",
                          create_wait, beside(L"bare-hello.exe"));
    if (WANT("fork-exit-wait"))
        bad |= bench_pair("fork-exit-wait", "ms", 150, fork_exit_wait, NULL, "CreateProcess-wait",
                          create_wait, self_win);
    if (WANT("spawn-wait"))
        bad |= bench_pair("spawn-wait", "ms", 100, spawn_wait, NULL, "CreateProcess-wait",
                          create_wait, self_win);
    if (WANT("fork-heap-64M"))
        bad |= fork_heap("fork-heap-64M", 64ul << 20, 40);
    if (WANT("fork-heap-1024M"))
        bad |= fork_heap("fork-heap-1024M", 1024ul << 20, 15);
    if (WANT("fork-rewritten-64M"))
        bad |= fork_rewritten("fork-rewritten-64M", 64ul << 20, 20);
    return bad;
}
