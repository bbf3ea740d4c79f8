/* SPDX-License-Identifier: BSD-2-Clause */
/* A write to a full pipe is interrupted by a signal with a handler, and the writer ends at once: what
 * write() said was written arrives, and nothing else. */
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"

static char data[300000];

static void handler(int sig)
{
}

/* Tells on `report` how much of one large write() was taken. */
static void writer(int out, int report)
{
    struct sigaction sa = { .sa_handler = handler };
    long n;

    sigaction(SIGALRM, &sa, NULL);
    alarm(1);
    n = (long)write(out, data, sizeof(data));
    if (write(report, &n, sizeof(n)) != (ssize_t)sizeof(n))
        _exit(2);
    _exit(0);
}

int main(void)
{
    char buf[1000];
    long said = -2, got = 0, bad = 0;
    int p[2], report[2], status;
    ssize_t n;
    pid_t pid;

    for (size_t i = 0; i < sizeof(data); i++)
        data[i] = (char)(i % 251);
    test("a signal ends a write to a full pipe");
    CHECK(pipe(p) == 0 && pipe(report) == 0);
    if ((pid = fork()) == 0) {
        close(p[0]);
        writer(p[1], report[1]);
    }
    close(p[1]);
    CHECK_EQ(sizeof(said), read(report[0], &said, sizeof(said)));
    CHECK(said > 0 && said < (long)sizeof(data));
    test("what was said to be written arrives, though the writer has nothing left to do");
    while ((n = read(p[0], buf, sizeof(buf))) > 0)
        for (ssize_t i = 0; i < n; i++, got++)
            bad += buf[i] != (char)(got % 251);
    CHECK_EQ(said, got);
    CHECK_EQ(0, bad);
    CHECK(waitpid(pid, &status, 0) == pid && status == 0);
    test("a process may end with a full pipe that nobody else has");
    if ((pid = fork()) == 0) {
        if (pipe2(p, O_NONBLOCK) < 0)
            _exit(2);
        while (write(p[1], data, 4096) > 0)
            ;
        _exit(errno != EAGAIN);
    }
    CHECK(waitpid(pid, &status, 0) == pid && status == 0);
    test("closing a full pipe does not wait; what is in it can still be read, then comes the end");
    CHECK(pipe2(p, O_NONBLOCK) == 0);
    for (said = 0; (n = write(p[1], data, 4096)) > 0;)
        said += n;
    CHECK(close(p[1]) == 0);
    CHECK(fcntl(p[0], F_SETFL, 0) == 0);
    for (got = 0; (n = read(p[0], buf, sizeof(buf))) > 0;)
        got += n;
    CHECK_EQ(said, got);
    CHECK_EQ(0, n);
    return test_done();
}
