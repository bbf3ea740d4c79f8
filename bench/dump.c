/* SPDX-License-Identifier: BSD-2-Clause */
/* What dumper takes for a process with a heap of 192 MiB, against reading and writing the same
 * bytes by the plainest calls (bench/native-dump.c). Both are started as programs, and write into
 * build/bench. */
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/cygwin.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <windows.h>

#include "bench/bench.h"

enum { HEAP = 192 << 20, ROUNDS = 9 };

extern char **environ;

static char pid_text[16], winpid_text[16], core[PATH_MAX], copy[PATH_MAX], native[PATH_MAX];

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static double run(char *const argv[])
{
    double t = now();
    int status = 1;
    pid_t pid;

    if (posix_spawnp(&pid, argv[0], NULL, NULL, argv, environ) != 0)
        return -1;
    waitpid(pid, &status, 0);
    return status == 0 ? now() - t : -1;
}

static double dump(void *arg)
{
    char *argv[] = { "dumper", "-q", "-o", core, pid_text, NULL };

    (void)arg;
    return run(argv);
}

static double plain(void *arg)
{
    char *argv[] = { native, winpid_text, core, copy, NULL };

    (void)arg;
    return run(argv);
}

/* Pages of which none is like another, and none of zeros. */
static void fill(int *p, size_t n)
{
    uint32_t x = 12345;

    for (size_t i = 0; i < n; i++)
        p[i] = (int)(x = x * 1664525 + 1013904223);
}

int main(int argc, char **argv)
{
    const char *only = argc > 1 ? argv[1] : "";
    char folder[PATH_MAX], *slash;
    int ready[2], bad = 1;
    DWORD winpid;
    pid_t pid;

    if (!strstr("dumper", only))
        return 0;
    strcpy(folder, argv[0]);
    if ((slash = strrchr(folder, '/')))
        *slash = 0;
    snprintf(native, sizeof native, "%s/native-dump.exe", folder);
    cygwin_conv_path(CCP_POSIX_TO_WIN_A, folder, core, sizeof core);
    snprintf(copy, sizeof copy, "%s\\dump.copy", core);
    strcat(core, "\\dump.core");
    if (pipe(ready) < 0 || (pid = fork()) < 0)
        return 1;
    if (pid == 0) {
        int *p = malloc(HEAP);

        if (!p)
            _exit(1);
        fill(p, HEAP / sizeof *p);
        winpid = GetCurrentProcessId();
        write(ready[1], &winpid, sizeof winpid);
        for (;;)
            pause();
    }
    close(ready[1]);
    if (read(ready[0], &winpid, sizeof winpid) == sizeof winpid) {
        snprintf(pid_text, sizeof pid_text, "%d", (int)pid);
        snprintf(winpid_text, sizeof winpid_text, "%d", (int)winpid);
        bad = dump(NULL) < 0 ||
              bench_pair("dumper", "ms", ROUNDS, dump, NULL, "read-and-write", plain, NULL);
    }
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    return bad;
}
