/* SPDX-License-Identifier: BSD-2-Clause */
/* AF_UNIX: names, pairs, packets, descriptors and credentials sent along. */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"

static socklen_t name(struct sockaddr_un *a, const char *path)
{
    memset(a, 0, sizeof(*a));
    a->sun_family = AF_UNIX;
    strcpy(a->sun_path + (path[0] == '@'), path + (path[0] == '@'));
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path) + (path[0] != '@'));
}

static void streams(const char *path, int type)
{
    struct sockaddr_un a, b;
    socklen_t len = name(&a, path), blen = sizeof(b);
    int l, c, s, status, pid;
    struct stat st;
    char buf[100];

    test("%s, type %d: listen, connect, talk", path, type);
    CHECK((l = socket(AF_UNIX, type, 0)) >= 0);
    CHECK(bind(l, (void *)&a, len) == 0);
    CHECK(getsockname(l, (void *)&b, &blen) == 0);
    CHECK_EQ(len, blen);
    CHECK(memcmp(&a, &b, len) == 0);
    if (path[0] != '@')
        CHECK(stat(path, &st) == 0 && S_ISSOCK(st.st_mode));
    CHECK(listen(l, 5) == 0);
    if ((pid = fork()) == 0) {
        int x;

        s = accept(l, NULL, NULL);
        while (s >= 0 && (x = read(s, buf, sizeof(buf))) > 0)
            if (write(s, buf, (size_t)x) != x)
                _exit(3);
        _exit(s < 0);
    }
    CHECK((c = socket(AF_UNIX, type, 0)) >= 0);
    CHECK(connect(c, (void *)&a, len) == 0);
    CHECK_ERR(EISCONN, connect(c, (void *)&a, len));
    blen = sizeof(b);
    CHECK(getpeername(c, (void *)&b, &blen) == 0);
    CHECK_EQ(len, blen);
    CHECK(write(c, "hello", 5) == 5);
    CHECK(read(c, buf, sizeof(buf)) == 5);
    CHECK(memcmp(buf, "hello", 5) == 0);
    CHECK(shutdown(c, SHUT_WR) == 0);
    CHECK(read(c, buf, sizeof(buf)) == 0);
    close(c);
    CHECK(waitpid(pid, &status, 0) == pid && status == 0);
    close(l);
    CHECK((c = socket(AF_UNIX, type, 0)) >= 0);
    CHECK_ERR(ECONNREFUSED, connect(c, (void *)&a, len));
    if (path[0] != '@')
        CHECK(unlink(path) == 0);
    CHECK_ERR(path[0] == '@' ? ECONNREFUSED : ENOENT, connect(c, (void *)&a, len));
    close(c);
}

static void bad_names(void)
{
    struct sockaddr_un a;
    socklen_t len = name(&a, "local.sock");
    int s = socket(AF_UNIX, SOCK_STREAM, 0), t = socket(AF_UNIX, SOCK_STREAM, 0), fd;

    test("names that cannot be");
    CHECK(bind(s, (void *)&a, len) == 0);
    CHECK_ERR(EADDRINUSE, bind(t, (void *)&a, len));
    CHECK_ERR(EINVAL, bind(t, (void *)&a, 1));
    CHECK_ERR(ECONNREFUSED, connect(t, (void *)&a, len));
    close(s);
    unlink("local.sock");
    fd = open("plain", O_CREAT | O_RDWR, 0600);
    close(fd);
    len = name(&a, "plain");
    CHECK_ERR(ECONNREFUSED, connect(t, (void *)&a, len));
    CHECK_ERR(EADDRINUSE, bind(t, (void *)&a, len));
    unlink("plain");
    len = name(&a, "no/such/folder");
    CHECK_ERR(ENOENT, bind(t, (void *)&a, len));
    a.sun_family = AF_INET;
    CHECK_ERR(EINVAL, connect(t, (void *)&a, len));
    close(t);
}

static void packets(void)
{
    char buf[100];
    int p[2];

    test("packets keep their boundaries");
    CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, p) == 0);
    CHECK(send(p[0], "one", 3, 0) == 3);
    CHECK(send(p[0], "twotwo", 6, 0) == 6);
    CHECK(recv(p[1], buf, sizeof(buf), MSG_PEEK) == 3);
    CHECK(recv(p[1], buf, sizeof(buf), 0) == 3);
    CHECK(recv(p[1], buf, 2, 0) == 2);
    CHECK_ERR(EAGAIN, recv(p[1], buf, sizeof(buf), MSG_DONTWAIT));
    close(p[0]);
    CHECK(recv(p[1], buf, sizeof(buf), 0) == 0);
    close(p[1]);
    test("datagrams of a pair too");
    CHECK(socketpair(AF_UNIX, SOCK_DGRAM, 0, p) == 0);
    CHECK(send(p[0], "one", 3, 0) == 3);
    CHECK(send(p[0], "two", 3, 0) == 3);
    CHECK(recv(p[1], buf, sizeof(buf), 0) == 3);
    CHECK(recv(p[1], buf, sizeof(buf), 0) == 3);
    close(p[0]);
    close(p[1]);
}

