/* SPDX-License-Identifier: BSD-2-Clause */
/* Processes that use locks and FIFOs are killed at any moment: the others go on, and nothing stays locked. */
/* timeout: 180 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scratch.h"
#include "tap.h"

enum { PROCS = 4, KILLS = 24 };

static int range(int fd, int cmd, int type, off_t start)
{
    struct flock l = { .l_type = (short)type, .l_whence = SEEK_SET, .l_start = start, .l_len = 10 };

    return fcntl(fd, cmd, &l);
}

/* For ever: locks of all kinds, in an order that cannot lead to a deadlock; a sign of life now and then. */
static void lock_loop(int out)
{
    int a = open("f", O_RDWR), b = open("g", O_RDWR);

    for (unsigned n = 0;; n++) {
        if (range(a, F_SETLKW, n & 1 ? F_WRLCK : F_RDLCK, 0) < 0 || range(a, F_SETLKW, F_WRLCK, 100) < 0
            || range(a, F_OFD_SETLKW, F_WRLCK, 200) < 0 || flock(b, n & 2 ? LOCK_EX : LOCK_SH) < 0)
            _exit(1);
        if (write(out, "x", 1) != 1)
            _exit(2);
        if (range(a, F_OFD_SETLK, F_UNLCK, 200) < 0 || range(a, F_SETLK, F_UNLCK, 0) < 0
            || range(a, F_SETLK, F_UNLCK, 100) < 0 || flock(b, LOCK_UN) < 0)
            _exit(3);
    }
}

static void fifo_loop(int out)
{
    char buf[1000];

    (void)out;
    for (;;) {
        int fd = open("fifo", O_WRONLY);

        memset(buf, 'x', sizeof(buf));
        for (int i = 0; i < 5; i++)
            if (write(fd, buf, sizeof(buf)) < 0)
                break;
        close(fd);
    }
}

static pid_t start(void (*loop)(int), int out)
{
    pid_t pid = fork();

    if (pid == 0)
        loop(out);
    return pid;
}

static void locks(void)
{
    pid_t pid[PROCS];
    int p[2], fd = open("f", O_RDWR | O_CREAT, 0644), st;
    char c;

    test("processes are killed while they lock");
    close(open("g", O_RDWR | O_CREAT, 0644));
    CHECK(pipe(p) == 0);
    for (int i = 0; i < PROCS; i++)
        pid[i] = start(lock_loop, p[1]);
    for (int k = 0; k < KILLS; k++) {
        int i = k % PROCS;

        for (int n = 0; n < 1 + k % 5; n++) /* somebody gets on */
            CHECK_EQ(1, read(p[0], &c, 1));
        kill(pid[i], SIGKILL);
        CHECK(waitpid(pid[i], &st, 0) == pid[i] && WIFSIGNALED(st));
        pid[i] = start(lock_loop, p[1]);
    }
    for (int i = 0; i < PROCS; i++) {
        kill(pid[i], SIGKILL);
        CHECK(waitpid(pid[i], &st, 0) == pid[i] && WIFSIGNALED(st));
    }
    test("and all is free when they are gone");
    CHECK(range(fd, F_SETLK, F_WRLCK, 0) == 0 && range(fd, F_SETLK, F_WRLCK, 100) == 0);
    CHECK(range(fd, F_OFD_SETLK, F_WRLCK, 200) == 0);
    CHECK(flock(open("g", O_RDWR), LOCK_EX | LOCK_NB) == 0);
    close(p[0]);
    close(p[1]);
    close(fd);
}

static void fifos(void)
{
    pid_t pid[PROCS];
    char buf[4096];
    int fd, st;

    test("writers of a FIFO are killed");
    CHECK(mkfifo("fifo", 0644) == 0);
    fd = open("fifo", O_RDWR);
    for (int i = 0; i < PROCS; i++)
        pid[i] = start(fifo_loop, -1);
    for (int k = 0; k < KILLS; k++) {
        int i = k % PROCS;

        for (int n = 0; n < 20; n++)
            CHECK(read(fd, buf, sizeof(buf)) > 0);
        kill(pid[i], SIGKILL);
        CHECK(waitpid(pid[i], &st, 0) == pid[i] && WIFSIGNALED(st));
        pid[i] = start(fifo_loop, -1);
    }
    for (int i = 0; i < PROCS; i++) {
        kill(pid[i], SIGKILL);
        CHECK(waitpid(pid[i], &st, 0) == pid[i] && WIFSIGNALED(st));
    }
    close(fd);
    CHECK_ERR(ENXIO, open("fifo", O_WRONLY | O_NONBLOCK));
}

int main(void)
{
    scratch_enter();
    locks();
    fifos();
    scratch_leave();
    return test_done();
}
