/* SPDX-License-Identifier: BSD-2-Clause */
/* Sockets: IPv6, out-of-band data, MSG_NOSIGNAL, credentials, abstract names, kinds of pairs, networks, bad
 * arguments. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"

/* A connection over loopback: s[0] has accepted. */
static bool connection(int family, int s[2])
{
    struct sockaddr_in6 six = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
    struct sockaddr_in four = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    struct sockaddr *a = family == AF_INET6 ? (void *)&six : (void *)&four;
    socklen_t len = family == AF_INET6 ? sizeof(six) : sizeof(four);
    int l = socket(family, SOCK_STREAM, 0);

    s[1] = socket(family, SOCK_STREAM, 0);
    if (l < 0 || bind(l, a, len) < 0 || listen(l, 1) < 0 || getsockname(l, a, &len) < 0
        || connect(s[1], a, len) < 0)
        return false;
    s[0] = accept4(l, NULL, NULL, SOCK_CLOEXEC);
    close(l);
    return s[0] >= 0;
}

static void inet6(void)
{
    struct sockaddr_in6 a;
    socklen_t len = sizeof(a);
    char buf[8], text[INET6_ADDRSTRLEN];
    int s[2], status;

    test("IPv6: a connection, names of both ends, a child");
    if (!connection(AF_INET6, s)) {
        test_skip("no IPv6 here");
        return;
    }
    CHECK(fcntl(s[0], F_GETFD) == FD_CLOEXEC);
    CHECK(getpeername(s[0], (void *)&a, &len) == 0 && len == sizeof(a) && a.sin6_family == AF_INET6);
    CHECK(inet_ntop(AF_INET6, &a.sin6_addr, text, sizeof(text)) && !strcmp(text, "::1"));
    if (fork() == 0)
        _exit(write(s[1], "child", 5) != 5);
    CHECK(recv(s[0], buf, 5, MSG_WAITALL) == 5 && !memcmp(buf, "child", 5));
    CHECK(wait(&status) > 0 && status == 0);
    close(s[0]);
    close(s[1]);
}

static void out_of_band(void)
{
    struct pollfd p;
    char buf[8];
    int s[2], on = 1;

    test("out-of-band data: poll, recv, SO_OOBINLINE, sockatmark");
    CHECK(connection(AF_INET, s));
    CHECK(send(s[1], "ab", 2, 0) == 2);
    CHECK(send(s[1], "!", 1, MSG_OOB) == 1);
    p = (struct pollfd){ s[0], POLLPRI, 0 };
    CHECK(poll(&p, 1, 5000) == 1 && p.revents & POLLPRI);
    CHECK(recv(s[0], buf, 8, MSG_OOB) == 1 && buf[0] == '!');
    CHECK(recv(s[0], buf, 8, 0) == 2);
    CHECK_ERR(EINVAL, (int)recv(s[0], buf, 8, MSG_OOB));
    close(s[0]);
    close(s[1]);
    CHECK(connection(AF_INET, s));
    CHECK(setsockopt(s[0], SOL_SOCKET, SO_OOBINLINE, &on, sizeof(on)) == 0);
    CHECK(send(s[1], "x", 1, MSG_OOB) == 1);
    p = (struct pollfd){ s[0], POLLIN, 0 };
    CHECK(poll(&p, 1, 5000) == 1);
    CHECK(recv(s[0], buf, 8, 0) == 1 && buf[0] == 'x');
    close(s[0]);
    close(s[1]);
}

static void flags(void)
{
    char buf[8];
    int s[2];

    test("MSG_NOSIGNAL, MSG_PEEK, MSG_DONTWAIT on a pair");
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, s) == 0);
    CHECK_ERR(EAGAIN, (int)recv(s[0], buf, 1, MSG_DONTWAIT));
    CHECK(send(s[1], "pq", 2, 0) == 2);
    CHECK(recv(s[0], buf, 8, MSG_PEEK) == 2);
    CHECK(recv(s[0], buf, 8, 0) == 2);
    close(s[0]);
    CHECK_ERR(EPIPE, (int)send(s[1], "x", 1, MSG_NOSIGNAL));
    close(s[1]);
    test("pairs: packets keep their borders, datagrams too");
    for (int type = 0; type < 2; type++) {
        CHECK(socketpair(AF_UNIX, (type ? SOCK_DGRAM : SOCK_SEQPACKET) | SOCK_NONBLOCK, 0, s) == 0);
        CHECK(send(s[0], "abc", 3, 0) == 3);
        CHECK(send(s[0], "de", 2, 0) == 2);
        CHECK(recv(s[1], buf, 2, 0) == 2);
        CHECK(recv(s[1], buf, 8, 0) == 2 && buf[0] == 'd');
        CHECK_ERR(EAGAIN, (int)recv(s[1], buf, 8, 0));
        close(s[0]);
        close(s[1]);
    }
    CHECK_ERR(EOPNOTSUPP, socketpair(AF_INET, SOCK_STREAM, 0, s));
}

