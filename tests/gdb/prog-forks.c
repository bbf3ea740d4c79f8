/* SPDX-License-Identifier: BSD-2-Clause */
/* For a debugger that follows forks: two children and a grandchild go through work(). */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile int total;

__attribute__((noinline)) static int work(int who)
{
    total += who;
    return total;
}

int main(void)
{
    int status, sum = 0;

    if (fork() == 0) {
        if (fork() == 0)
            _exit(work(4));
        wait(&status);
        _exit(work(1) + WEXITSTATUS(status));
    }
    wait(&status);
    sum += WEXITSTATUS(status);
    if (fork() == 0)
        _exit(work(2));
    wait(&status);
    sum += WEXITSTATUS(status);
    return work(sum);
}
