/* SPDX-License-Identifier: BSD-2-Clause */
/* The environment inside of a process, and how fork hands it on. */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"

extern char **environ;

int main(void)
{
    int st;

    test("PATH is there and has no backslashes");
    const char *path = getenv("PATH");
    CHECK(path && *path && !strchr(path, '\\'));

    test("setenv, overwrite, unsetenv");
    CHECK(setenv("IST_A", "1", 1) == 0);
    CHECK_STR("1", getenv("IST_A"));
    CHECK(setenv("IST_A", "2", 0) == 0);
    CHECK_STR("1", getenv("IST_A"));
    CHECK(setenv("IST_A", "2", 1) == 0);
    CHECK_STR("2", getenv("IST_A"));
    CHECK(unsetenv("IST_A") == 0);
    CHECK(getenv("IST_A") == NULL);

    test("names are case-sensitive");
    CHECK(setenv("ist_b", "low", 1) == 0);
    CHECK(setenv("IST_B", "high", 1) == 0);
    CHECK_STR("low", getenv("ist_b"));
    CHECK_STR("high", getenv("IST_B"));

    test("bad names: EINVAL");
    CHECK_ERR(EINVAL, setenv("", "x", 1));
    CHECK_ERR(EINVAL, setenv("a=b", "x", 1));

    test("a forked child has it all");
    pid_t pid = fork();
    if (pid == 0)
        _exit(getenv("IST_B") && strcmp(getenv("IST_B"), "high") == 0 ? 0 : 1);
    CHECK_EQ(pid, waitpid(pid, &st, 0));
    CHECK(WIFEXITED(st) && WEXITSTATUS(st) == 0);

    test("environ may be replaced");
    static char *mine[] = { "ONLY=me", NULL };
    environ = mine;
    CHECK_STR("me", getenv("ONLY"));
    CHECK(getenv("IST_B") == NULL);
    return test_done();
}
