/* SPDX-License-Identifier: BSD-2-Clause */
/* wait and waitpid: statuses, selection, errors. */
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"

static pid_t child(int status)
{
    pid_t pid = fork();

    if (pid == 0)
        _exit(status);
    return pid;
}

static void statuses(void)
{
    static const int codes[] = { 0, 1, 42, 127, 128, 255 };
    int st;

    test("exit statuses 0 to 255 arrive");
    for (unsigned i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
        pid_t pid = child(codes[i]);
        CHECK_EQ(pid, waitpid(pid, &st, 0));
        CHECK(WIFEXITED(st));
        CHECK_EQ(codes[i], WEXITSTATUS(st));
    }

    test("only the low eight bits of an exit status arrive");
    pid_t pid = child(0x1234);
    CHECK_EQ(pid, waitpid(pid, &st, 0));
    CHECK_EQ(0x34, WEXITSTATUS(st));

    test("exit() runs atexit functions and flushes stdio; _exit() does not");
    int p[2];
    CHECK(pipe(p) == 0);
    pid = fork();
    if (pid == 0) {
        FILE *f = fdopen(p[1], "w");
        fputs("flushed", f);
        exit(3);
    }
    close(p[1]);
    char buf[20] = "";
    CHECK_EQ(7, read(p[0], buf, sizeof(buf)));
    CHECK_STR("flushed", buf);
    CHECK_EQ(pid, waitpid(pid, &st, 0));
    CHECK_EQ(3, WEXITSTATUS(st));
    close(p[0]);

    test("death by a signal is told");
    pid = fork();
    if (pid == 0) {
        kill(getpid(), SIGTERM);
        _exit(1);
    }
    CHECK_EQ(pid, waitpid(pid, &st, 0));
    CHECK(WIFSIGNALED(st));
    CHECK_EQ(SIGTERM, WTERMSIG(st));

    test("abort() is death by SIGABRT");
    pid = fork();
    if (pid == 0)
        abort();
    CHECK_EQ(pid, waitpid(pid, &st, 0));
    CHECK(WIFSIGNALED(st) && WTERMSIG(st) == SIGABRT);
}

static void selection(void)
{
    int st, hold[2];

    test("no child: ECHILD");
    CHECK_ERR(ECHILD, wait(&st));
    CHECK_ERR(ECHILD, waitpid(-1, &st, WNOHANG));
    CHECK_ERR(ECHILD, waitpid(getpid(), &st, 0));

    test("WNOHANG: 0 while the child lives, then its pid, then ECHILD");
    CHECK(pipe(hold) == 0);
    pid_t pid = fork();
    if (pid == 0) {
        char c;
        close(hold[1]);
        _exit(read(hold[0], &c, 1) == 0 ? 5 : 6);
    }
    CHECK_EQ(0, waitpid(pid, &st, WNOHANG));
    CHECK_EQ(0, waitpid(-1, &st, WNOHANG));
    close(hold[1]);
    close(hold[0]);
    CHECK_EQ(pid, waitpid(pid, &st, 0));
    CHECK_EQ(5, WEXITSTATUS(st));
    CHECK_ERR(ECHILD, waitpid(pid, &st, 0));

    test("waiting for one child leaves the other");
    pid_t a = child(1), b = child(2);
    CHECK_EQ(b, waitpid(b, &st, 0));
    CHECK_EQ(2, WEXITSTATUS(st));
    CHECK_EQ(a, wait(&st));
    CHECK_EQ(1, WEXITSTATUS(st));

    test("waitpid(0) waits for children of the own process group");
    a = child(7);
    CHECK_EQ(a, waitpid(0, &st, 0));
    CHECK_EQ(7, WEXITSTATUS(st));

    test("a null status pointer is allowed");
    a = child(0);
    CHECK_EQ(a, waitpid(a, NULL, 0));

    test("unknown options: EINVAL");
    CHECK_ERR(EINVAL, waitpid(-1, &st, 0x4000));
}

int main(void)
{
    statuses();
    selection();
    return test_done();
}
