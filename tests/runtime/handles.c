/* SPDX-License-Identifier: BSD-2-Clause */
/* timeout: 180 */
/* 200 forks, 100 spawns, pipes and files: the number of handles of the process does not grow. */
#include <windows.h>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "handles.h"
#include "tap.h"

extern char **environ;

static int forks(int count)
{
    int st, bad = 0;

    for (int i = 0; i < count; i++) {
        pid_t pid = fork();
        if (pid == 0)
            _exit(5);
        bad += pid < 0 || waitpid(pid, &st, 0) != pid || !WIFEXITED(st) || WEXITSTATUS(st) != 5;
    }
    return bad;
}

int main(int argc, char **argv)
{
    int st;

    if (argc > 1)
        return 6;

    test("200 forks");
    CHECK(handles() > 0);
    CHECK_EQ(0, forks(5));
    int before = handles();
    CHECK_EQ(0, forks(200));
    int after = handles();
    test_note("%d handles before, %d after", before, after);
    CHECK(after <= before + 2);

    test("50 spawns");
    before = handles();
    for (int i = 0; i < 50; i++) {
        pid_t pid;
        char *args[] = { argv[0], "x", NULL };
        CHECK_EQ(0, posix_spawn(&pid, argv[0], NULL, NULL, args, environ));
        CHECK(waitpid(pid, &st, 0) == pid && WIFEXITED(st) && WEXITSTATUS(st) == 6);
    }
    after = handles();
    test_note("%d handles before, %d after", before, after);
    CHECK(after <= before + 2);

    test("files, pipes, duplicates");
    before = handles();
    for (int i = 0; i < 100; i++) {
        int p[2], fd = open("f", O_RDWR | O_CREAT, 0644);
        CHECK(fd >= 0 && pipe(p) == 0);
        int d = dup(p[0]);
        close(d);
        close(p[0]);
        close(p[1]);
        close(fd);
    }
    after = handles();
    test_note("%d handles before, %d after", before, after);
    CHECK(after <= before + 2);
    return test_done();
}
