/* SPDX-License-Identifier: BSD-2-Clause */
/* Bad input to calls on sockets: closed descriptors, bad levels and sizes, truncated addresses, absurd
 * vectors. What comes of it is what Linux says.
 * compare: stdout
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include "../bad.h"
#include "tap.h"

enum { CLOSED = 99 };
static struct sockaddr_in any = { .sin_family = AF_INET }, loop = { .sin_family = AF_INET };
static struct sockaddr_un un = { .sun_family = AF_UNIX, .sun_path = "sock" };
static socklen_t len;
static int v, pair[2], tcp, udp, file;
static char buf[64];

static void no_socket(int fd)
{
    struct msghdr m = { 0 };

    len = sizeof(any);
    BAD(bind(fd, (void *)&any, sizeof(any)));
    BAD(listen(fd, 1));
    BAD(accept(fd, NULL, NULL));
    BAD(accept4(fd, NULL, NULL, 0));
    BAD(connect(fd, (void *)&loop, sizeof(loop)));
    BAD(getsockname(fd, (void *)&any, &len));
    BAD(getpeername(fd, (void *)&any, &len));
    BAD(send(fd, "x", 1, 0));
    BAD(sendto(fd, "x", 1, 0, (void *)&loop, sizeof(loop)));
    BAD(sendmsg(fd, &m, 0));
    BAD(recv(fd, buf, 1, 0));
    BAD(recvfrom(fd, buf, 1, 0, NULL, NULL));
    BAD(recvmsg(fd, &m, 0));
    BAD(shutdown(fd, SHUT_RDWR));
    len = sizeof(v);
    BAD(getsockopt(fd, SOL_SOCKET, SO_TYPE, &v, &len));
    BAD(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &v, sizeof(v)));
}

static void making(void)
{
    test("socket, socketpair");
    BAD(socket(-1, SOCK_STREAM, 0));
    BAD(socket(12345, SOCK_STREAM, 0));
    BAD(socket(AF_INET, -1, 0));
    BAD(socket(AF_INET, 77, 0));
    BAD(socket(AF_INET, 0, 0));
    BAD(socket(AF_INET, SOCK_SEQPACKET, 0));
    BAD(socket(AF_INET, SOCK_STREAM, IPPROTO_UDP));
    BAD(socket(AF_INET, SOCK_DGRAM, IPPROTO_TCP));
    BAD(socket(AF_INET, SOCK_STREAM, 9999));
    BAD(socket(AF_INET, SOCK_STREAM, -1));
    BAD(socket(AF_INET6, SOCK_STREAM, IPPROTO_UDP));
    BAD(socket(AF_UNIX, SOCK_STREAM, 5));
    BAD(socket(AF_UNIX, 77, 0));
    BAD(socketpair(AF_INET, SOCK_STREAM, 0, pair));
    BAD(socketpair(AF_UNIX, 77, 0, pair));
    BAD(socketpair(AF_UNIX, SOCK_STREAM, 5, pair));
    BAD(socketpair(12345, SOCK_STREAM, 0, pair));
    BAD(socketpair(AF_UNIX, SOCK_STREAM, 0, NULL));
}

static void addresses(void)
{
    int s = socket(AF_INET, SOCK_STREAM, 0), s6 = socket(AF_INET6, SOCK_STREAM, 0), u;
    struct sockaddr_in wrong = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(0x01020304) };
    struct sockaddr_in6 six = { .sin6_family = AF_INET6 };

    test("addresses");
    BAD(bind(s, (void *)&any, 0));
    BAD(bind(s, (void *)&any, 1));
    BAD(bind(s, (void *)&any, 8));
    BAD(bind(s, (void *)&any, sizeof(any) - 1));
    BAD(bind(s, (void *)&any, 1000));
    BAD(bind(s, (void *)&any, -1));
    BAD(bind(s, NULL, sizeof(any)));
    BAD(bind(s, (void *)&un, sizeof(un)));
    BAD(bind(s, (void *)&wrong, sizeof(wrong)));
    BAD(bind(s, (void *)&six, sizeof(six)));
    BAD(bind(s6, (void *)&any, sizeof(any)));
    BAD(bind(s6, (void *)&six, sizeof(six) - 1));
    BAD(bind(s6, (void *)&six, 20));
    BAD(connect(s, (void *)&loop, 0));
    BAD(connect(s, (void *)&loop, 1));
    BAD(connect(s, (void *)&loop, 8));
    BAD(connect(s, (void *)&loop, -1));
    BAD(connect(s, (void *)&un, sizeof(un)));
    BAD(connect(s, NULL, sizeof(loop)));
    BAD(bind(s, (void *)&loop, sizeof(loop)));
    BAD(bind(s, (void *)&loop, sizeof(loop)));
    len = -1;
    BAD(getsockname(s, (void *)&any, &len));
    len = sizeof(any);
    BAD(getsockname(s, NULL, &len));
    BAD(getsockname(s, (void *)&any, NULL));
    len = 4;
    memset(buf, 7, sizeof(buf));
    BAD(getsockname(s, (void *)buf, &len));
    printf("# length %d, byte behind %d\n", (int)len, buf[4]);
    len = 0;
    BAD(getsockname(s, (void *)buf, &len));
    printf("# length %d\n", (int)len);
    BAD(getpeername(s, (void *)&any, &len));
    close(s);
    close(s6);
    test("addresses of AF_UNIX");
    u = socket(AF_UNIX, SOCK_STREAM, 0);
    BAD(bind(u, (void *)&un, 0));
    BAD(bind(u, (void *)&un, 1));
    BAD(bind(u, (void *)&un, sizeof(un) + 1));
    BAD(bind(u, (void *)&loop, sizeof(loop)));
    BAD(connect(u, (void *)&un, sizeof(un)));
    BAD(connect(u, (void *)&un, 1));
    BAD(connect(u, (void *)&un, 2));
    BAD(connect(u, (void *)&un, sizeof(un) + 1));
    BAD(connect(u, (void *)&loop, sizeof(loop)));
    BAD(listen(u, 1));
    close(open("sock", O_WRONLY | O_CREAT, 0600));
    BAD(bind(u, (void *)&un, sizeof(un)));
    BAD(connect(u, (void *)&un, sizeof(un)));
    unlink("sock");
    strcpy(un.sun_path, "nodir/sock");
    BAD(bind(u, (void *)&un, sizeof(un)));
    close(u);
}

static void options(void)
{
    struct timeval tv = { 0, -1 };
    struct linger l = { 1, 5 };

    test("options");
    v = 1;
    len = sizeof(v);
    BAD(getsockopt(tcp, 12345, 1, &v, &len));
    BAD(getsockopt(tcp, SOL_SOCKET, 12345, &v, &len));
    BAD(getsockopt(tcp, IPPROTO_TCP, 12345, &v, &len));
    BAD(getsockopt(tcp, IPPROTO_IP, 12345, &v, &len));
    BAD(getsockopt(tcp, SOL_SOCKET, SO_TYPE, NULL, &len));
    BAD(getsockopt(tcp, SOL_SOCKET, SO_TYPE, &v, NULL));
    len = -1;
    BAD(getsockopt(tcp, SOL_SOCKET, SO_TYPE, &v, &len));
    len = 2;
    BAD(getsockopt(tcp, SOL_SOCKET, SO_TYPE, &v, &len));
    printf("# length %d\n", (int)len);
    len = 0;
    BAD(getsockopt(tcp, SOL_SOCKET, SO_TYPE, &v, &len));
    printf("# length %d\n", (int)len);
    len = 100;
    BAD(getsockopt(tcp, SOL_SOCKET, SO_TYPE, &v, &len));
    printf("# length %d\n", (int)len);
    v = 1;
    BAD(setsockopt(tcp, 12345, 1, &v, sizeof(v)));
    BAD(setsockopt(tcp, SOL_SOCKET, 12345, &v, sizeof(v)));
    BAD(setsockopt(tcp, IPPROTO_TCP, 12345, &v, sizeof(v)));
    BAD(setsockopt(tcp, IPPROTO_IP, 12345, &v, sizeof(v)));
    BAD(setsockopt(tcp, SOL_SOCKET, SO_REUSEADDR, &v, 0));
    BAD(setsockopt(tcp, SOL_SOCKET, SO_REUSEADDR, &v, 3));
    BAD(setsockopt(tcp, SOL_SOCKET, SO_REUSEADDR, &v, -1));
    BAD(setsockopt(tcp, SOL_SOCKET, SO_REUSEADDR, NULL, sizeof(v)));
    BAD(setsockopt(tcp, SOL_SOCKET, SO_TYPE, &v, sizeof(v)));
    BAD(setsockopt(tcp, SOL_SOCKET, SO_ERROR, &v, sizeof(v)));
    BAD(setsockopt(tcp, SOL_SOCKET, SO_LINGER, &l, sizeof(l) - 2)); /* of Linux 8 bytes, of this ABI 4 */
    BAD(setsockopt(tcp, SOL_SOCKET, SO_LINGER, &l, sizeof(l) - 4));
    BAD(setsockopt(tcp, SOL_SOCKET, SO_RCVTIMEO, &tv, 4));
    BAD(setsockopt(tcp, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv)));
    BAD(setsockopt(tcp, IPPROTO_TCP, TCP_NODELAY, &v, 2));
    BAD(setsockopt(udp, IPPROTO_TCP, TCP_NODELAY, &v, sizeof(v)));
    BAD(setsockopt(pair[0], IPPROTO_TCP, TCP_NODELAY, &v, sizeof(v)));
}

