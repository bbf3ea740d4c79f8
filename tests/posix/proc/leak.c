/* SPDX-License-Identifier: BSD-2-Clause */
/* timeout: 120 */
/* 200 forks in a loop: no descriptor is lost, no child is left, pids are not reused at once. */
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"

int main(void)
{
    int st, bad = 0, reused = 0, before, after;
    pid_t last = -1;

    before = dup(0);
    close(before);
    test("200 times fork, exit, wait");
    for (int i = 0; i < 200; i++) {
        pid_t pid = fork();
        if (pid == 0)
            _exit(i & 0x7f);
        if (pid < 0 || waitpid(pid, &st, 0) != pid || !WIFEXITED(st) ||
            WEXITSTATUS(st) != (i & 0x7f))
            bad++;
        reused += pid == last;
        last = pid;
    }
    CHECK_EQ(0, bad);
    CHECK_EQ(0, reused);

    test("no child is left");
    CHECK_ERR(ECHILD, wait(&st));

    test("no descriptor is lost");
    after = dup(0);
    close(after);
    CHECK_EQ(before, after);
    return test_done();
}
