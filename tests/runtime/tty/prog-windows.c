/* SPDX-License-Identifier: BSD-2-Clause */
/* A plain Windows program (copy.exe) on a pseudo terminal: output, input, end of file, Ctrl-C. */
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"

static int m;

static bool expect(const char *text)
{
    static char seen[8192];
    static size_t n_seen;
    struct pollfd p = { m, POLLIN, 0 };
    ssize_t n;
    char *at;

    seen[n_seen] = 0;
    while (!(at = strstr(seen, text))) {
        if (n_seen > 4000 || poll(&p, 1, 20000) <= 0 || (n = read(m, seen + n_seen, 4000)) <= 0) {
            test_note("wanted [%s], seen [%s]", text, seen);
            return false;
        }
        n_seen += (size_t)n;
        seen[n_seen] = 0;
    }
    at += strlen(text);
    n_seen -= (size_t)(at - seen);
    memmove(seen, at, n_seen + 1);
    return true;
}

static int start(const char *program)
{
    int pid = forkpty(&m, NULL, NULL, NULL);

    if (pid == 0) {
        execl(program, program, NULL);
        _exit(126);
    }
    return pid;
}

int main(void)
{
    static const char program[] = "./copy.exe";
    int pid, status;

    test("what it writes arrives, what is typed reaches it");
    pid = start(program);
    CHECK(expect("in 3 out 3\r\n"));
    CHECK(write(m, "typed\r", 6) == 6);
    CHECK(expect("typed\r\nTYPED\r\n"));
    test("VEOF is the end of its input, and its status is ours");
    CHECK(write(m, "\004", 1) == 1);
    CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 6);
    close(m);
    test("Ctrl-C ends it");
    pid = start(program);
    CHECK(expect("in 3 out 3\r\n"));
    CHECK(write(m, "\003", 1) == 1);
    CHECK(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) && WTERMSIG(status) == SIGINT);
    close(m);
    return test_done();
}
