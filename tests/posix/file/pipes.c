/* SPDX-License-Identifier: BSD-2-Clause */
/* Pipes and descriptors. */
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"

static volatile sig_atomic_t got;

static void count(int sig)
{
    got++;
}

static void test_pipe(void)
{
    char buf[100];
    struct stat a, b;
    int p[2], n;

    test("what goes in comes out, and then the end");
    CHECK(pipe(p) == 0);
    CHECK_EQ(5, write(p[1], "hello", 5));
    CHECK(ioctl(p[0], FIONREAD, &n) == 0);
    CHECK_EQ(5, n);
    CHECK_EQ(2, read(p[0], buf, 2));
    CHECK_EQ(3, read(p[0], buf, sizeof(buf)));
    CHECK(memcmp(buf, "llo", 3) == 0);
    test("a pipe has two ends, an inode, no offset");
    CHECK(fstat(p[0], &a) == 0 && fstat(p[1], &b) == 0);
    CHECK(S_ISFIFO(a.st_mode));
    CHECK_EQ(a.st_ino, b.st_ino);
    CHECK_ERR(ESPIPE, lseek(p[0], 0, SEEK_SET));
    CHECK_ERR(ESPIPE, pread(p[0], buf, 1, 0));
    CHECK_ERR(EBADF, write(p[0], buf, 1));
    CHECK_ERR(EBADF, read(p[1], buf, 1));
    CHECK_EQ(0, write(p[1], buf, 0));
    close(p[1]);
    CHECK_EQ(0, read(p[0], buf, sizeof(buf)));
    close(p[0]);
    test("EPIPE and SIGPIPE");
    CHECK(pipe(p) == 0);
    signal(SIGPIPE, count);
    close(p[0]);
    got = 0;
    CHECK_ERR(EPIPE, write(p[1], "x", 1));
    CHECK_EQ(1, got);
    signal(SIGPIPE, SIG_IGN);
    CHECK_ERR(EPIPE, write(p[1], "x", 1));
    close(p[1]);
}

static void test_nonblock(void)
{
    static char big[65536];
    char buf[100];
    int p[2], n = 0;

    test("O_NONBLOCK: EAGAIN on an empty pipe");
    CHECK(pipe2(p, O_NONBLOCK) == 0);
    CHECK_ERR(EAGAIN, read(p[0], buf, 1));
    CHECK_EQ(O_NONBLOCK, fcntl(p[0], F_GETFL) & O_NONBLOCK);
    test("and on a full one, which had room for some pages");
    while (write(p[1], big, PIPE_BUF) == PIPE_BUF)
        n++;
    CHECK_EQ(EAGAIN, errno);
    CHECK(n >= 4);
    test("nothing of a small write is taken when it does not fit");
    CHECK_EQ(100, read(p[0], buf, 100));
    CHECK_ERR(EAGAIN, write(p[1], big, PIPE_BUF));
    test("a large write takes what fits");
    CHECK_EQ(PIPE_BUF, read(p[0], big, PIPE_BUF));
    n = (int)write(p[1], big, sizeof(big));
    CHECK(n > 0 && n < (int)sizeof(big));
    test("back to waiting");
    CHECK(fcntl(p[0], F_SETFL, 0) == 0);
    CHECK(read(p[0], big, sizeof(big)) > 0);
    close(p[0]);
    close(p[1]);
}

