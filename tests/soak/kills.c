/* SPDX-License-Identifier: BSD-2-Clause */
/* Random ends of processes that fork, exec, wait and signal: what survives goes on working, and nothing
 * is left. Argument: how many. */
/* timeout: 900 */
#include <windows.h>

#include <signal.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "soak/soak.h"
#include "tap.h"

static char *self_name;

static struct shared {
    volatile uint32_t winpid[64]; /* of the victims */
} *shared;

static void forking(void)
{
    for (;;) {
        pid_t pid = fork();

        if (pid == 0)
            _exit(0);
        waitpid(pid, NULL, 0);
    }
}

static void executing(void)
{
    execl(self_name, self_name, "--exec", (char *)NULL);
    _exit(99);
}

static volatile sig_atomic_t got;

static void handler(int sig)
{
    (void)sig;
    got++;
}

/* With a child that answers. */
static void signalling(void)
{
    pid_t pid;

    signal(SIGUSR1, handler);
    pid = fork();
    if (pid == 0) {
        while (getppid() > 1 && kill(getppid(), SIGUSR1) == 0)
            usleep(100);
        _exit(0);
    }
    for (;;)
        kill(pid, SIGWINCH);
}

static void waiting(void)
{
    for (;;) {
        pid_t pid = fork();

        if (pid == 0) {
            usleep(1000);
            _exit(0);
        }
        while (waitpid(-1, NULL, WNOHANG) == 0)
            ;
    }
}

static void (*const doing[])(void) = { forking, executing, signalling, waiting };
static const char *const names[] = { "forks", "executes itself", "signals", "waits" };

static void end_by_windows(uint32_t winpid)
{
    HANDLE h = OpenProcess(PROCESS_TERMINATE, FALSE, winpid);

    if (h) {
        TerminateProcess(h, 137);
        CloseHandle(h);
    }
}

/* One that is killed at a random moment. */
static bool one(int i)
{
    unsigned what = soak_random() % 4, delay = soak_random() % 60000;
    bool by_windows = soak_random() % 2;
    pid_t pid, r;
    int st;

    shared->winpid[0] = 0;
    pid = fork();
    if (pid == 0) {
        shared->winpid[0] = GetCurrentProcessId();
        doing[what]();
    }
    if (pid < 0) {
        test_note("%d: fork: %s", i, strerror(errno));
        return false;
    }
    usleep(delay);
    if (by_windows && what != 1) /* who executes himself is another one by now */
        end_by_windows(shared->winpid[0]);
    else
        kill(pid, SIGKILL);
    if (by_windows && !shared->winpid[0])
        kill(pid, SIGKILL);
    r = waitpid(pid, &st, 0);
    if (r == pid && WIFSIGNALED(st) && WTERMSIG(st) == SIGKILL)
        return true;
    test_note("%d: a process that %s, ended %s after %u us: pid %d, status %#x", i, names[what],
              by_windows ? "by Windows" : "by SIGKILL", delay, (int)r, st);
    return false;
}

/* The shell command that a survivor would be asked for. */
static int works(void)
{
    int p[2], st;
    char c = 0;
    pid_t pid;

    if (pipe(p) < 0 || (pid = fork()) < 0)
        return 0;
    if (pid == 0)
        _exit(write(p[1], "x", 1) == 1 ? 5 : 1);
    close(p[1]);
    st = read(p[0], &c, 1) == 1 ? 0 : -1;
    close(p[0]);
    return st == 0 && waitpid(pid, &st, 0) == pid && WIFEXITED(st) && WEXITSTATUS(st) == 5 && c == 'x';
}

int main(int argc, char **argv)
{
    int n, bad = 0, st;
    int before;

    self_name = argv[0];
    if (argc > 1 && !strcmp(argv[1], "--exec"))
        executing();
    n = argument(argc, argv, 1, 24);
    shared = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    test("%d processes are ended at random moments", n);
    for (int i = 0; i < 4; i++)
        bad += !one(-1 - i);
    CHECK(works());
    before = handles();
    for (int i = 0; i < n; i++) {
        bad += !one(i);
        if (i % 50 == 49)
            test_note("%d, %d handles", i + 1, handles());
    }
    CHECK_EQ(0, bad);

    test("who survived goes on working, with as many handles as before");
    for (int i = 0; i < 5; i++)
        CHECK(works());
    int after = handles();
    for (int i = 0; i < 100 && after > before; i++) {
        usleep(10000);
        after = handles();
    }
    CHECK(after <= before + 2);
    if (after > before)
        test_note("%d handles, then %d", before, after);
    CHECK_ERR(ECHILD, waitpid(-1, &st, WNOHANG));
    return test_done();
}
