/* SPDX-License-Identifier: BSD-2-Clause */
/* eventfd, timerfd, signalfd, epoll; poll over many; signals and time-outs. */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tap.h"

static double now(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void counters(void)
{
    int fd = eventfd(2, EFD_SEMAPHORE | EFD_NONBLOCK), status;
    uint64_t v;

    test("eventfd as a semaphore");
    CHECK(read(fd, &v, 8) == 8 && v == 1);
    CHECK(read(fd, &v, 8) == 8 && v == 1);
    CHECK_ERR(EAGAIN, read(fd, &v, 8));
    CHECK_ERR(EINVAL, read(fd, &v, 7));
    v = UINT64_MAX;
    CHECK_ERR(EINVAL, write(fd, &v, 8));
    close(fd);
    test("eventfd shared with a child that writes");
    fd = eventfd(0, 0);
    if (fork() == 0) {
        v = 5;
        _exit(write(fd, &v, 8) != 8);
    }
    CHECK(read(fd, &v, 8) == 8 && v == 5);
    CHECK(wait(&status) > 0 && status == 0);
    close(fd);
}

static void timers(void)
{
    struct itimerspec t = { .it_value = { 0, 50000000 }, .it_interval = { 0, 20000000 } }, left;
    int fd = timerfd_create(CLOCK_MONOTONIC, 0);
    struct pollfd p = { fd, POLLIN, 0 };
    double begin = now();
    uint64_t n;

    test("timerfd");
    CHECK(fd >= 0);
    CHECK_EQ(0, poll(&p, 1, 0));
    CHECK(timerfd_settime(fd, 0, &t, NULL) == 0);
    CHECK(timerfd_gettime(fd, &left) == 0);
    CHECK(left.it_value.tv_sec == 0 && left.it_value.tv_nsec > 0);
    CHECK_EQ(1, poll(&p, 1, 5000));
    CHECK(now() - begin >= 0.05);
    CHECK(read(fd, &n, 8) == 8 && n >= 1);
    CHECK(read(fd, &n, 8) == 8 && n >= 1);
    CHECK(now() - begin >= 0.07);
    t.it_value.tv_nsec = 0;
    CHECK(timerfd_settime(fd, 0, &t, NULL) == 0);
    CHECK_EQ(0, poll(&p, 1, 50));
    close(fd);
}

static void signals(void)
{
    struct signalfd_siginfo si;
    struct pollfd p;
    sigset_t set;
    int fd;

    test("signalfd");
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, NULL);
    fd = signalfd(-1, &set, SFD_NONBLOCK);
    CHECK(fd >= 0);
    p = (struct pollfd){ fd, POLLIN, 0 };
    CHECK_EQ(0, poll(&p, 1, 0));
    CHECK_ERR(EAGAIN, read(fd, &si, sizeof(si)));
    if (fork() == 0) {
        kill(getppid(), SIGUSR1);
        _exit(0);
    }
    CHECK_EQ(1, poll(&p, 1, 5000));
    CHECK(read(fd, &si, sizeof(si)) == sizeof(si));
    CHECK_EQ(SIGUSR1, si.ssi_signo);
    wait(NULL);
    close(fd);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
}

static volatile int hits;

static void on_alarm(int sig)
{
    hits++;
}

static void interrupted(void)
{
    struct sigaction act = { .sa_handler = on_alarm, .sa_flags = SA_RESTART };
    struct itimerval it = { .it_value = { 0, 50000 } };
    sigset_t set, none;
    struct timespec ts = { 5, 0 };

    test("a handler ends poll and select, SA_RESTART or not");
    sigaction(SIGALRM, &act, NULL);
    setitimer(ITIMER_REAL, &it, NULL);
    CHECK_ERR(EINTR, poll(NULL, 0, 5000));
    setitimer(ITIMER_REAL, &it, NULL);
    CHECK_ERR(EINTR, select(0, NULL, NULL, NULL, &(struct timeval){ 5, 0 }));
    CHECK_EQ(2, hits);
    test("ppoll lets a blocked signal in");
    sigemptyset(&none);
    sigemptyset(&set);
    sigaddset(&set, SIGALRM);
    sigprocmask(SIG_BLOCK, &set, NULL);
    raise(SIGALRM);
    CHECK_EQ(0, poll(NULL, 0, 0));
    CHECK_EQ(2, hits);
    CHECK_ERR(EINTR, ppoll(NULL, 0, &ts, &none));
    CHECK_EQ(3, hits);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
}

