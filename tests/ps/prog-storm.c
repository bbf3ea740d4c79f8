/* SPDX-License-Identifier: BSD-2-Clause */
/* A group of processes for the process table: storm FORKERS SECONDS | crowd NUMBER, with the file
 * `ready` holding the group when all are there. The crowd waits for its end. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void say_ready(void)
{
    FILE *f = fopen("ready.new", "w");

    if (!f)
        exit(1);
    fprintf(f, "%d\n", (int)getpgrp());
    fclose(f);
    rename("ready.new", "ready");
}

/* Children and grandchildren that end at once. */
static void forks(time_t end)
{
    while (time(NULL) < end) {
        pid_t pid = fork();

        if (pid == 0) {
            if ((pid = fork()) == 0)
                _exit(0);
            waitpid(pid, NULL, 0);
            _exit(0);
        }
        waitpid(pid, NULL, 0);
    }
    _exit(0);
}

int main(int argc, char **argv)
{
    int n = argc > 2 ? atoi(argv[2]) : 0;
    time_t end = time(NULL) + (argc > 3 ? atoi(argv[3]) : 0);

    if (n < 1)
        return 2;
    setpgid(0, 0);
    for (int i = 0; i < n; i++) {
        pid_t pid = fork();

        if (pid == 0 && !strcmp(argv[1], "storm"))
            forks(end);
        if (pid == 0)
            for (;;)
                pause();
        if (pid < 0)
            return 1;
    }
    say_ready();
    while (wait(NULL) > 0)
        ;
    return 0;
}
