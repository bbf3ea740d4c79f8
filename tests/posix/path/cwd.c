/* SPDX-License-Identifier: BSD-2-Clause */
/* The working directory. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"

static char start[4096];

/* Where we are, below where we began. */
static const char *below(void)
{
    static char now[4096];

    if (!getcwd(now, sizeof now) || strncmp(now, start, strlen(start)))
        return "elsewhere";
    return now + strlen(start);
}

static void changing(void)
{
    char *s;
    int fd;

    test("chdir and getcwd");
    CHECK(getcwd(start, sizeof start) != NULL);
    CHECK(mkdir("a", 0755) == 0 && mkdir("a/b", 0755) == 0);
    CHECK(symlink("a/b", "l") == 0);
    CHECK(chdir("a") == 0);
    CHECK_STR("/a", below());
    CHECK(chdir("b/") == 0);
    CHECK_STR("/a/b", below());
    CHECK(chdir("..") == 0);
    CHECK_STR("/a", below());
    CHECK(chdir("../l") == 0);
    CHECK_STR("/a/b", below());
    CHECK(chdir(start) == 0);
    CHECK_STR("", below());
    test("chdir fails and stays");
    fd = open("f", O_CREAT | O_WRONLY, 0644);
    CHECK(fd >= 0);
    CHECK_ERR(ENOENT, chdir("none"));
    CHECK_ERR(ENOENT, chdir(""));
    CHECK_ERR(ENOTDIR, chdir("f"));
    CHECK_ERR(ENOTDIR, chdir("f/x"));
    CHECK_ERR(ENOTDIR, fchdir(fd));
    CHECK_STR("", below());
    close(fd);
    CHECK_ERR(EBADF, fchdir(fd));
    test("fchdir");
    fd = open("a/b", O_RDONLY);
    CHECK(fd >= 0);
    CHECK(fchdir(fd) == 0);
    CHECK_STR("/a/b", below());
    close(fd);
    CHECK(chdir("../..") == 0);
    test("getcwd's sizes");
    s = getcwd(NULL, 0);
    CHECK(s && !strcmp(s, start));
    CHECK(!getcwd(s, strlen(start)) && errno == ERANGE);
    CHECK(getcwd(s, strlen(start) + 1) == s);
    CHECK(!getcwd(s, 0) && errno == EINVAL);
    free(s);
}

static void children(void)
{
    int status;
    pid_t pid;

    test("a child has a working directory of its own, which begins as ours");
    CHECK(chdir("a") == 0);
    pid = fork();
    if (!pid)
        _exit(strcmp(below(), "/a") || chdir("b") || strcmp(below(), "/a/b"));
    CHECK(pid > 0 && waitpid(pid, &status, 0) == pid && status == 0);
    CHECK_STR("/a", below());
    CHECK(chdir("..") == 0);
}

int main(void)
{
    changing();
    children();
    return test_done();
}
