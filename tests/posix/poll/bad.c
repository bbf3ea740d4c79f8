/* SPDX-License-Identifier: BSD-2-Clause */
/* Bad input to poll, select, epoll, eventfd, timerfd, signalfd and aio: what Linux says.
 * compare: stdout
 */
#define _GNU_SOURCE
#include <aio.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "../bad.h"
#include "tap.h"

enum { CLOSED = 99 };
static volatile nfds_t many = (nfds_t)-1; /* volatile: the compiler warns of what is tested here */
static volatile int negative = -1;

static void waiting(void)
{
    struct pollfd p = { CLOSED, POLLIN, 0 }, off = { -5, POLLIN, 1 };
    struct timespec bad = { 0, 1000000000 }, neg = { -1, 0 };
    struct timeval tbad = { 0, -1 }, tneg = { -1, 0 };
    struct rlimit rl;
    fd_set r;

    test("poll, select");
    BAD(poll(&p, 1, 0));
    printf("# revents %d\n", p.revents == POLLNVAL);
    BAD(poll(&off, 1, 0));
    printf("# revents %d\n", off.revents);
    CHECK(getrlimit(RLIMIT_NOFILE, &rl) == 0);
    BAD(poll(&p, many, 0));
    BAD(ppoll(&p, 1, &bad, NULL));
    BAD(ppoll(&p, 1, &neg, NULL));
    FD_ZERO(&r);
    BAD(select(-1, &r, NULL, NULL, NULL));
    BAD(select(0, NULL, NULL, NULL, &tbad));
    BAD(select(0, NULL, NULL, NULL, &tneg));
    BAD(pselect(0, NULL, NULL, NULL, &bad, NULL));
    BAD(pselect(-1, NULL, NULL, NULL, &bad, NULL));
    /* Linux looks at no descriptor beyond its table, which grows by 64 and never shrinks: without this it would wait
     * for ever for none, where the table it inherited is small */
    CHECK(dup2(STDOUT_FILENO, CLOSED) == CLOSED && close(CLOSED) == 0);
    FD_SET(CLOSED, &r);
    BAD(select(CLOSED + 1, &r, NULL, NULL, NULL));
    BAD(select(CLOSED, &r, NULL, NULL, &(struct timeval){ 0, 0 }));
}

static void epolls(void)
{
    struct epoll_event e = { .events = EPOLLIN }, got[2];
    int ep, p[2], fd = open("f", O_RDWR | O_CREAT, 0600), ep2;

    test("epoll");
    BAD(epoll_create(0));
    BAD(epoll_create(-1));
    BAD(epoll_create1(12345));
    ep = epoll_create1(0);
    ep2 = epoll_create1(0);
    CHECK(ep >= 0 && ep2 >= 0 && pipe(p) == 0);
    BAD(epoll_ctl(CLOSED, EPOLL_CTL_ADD, p[0], &e));
    BAD(epoll_ctl(ep, EPOLL_CTL_ADD, CLOSED, &e));
    BAD(epoll_ctl(p[0], EPOLL_CTL_ADD, p[1], &e));
    BAD(epoll_ctl(ep, EPOLL_CTL_ADD, ep, &e));
    BAD(epoll_ctl(ep, 12345, p[0], &e));
    BAD(epoll_ctl(ep, EPOLL_CTL_MOD, p[0], &e));
    BAD(epoll_ctl(ep, EPOLL_CTL_DEL, p[0], &e));
    BAD(epoll_ctl(ep, EPOLL_CTL_ADD, p[0], NULL));
    BAD(epoll_ctl(ep, EPOLL_CTL_ADD, p[0], &e));
    BAD(epoll_ctl(ep, EPOLL_CTL_ADD, p[0], &e));
    BAD(epoll_ctl(ep, EPOLL_CTL_DEL, p[0], NULL));
    BAD(epoll_ctl(ep, EPOLL_CTL_ADD, fd, &e));
    BAD(epoll_ctl(ep, EPOLL_CTL_ADD, ep2, &e));
    BAD(epoll_ctl(ep2, EPOLL_CTL_ADD, ep, &e));
    BAD(epoll_wait(ep, got, 0, 0));
    BAD(epoll_wait(ep, got, negative, 0));
    BAD(epoll_wait(CLOSED, got, 2, 0));
    BAD(epoll_wait(p[0], got, 2, 0));
    BAD(epoll_wait(ep, got, 2, 0));
    BAD(read(ep, got, 1));
    BAD(write(ep, got, 1));
}

static void counters(void)
{
    int e, t;
    uint64_t v = UINT64_MAX;
    struct itimerspec it = { .it_value = { 0, 1000000000 } };
    sigset_t none;

    test("eventfd, timerfd, signalfd");
    BAD(eventfd(0, 12345));
    e = eventfd(0, EFD_NONBLOCK);
    BAD(read(e, &v, 7));
    BAD(write(e, &v, 7));
    BAD(write(e, &v, 8));
    BAD(read(e, &v, 8));
    BAD(pread(e, &v, 8, 0));
    BAD(timerfd_create(12345, 0));
    BAD(timerfd_create(CLOCK_MONOTONIC, 12345));
    t = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    BAD(timerfd_settime(t, 0, &it, NULL));
    BAD(timerfd_settime(t, 12345, &it, NULL));
    BAD(timerfd_settime(e, 0, &it, NULL));
    BAD(timerfd_settime(CLOSED, 0, &it, NULL));
    BAD(timerfd_gettime(e, &it));
    BAD(timerfd_gettime(CLOSED, &it));
    BAD(read(t, &v, 7));
    BAD(read(t, &v, 8));
    BAD(write(t, &v, 8));
    sigemptyset(&none);
    BAD(signalfd(e, &none, 0));
    BAD(signalfd(CLOSED, &none, 0));
    BAD(signalfd(-1, &none, 12345));
    t = signalfd(-1, &none, SFD_NONBLOCK);
    BAD(read(t, &v, 8));
    BAD(write(t, &v, 8));
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    waiting();
    epolls();
    counters();
    return test_done();
}
