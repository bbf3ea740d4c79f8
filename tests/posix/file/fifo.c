/* SPDX-License-Identifier: BSD-2-Clause */
/* FIFOs: meeting of the ends, data, ends of processes, readiness. */
/* timeout: 120 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scratch.h"
#include "tap.h"

static volatile int pipes;

static void on_pipe(int sig)
{
    (void)sig;
    pipes++;
}

static void names(void)
{
    struct dirent *e;
    struct stat st;
    int type = -1;
    DIR *d;

    test("mkfifo and what is seen of it");
    CHECK(mkfifo("f", 0644) == 0);
    CHECK_ERR(EEXIST, mkfifo("f", 0644));
    CHECK_ERR(ENOENT, mkfifo("no/f", 0644));
    CHECK(stat("f", &st) == 0 && S_ISFIFO(st.st_mode));
    CHECK_EQ(0644, st.st_mode & 0777);
    CHECK_EQ(0, st.st_size);
    CHECK(lstat("f", &st) == 0 && S_ISFIFO(st.st_mode));
    d = opendir(".");
    while ((e = readdir(d)) != NULL)
        if (!strcmp(e->d_name, "f"))
            type = e->d_type;
    closedir(d);
    CHECK_EQ(DT_FIFO, type);
    CHECK(mknod("g", S_IFIFO | 0600, 0) == 0);
    CHECK(stat("g", &st) == 0 && S_ISFIFO(st.st_mode));
    CHECK(mknod("r", S_IFREG | 0600, 0) == 0);
    CHECK(stat("r", &st) == 0 && S_ISREG(st.st_mode));
    CHECK(rename("g", "h") == 0 && link("h", "i") == 0 && stat("i", &st) == 0);
    CHECK(S_ISFIFO(st.st_mode) && st.st_nlink == 2);
    CHECK(unlink("i") == 0 && unlink("h") == 0);
}

static void no_wait(void)
{
    int r, w, b;
    char buf[10];

    test("O_NONBLOCK: a reader opens, a writer needs one");
    CHECK_ERR(ENXIO, open("f", O_WRONLY | O_NONBLOCK));
    CHECK((r = open("f", O_RDONLY | O_NONBLOCK)) >= 0);
    CHECK_EQ(0, read(r, buf, 10)); /* no writer: the end */
    CHECK((w = open("f", O_WRONLY | O_NONBLOCK)) >= 0);
    CHECK_ERR(EAGAIN, read(r, buf, 10));
    CHECK_EQ(5, write(w, "hello", 5));
    CHECK(ioctl(r, FIONREAD, &b) == 0 && b == 5);
    CHECK_EQ(5, read(r, buf, 10));
    CHECK_ERR(ESPIPE, lseek(r, 0, SEEK_SET));
    CHECK_ERR(EBADF, write(r, "x", 1));
    CHECK_ERR(EBADF, read(w, buf, 1));
    close(w);
    CHECK_EQ(0, read(r, buf, 10));
    CHECK((w = open("f", O_WRONLY)) >= 0); /* and again */
    CHECK_EQ(1, write(w, "x", 1));
    close(w);
    CHECK_EQ(1, read(r, buf, 10));
    CHECK_EQ(0, read(r, buf, 10));
    test("EPIPE and SIGPIPE");
    w = open("f", O_WRONLY | O_NONBLOCK);
    close(r);
    pipes = 0;
    CHECK_ERR(EPIPE, write(w, "x", 1));
    CHECK_EQ(1, pipes);
    close(w);
    test("O_RDWR meets itself");
    CHECK((r = open("f", O_RDWR)) >= 0);
    CHECK_EQ(3, write(r, "abc", 3));
    CHECK_EQ(3, read(r, buf, 10));
    close(r);
}

