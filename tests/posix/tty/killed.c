/* SPDX-License-Identifier: BSD-2-Clause */
/* Processes on pseudo terminals that are killed: nobody is left waiting. Also what unrelated processes,
 * threads and orphans see. */
/* timeout: 120 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "../../tap.h"

static int out[2]; /* to us, from whomever */

static void say(char c)
{
    if (write(out[1], &c, 1) != 1)
        _exit(9);
}

/* What was said next, '-': nothing for long. */
static char heard(void)
{
    struct pollfd p = { out[0], POLLIN, 0 };
    char c;

    return poll(&p, 1, 30000) == 1 && read(out[0], &c, 1) == 1 ? c : '-';
}

static void on_hup(int sig)
{
    say('H');
    _exit(0);
}

/* A terminal emulator: its child leads a session. */
static int emulator(void (*leader)(void))
{
    int pid = fork(), m;

    if (pid)
        return pid;
    if (forkpty(&m, NULL, NULL, NULL) == 0) {
        leader();
        _exit(0);
    }
    for (;;)
        pause();
}

static void leader_pauses(void)
{
    signal(SIGHUP, on_hup);
    say('r');
    for (;;)
        pause();
}

static void leader_reads(void)
{
    char c;

    signal(SIGHUP, SIG_IGN);
    say('r');
    say(read(0, &c, 1) < 0 && errno == EIO ? 'E' : '?');
    say(read(0, &c, 1) == 0 ? '0' : '?');
    say(write(1, "x", 1) < 0 && errno == EIO ? 'I' : '?');
}

static void leader_polls(void)
{
    struct pollfd p = { 0, POLLIN, 0 };

    signal(SIGHUP, SIG_IGN);
    say('r');
    poll(&p, 1, -1);
    say(p.revents & POLLHUP ? 'P' : '?');
}

static void leader_writes(void)
{
    static char block[70000];
    struct termios t;

    signal(SIGHUP, SIG_IGN);
    tcgetattr(1, &t);
    cfmakeraw(&t);
    tcsetattr(1, TCSANOW, &t);
    say('r');
    while (write(1, block, sizeof(block)) > 0)
        ;
    say(errno == EIO ? 'W' : '?');
}

static void masters(void)
{
    static const struct {
        const char *what;
        void (*leader)(void);
        const char *said;
    } cases[] = {
        { "the leader that only waits gets SIGHUP", leader_pauses, "H" },
        { "a read ends, a write fails", leader_reads, "E0I" },
        { "a poll ends", leader_polls, "P" },
        { "a write that waits for room fails", leader_writes, "W" },
    };

    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int pid = emulator(cases[i].leader), status;

        test("the master's process is killed: %s", cases[i].what);
        CHECK(heard() == 'r');
        usleep(100000);
        kill(pid, SIGKILL);
        CHECK(waitpid(pid, &status, 0) == pid);
        for (const char *s = cases[i].said; *s; s++)
            CHECK_EQ(*s, heard());
    }
}

static void slaves(void)
{
    int m, pid, status;
    char c;

    test("the slave's process is killed: the master's read ends");
    pid = forkpty(&m, NULL, NULL, NULL);
    if (pid == 0)
        for (;;)
            pause();
    if (fork() == 0) {
        close(m);
        usleep(200000);
        kill(pid, SIGKILL);
        _exit(0);
    }
    CHECK_ERR(EIO, (int)read(m, &c, 1));
    CHECK(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status));
    close(m);
    wait(&status);
    test("the leader is killed: the foreground group gets SIGHUP");
    pid = forkpty(&m, NULL, NULL, NULL);
    if (pid == 0) {
        signal(SIGTTOU, SIG_IGN);
        if (fork() == 0) {
            setpgid(0, 0);
            tcsetpgrp(0, getpid());
            signal(SIGHUP, on_hup);
            say('f');
            for (;;)
                pause();
        }
        for (;;)
            pause();
    }
    CHECK(heard() == 'f');
    kill(pid, SIGKILL);
    CHECK(waitpid(pid, &status, 0) == pid);
    CHECK_EQ('H', heard());
    close(m);
}

