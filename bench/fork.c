/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Forks of processes that hold memory or descriptors, and forks that find their child made beforehand.
 *
 * All is measured in workers, processes of their own that do what a byte on their pipe says and answer with
 * a time. fork-heap-*: the first fork of a process that has written a heap of that size. fork-again-*-P:
 * later ones, P percent of the heap written in between; the base is a fork with an empty heap plus what
 * cannot be avoided: asking the kernel for the pages that were written, and for 100 one copy of them.
 */
#include <windows.h>
#include <psapi.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench/bench.h"
#include "bench/self.h"

static uint64_t file_time(void)
{
    FILETIME t;

    GetSystemTimeAsFileTime(&t);
    return (uint64_t)t.dwHighDateTime << 32 | t.dwLowDateTime;
}

/* What a worker is told: to write so many percent of its heap and fork (0..100), or one of these. */
enum { ASK = 200, COPY = 201, READY = 202 };

/* ---- the worker's side ---- */

static char *heap;
static size_t heap_size;

static double fork_exit_wait(void)
{
    double t = now();
    int st = -1;
    pid_t pid = fork();

    if (pid == 0)
        _exit(0);
    if (pid < 0 || waitpid(pid, &st, 0) != pid || st != 0) {
        fprintf(stderr, "bench: fork %d: errno %d, status %#x\n", (int)pid, errno, (unsigned)st);
        return -1;
    }
    return now() - t;
}

/* Was this process made before `t`? */
static int older_than(uint64_t t)
{
    FILETIME made, f;

    if (!GetProcessTimes(GetCurrentProcess(), &made, &f, &f, &f))
        return 0;
    return ((uint64_t)made.dwHighDateTime << 32 | made.dwLowDateTime) < t;
}

/* Until the child runs; negative: it was made for this fork. */
static double fork_ready(void)
{
    struct timespec think = { 0, 80000000 };
    uint64_t begun;
    double t, took;
    int st = -1;
    pid_t pid;

    nanosleep(&think, NULL);
    begun = file_time();
    t = now();
    pid = fork();
    took = now() - t;
    if (pid == 0)
        _exit(older_than(begun) ? 1 : 0);
    if (pid < 0 || waitpid(pid, &st, 0) != pid || !WIFEXITED(st))
        return 0;
    return WEXITSTATUS(st) ? took : -took;
}

static void write_percent(int percent)
{
    static char value;

    value++;
    for (size_t i = 0; percent && i < heap_size; i += 4096 * 100 / (size_t)percent)
        heap[i & ~4095ul] = value;
}

static double ask_kernel(void)
{
    static PSAPI_WORKING_SET_EX_INFORMATION ws[1024];
    double t = now();

    for (size_t at = 0; at < heap_size;) {
        unsigned n = 0;

        for (; n < 1024 && at < heap_size; at += 4096)
            ws[n++].VirtualAddress = heap + at;
        if (!K32QueryWorkingSetEx(GetCurrentProcess(), ws, n * sizeof(*ws)))
            return -1;
    }
    return now() - t;
}

static double copy_once(void)
{
    double t = now();
    void *copy = VirtualAlloc(NULL, heap_size, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);

    if (!copy)
        return -1;
    memcpy(copy, heap, heap_size);
    t = now() - t;
    VirtualFree(copy, 0, MEM_RELEASE);
    return t;
}

static int worker_main(size_t size, int fds, int in, int out)
{
    unsigned char c;

    heap_size = size;
    if (size && !(heap = malloc(size)))
        return 1;
    for (int i = 0; i < fds; i++)
        open("/dev/null", O_RDONLY);
    while (read(in, &c, 1) == 1) {
        double t;

        if (c <= 100)
            write_percent(c);
        t = c == ASK ? ask_kernel() : c == COPY ? copy_once() : c == READY ? fork_ready() : fork_exit_wait();
        if (write(out, &t, sizeof(t)) != (ssize_t)sizeof(t))
            return 1;
    }
    return 0;
}

/* ---- the measuring side ---- */

struct worker {
    int to, from;
    pid_t pid;
};

static int worker_start(struct worker *w, size_t size, int fds)
{
    int to[2], from[2];
    char a[4][24];

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
        snprintf(a[0], sizeof(a[0]), "%zu", size);
        snprintf(a[1], sizeof(a[1]), "%d", fds);
        snprintf(a[2], sizeof(a[2]), "%d", to[0]);
        snprintf(a[3], sizeof(a[3]), "%d", from[1]);
        execl(self, self, "worker", a[0], a[1], a[2], a[3], (char *)NULL);
        _exit(127);
    }
    close(to[0]);
    close(from[1]);
    w->to = to[1];
    w->from = from[0];
    return 0;
}