static void test_processes(void)
{
    static char chunk[100000];
    char buf[4096];
    long sum = 0;
    int p[2], n, status, pid;

    test("a megabyte through a pipe to another process, in order");
    CHECK(pipe(p) == 0);
    if ((pid = fork()) == 0) {
        close(p[0]);
        for (int i = 0; i < 10; i++) {
            for (size_t k = 0; k < sizeof(chunk); k++)
                chunk[k] = (char)(i * 7 + k);
            if (write(p[1], chunk, sizeof(chunk)) != (ssize_t)sizeof(chunk))
                _exit(1);
        }
        _exit(0);
    }
    close(p[1]);
    while ((n = (int)read(p[0], buf, sizeof(buf))) > 0)
        for (int k = 0; k < n; k++, sum++)
            if (buf[k] != (char)(sum / 100000 * 7 + sum % 100000))
                n = -1;
    CHECK_EQ(0, n);
    CHECK_EQ(1000000, sum);
    CHECK(waitpid(pid, &status, 0) == pid && status == 0);
    close(p[0]);

    test("a signal ends a read: EINTR without SA_RESTART");
    CHECK(pipe(p) == 0);
    struct sigaction sa = { .sa_handler = count };
    sigaction(SIGUSR1, &sa, NULL);
    got = 0;
    if ((pid = fork()) == 0) {
        for (int i = 0; i < 50; i++) {
            usleep(50000);
            if (kill(getppid(), SIGUSR1) < 0)
                break;
        }
        _exit(0);
    }
    CHECK_ERR(EINTR, read(p[0], buf, 1));
    CHECK(got > 0);
    kill(pid, SIGKILL);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    test("the end comes only when the last writer is gone");
    if ((pid = fork()) == 0) {
        close(p[0]);
        usleep(100000);
        _exit(write(p[1], "late", 4) != 4);
    }
    close(p[1]);
    CHECK_EQ(4, read(p[0], buf, sizeof(buf)));
    CHECK_EQ(0, read(p[0], buf, sizeof(buf)));
    close(p[0]);
    CHECK(waitpid(pid, &status, 0) == pid && status == 0);
}

static void test_dup(void)
{
    int p[2], q[2], fd;

    test("dup2, dup3, F_DUPFD and their flags");
    CHECK(pipe(p) == 0 && pipe2(q, O_CLOEXEC) == 0);
    CHECK_EQ(0, fcntl(p[0], F_GETFD));
    CHECK_EQ(FD_CLOEXEC, fcntl(q[0], F_GETFD));
    CHECK_EQ(40, dup2(q[1], 40));
    CHECK_EQ(0, fcntl(40, F_GETFD));
    CHECK_EQ(40, dup2(40, 40));
    CHECK_EQ(41, dup3(p[1], 41, O_CLOEXEC));
    CHECK_EQ(FD_CLOEXEC, fcntl(41, F_GETFD));
    CHECK_ERR(EINVAL, dup3(41, 41, 0));
    CHECK_ERR(EBADF, dup2(99, 42));
    CHECK_ERR(EBADF, dup2(p[0], -1));
    CHECK_ERR(EBADF, dup(-1));
    CHECK_EQ(50, fd = fcntl(p[0], F_DUPFD, 50));
    CHECK_EQ(51, fcntl(p[0], F_DUPFD_CLOEXEC, 50));
    CHECK_EQ(FD_CLOEXEC, fcntl(51, F_GETFD));
    CHECK(fcntl(51, F_SETFD, 0) == 0);
    CHECK_EQ(0, fcntl(51, F_GETFD));
    CHECK_ERR(EINVAL, fcntl(p[0], F_DUPFD, -1));
    CHECK_ERR(EBADF, fcntl(77, F_GETFL));
    CHECK_ERR(EINVAL, fcntl(p[0], 12345));
    test("many descriptors");
    for (fd = 100; fd < 400; fd++)
        if (dup2(p[0], fd) != fd)
            break;
    CHECK_EQ(400, fd);
    for (fd = 0; fd < 512; fd++)
        if (fd > 2)
            close(fd);
    CHECK_EQ(3, open("/dev/null", O_RDWR));
    close(3);
}

static void test_limit(void)
{
    struct rlimit old, few;
    int fd, n = 0;

    test("EMFILE at the limit of descriptors");
    CHECK(getrlimit(RLIMIT_NOFILE, &old) == 0);
    few = old;
    few.rlim_cur = 20;
    CHECK(setrlimit(RLIMIT_NOFILE, &few) == 0);
    while ((fd = open("/dev/null", O_RDONLY)) >= 0)
        n = fd;
    CHECK_EQ(EMFILE, errno);
    CHECK_EQ(19, n);
    CHECK_ERR(EMFILE, dup(0));
    CHECK_ERR(EBADF, dup2(0, 20));
    CHECK_ERR(EINVAL, fcntl(0, F_DUPFD, 20));
    CHECK_ERR(EMFILE, pipe((int[2]){ 0 }));
    for (fd = 3; fd < 20; fd++)
        close(fd);
    CHECK(setrlimit(RLIMIT_NOFILE, &old) == 0);
}

int main(void)
{
    test_pipe();
    test_nonblock();
    test_processes();
    test_dup();
    test_limit();
    return test_done();
}
