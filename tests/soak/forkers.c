/* SPDX-License-Identifier: BSD-2-Clause */
/* Processes that fork all the time, at once. Arguments: how many, for how many seconds. */
/* timeout: 600 */
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "soak/soak.h"
#include "tap.h"

static struct shared {
    volatile int forks, failed, wrong, err;
} *shared;

static void forker(double until)
{
    int st;

    while (clock_now() < until) {
        pid_t pid = fork();

        if (pid == 0)
            _exit(42);
        if (pid < 0) {
            __atomic_add_fetch(&shared->failed, 1, __ATOMIC_SEQ_CST);
            shared->err = errno;
            continue;
        }
        if (waitpid(pid, &st, 0) != pid || !WIFEXITED(st) || WEXITSTATUS(st) != 42)
            __atomic_add_fetch(&shared->wrong, 1, __ATOMIC_SEQ_CST);
        __atomic_add_fetch(&shared->forks, 1, __ATOMIC_SEQ_CST);
    }
    _exit(7);
}

int main(int argc, char **argv)
{
    int n = argument(argc, argv, 1, 6), seconds = argument(argc, argv, 2, 3), ended = 0, st;
    double until = clock_now() + seconds;

    shared = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    test("%d processes fork for %d seconds, none fails", n, seconds);
    for (int i = 0; i < n; i++) {
        pid_t pid = fork();

        if (pid == 0)
            forker(until);
        CHECK(pid > 0);
    }
    for (int i = 0; i < n; i++)
        ended += wait(&st) > 0 && WIFEXITED(st) && WEXITSTATUS(st) == 7;
    CHECK_EQ(n, ended);
    CHECK_EQ(0, shared->failed);
    if (shared->failed)
        test_note("the last failed with %s", strerror(shared->err));
    CHECK_EQ(0, shared->wrong);
    CHECK(shared->forks > 0);
    test_note("%d forks", shared->forks);
    return test_done();
}
