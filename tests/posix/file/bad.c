/* SPDX-License-Identifier: BSD-2-Clause */
/* Bad input to calls on files, pipes, FIFOs and terminals: what comes of it is what Linux says.
 * compare: stdout
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <termios.h>
#include <unistd.h>

#include "../bad.h"
#include "tap.h"

enum { CLOSED = 99 };
static char buf[64];
static struct stat st;
static struct iovec many[IOV_MAX + 1];

static void closed(int fd)
{
    struct termios t;
    int n;

    BAD(read(fd, buf, 1));
    BAD(write(fd, buf, 1));
    BAD(read(fd, buf, 0));
    BAD(write(fd, buf, 0));
    BAD(pread(fd, buf, 1, 0));
    BAD(pwrite(fd, buf, 1, 0));
    BAD(readv(fd, many, 1));
    BAD(writev(fd, many, 1));
    BAD(lseek(fd, 0, SEEK_SET));
    BAD(fstat(fd, &st));
    BAD(ftruncate(fd, 0));
    BAD(fsync(fd));
    BAD(dup(fd));
    BAD(dup2(fd, 5));
    BAD(dup3(fd, 5, 0));
    BAD(fcntl(fd, F_GETFL));
    BAD(fcntl(fd, F_GETFD));
    BAD(fcntl(fd, F_DUPFD, 0));
    BAD(fcntl(fd, 12345));
    BAD(ioctl(fd, FIONREAD, &n));
    BAD(isatty(fd));
    BAD(tcgetattr(fd, &t));
    BAD(close(fd));
}

static void pipes(void)
{
    struct iovec two[2] = { { buf, SIZE_MAX }, { buf, SIZE_MAX } };
    int p[2], n = 0;

    test("pipes");
    BAD(pipe2(p, 12345));
    CHECK(pipe(p) == 0);
    BAD(write(p[0], "x", 1));
    BAD(read(p[1], buf, 1));
    BAD(write(p[0], "", 0));
    BAD(read(p[1], buf, 0));
    BAD(write(p[1], "", 0));
    BAD(read(p[0], buf, 0));
    BAD(lseek(p[0], 0, SEEK_SET));
    BAD(lseek(p[0], 0, 12345));
    BAD(pread(p[0], buf, 1, 0));
    BAD(pwrite(p[1], buf, 1, 0));
    BAD(pread(p[0], buf, 1, -1));
    BAD(ftruncate(p[1], 0));
    BAD(ftruncate(p[1], -1));
    BAD(fsync(p[1]));
    BAD(readv(p[0], many, -1));
    BAD(readv(p[0], many, IOV_MAX + 1));
    BAD(readv(p[0], many, 0));
    BAD(writev(p[1], many, -1));
    BAD(writev(p[1], many, IOV_MAX + 1));
    BAD(writev(p[1], many, 3));
    BAD(writev(p[1], two, 2));
    BAD(readv(p[0], two, 1));
    BAD(readv(p[1], many, -1));
    BAD(preadv(p[0], many, 1, 0));
    BAD(ioctl(p[0], FIONREAD, &n));
    BAD(ioctl(p[0], TIOCGWINSZ, buf));
    BAD(ioctl(p[0], 0x12345, buf));
    BAD(tcgetattr(p[0], (void *)buf));
    BAD(fcntl(p[0], F_DUPFD, -1));
    BAD(fcntl(p[0], F_DUPFD, 100000000));
    BAD(fcntl(p[0], 12345));
    BAD(dup2(p[0], -1));
    BAD(dup2(p[0], 100000000));
    BAD(dup3(p[0], p[0], 0));
    BAD(dup3(p[0], 20, 12345));
    close(p[0]);
    BAD(write(p[1], "x", 1));
    close(p[1]);
    BAD(close(p[1]));
}

static void files(void)
{
    int fd = open("f", O_RDWR | O_CREAT | O_TRUNC, 0600), d = open(".", O_RDONLY);
    static char name[5000];

    test("files and names");
    BAD(lseek(fd, -1, SEEK_SET));
    BAD(lseek(fd, 0, 12345));
    BAD(lseek(fd, INT64_MAX, SEEK_SET) == INT64_MAX ? 0 : -1);
    BAD(lseek(fd, 1, SEEK_CUR));
    BAD(lseek(fd, 0, SEEK_SET));
    BAD(pread(fd, buf, 1, -1));
    BAD(pwrite(fd, buf, 1, -1));
    BAD(pwritev(fd, many, 1, -1));
    BAD(ftruncate(fd, -1));
    BAD(read(d, buf, 1));
    BAD(write(d, buf, 1));
    BAD(ftruncate(d, 0));
    BAD(readv(fd, many, IOV_MAX + 1));
    BAD(tcgetattr(fd, (void *)buf));
    BAD(tcgetpgrp(fd));
    BAD(tcsetpgrp(fd, 1));
    BAD(ioctl(fd, TIOCSCTTY, 0));
    memset(name, 'a', sizeof(name) - 1);
    BAD(open(name, O_RDONLY));
    BAD(mkfifo(name, 0600));
    name[300] = 0;
    BAD(open(name, O_RDONLY | O_CREAT, 0600));
    BAD(open("", O_RDONLY));
    BAD(open("f/", O_RDONLY));
    BAD(mkfifo("", 0600));
    BAD(mkfifo("f", 0600));
    BAD(mkfifo("none/f", 0600));
    BAD(mknod("node", 0170000, 0));
    close(fd);
    close(d);
}

static void terminals(void)
{
    int m = posix_openpt(O_RDWR | O_NOCTTY), s;
    struct winsize w;
    struct termios t;

    test("terminals");
    if (!test_have_ptys()) {
        test_skip("no pseudo terminals on this Linux");
        return;
    }
    BAD(open(ptsname(m), O_RDWR | O_NOCTTY)); /* still locked */
    grantpt(m);
    unlockpt(m);
    s = open(ptsname(m), O_RDWR | O_NOCTTY);
    CHECK(tcgetattr(s, &t) == 0);
    BAD(tcsetattr(s, 12345, &t));
    BAD(tcsetattr(s, TCSANOW, &t));
    BAD(tcflow(s, 12345));
    BAD(tcflush(s, 12345));
    BAD(tcgetpgrp(s));
    BAD(tcsetpgrp(s, getpgrp()));
    BAD(tcsetpgrp(s, -1));
    BAD(tcgetsid(s));
    BAD(cfsetospeed(&t, 12345678));
    BAD(ioctl(s, 0x54ff, &w));
    BAD(lseek(s, 0, SEEK_SET));
    BAD(pread(s, buf, 1, 0));
    BAD(ftruncate(s, 0));
    BAD(ptsname_r(CLOSED, buf, sizeof(buf)) == EBADF);
    BAD(ptsname_r(0, buf, sizeof(buf)) == ENOTTY);
    BAD(ptsname_r(m, buf, 3) == ERANGE);
    BAD(ptsname(s) == NULL);
    BAD(grantpt(CLOSED));
    BAD(unlockpt(CLOSED));
    BAD(unlockpt(s));
    BAD(ttyname_r(m, buf, 3) == ERANGE);
    BAD(ttyname_r(CLOSED, buf, 30) == EBADF);
    BAD(open("/dev/pts/98765", O_RDWR));
    close(m);
    BAD(write(s, "x", 1));
    BAD(read(s, buf, 1));
    BAD(tcgetattr(s, &t));
    close(s);
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    test("closed descriptors");
    closed(CLOSED);
    closed(-1);
    closed(INT_MAX);
    pipes();
    files();
    terminals();
    return test_done();
}