static void credentials(void)
{
    union {
        struct cmsghdr h;
        char room[CMSG_SPACE(sizeof(struct ucred))];
    } c;
    char byte;
    struct iovec iov = { &byte, 1 };
    struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &c, .msg_controllen = sizeof(c) };
    struct ucred u;
    socklen_t len = sizeof(u);
    int s[2], on = 1, pid, status;

    test("SCM_CREDENTIALS, SO_PEERCRED");
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, s) == 0);
    CHECK(setsockopt(s[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) == 0);
    if ((pid = fork()) == 0)
        _exit(send(s[1], "x", 1, 0) != 1);
    CHECK(recvmsg(s[0], &m, 0) == 1);
    CHECK(m.msg_controllen >= CMSG_LEN(sizeof(u)) && c.h.cmsg_type == SCM_CREDENTIALS);
    memcpy(&u, CMSG_DATA(&c.h), sizeof(u));
    CHECK_EQ((int)getuid(), (int)u.uid);
    CHECK(getsockopt(s[0], SOL_SOCKET, SO_PEERCRED, &u, &len) == 0 && u.pid == getpid());
    CHECK(waitpid(pid, &status, 0) == pid && status == 0);
    close(s[0]);
    close(s[1]);
}

static void abstract(void)
{
    struct sockaddr_un a = { .sun_family = AF_UNIX, .sun_path = "\0isthmus-more" };
    socklen_t len = offsetof(struct sockaddr_un, sun_path) + 13;
    int l = socket(AF_UNIX, SOCK_STREAM, 0), c = socket(AF_UNIX, SOCK_STREAM, 0), d, status;
    char buf[4];

    test("an abstract name, from a child");
    snprintf(a.sun_path + 1, 13, "more%08d", (int)getpid());
    CHECK(bind(l, (void *)&a, len) == 0);
    CHECK(listen(l, 1) == 0);
    CHECK_ERR(EADDRINUSE, bind(c, (void *)&a, len));
    if (fork() == 0)
        _exit(connect(c, (void *)&a, len) < 0 || write(c, "hi", 2) != 2);
    CHECK(wait(&status) > 0 && status == 0);
    d = accept(l, NULL, NULL); /* who has connected is gone by now */
    CHECK(d >= 0 && read(d, buf, 4) == 2);
    close(d);
    close(l);
    CHECK_ERR(ECONNREFUSED, connect(c, (void *)&a, len));
    close(c);
}

static void networks(void)
{
    struct netent *n = getnetbyname("loopback");
    struct protoent *p = getprotobyname("tcp");
    struct servent *s = getservbyname("http", "tcp");

    test("getnetbyname, getprotobyname, getservbyname, localhost");
    CHECK(!n || (n->n_addrtype == AF_INET && (n->n_net >> 24 ? n->n_net >> 24 == 127 : n->n_net == 127)));
    CHECK(!getnetbyname("no such network"));
#ifndef __CYGWIN__
    if (access("/etc/protocols", R_OK) != 0) {
        test_skip("this Linux has no /etc/protocols (package netbase)");
        return;
    }
#endif
    CHECK(p && p->p_proto == 6);
    CHECK(s && ntohs((uint16_t)s->s_port) == 80);
}

static void bad(void)
{
    struct sockaddr_in a = { .sin_family = AF_INET };
    struct iovec iov = { NULL, (size_t)-1 };
    struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };
    int s = socket(AF_INET, SOCK_STREAM, 0), v;
    socklen_t len = sizeof(v);

    test("bad arguments");
    CHECK_ERR(EAFNOSUPPORT, socket(12345, SOCK_STREAM, 0));
    CHECK_ERR(EINVAL, socket(AF_INET, 77, 0));
    CHECK_ERR(EINVAL, bind(s, (void *)&a, 3));
    CHECK_ERR(EINVAL, connect(s, (void *)&a, 2));
    CHECK_ERR(ENOTCONN, (int)recv(s, &v, 1, 0));
    CHECK_ERR(ENOPROTOOPT, getsockopt(s, SOL_SOCKET, 9999, &v, &len));
    CHECK_ERR(EINVAL, shutdown(s, 77));
    CHECK_ERR(EBADF, listen(-1, 1));
    CHECK_ERR(ENOTSOCK, listen(0, 1));
    CHECK(sendmsg(s, &m, MSG_NOSIGNAL) < 0);
    close(s);
}

int main(void)
{
    inet6();
    out_of_band();
    flags();
    credentials();
    abstract();
    networks();
    bad();
    return test_done();
}
