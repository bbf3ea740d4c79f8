/* SPDX-License-Identifier: BSD-2-Clause */
/* fork: what a child has in common with its parent, and what not. */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"

static int data = 11;           /* .data */
static int bss;                 /* .bss */
static const char *const_ptr = "text";

static int exit_of(pid_t pid)
{
    int st;

    if (waitpid(pid, &st, 0) != pid || !WIFEXITED(st))
        return -1;
    return WEXITSTATUS(st);
}

static void memory_is_copied(void)
{
    char *heap = malloc(100000);
    int stack = 33;
    pid_t pid;

    test("the child sees data, bss, heap and stack of the parent");
    data = 22;
    bss = 44;
    memset(heap, 'x', 100000);
    pid = fork();
    if (pid == 0) {
        bool ok = data == 22 && bss == 44 && stack == 33 && heap[0] == 'x' && heap[99999] == 'x' &&
                  strcmp(const_ptr, "text") == 0;
        _exit(ok ? 0 : 1);
    }
    CHECK(pid > 0);
    CHECK_EQ(0, exit_of(pid));

    test("what the child writes, the parent does not see");
    pid = fork();
    if (pid == 0) {
        data = 1;
        bss = 2;
        stack = 3;
        memset(heap, 'y', 100000);
        _exit(0);
    }
    CHECK_EQ(0, exit_of(pid));
    CHECK(data == 22 && bss == 44 && stack == 33);
    CHECK(heap[0] == 'x' && heap[50000] == 'x' && heap[99999] == 'x');

    test("what the parent writes after the fork, the child does not see");
    int go[2];
    CHECK(pipe(go) == 0);
    pid = fork();
    if (pid == 0) {
        char c;
        if (read(go[0], &c, 1) != 1)
            _exit(9);
        _exit(data == 22 && heap[70000] == 'x' ? 0 : 1);
    }
    data = 55;
    heap[70000] = 'z';
    CHECK(write(go[1], "g", 1) == 1);
    CHECK_EQ(0, exit_of(pid));
    close(go[0]);
    close(go[1]);
    free(heap);
}

static void ids(void)
{
    pid_t me = getpid(), pid;
    int p[2];
    pid_t told[2] = { 0, 0 };

    test("pids: the child's own, its parent's, and what fork returned");
    CHECK(pipe(p) == 0);
    pid = fork();
    if (pid == 0) {
        pid_t two[2] = { getpid(), getppid() };
        _exit(write(p[1], two, sizeof(two)) == (ssize_t)sizeof(two) ? 0 : 1);
    }
    CHECK(pid > 0 && pid != me);
    CHECK(read(p[0], told, sizeof(told)) == (ssize_t)sizeof(told));
    CHECK_EQ(pid, told[0]);
    CHECK_EQ(me, told[1]);
    CHECK_EQ(0, exit_of(pid));
    CHECK_EQ(me, getpid());
    close(p[0]);
    close(p[1]);
}

static int depth(int n)
{
    pid_t pid;

    if (n == 0)
        return 0;
    pid = fork();
    if (pid < 0)
        return 100;
    if (pid == 0)
        _exit(depth(n - 1));
    int r = exit_of(pid);
    return r < 0 ? 99 : r + 1;
}

static int deep_stack(int n)
{
    volatile char page[4096];

    page[0] = (char)n;
    if (n > 0)
        return deep_stack(n - 1) + (page[0] != (char)n);
    pid_t pid = fork();
    if (pid == 0)
        return 0;               /* the child returns through all frames of the parent */
    return exit_of(pid) == 7 ? 0 : 1000;
}

int main(void)
{
    memory_is_copied();
    ids();

    test("a child of a child of a child: ten deep");
    CHECK_EQ(10, depth(10));

    test("fork deep in the stack: the child returns through its parent's frames");
    pid_t me = getpid();
    int r = deep_stack(60);
    if (getpid() != me)
        _exit(r == 0 ? 7 : 8);
    CHECK_EQ(0, r);

    test("forks one after the other, each seeing the last state");
    for (int i = 0; i < 20; i++) {
        bss = i;
        pid_t pid = fork();
        if (pid == 0)
            _exit(bss);
        CHECK_EQ(i, exit_of(pid));
    }

    test("five children at once");
    pid_t kids[5];
    for (int i = 0; i < 5; i++) {
        kids[i] = fork();
        if (kids[i] == 0)
            _exit(i + 40);
    }
    for (int i = 4; i >= 0; i--)
        CHECK_EQ(i + 40, exit_of(kids[i]));
    return test_done();
}
