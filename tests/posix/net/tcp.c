/* SPDX-License-Identifier: BSD-2-Clause */
/* TCP and UDP on loopback: transfers, flags, options, errors, signals, time-outs. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"

static struct sockaddr_storage addr;
static socklen_t addrlen;

static int listener(int family)
{
    int l = socket(family, SOCK_STREAM, 0);

    memset(&addr, 0, sizeof(addr));
    addr.ss_family = (sa_family_t)family;
    if (family == AF_INET)
        ((struct sockaddr_in *)&addr)->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    else
        ((struct sockaddr_in6 *)&addr)->sin6_addr = in6addr_loopback;
    addrlen = family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
    if (bind(l, (void *)&addr, addrlen) < 0 || listen(l, 8) < 0 || getsockname(l, (void *)&addr, &addrlen) < 0) {
        close(l);
        return -1;
    }
    return l;
}

static void pair(int s[2])
{
    int l = listener(AF_INET);

    s[0] = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(connect(s[0], (void *)&addr, addrlen) == 0);
    s[1] = accept(l, NULL, NULL);
    CHECK(s[1] >= 0);
    close(l);
}

static void both(int s[2])
{
    close(s[0]);
    close(s[1]);
}

static void bulk(int family)
{
    static char buf[1 << 16];
    long total = 4 << 20, got = 0;
    int l, c, s, status, n;
    unsigned sum = 0, want = 0;

    test("4 MiB to another process, family %d", family == AF_INET ? 4 : 6);
    if ((l = listener(family)) < 0) {
        test_skip("no such addresses here");
        return;
    }
    if (fork() == 0) {
        c = socket(family, SOCK_STREAM, 0);
        if (connect(c, (void *)&addr, addrlen) < 0)
            _exit(1);
        for (long at = 0; at < total; at += sizeof(buf)) {
            for (unsigned i = 0; i < sizeof(buf); i++)
                buf[i] = (char)((at >> 16) + i * 7);
            if (write(c, buf, sizeof(buf)) != sizeof(buf))
                _exit(2);
        }
        _exit(0);
    }
    s = accept(l, NULL, NULL);
    while ((n = read(s, buf, sizeof(buf))) > 0) {
        for (int i = 0; i < n; i++)
            sum += (unsigned char)buf[i];
        got += n;
    }
    CHECK_EQ(total, got);
    for (long at = 0; at < total; at += sizeof(buf))
        for (unsigned i = 0; i < sizeof(buf); i++)
            want += (unsigned char)((at >> 16) + i * 7);
    CHECK_EQ(want, sum);
    CHECK(wait(&status) > 0 && status == 0);
    close(s);
    close(l);
}

static void flags(void)
{
    char buf[10], a[3], b[3];
    struct iovec iov[2] = { { a, 3 }, { b, 3 } };
    struct msghdr m = { .msg_iov = iov, .msg_iovlen = 2 };
    struct stat st;
    int s[2], n;

    test("MSG_PEEK, MSG_DONTWAIT, MSG_WAITALL, FIONREAD, sendmsg");
    pair(s);
    CHECK_ERR(EAGAIN, recv(s[0], buf, 1, MSG_DONTWAIT));
    CHECK(send(s[1], "abcdef", 6, 0) == 6);
    CHECK(recv(s[0], buf, 3, MSG_PEEK) == 3);
    CHECK(ioctl(s[0], FIONREAD, &n) == 0 && n == 6);
    CHECK(recv(s[0], buf, 10, 0) == 6);
    if (fork() == 0) {
        for (int i = 0; i < 6; i++)
            if (write(s[1], "x", 1) != 1)
                _exit(1);
        _exit(0);
    }
    CHECK(recv(s[0], buf, 6, MSG_WAITALL) == 6);
    wait(NULL);
    memcpy(a, "123", 3);
    memcpy(b, "456", 3);
    CHECK(sendmsg(s[1], &m, 0) == 6);
    memset(a, 0, 3);
    memset(b, 0, 3);
    CHECK(recvmsg(s[0], &m, MSG_WAITALL) == 6);
    CHECK(!memcmp(b, "456", 3));
    m.msg_iovlen = -1;
    CHECK_ERR(EMSGSIZE, sendmsg(s[1], &m, 0));
    CHECK(fstat(s[0], &st) == 0 && S_ISSOCK(st.st_mode));
    CHECK_ERR(ESPIPE, lseek(s[0], 0, SEEK_CUR));
    both(s);
}

static void errors(void)
{
    struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int s, fd = open("/dev/null", O_RDWR), p[2];
    char buf[4];

    test("errors");
    signal(SIGPIPE, SIG_IGN);
    CHECK_ERR(EAFNOSUPPORT, socket(12345, SOCK_STREAM, 0));
    CHECK_ERR(EINVAL, socket(AF_INET, 77, 0));
    CHECK_ERR(EPROTONOSUPPORT, socket(AF_INET, SOCK_STREAM, IPPROTO_UDP));
    CHECK_ERR(EBADF, listen(999, 1));
    CHECK_ERR(ENOTSOCK, listen(fd, 1));
    CHECK_ERR(ENOTSOCK, send(fd, "x", 1, 0));
    s = socket(AF_INET, SOCK_STREAM, 0);
    CHECK_ERR(EINVAL, bind(s, (void *)&in, 3));
    in.sin_addr.s_addr = htonl(0x01020304);
    CHECK_ERR(EADDRNOTAVAIL, bind(s, (void *)&in, sizeof(in)));
    CHECK_ERR(EINVAL, accept(s, NULL, NULL));
    CHECK_ERR(ENOTCONN, recv(s, buf, 1, 0));
    CHECK_ERR(EPIPE, send(s, "x", 1, 0));
    CHECK_ERR(ENOTCONN, shutdown(s, SHUT_WR));
    CHECK_ERR(ENOTCONN, getpeername(s, (void *)&addr, &addrlen));
    CHECK_ERR(ENOPROTOOPT, setsockopt(s, SOL_SOCKET, 9999, &fd, sizeof(fd)));
    CHECK_ERR(EINVAL, setsockopt(s, SOL_SOCKET, SO_KEEPALIVE, &fd, 1));
    close(s);
    s = socket(AF_INET, SOCK_DGRAM, 0);
    CHECK_ERR(EOPNOTSUPP, listen(s, 1));
    CHECK_ERR(EDESTADDRREQ, send(s, "x", 1, 0));
    close(s);
    pair(p);
    CHECK_ERR(EISCONN, connect(p[0], (void *)&addr, addrlen));
    CHECK(shutdown(p[0], SHUT_WR) == 0);
    CHECK_ERR(EPIPE, send(p[0], "x", 1, 0));
    both(p);
    s = listener(AF_INET);
    close(s);
    s = socket(AF_INET, SOCK_STREAM, 0);
    CHECK_ERR(ECONNREFUSED, connect(s, (void *)&addr, addrlen));
    close(s);
    close(fd);
}

static void options(void)
{
    int s = socket(AF_INET, SOCK_STREAM, 0), v;
    socklen_t len = sizeof(v);
    struct timeval tv = { 1, 500000 }, got;
    struct linger l = { 1, 3 }, lg;

    test("options");
    CHECK(getsockopt(s, SOL_SOCKET, SO_TYPE, &v, &len) == 0 && v == SOCK_STREAM);
    CHECK(getsockopt(s, SOL_SOCKET, SO_ACCEPTCONN, &v, &len) == 0 && v == 0);
    v = 1;
    CHECK(setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &v, sizeof(v)) == 0);
    CHECK(setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &v, sizeof(v)) == 0);
    CHECK(setsockopt(s, SOL_SOCKET, SO_KEEPALIVE, &v, sizeof(v)) == 0);
    v = 0;
    CHECK(getsockopt(s, IPPROTO_TCP, TCP_NODELAY, &v, &len) == 0 && v == 1);
    CHECK(getsockopt(s, SOL_SOCKET, SO_KEEPALIVE, &v, &len) == 0 && v == 1);
    CHECK(getsockopt(s, SOL_SOCKET, SO_REUSEADDR, &v, &len) == 0 && v == 1);
    CHECK(setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv)) == 0);
    len = sizeof(got);
    CHECK(getsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &got, &len) == 0 && got.tv_sec == 1 && got.tv_usec == 500000);
    CHECK(setsockopt(s, SOL_SOCKET, SO_LINGER, &l, sizeof(l)) == 0);
    len = sizeof(lg);
    CHECK(getsockopt(s, SOL_SOCKET, SO_LINGER, &lg, &len) == 0 && lg.l_onoff && lg.l_linger == 3);
    close(s);
}

static void on_alarm(int sig)
{
}

static void interrupted(void)
{
    struct itimerval it = { .it_value = { 0, 80000 } };
    struct timeval tv = { 0, 100000 };
    struct sigaction act = { .sa_handler = on_alarm };
    int s[2], l;
    char c;

    test("a handler ends recv and accept, SA_RESTART lets recv go on, SO_RCVTIMEO ends it");
    pair(s);
    l = listener(AF_INET);
    sigaction(SIGALRM, &act, NULL);
    setitimer(ITIMER_REAL, &it, NULL);
    CHECK_ERR(EINTR, recv(s[0], &c, 1, 0));
    setitimer(ITIMER_REAL, &it, NULL);
    CHECK_ERR(EINTR, accept(l, NULL, NULL));
    act.sa_flags = SA_RESTART;
    sigaction(SIGALRM, &act, NULL);
    setitimer(ITIMER_REAL, &it, NULL);
    if (fork() == 0) {
        poll(NULL, 0, 300);
        _exit(write(s[1], "x", 1) != 1);
    }
    CHECK(recv(s[0], &c, 1, 0) == 1);
    wait(NULL);
    CHECK(setsockopt(s[0], SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv)) == 0);
    CHECK_ERR(EAGAIN, recv(s[0], &c, 1, 0));
    CHECK(write(s[1], "y", 1) == 1);
    CHECK(recv(s[0], &c, 1, 0) == 1);
    close(l);
    both(s);
}

static void nonblocking(void)
{
    static char big[1 << 16];
    int l = listener(AF_INET), c = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), s, e = 1, r;
    struct pollfd p = { c, POLLOUT, 0 };
    socklen_t len = sizeof(e);
    long n = 0, m = 0;

    test("non-blocking: connect, accept, send until it is full");
    CHECK(fcntl(l, F_SETFL, O_NONBLOCK) == 0);
    CHECK_ERR(EAGAIN, accept(l, NULL, NULL));
    r = connect(c, (void *)&addr, addrlen);
    CHECK(r == 0 || errno == EINPROGRESS);
    CHECK_EQ(1, poll(&p, 1, 5000));
    CHECK_EQ(POLLOUT, p.revents);
    CHECK(getsockopt(c, SOL_SOCKET, SO_ERROR, &e, &len) == 0 && e == 0);
    p = (struct pollfd){ l, POLLIN, 0 };
    CHECK_EQ(1, poll(&p, 1, 5000));
    s = accept4(l, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    CHECK(s >= 0);
    CHECK(fcntl(s, F_GETFL) & O_NONBLOCK);
    CHECK(fcntl(s, F_GETFD) == FD_CLOEXEC);
    while ((r = send(c, big, sizeof(big), 0)) > 0)
        n += r;
    CHECK_EQ(EAGAIN, errno);
    while (m < n) {
        p = (struct pollfd){ s, POLLIN, 0 };
        if (poll(&p, 1, 5000) != 1 || (r = recv(s, big, sizeof(big), 0)) <= 0)
            break;
        m += r;
    }
    CHECK_EQ(n, m);
    close(c);
    close(s);
    close(l);
}

static void udp(void)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) }, from;
    socklen_t len = sizeof(a), flen = sizeof(from);
    int x = socket(AF_INET, SOCK_DGRAM, 0), y = socket(AF_INET, SOCK_DGRAM, 0);
    char buf[10];
    struct iovec iov = { buf, 3 };
    struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };

    test("udp");
    CHECK(bind(x, (void *)&a, sizeof(a)) == 0);
    CHECK(getsockname(x, (void *)&a, &len) == 0);
    CHECK(sendto(y, "hello", 5, 0, (void *)&a, sizeof(a)) == 5);
    CHECK(recvfrom(x, buf, sizeof(buf), 0, (void *)&from, &flen) == 5);
    CHECK(flen == sizeof(from) && from.sin_addr.s_addr == htonl(INADDR_LOOPBACK));
    CHECK(sendto(x, "", 0, 0, (void *)&from, sizeof(from)) == 0);
    CHECK(recv(y, buf, sizeof(buf), 0) == 0);
    CHECK(connect(y, (void *)&a, sizeof(a)) == 0);
    CHECK(send(y, "truncate", 8, 0) == 8);
    CHECK(recvmsg(x, &m, 0) == 3);
    CHECK(m.msg_flags & MSG_TRUNC);
    CHECK_ERR(EAGAIN, recv(x, buf, 1, MSG_DONTWAIT));
    close(x);
    close(y);
}

static void *reader(void *arg)
{
    char c;

    recv(*(int *)arg, &c, 1, 0);
    return NULL;
}

static void cancelled(void)
{
    pthread_t t;
    void *r = NULL;
    int s[2];

    test("pthread_cancel ends a recv that waits");
    pair(s);
    CHECK_EQ(0, pthread_create(&t, NULL, reader, &s[0]));
    poll(NULL, 0, 50);
    CHECK_EQ(0, pthread_cancel(t));
    CHECK_EQ(0, pthread_join(t, &r));
    CHECK(r == PTHREAD_CANCELED);
    both(s);
}

int main(void)
{
    bulk(AF_INET);
    bulk(AF_INET6);
    flags();
    errors();
    options();
    interrupted();
    nonblocking();
    udp();
    cancelled();
    return test_done();
}
