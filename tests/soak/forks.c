/* SPDX-License-Identifier: BSD-2-Clause */
/* Forks in a row. Argument: how many. */
/* timeout: 600 */
#include <sys/wait.h>

#include "soak/soak.h"
#include "tap.h"

int main(int argc, char **argv)
{
    int n = argument(argc, argv, 1, 60), st, failed = 0;
    int before = 0;
    double begin = clock_now();

    test("%d forks in a row, none fails", n);
    for (int i = 0; i < n; i++) {
        pid_t pid = fork();

        if (pid == 0)
            _exit(i & 0x7f);
        if (pid < 0) {
            failed++;
            test_note("fork %d: %s", i, strerror(errno));
            continue;
        }
        if (waitpid(pid, &st, 0) != pid || !WIFEXITED(st) || WEXITSTATUS(st) != (i & 0x7f)) {
            failed++;
            test_note("child %d ended with status %#x", i, st);
        }
        if (i == 9)
            before = handles();
        if (i % 1000 == 999)
            test_note("%d forks, %.1f ms each, %d handles", i + 1, (clock_now() - begin) / (i + 1) * 1e3,
                      handles());
    }
    CHECK_EQ(0, failed);

    test("no more handles than after the tenth");
    int after = handles();
    for (int i = 0; i < 100 && after > before; i++) { /* the signal thread may be about to close one */
        usleep(10000);
        after = handles();
    }
    CHECK(before > 0 && after <= before);

    test("nobody is left");
    CHECK_ERR(ECHILD, waitpid(-1, &st, WNOHANG));
    return test_done();
}