static void unrelated(char *self)
{
    char name[64], buf[16];
    int m, s, pid, status;

    test("a process that opens the slave by name");
    CHECK(openpty(&m, &s, name, NULL, NULL) == 0);
    fcntl(m, F_SETFD, FD_CLOEXEC);
    fcntl(s, F_SETFD, FD_CLOEXEC);
    pid = fork();
    if (pid == 0) {
        execl(self, self, name, NULL);
        _exit(99);
    }
    CHECK(read(m, buf, sizeof(buf)) > 0 && !memcmp(buf, "here", 4));
    close(s);
    CHECK(write(m, "go\n", 3) == 3);
    CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 5);
    close(m);
}

static void *thread_reads(void *arg)
{
    char c = 0;

    return (void *)(intptr_t)(read(*(int *)arg, &c, 1) == 1 ? c : -1);
}

static void threads(void)
{
    struct termios t;
    pthread_t id;
    void *r;
    int m, s;

    test("two threads on the two sides");
    CHECK(openpty(&m, &s, NULL, NULL, NULL) == 0);
    tcgetattr(s, &t);
    cfmakeraw(&t);
    tcsetattr(s, TCSANOW, &t);
    pthread_create(&id, NULL, thread_reads, &s);
    usleep(50000);
    CHECK(write(m, "k", 1) == 1);
    pthread_join(id, &r);
    CHECK_EQ('k', (int)(intptr_t)r);
    pthread_create(&id, NULL, thread_reads, &m);
    usleep(50000);
    CHECK(write(s, "l", 1) == 1);
    pthread_join(id, &r);
    CHECK_EQ('l', (int)(intptr_t)r);
    close(m);
    close(s);
}

static void orphan(void)
{
    int m, status, pid;

    test("a background read of an orphaned group is EIO");
    pid = forkpty(&m, NULL, NULL, NULL);
    if (pid == 0) {
        signal(SIGHUP, SIG_IGN);
        if (fork() == 0) {
            setpgid(0, 0);
            if (fork() == 0) {
                char c;

                usleep(300000); /* its parent has ended by then */
                say(read(0, &c, 1) < 0 && errno == EIO ? 'O' : '?');
                _exit(0);
            }
            _exit(0);
        }
        wait(&status);
        say('w');
        for (;;)
            pause();
    }
    CHECK_EQ('w', heard());
    CHECK_EQ('O', heard());
    kill(pid, SIGKILL);
    waitpid(pid, &status, 0);
    close(m);
    test("SIGTTIN that is ignored: EIO");
    pid = forkpty(&m, NULL, NULL, NULL);
    if (pid == 0) {
        if (fork() == 0) {
            char c;

            setpgid(0, 0);
            signal(SIGTTIN, SIG_IGN);
            say(read(0, &c, 1) < 0 && errno == EIO ? 'O' : '?');
            _exit(0);
        }
        wait(&status);
        _exit(0);
    }
    CHECK_EQ('O', heard());
    waitpid(pid, &status, 0);
    close(m);
}

int main(int argc, char **argv)
{
    char buf[16];
    int fd;

    if (argc > 1) {
        fd = open(argv[1], O_RDWR | O_NOCTTY);
        return write(fd, "here", 4) == 4 && read(fd, buf, sizeof(buf)) == 3 ? 5 : 6;
    }
    if (pipe(out) < 0)
        return 1;
    fcntl(out[0], F_SETFD, FD_CLOEXEC);
    if (!test_have_ptys()) {
        test("pseudo terminals");
        test_skip("none on this Linux");
        return test_done();
    }
    masters();
    slaves();
    unrelated(argv[0]);
    threads();
    orphan();
    return test_done();
}
