/* SPDX-License-Identifier: BSD-2-Clause */
/* dup, dup2, fcntl(F_DUPFD, F_GETFD, F_SETFD, F_GETFL): what descriptors share. */
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"

int main(void)
{
    char c;
    int st;

    test("duplicates share the offset");
    int fd = open("f", O_RDWR | O_CREAT, 0644);
    CHECK(write(fd, "abcdef", 6) == 6);
    int d = dup(fd);
    CHECK(d > fd);
    CHECK_EQ(2, lseek(fd, 2, SEEK_SET));
    CHECK(read(d, &c, 1) == 1 && c == 'c');
    CHECK_EQ(3, lseek(fd, 0, SEEK_CUR));

    test("closing one leaves the other");
    close(fd);
    CHECK(read(d, &c, 1) == 1 && c == 'd');

    test("dup2: to a wanted number, over an open one, onto itself");
    CHECK_EQ(20, dup2(d, 20));
    CHECK(read(20, &c, 1) == 1 && c == 'e');
    int other = open("f", O_RDONLY);
    CHECK_EQ(20, dup2(other, 20));
    CHECK(read(20, &c, 1) == 1 && c == 'a');
    CHECK_EQ(20, dup2(20, 20));
    CHECK_ERR(EBADF, dup2(77, 77));
    CHECK_ERR(EBADF, dup2(77, 3));
    CHECK_ERR(EBADF, dup2(d, -1));
    CHECK_ERR(EBADF, dup(77));

    test("F_DUPFD takes the lowest from there on");
    CHECK_EQ(30, fcntl(d, F_DUPFD, 30));
    CHECK_EQ(31, fcntl(d, F_DUPFD, 30));
    close(30);
    close(31);

    test("FD_CLOEXEC belongs to the descriptor, not to what it refers to");
    CHECK_EQ(0, fcntl(d, F_GETFD));
    CHECK_EQ(0, fcntl(d, F_SETFD, FD_CLOEXEC));
    CHECK_EQ(FD_CLOEXEC, fcntl(d, F_GETFD));
    int e = dup(d);
    CHECK_EQ(0, fcntl(e, F_GETFD));
    int x = fcntl(d, F_DUPFD_CLOEXEC, 0);
    CHECK_EQ(FD_CLOEXEC, fcntl(x, F_GETFD));

    test("F_GETFL tells the access mode");
    CHECK_EQ(O_RDWR, fcntl(d, F_GETFL) & O_ACCMODE);
    CHECK_EQ(O_RDONLY, fcntl(20, F_GETFL) & O_ACCMODE);

    test("parent and child share an offset");
    CHECK_EQ(0, lseek(d, 0, SEEK_SET));
    pid_t pid = fork();
    if (pid == 0)
        _exit(lseek(d, 4, SEEK_SET) == 4 ? 0 : 1);
    CHECK(waitpid(pid, &st, 0) == pid && WIFEXITED(st) && WEXITSTATUS(st) == 0);
    CHECK_EQ(4, lseek(d, 0, SEEK_CUR));
    return test_done();
}
