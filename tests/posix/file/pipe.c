/* SPDX-License-Identifier: BSD-2-Clause */
/* Pipes: data between processes, end of file, EPIPE, O_NONBLOCK, order and amounts. */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"

static int status_of(pid_t pid)
{
    int st;

    return waitpid(pid, &st, 0) == pid && WIFEXITED(st) ? WEXITSTATUS(st) : -1;
}

static void one_process(void)
{
    char buf[20];
    int p[2];

    test("what is written can be read, in parts");
    CHECK_EQ(0, pipe(p));
    CHECK_EQ(6, write(p[1], "abcdef", 6));
    CHECK_EQ(4, read(p[0], buf, 4));
    CHECK(memcmp(buf, "abcd", 4) == 0);
    CHECK_EQ(2, read(p[0], buf, 20));

    test("lseek on a pipe fails with ESPIPE");
    CHECK_ERR(ESPIPE, lseek(p[0], 0, SEEK_SET));

    test("wrong end: EBADF");
    CHECK_ERR(EBADF, write(p[0], "x", 1));
    CHECK_ERR(EBADF, read(p[1], buf, 1));

    test("O_NONBLOCK: an empty pipe is EAGAIN, a full one too");
    CHECK_EQ(0, fcntl(p[0], F_SETFL, O_NONBLOCK));
    CHECK_ERR(EAGAIN, read(p[0], buf, 1));
    CHECK_EQ(0, fcntl(p[1], F_SETFL, O_NONBLOCK));
    char page[4096] = { 0 };
    int pages = 0;
    while (pages < 1000 && write(p[1], page, sizeof(page)) == (ssize_t)sizeof(page))
        pages++;
    CHECK_EQ(EAGAIN, errno);
    CHECK(pages >= 1 && pages < 1000);

    test("writer closed: the rest, then end of file");
    CHECK_EQ(0, close(p[1]));
    long long sum = 0;
    ssize_t n;
    while ((n = read(p[0], page, sizeof(page))) > 0)
        sum += n;
    CHECK_EQ(0, n);
    CHECK(sum >= pages * 4096LL);
    CHECK_EQ(0, read(p[0], buf, 1));
    close(p[0]);

    test("reader closed: EPIPE, or SIGPIPE");
    CHECK_EQ(0, pipe(p));
    close(p[0]);
    signal(SIGPIPE, SIG_IGN);
    CHECK_ERR(EPIPE, write(p[1], "x", 1));
    signal(SIGPIPE, SIG_DFL);
    pid_t pid = fork();
    int st;
    if (pid == 0)
        _exit(write(p[1], "x", 1) == -1 ? 1 : 2);
    CHECK_EQ(pid, waitpid(pid, &st, 0));
    CHECK(WIFSIGNALED(st) && WTERMSIG(st) == SIGPIPE);
    close(p[1]);
}

static void two_processes(void)
{
    enum { TOTAL = 1 << 20 };
    int p[2], q[2];
    char buf[1000];

    test("a megabyte through a pipe, in order");
    CHECK_EQ(0, pipe(p));
    pid_t pid = fork();
    if (pid == 0) {
        unsigned char chunk[777];
        int pos = 0;
        close(p[0]);
        while (pos < TOTAL) {
            int n = TOTAL - pos < 777 ? TOTAL - pos : 777;
            for (int i = 0; i < n; i++)
                chunk[i] = (unsigned char)((pos + i) * 31 >> 3);
            for (int done = 0; done < n;) {
                ssize_t w = write(p[1], chunk + done, (size_t)(n - done));
                if (w <= 0)
                    _exit(1);
                done += (int)w;
            }
            pos += n;
        }
        _exit(0);
    }
    close(p[1]);
    int pos = 0, wrong = 0;
    ssize_t n;
    while ((n = read(p[0], buf, sizeof(buf))) > 0)
        for (ssize_t i = 0; i < n; i++, pos++)
            wrong += (unsigned char)buf[i] != (unsigned char)(pos * 31 >> 3);
    CHECK_EQ(TOTAL, pos);
    CHECK_EQ(0, wrong);
    CHECK_EQ(0, status_of(pid));
    close(p[0]);

    test("end of file comes only when the last writer has closed");
    CHECK_EQ(0, pipe(p));
    CHECK_EQ(0, pipe(q));
    pid = fork();
    if (pid == 0) {
        char c;
        close(p[0]);
        close(q[1]);
        if (read(q[0], &c, 1) != 1)
            _exit(1);
        _exit(write(p[1], "late", 4) == 4 ? 0 : 2);
    }
    close(p[1]);
    CHECK_EQ(1, write(q[1], "g", 1));
    CHECK_EQ(4, read(p[0], buf, 4));
    CHECK_EQ(0, read(p[0], buf, 4));
    CHECK_EQ(0, status_of(pid));
    close(p[0]);
    close(q[0]);
    close(q[1]);

    test("ping-pong: 200 times there and back");
    CHECK_EQ(0, pipe(p));
    CHECK_EQ(0, pipe(q));
    pid = fork();
    if (pid == 0) {
        char c;
        for (int i = 0; i < 200; i++)
            if (read(p[0], &c, 1) != 1 || c != (char)i || write(q[1], &c, 1) != 1)
                _exit(1);
        _exit(0);
    }
    int ok = 0;
    for (int i = 0; i < 200; i++) {
        char c = (char)i, back = 0;
        ok += write(p[1], &c, 1) == 1 && read(q[0], &back, 1) == 1 && back == c;
    }
    CHECK_EQ(200, ok);
    CHECK_EQ(0, status_of(pid));
}

int main(void)
{
    one_process();
    two_processes();
    return test_done();
}
