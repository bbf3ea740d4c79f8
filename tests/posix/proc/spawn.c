/* SPDX-License-Identifier: BSD-2-Clause */
/* posix_spawn and posix_spawnp: start, file actions, errors; vfork+exec. */
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"

extern char **environ;

static int status_of(pid_t pid)
{
    int st;

    return waitpid(pid, &st, 0) == pid && WIFEXITED(st) ? WEXITSTATUS(st) : -1;
}

int main(int argc, char **argv)
{
    pid_t pid = -1;

    if (argc > 1) {
        if (strcmp(argv[1], "exit") == 0)
            return atoi(argv[2]);
        if (strcmp(argv[1], "say") == 0)
            return write(1, "said\n", 5) == 5 ? 0 : 1;
        return 99;
    }

    test("posix_spawn starts a program, its status arrives");
    char *args[] = { argv[0], "exit", "9", NULL };
    CHECK_EQ(0, posix_spawn(&pid, argv[0], NULL, NULL, args, environ));
    CHECK(pid > 0);
    CHECK_EQ(9, status_of(pid));

    test("file actions: standard output goes to a file");
    posix_spawn_file_actions_t fa;
    CHECK_EQ(0, posix_spawn_file_actions_init(&fa));
    CHECK_EQ(0, posix_spawn_file_actions_addopen(&fa, 1, "out", O_WRONLY | O_CREAT, 0644));
    CHECK_EQ(0, posix_spawn(&pid, argv[0], &fa, NULL, (char *[]){ argv[0], "say", NULL }, environ));
    posix_spawn_file_actions_destroy(&fa);
    CHECK_EQ(0, status_of(pid));
    char buf[10] = "";
    int fd = open("out", O_RDONLY);
    CHECK_EQ(5, read(fd, buf, sizeof(buf)));
    close(fd);
    CHECK_STR("said\n", buf);

    test("a missing program: ENOENT as the result, and no child");
    CHECK_EQ(ENOENT, posix_spawn(&pid, "./nothing", NULL, NULL, args, environ));
    CHECK_ERR(ECHILD, waitpid(-1, NULL, 0));

    test("vfork and exec");
    pid = vfork();
    if (pid == 0) {
        execv(argv[0], args);
        _exit(98);
    }
    CHECK_EQ(9, status_of(pid));
    return test_done();
}