static void states(void)
{
    int l = socket(AF_INET, SOCK_STREAM, 0);

    test("the wrong state or sort");
    BAD(accept(tcp, NULL, NULL));
    BAD(accept(udp, NULL, NULL));
    BAD(listen(udp, 1));
    BAD(listen(pair[0], 1));
    BAD(accept4(tcp, NULL, NULL, 12345));
    BAD(send(tcp, "x", 1, MSG_NOSIGNAL));
    BAD(recv(tcp, buf, 1, 0));
    BAD(send(udp, "x", 1, 0));
    BAD(sendto(udp, "x", 1, 0, (void *)&loop, 1));
    BAD(sendto(udp, "x", 1, 0, (void *)&loop, -1));
    BAD(sendto(udp, "x", 1, 0, (void *)&un, sizeof(un)));
    BAD(shutdown(tcp, SHUT_RD));
    BAD(shutdown(pair[0], 12345));
    BAD(shutdown(pair[0], -1));
    BAD(shutdown(tcp, 12345));
    BAD(connect(pair[0], (void *)&un, sizeof(un)));
    BAD(recv(pair[0], buf, 1, MSG_OOB));
    BAD(send(pair[0], "", 0, 0));
    BAD(recv(pair[0], buf, 0, MSG_DONTWAIT));
    BAD(read(pair[0], buf, 0));
    BAD(recv(pair[0], buf, 1, MSG_DONTWAIT));
    BAD(lseek(pair[0], 0, SEEK_SET));
    BAD(pread(pair[0], buf, 1, 0));
    BAD(pwrite(pair[0], buf, 1, 0));
    BAD(ftruncate(pair[0], 0));
    BAD(fsync(pair[0]));
    BAD(open("/proc/self/cwd/none/x", O_RDONLY));
    close(l);
}

