/* SPDX-License-Identifier: BSD-2-Clause */
/* Processes: fork, spawn, start, against CreateProcess of the same image. fork.c has forks with memory. */
#include <windows.h>

#include <errno.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/bench.h"
#include "bench/self.h"

extern char **environ;

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
    int bad = 0;

    self_init(argv);
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
    return bad;
}