static void datagrams(void)
{
    struct sockaddr_un a, b, from;
    socklen_t alen = name(&a, "a.sock"), blen = name(&b, "b.sock"), flen = sizeof(from);
    int x = socket(AF_UNIX, SOCK_DGRAM, 0), y = socket(AF_UNIX, SOCK_DGRAM, 0);
    char buf[100];

    test("datagrams between names");
    CHECK(bind(x, (void *)&a, alen) == 0);
    CHECK(bind(y, (void *)&b, blen) == 0);
    CHECK(sendto(x, "hi", 2, 0, (void *)&b, blen) == 2);
    CHECK(recvfrom(y, buf, sizeof(buf), 0, (void *)&from, &flen) == 2);
    CHECK_EQ(alen, flen);
    CHECK(strcmp(from.sun_path, "a.sock") == 0);
    CHECK(connect(y, (void *)&a, alen) == 0);
    CHECK(send(y, "back", 4, 0) == 4);
    CHECK(recv(x, buf, sizeof(buf), 0) == 4);
    close(x);
    close(y);
    unlink("a.sock");
    unlink("b.sock");
}

static int send_fd(int s, const void *data, size_t n, int fd)
{
    union { struct cmsghdr h; char room[CMSG_SPACE(sizeof(int))]; } c;
    struct iovec iov = { (void *)data, n };
    struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &c, .msg_controllen = sizeof(c) };

    memset(&c, 0, sizeof(c));
    c.h.cmsg_len = CMSG_LEN(sizeof(int));
    c.h.cmsg_level = SOL_SOCKET;
    c.h.cmsg_type = SCM_RIGHTS;
    memcpy(CMSG_DATA(&c.h), &fd, sizeof(fd));
    return (int)sendmsg(s, &m, 0);
}

static int recv_fd(int s, char *data, size_t *n)
{
    union { struct cmsghdr h; char room[CMSG_SPACE(sizeof(int))]; } c;
    struct iovec iov = { data, *n };
    struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &c, .msg_controllen = sizeof(c) };
    int fd = -1;

    *n = (size_t)recvmsg(s, &m, 0);
    if (m.msg_controllen >= CMSG_LEN(sizeof(int)) && c.h.cmsg_type == SCM_RIGHTS)
        memcpy(&fd, CMSG_DATA(&c.h), sizeof(fd));
    return fd;
}

static void rights(int type)
{
    int p[2], pipes[2], fd, status;
    char buf[100];
    size_t n = sizeof(buf);

    test("descriptors sent along, type %d", type);
    CHECK(socketpair(AF_UNIX, type, 0, p) == 0);
    if (fork() == 0) {
        if (pipe(pipes) < 0 || write(pipes[1], "through", 7) != 7)
            _exit(1);
        fd = open("passed", O_CREAT | O_RDWR, 0600);
        if (write(fd, "file", 4) != 4 || send_fd(p[1], "x", 1, pipes[0]) != 1 || send_fd(p[1], "y", 1, fd) != 1)
            _exit(2);
        close(pipes[0]);
        close(pipes[1]);
        close(fd);
        _exit(read(p[1], buf, 1) != 1);
    }
    fd = recv_fd(p[0], buf, &n);
    CHECK_EQ(1, n);
    CHECK(fd >= 0);
    CHECK(read(fd, buf, sizeof(buf)) == 7);
    CHECK(memcmp(buf, "through", 7) == 0);
    close(fd);
    n = sizeof(buf);
    fd = recv_fd(p[0], buf, &n);
    CHECK_EQ(1, n);
    CHECK(fd >= 0);
    CHECK(pread(fd, buf, sizeof(buf), 0) == 4);
    close(fd);
    CHECK(write(p[0], "z", 1) == 1);
    CHECK(wait(&status) > 0 && status == 0);
    CHECK_ERR(EBADF, send_fd(p[0], "x", 1, 999));
    close(p[0]);
    close(p[1]);
    unlink("passed");
}

static void credentials(void)
{
    struct ucred c = { 0, 0, 0 };
    socklen_t len = sizeof(c);
    int p[2];

    test("who is at the other end");
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, p) == 0);
    CHECK(getsockopt(p[0], SOL_SOCKET, SO_PEERCRED, &c, &len) == 0);
    CHECK_EQ(getpid(), c.pid);
    CHECK_EQ(getuid(), c.uid);
    close(p[1]);
    test("writing to an end that has gone");
    signal(SIGPIPE, SIG_IGN);
    CHECK_ERR(EPIPE, write(p[0], "x", 1));
    close(p[0]);
}

int main(void)
{
    streams("local.sock", SOCK_STREAM);
    streams("@isthmus test of abstract names", SOCK_STREAM);
    streams("packet.sock", SOCK_SEQPACKET);
    bad_names();
    packets();
    datagrams();
    rights(SOCK_STREAM);
    rights(SOCK_SEQPACKET);
    credentials();
    return test_done();
}