static void capacity(void)
{
    int r = open("f", O_RDONLY | O_NONBLOCK), w = open("f", O_WRONLY | O_NONBLOCK);
    char buf[4096], one;
    int n = 0;

    test("65536 bytes; a small write is all or nothing");
    memset(buf, 'x', sizeof(buf));
    while (write(w, buf, sizeof(buf)) == sizeof(buf))
        n++;
    CHECK_EQ(EAGAIN, errno);
    CHECK_EQ(16, n);
    CHECK_EQ(100, read(r, buf, 100));
    CHECK_ERR(EAGAIN, write(w, buf, sizeof(buf)));
    CHECK_EQ(1, read(r, &one, 1));
    while (read(r, buf, sizeof(buf)) > 0)
        ;
    CHECK_EQ(EAGAIN, errno);
    close(w);
    close(r);
}

static void meeting(void)
{
    char buf[100];
    int fd, st, status;

    test("open waits for the other end");
    if (fork() == 0) {
        fd = open("f", O_WRONLY);
        _exit(write(fd, "from the child", 14) != 14);
    }
    CHECK((fd = open("f", O_RDONLY)) >= 0);
    CHECK_EQ(14, read(fd, buf, sizeof(buf)));
    CHECK_EQ(0, read(fd, buf, sizeof(buf)));
    close(fd);
    CHECK(wait(&status) > 0 && status == 0);
    if (fork() == 0) {
        fd = open("f", O_RDONLY);
        _exit(read(fd, buf, 1) != 1);
    }
    CHECK((fd = open("f", O_WRONLY)) >= 0);
    CHECK_EQ(1, write(fd, "x", 1));
    close(fd);
    CHECK(wait(&st) > 0 && st == 0);
    test("a writer who is gone at once has met the reader all the same");
    if (fork() == 0) {
        close(open("f", O_WRONLY));
        _exit(0);
    }
    CHECK((fd = open("f", O_RDONLY)) >= 0);
    CHECK_EQ(0, read(fd, buf, 1));
    close(fd);
    wait(&st);
    test("a signal ends the wait of open");
    alarm(1);
    CHECK_ERR(EINTR, open("f", O_RDONLY));
    CHECK_ERR(ENXIO, open("f", O_WRONLY | O_NONBLOCK)); /* nothing of it is left */
}

static void deaths(void)
{
    char buf[4096];
    int fd, p[2];
    pid_t pid;

    test("the end comes when the last writer is killed");
    CHECK(pipe(p) == 0);
    pid = fork();
    if (pid == 0) {
        fd = open("f", O_WRONLY);
        if (write(fd, "last", 4) != 4)
            _exit(1);
        for (;;)
            pause();
    }
    fd = open("f", O_RDONLY);
    CHECK_EQ(4, read(fd, buf, sizeof(buf)));
    kill(pid, SIGKILL);
    CHECK_EQ(0, read(fd, buf, sizeof(buf)));
    waitpid(pid, NULL, 0);
    close(fd);
    test("EPIPE comes when the last reader is killed");
    pid = fork();
    if (pid == 0) {
        fd = open("f", O_RDONLY);
        if (write(p[1], "x", 1) != 1)
            _exit(1);
        for (;;)
            pause();
    }
    fd = open("f", O_WRONLY);
    CHECK_EQ(1, read(p[0], buf, 1));
    memset(buf, 'x', sizeof(buf));
    for (int i = 0; i < 16; i++)
        CHECK_EQ(4096, write(fd, buf, sizeof(buf)));
    kill(pid, SIGKILL);
    CHECK_ERR(EPIPE, write(fd, buf, 1));
    waitpid(pid, NULL, 0);
    close(fd);
    close(p[0]);
    close(p[1]);
}

