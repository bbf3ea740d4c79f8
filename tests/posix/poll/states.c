/* SPDX-License-Identifier: BSD-2-Clause */
/* What poll() says of every kind of descriptor in every state: the same on Linux and here.
 * compare: stdout
 */
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <termios.h>
#include <unistd.h>

#include "tap.h"

static const struct { int bit; const char *name; } names[] = {
    { POLLIN, "IN" }, { POLLPRI, "PRI" }, { POLLOUT, "OUT" }, { POLLERR, "ERR" }, { POLLHUP, "HUP" },
    { POLLNVAL, "NVAL" }, { POLLRDHUP, "RDHUP" },
};

/* Prints what is ready of `fd`, by poll and by select. */
static void show(const char *what, int fd)
{
    struct pollfd p = { fd, POLLIN | POLLPRI | POLLOUT | POLLRDHUP, 0 };
    struct timeval tv = { 0, 0 };
    fd_set r, w, e;
    int n, s;

    n = poll(&p, 1, 0);
    printf("# %-34s poll %d", what, n);
    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (p.revents & names[i].bit)
            printf(" %s", names[i].name);
    FD_ZERO(&r);
    FD_ZERO(&w);
    FD_ZERO(&e);
    if (fd >= 0) {
        FD_SET(fd, &r);
        FD_SET(fd, &w);
        FD_SET(fd, &e);
        s = select(fd + 1, &r, &w, &e, &tv);
        printf(", select %d%s%s%s", s, s > 0 && FD_ISSET(fd, &r) ? " r" : "", s > 0 && FD_ISSET(fd, &w) ? " w" : "",
               s > 0 && FD_ISSET(fd, &e) ? " e" : "");
    }
    printf("\n");
    fflush(stdout);
}

/* The same when it has to be waited for. */
static void show_in(const char *what, int fd, int events)
{
    struct pollfd p = { fd, (short)events, 0 };

    poll(&p, 1, 5000);
    show(what, fd);
}

static void pipes(void)
{
    int p[2];
    char buf[100];

    test("pipes");
    CHECK(pipe(p) == 0);
    show("reader, empty", p[0]);
    show("writer, empty", p[1]);
    CHECK(write(p[1], "abc", 3) == 3);
    show("reader, data", p[0]);
    close(p[1]);
    show("reader, data, writer gone", p[0]);
    CHECK(read(p[0], buf, sizeof(buf)) == 3);
    show("reader, writer gone", p[0]);
    close(p[0]);
    CHECK(pipe(p) == 0);
    close(p[0]);
    show("writer, reader gone", p[1]);
    close(p[1]);
    show("closed", p[1]);
    show("negative", -1);
}

static void files(void)
{
    int fd = open("states.tmp", O_RDWR | O_CREAT, 0600);

    test("files and devices");
    CHECK(fd >= 0);
    show("file", fd);
    close(fd);
    unlink("states.tmp");
    fd = open("/dev/null", O_RDWR);
    show("/dev/null", fd);
    close(fd);
    fd = open("/dev/zero", O_RDONLY);
    show("/dev/zero", fd);
    close(fd);
}

static int connected(int *server)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof(a);
    int l = socket(AF_INET, SOCK_STREAM, 0), c = socket(AF_INET, SOCK_STREAM, 0);

    show("tcp, new", c);
    CHECK(bind(l, (void *)&a, sizeof(a)) == 0);
    CHECK(getsockname(l, (void *)&a, &len) == 0);
    CHECK(listen(l, 5) == 0);
    show("tcp, listening", l);
    CHECK(connect(c, (void *)&a, sizeof(a)) == 0);
    show_in("tcp, listening, somebody there", l, POLLIN);
    *server = accept(l, NULL, NULL);
    CHECK(*server >= 0);
    close(l);
    return c;
}

static void tcp(void)
{
    struct linger hard = { 1, 0 };
    int c, s;
    char buf[10];

    test("tcp");
    c = connected(&s);
    show("tcp, connected", c);
    CHECK(write(s, "x", 1) == 1);
    show_in("tcp, data", c, POLLIN);
    CHECK(read(c, buf, 10) == 1);
    show("tcp, data read", c);
    CHECK(shutdown(s, SHUT_WR) == 0);
    show_in("tcp, other end has shut down", c, POLLIN);
    show("tcp, has shut down writing", s);
    CHECK(shutdown(c, SHUT_WR) == 0);
    show_in("tcp, both have shut down", c, POLLHUP);
    close(c);
    close(s);

    c = connected(&s);
    CHECK(shutdown(c, SHUT_RD) == 0);
    show("tcp, has shut down reading", c);
    close(s);
    close(c);

    c = connected(&s);
    CHECK(setsockopt(s, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard)) == 0);
    close(s);
    show_in("tcp, reset", c, POLLIN);
    CHECK_ERR(ECONNRESET, read(c, buf, 10));
    show("tcp, reset and told", c);
    CHECK(read(c, buf, 10) == 0);
    close(c);
}

static void refused(void)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof(a);
    int l = socket(AF_INET, SOCK_STREAM, 0), c = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), e = 0;

    test("tcp, connection refused");
    CHECK(bind(l, (void *)&a, sizeof(a)) == 0);
    CHECK(getsockname(l, (void *)&a, &len) == 0);
    close(l);
    CHECK_ERR(EINPROGRESS, connect(c, (void *)&a, sizeof(a)));
    show_in("tcp, refused", c, POLLOUT);
    len = sizeof(e);
    CHECK(getsockopt(c, SOL_SOCKET, SO_ERROR, &e, &len) == 0);
    CHECK(e == ECONNREFUSED);
    close(c);
}