static void limits(void)
{
    struct pollfd p = { -1, POLLIN, 0 };
    double begin = now();
    fd_set r;

    test("time-outs and bad arguments");
    CHECK_EQ(0, poll(&p, 1, 100));
    CHECK(now() - begin >= 0.1);
    CHECK_ERR(EINVAL, select(-1, NULL, NULL, NULL, NULL));
    CHECK_ERR(EINVAL, select(0, NULL, NULL, NULL, &(struct timeval){ -1, 0 }));
    FD_ZERO(&r);
    FD_SET(60, &r);
    CHECK_ERR(EBADF, select(61, &r, NULL, NULL, NULL));
    CHECK_ERR(EINVAL, ppoll(&p, 1, &(struct timespec){ 0, 1000000000 }, NULL));
}

#define MANY 100

static void many(void)
{
    static struct pollfd p[2 * MANY];
    static int pipes[MANY][2], socks[MANY][2];
    int status, ok = 0;
    char c;

    test("poll over %d pipes and %d sockets", MANY, MANY);
    for (int i = 0; i < MANY; i++) {
        ok += pipe(pipes[i]) == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, socks[i]) == 0;
        p[2 * i] = (struct pollfd){ pipes[i][0], POLLIN, 0 };
        p[2 * i + 1] = (struct pollfd){ socks[i][0], POLLIN, 0 };
    }
    CHECK_EQ(MANY, ok);
    CHECK_EQ(0, poll(p, 2 * MANY, 0));
    if (fork() == 0)
        _exit(write(pipes[70][1], "x", 1) != 1);
    CHECK_EQ(1, poll(p, 2 * MANY, 5000));
    CHECK_EQ(POLLIN, p[140].revents);
    CHECK(wait(&status) > 0 && status == 0);
    CHECK(write(socks[30][1], "y", 1) == 1);
    CHECK(poll(p, 2 * MANY, 5000) >= 1);
    CHECK(read(pipes[70][0], &c, 1) == 1);
    CHECK_EQ(1, poll(p, 2 * MANY, 5000));
    CHECK_EQ(POLLIN, p[61].revents);
    for (int i = 0; i < MANY; i++) {
        close(pipes[i][0]);
        close(pipes[i][1]);
        close(socks[i][0]);
        close(socks[i][1]);
    }
}