/* Records of PIPE_BUF bytes of one letter each stay in one piece. */
static void many(void)
{
    enum { WRITERS = 6, RECORDS = 30 };
    static char buf[PIPE_BUF];
    int count[WRITERS] = { 0 }, fd, bad = 0, st;
    ssize_t n;
    size_t have = 0;

    test("many writers: each record in one piece");
    for (int i = 0; i < WRITERS; i++)
        if (fork() == 0) {
            fd = open("f", O_WRONLY);
            memset(buf, 'a' + i, sizeof(buf));
            for (int k = 0; k < RECORDS; k++)
                if (write(fd, buf, sizeof(buf)) != sizeof(buf))
                    _exit(1);
            _exit(0);
        }
    fd = open("f", O_RDWR); /* not to see the end before the last has come */
    while ((n = read(fd, buf + have, sizeof(buf) - have)) > 0) {
        have += (size_t)n;
        if (have < sizeof(buf))
            continue;
        for (size_t i = 1; i < sizeof(buf); i++)
            bad += buf[i] != buf[0];
        if (buf[0] >= 'a' && buf[0] < 'a' + WRITERS)
            count[buf[0] - 'a']++;
        have = 0;
        if (count[0] + count[1] + count[2] + count[3] + count[4] + count[5] == WRITERS * RECORDS)
            break;
    }
    CHECK_EQ(0, bad);
    for (int i = 0; i < WRITERS; i++)
        CHECK_EQ(RECORDS, count[i]);
    while (wait(&st) > 0)
        CHECK_EQ(0, st);
    close(fd);
}

static int state(int fd, int events, int ms)
{
    struct pollfd p = { fd, (short)events, 0 };

    return poll(&p, 1, ms) < 0 ? -1 : p.revents;
}

static void readiness(void)
{
    int r = open("f", O_RDONLY | O_NONBLOCK), w, st;
    char buf[4096];
    fd_set set;
    pid_t pid;

    test("poll and select");
    CHECK_EQ(0, state(r, POLLIN, 0));
    w = open("f", O_WRONLY);
    CHECK_EQ(0, state(r, POLLIN, 0));
    CHECK_EQ(POLLOUT, state(w, POLLOUT, 0));
    CHECK_EQ(2, write(w, "ab", 2));
    CHECK_EQ(POLLIN, state(r, POLLIN, -1));
    close(w);
    CHECK_EQ(POLLIN | POLLHUP, state(r, POLLIN, -1));
    CHECK_EQ(2, read(r, buf, 10));
    CHECK_EQ(POLLHUP, state(r, POLLIN, -1));
    pid = fork();
    if (pid == 0) {
        w = open("f", O_WRONLY);
        _exit(write(w, "x", 1) != 1);
    }
    FD_ZERO(&set);
    FD_SET(r, &set);
    while (state(r, POLLIN, -1) == POLLHUP)
        ;
    CHECK_EQ(1, select(r + 1, &set, NULL, NULL, NULL));
    CHECK(FD_ISSET(r, &set));
    CHECK_EQ(1, read(r, buf, 10));
    waitpid(pid, &st, 0);
    CHECK_EQ(0, st);
    CHECK_EQ(POLLHUP, state(r, POLLIN, -1));
    test("poll wakes when there is room, and when the reader dies");
    w = open("f", O_WRONLY | O_NONBLOCK);
    memset(buf, 'x', sizeof(buf));
    while (write(w, buf, sizeof(buf)) > 0)
        ;
    CHECK_EQ(0, state(w, POLLOUT, 0));
    pid = fork();
    if (pid == 0)
        _exit(read(r, buf, sizeof(buf)) != sizeof(buf));
    CHECK_EQ(POLLOUT, state(w, POLLOUT, -1));
    waitpid(pid, &st, 0);
    CHECK_EQ(0, st);
    CHECK_EQ(4096, write(w, buf, sizeof(buf)));
    pid = fork();
    if (pid == 0) {
        close(w);
        raise(SIGKILL);
    }
    close(r);
    CHECK(state(w, POLLOUT, -1) & POLLERR);
    waitpid(pid, &st, 0);
    close(w);
}

int main(void)
{
    struct sigaction sa = { .sa_handler = on_pipe };

    sigaction(SIGPIPE, &sa, NULL);
    sigaction(SIGALRM, &sa, NULL);
    scratch_enter();
    names();
    no_wait();
    capacity();
    meeting();
    deaths();
    many();
    readiness();
    scratch_leave();
    return test_done();
}
