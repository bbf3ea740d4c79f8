/* SPDX-License-Identifier: BSD-2-Clause */
/* Process, group and session ids; user ids; umask. */
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"

int main(void)
{
    int st;

    test("user and group ids are consistent");
    CHECK_EQ(getuid(), geteuid());
    CHECK_EQ(getgid(), getegid());

    test("a child is in its parent's process group and session");
    pid_t grp = getpgrp(), sid = getsid(0), pid;
    CHECK(grp > 0 && sid > 0);
    pid = fork();
    if (pid == 0)
        _exit(getpgrp() == grp && getsid(0) == sid ? 0 : 1);
    CHECK(waitpid(pid, &st, 0) == pid && WIFEXITED(st) && WEXITSTATUS(st) == 0);

    test("setpgid(0, 0) makes a group, setsid a session");
    pid = fork();
    if (pid == 0) {
        if (setpgid(0, 0) != 0 || getpgrp() != getpid())
            _exit(1);
        if (setsid() != -1 || errno != EPERM)   /* a group leader may not */
            _exit(2);
        pid_t kid = fork();
        if (kid == 0)
            _exit(setsid() == getpid() && getsid(0) == getpid() && getpgrp() == getpid() ? 0 : 3);
        _exit(waitpid(kid, &st, 0) == kid && WIFEXITED(st) ? WEXITSTATUS(st) : 4);
    }
    CHECK(waitpid(pid, &st, 0) == pid && WIFEXITED(st));
    CHECK_EQ(0, WEXITSTATUS(st));

    test("kill(pid, 0) tells whether a process is there");
    pid = fork();
    if (pid == 0)
        _exit(0);
    CHECK_EQ(0, kill(getpid(), 0));
    CHECK_EQ(pid, waitpid(pid, &st, 0));
    CHECK_ERR(ESRCH, kill(pid, 0));

    test("umask returns the old mask");
    umask(022);
    CHECK_EQ(022, umask(077));
    CHECK_EQ(077, umask(022));
    return test_done();
}