static void sets(void)
{
    struct epoll_event ev = { .events = EPOLLIN, .data.u64 = 7 }, out[4];
    int e = epoll_create1(EPOLL_CLOEXEC), p[2], file = open("fds.tmp", O_CREAT | O_RDWR, 0600);
    struct pollfd pe = { e, POLLIN, 0 };
    char buf[10];

    test("epoll");
    CHECK(pipe(p) == 0);
    CHECK(epoll_ctl(e, EPOLL_CTL_ADD, p[0], &ev) == 0);
    CHECK_ERR(EEXIST, epoll_ctl(e, EPOLL_CTL_ADD, p[0], &ev));
    CHECK_ERR(EPERM, epoll_ctl(e, EPOLL_CTL_ADD, file, &ev));
    CHECK_ERR(EINVAL, epoll_ctl(e, EPOLL_CTL_ADD, e, &ev));
    CHECK_ERR(ENOENT, epoll_ctl(e, EPOLL_CTL_DEL, p[1], NULL));
    CHECK_ERR(EBADF, epoll_ctl(e, EPOLL_CTL_ADD, 999, &ev));
    CHECK_EQ(0, epoll_wait(e, out, 4, 0));
    CHECK_EQ(0, poll(&pe, 1, 0));
    CHECK(write(p[1], "ab", 2) == 2);
    CHECK_EQ(1, epoll_wait(e, out, 4, 1000));
    CHECK(out[0].events == EPOLLIN && out[0].data.u64 == 7);
    CHECK_EQ(1, poll(&pe, 1, 0));
    CHECK_EQ(1, epoll_wait(e, out, 4, 0));
    test("epoll, edge-triggered");
    ev.events = EPOLLIN | EPOLLET;
    CHECK(epoll_ctl(e, EPOLL_CTL_MOD, p[0], &ev) == 0);
    CHECK_EQ(1, epoll_wait(e, out, 4, 1000));
    CHECK_EQ(0, epoll_wait(e, out, 4, 20));
    CHECK(read(p[0], buf, 10) == 2);
    CHECK(write(p[1], "c", 1) == 1);
    CHECK_EQ(1, epoll_wait(e, out, 4, 1000));
    test("epoll, one shot, and a descriptor that is closed");
    ev.events = EPOLLIN | EPOLLONESHOT;
    CHECK(epoll_ctl(e, EPOLL_CTL_MOD, p[0], &ev) == 0);
    CHECK_EQ(1, epoll_wait(e, out, 4, 1000));
    CHECK_EQ(0, epoll_wait(e, out, 4, 20));
    CHECK(epoll_ctl(e, EPOLL_CTL_MOD, p[0], &ev) == 0);
    CHECK_EQ(1, epoll_wait(e, out, 4, 1000));
    close(p[0]);
    CHECK_EQ(0, epoll_wait(e, out, 4, 0));
    close(p[1]);
    close(e);
    close(file);
    unlink("fds.tmp");
}

static void nothing(int sig)
{
}

/* More objects than a thread of Windows can wait for. */
static void many_counters(void)
{
    enum { N = 200 };
    struct pollfd p[N];
    struct epoll_event ev = { .events = EPOLLIN }, got[4];
    int ep = epoll_create1(0), status;
    double begin;
    uint64_t v = 1;

    for (int i = 0; i < N; i++)
        p[i] = (struct pollfd){ eventfd(0, EFD_NONBLOCK), POLLIN, 0 };
    test("poll over %d eventfds: time-out", N);
    begin = now();
    CHECK(poll(p, N, 50) == 0);
    CHECK(now() - begin > 0.04);
    for (int k = 0; k < N; k += 66) {
        test("poll over %d eventfds: a child writes to number %d", N, k);
        if (fork() == 0) {
            usleep(30000);
            _exit(write(p[k].fd, &v, 8) != 8);
        }
        CHECK(poll(p, N, 10000) == 1 && p[k].revents == POLLIN);
        CHECK(wait(&status) > 0 && status == 0);
        CHECK(read(p[k].fd, &v, 8) == 8 && v == 1);
    }
    test("epoll over them");
    for (int i = 0; i < N; i++) {
        ev.data.fd = p[i].fd;
        epoll_ctl(ep, EPOLL_CTL_ADD, p[i].fd, &ev);
    }
    if (fork() == 0) {
        usleep(30000);
        _exit(write(p[150].fd, &v, 8) != 8);
    }
    CHECK(epoll_wait(ep, got, 4, 10000) == 1 && got[0].data.fd == p[150].fd);
    CHECK(wait(&status) > 0 && status == 0);
    test("a signal ends such a wait");
    CHECK(read(p[150].fd, &v, 8) == 8);
    sigaction(SIGUSR2, &(struct sigaction){ .sa_handler = nothing }, NULL);
    if (fork() == 0) {
        usleep(30000);
        _exit(kill(getppid(), SIGUSR2) != 0);
    }
    CHECK_ERR(EINTR, poll(p, N, 10000));
    wait(&status);
    for (int i = 0; i < N; i++)
        close(p[i].fd);
    close(ep);
}

int main(void)
{
    counters();
    timers();
    signals();
    interrupted();
    limits();
    many();
    sets();
    many_counters();
    return test_done();
}