static void vectors(void)
{
    static struct iovec many[IOV_MAX + 1];
    struct iovec two[2] = { { buf, SIZE_MAX }, { buf, SIZE_MAX } }, neg[1] = { { buf, (size_t)-1 } };
    struct msghdr m = { .msg_iov = many, .msg_iovlen = IOV_MAX + 1 };
    union {
        struct cmsghdr h;
        char room[CMSG_SPACE(sizeof(int) * 300)];
    } c;

    test("vectors and messages");
    BAD(readv(pair[0], many, -1));
    BAD(readv(pair[0], many, 0));
    BAD(readv(pair[0], many, IOV_MAX + 1));
    BAD(writev(pair[0], many, -1));
    BAD(writev(pair[0], many, 0));
    BAD(writev(pair[0], many, IOV_MAX + 1));
    BAD(writev(pair[0], neg, 1));
    BAD(writev(pair[0], two, 2));
    BAD(readv(pair[0], neg, 1));
    BAD(readv(CLOSED, many, 1));
    BAD(writev(CLOSED, many, -1));
    BAD(sendmsg(pair[0], &m, 0));
    BAD(recvmsg(pair[0], &m, 0));
    BAD(sendmsg(pair[0], NULL, 0));
    BAD(recvmsg(pair[0], NULL, 0));
    m.msg_iov = neg;
    m.msg_iovlen = 1;
    BAD(sendmsg(pair[0], &m, 0));
    m = (struct msghdr){ .msg_iov = &(struct iovec){ buf, 1 }, .msg_iovlen = 1, .msg_control = &c,
                         .msg_controllen = CMSG_LEN(sizeof(int)) };
    memset(&c, 0, sizeof(c));
    c.h = (struct cmsghdr){ .cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS };
    *(int *)CMSG_DATA(&c.h) = CLOSED;
    BAD(sendmsg(pair[0], &m, 0)); /* a closed descriptor is sent */
    c.h.cmsg_len = 3;
    BAD(sendmsg(pair[0], &m, 0)); /* shorter than its own head */
    c.h.cmsg_len = 1000000;
    BAD(sendmsg(pair[0], &m, 0)); /* longer than the room */
    c.h.cmsg_len = CMSG_LEN(sizeof(int));
    c.h.cmsg_type = 12345;
    BAD(sendmsg(pair[0], &m, 0)); /* of no known type */
    for (int i = 0; i < 300; i++)
        ((int *)CMSG_DATA(&c.h))[i] = 0;
    c.h = (struct cmsghdr){ .cmsg_len = CMSG_LEN(sizeof(int) * 300), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS };
    m.msg_controllen = sizeof(c);
    BAD(sendmsg(pair[0], &m, 0)); /* more descriptors than one message may have */
    BAD(recv(pair[1], buf, sizeof(buf), MSG_DONTWAIT));
}

static void datagrams(void)
{
    static char big[70000];
    struct sockaddr_in a = loop;

    test("datagrams");
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    a.sin_port = htons(9);
    BAD(sendto(udp, big, sizeof(big), 0, (void *)&a, sizeof(a)));
    BAD(sendto(udp, "x", 1, 0, NULL, 0));
    BAD(recv(udp, buf, 1, MSG_DONTWAIT));
    BAD(setsockopt(udp, SOL_SOCKET, SO_BROADCAST, &v, 1));
    a.sin_addr.s_addr = htonl(INADDR_BROADCAST);
    BAD(sendto(udp, "x", 1, 0, (void *)&a, sizeof(a)));
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    loop.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    tcp = socket(AF_INET, SOCK_STREAM, 0);
    udp = socket(AF_INET, SOCK_DGRAM, 0);
    file = open("file", O_RDWR | O_CREAT, 0600);
    test("closed descriptors");
    no_socket(CLOSED);
    no_socket(-1);
    test("files that are no sockets");
    no_socket(file);
    making();
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    addresses();
    options();
    states();
    vectors();
    datagrams();
    return test_done();
}