static void udp(void)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof(a);
    int s = socket(AF_INET, SOCK_DGRAM, 0);

    test("udp");
    show("udp, new", s);
    CHECK(bind(s, (void *)&a, sizeof(a)) == 0);
    CHECK(getsockname(s, (void *)&a, &len) == 0);
    show("udp, bound", s);
    CHECK(sendto(s, "x", 1, 0, (void *)&a, sizeof(a)) == 1);
    show_in("udp, data", s, POLLIN);
    close(s);
}

static void local(void)
{
    int p[2], s = socket(AF_UNIX, SOCK_STREAM, 0);

    test("unix");
    show("unix, new", s);
    close(s);
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, p) == 0);
    show("unix, pair", p[0]);
    CHECK(write(p[1], "x", 1) == 1);
    show_in("unix, data", p[0], POLLIN);
    CHECK(shutdown(p[1], SHUT_WR) == 0);
    show_in("unix, data, other end has shut down", p[0], POLLRDHUP);
    close(p[1]);
    close(p[0]);
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, p) == 0);
    close(p[1]);
    show_in("unix, other end gone", p[0], POLLIN);
    close(p[0]);
}

static void counters(void)
{
    int fd = eventfd(0, EFD_NONBLOCK);
    uint64_t v = UINT64_MAX - 1;

    test("eventfd");
    show("eventfd, 0", fd);
    CHECK(write(fd, &v, sizeof(v)) == sizeof(v));
    show("eventfd, full", fd);
    CHECK(read(fd, &v, sizeof(v)) == sizeof(v) && v == UINT64_MAX - 1);
    v = 3;
    CHECK(write(fd, &v, sizeof(v)) == sizeof(v));
    show("eventfd, 3", fd);
    close(fd);
}

/* Both sides of a pseudo terminal. */
static void ptys(void)
{
    int m = posix_openpt(O_RDWR | O_NOCTTY), s;
    char buf[16], name[64];
    struct termios t;

    test("pseudo terminals");
    if (!test_have_ptys()) {
        test_skip("no pseudo terminals on this Linux");
        return;
    }
    grantpt(m);
    unlockpt(m);
    snprintf(name, sizeof(name), "%s", ptsname(m));
    show("pty master, slave never open", m);
    s = open(name, O_RDWR | O_NOCTTY);
    show("pty master", m);
    show("pty slave", s);
    CHECK(write(m, "half", 4) == 4);
    show_in("pty master, echo", m, POLLIN);
    show("pty slave, half a line", s);
    CHECK(write(m, "\n", 1) == 1);
    show_in("pty slave, a line", s, POLLIN);
    CHECK(read(s, buf, sizeof(buf)) == 5);
    show("pty slave, line read", s);
    CHECK(write(m, "\004", 1) == 1);
    show_in("pty slave, VEOF", s, POLLIN);
    CHECK(read(s, buf, sizeof(buf)) == 0);
    tcgetattr(s, &t);
    t.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    t.c_cc[VMIN] = 3;
    t.c_cc[VTIME] = 0;
    tcsetattr(s, TCSANOW, &t);
    CHECK(write(m, "ab", 2) == 2);
    usleep(50000);
    show("pty slave, raw, 2 of VMIN 3", s);
    CHECK(write(m, "c", 1) == 1);
    show_in("pty slave, raw, 3 of VMIN 3", s, POLLIN);
    tcflow(s, TCOOFF);
    tcflow(s, TCOON);
    tcflush(m, TCIFLUSH);
    close(s);
    show("pty master, slave gone", m);
    s = open(name, O_RDWR | O_NOCTTY);
    show("pty master, slave open again", m);
    close(m);
    show("pty slave, master gone", s);
    close(s);
}

static void others(void)
{
    struct itimerspec it = { .it_value = { 0, 1000000 } };
    struct epoll_event ev = { .events = EPOLLIN };
    int t = timerfd_create(CLOCK_MONOTONIC, 0), ep = epoll_create1(0), p[2], r, w;

    test("timerfd, epoll, FIFO, directory");
    show("timerfd, off", t);
    timerfd_settime(t, 0, &it, NULL);
    show_in("timerfd, expired", t, POLLIN);
    CHECK(pipe(p) == 0);
    show("epoll, empty", ep);
    CHECK(epoll_ctl(ep, EPOLL_CTL_ADD, p[0], &ev) == 0);
    show("epoll, nothing", ep);
    CHECK(write(p[1], "x", 1) == 1);
    show("epoll, something", ep);
    unlink("fifo");
    CHECK(mkfifo("fifo", 0600) == 0);
    r = open("fifo", O_RDONLY | O_NONBLOCK);
    show("fifo, no writer yet", r);
    w = open("fifo", O_WRONLY);
    show("fifo, reader", r);
    show("fifo, writer", w);
    CHECK(write(w, "x", 1) == 1);
    show_in("fifo, data", r, POLLIN);
    close(w);
    show("fifo, data, writer gone", r);
    close(r);
    r = open(".", O_RDONLY);
    show("directory", r);
    close(r);
    close(t);
    close(ep);
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    pipes();
    files();
    tcp();
    refused();
    udp();
    local();
    counters();
    ptys();
    others();
    return test_done();
}