static double order(struct worker *w, unsigned char what)
{
    double t;

    if (write(w->to, &what, 1) != 1 || read(w->from, &t, sizeof(t)) != (ssize_t)sizeof(t))
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
static double first_fork(void *size)
{
    struct worker w;
    double t;

    if (worker_start(&w, *(size_t *)size, 0) != 0)
        return -1;
    t = order(&w, 100);
    worker_stop(&w);
    return t;
}

static int fork_heap(const char *name, size_t size, int rounds)
{
    size_t none = 0;

    return bench_pair(name, "ms", rounds, first_fork, &size, "fork-empty-heap", first_fork, &none);
}

struct again {
    struct worker full, empty;
    int percent;
};

static double again(void *arg)
{
    struct again *a = arg;

    return order(&a->full, (unsigned char)a->percent);
}

static double again_base(void *arg)
{
    struct again *a = arg;
    double fork = order(&a->empty, 0), ask = order(&a->full, ASK),
           copy = a->percent == 100 ? order(&a->full, COPY) : 0;

    return fork < 0 || ask < 0 || copy < 0 ? -1 : fork + ask + copy;
}

static int fork_again(const char *name, size_t size, int percent, int rounds)
{
    struct again a = { .percent = percent };
    int r;

    if (worker_start(&a.full, size, 0) != 0 || worker_start(&a.empty, 0, 0) != 0) {
        fprintf(stderr, "bench: %s: cannot start its workers: %s\n", name, strerror(errno));
        return 1;
    }
    order(&a.full, 100); /* the first fork, with all of it written */
    r = bench_pair(name, "ms", rounds, again, &a,
                   percent == 100 ? "fork-empty-heap+ask+copy" : "fork-empty-heap+ask", again_base, &a);
    worker_stop(&a.full);
    worker_stop(&a.empty);
    return r;
}

static double plain_round(void *w)
{
    return order(w, 0);
}

static int fork_fds(void)
{
    struct worker many, few;
    int r;

    if (worker_start(&many, 0, 500) != 0 || worker_start(&few, 0, 5) != 0)
        return 1;
    r = bench_pair("fork-500-fds", "ms", 40, plain_round, &many, "fork-5-fds", plain_round, &few);
    worker_stop(&many);
    worker_stop(&few);
    return r;
}

/* ---- parked ---- */

static int hits, misses;

static double parked_round(void *w)
{
    double t = order(w, READY);

    if (t == 0)
        return -1;
    if (t > 0)
        hits++;
    else
        misses++;
    return t < 0 ? -t : t;
}

/* CreateProcess of this program until it says that it runs. */
static double create_ready(void *arg)
{
    SECURITY_ATTRIBUTES sa = { sizeof(sa), NULL, TRUE };
    STARTUPINFOW si = { .cb = sizeof(si) };
    PROCESS_INFORMATION pi;
    WCHAR cmd[4300];
    HANDLE e = CreateEventW(&sa, TRUE, FALSE, NULL);
    double t = now();

    (void)arg;
    lstrcpyW(cmd, L"\"");
    lstrcatW(cmd, self_win);
    lstrcatW(cmd, L"\" ready ");
    for (uintptr_t v = (uintptr_t)e, d = 1000000; d; d /= 10) {
        WCHAR c[2] = { (WCHAR)('0' + v / d % 10), 0 };
        lstrcatW(cmd, c);
    }
    if (!CreateProcessW(self_win, cmd, NULL, NULL, TRUE, 0, NULL, NULL, &si, &pi))
        return -1;
    WaitForSingleObject(e, INFINITE);
    t = now() - t;
    WaitForSingleObject(pi.hProcess, INFINITE);
    CloseHandle(pi.hThread);
    CloseHandle(pi.hProcess);
    CloseHandle(e);
    return t;
}

static int fork_parked(void)
{
    struct worker w;
    int r;

    setenv("CYGWIN", "fork:parked", 1);
    r = worker_start(&w, 0, 0);
    unsetenv("CYGWIN");
    if (r != 0)
        return 1;
    r = bench_pair("fork-parked", "ms", 60, parked_round, &w, "CreateProcess-ready", create_ready, NULL);
    worker_stop(&w);
    printf("# fork-parked: %d of %d forks found their child ready (%.1f %%)\n", hits, hits + misses,
           100.0 * hits / (hits + misses > 0 ? hits + misses : 1));
    return r;
}

int main(int argc, char **argv)
{
    int bad = 0;

    self_init(argv);
    if (argc == 6 && strcmp(argv[1], "worker") == 0)
        return worker_main(strtoul(argv[2], NULL, 10), atoi(argv[3]), atoi(argv[4]), atoi(argv[5]));
    if (argc == 3 && strcmp(argv[1], "ready") == 0)
        return !SetEvent((HANDLE)strtoul(argv[2], NULL, 10));

    const char *only = argc > 1 ? argv[1] : "";
#define WANT(name) (!*only || strstr(name, only))
    if (WANT("fork-parked"))
        bad |= fork_parked();
    if (WANT("fork-500-fds"))
        bad |= fork_fds();
    if (WANT("fork-heap-64M"))
        bad |= fork_heap("fork-heap-64M", 64ul << 20, 40);
    if (WANT("fork-heap-1024M"))
        bad |= fork_heap("fork-heap-1024M", 1024ul << 20, 15);
    if (WANT("fork-again-64M-0"))
        bad |= fork_again("fork-again-64M-0", 64ul << 20, 0, 40);
    if (WANT("fork-again-64M-1"))
        bad |= fork_again("fork-again-64M-1", 64ul << 20, 1, 40);
    if (WANT("fork-again-64M-100"))
        bad |= fork_again("fork-again-64M-100", 64ul << 20, 100, 20);
    if (WANT("fork-again-1024M-0"))
        bad |= fork_again("fork-again-1024M-0", 1024ul << 20, 0, 10);
    if (WANT("fork-again-1024M-1"))
        bad |= fork_again("fork-again-1024M-1", 1024ul << 20, 1, 10);
    return bad;
}
