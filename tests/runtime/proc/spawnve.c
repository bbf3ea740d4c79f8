/* SPDX-License-Identifier: BSD-2-Clause */
/* The spawn functions of <process.h>. */
#include <errno.h>
#include <process.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"

int main(int argc, char **argv)
{
    char *env[] = { (char *)"ONLY=this", NULL };
    int st;

    if (argc == 2 && !strcmp(argv[1], "env"))
        return environ[0] && !strcmp(environ[0], "ONLY=this") && !environ[1] ? 5 : 1;
    if (argc == 3)
        return !strcmp(argv[2], "with \"quotes\" and \\") ? 7 : 1;

    test("spawnl waits and gives the status");
    intptr_t r = spawnl(_P_WAIT, argv[0], argv[0], "x", "with \"quotes\" and \\", NULL);
    CHECK(WIFEXITED(r) && WEXITSTATUS(r) == 7);

    test("spawnle with an environment, not waiting");
    r = spawnle(_P_NOWAIT, argv[0], argv[0], "env", NULL, env);
    CHECK(r > 0 && waitpid((pid_t)r, &st, 0) == r && WEXITSTATUS(st) == 5);

    test("errors");
    CHECK_ERR(ENOENT, (int)spawnl(_P_NOWAIT, "/no/such", "x", NULL));
    CHECK_ERR(EINVAL, (int)spawnl(77, argv[0], "x", NULL));
    return test_done();
}
