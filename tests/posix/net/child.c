/* SPDX-License-Identifier: BSD-2-Clause */
/* A socket pair as the standard input and output of a program: through fork, dup2 and exec, as relays and
 * servers start their children. Both directions, the end of the file after shutdown() and after close(), and
 * a program that this program starts in turn. */
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"

static const char *self;

/* The program: copies its input to its output, letters as capitals. */
static int copy(void)
{
    char buf[1000];
    ssize_t n;

    while ((n = read(0, buf, sizeof(buf))) > 0) {
        for (ssize_t i = 0; i < n; i++)
            buf[i] = (char)(buf[i] >= 'a' && buf[i] <= 'z' ? buf[i] - 32 : buf[i]);
        if (write(1, buf, (size_t)n) != n)
            return 3;
    }
    return n < 0 ? 4 : 7;
}

/* The program, started by another one that waits for it: as system() does in a relay. */
static int copy_below(void)
{
    int status, pid = fork();

    if (pid == 0) {
        execl(self, self, "copy", (char *)NULL);
        _exit(9);
    }
    return waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : 8;
}

/* Waits by select() until there is something to read, as relays do. */
static int readable(int fd)
{
    fd_set in;

    FD_ZERO(&in);
    FD_SET(fd, &in);
    return select(fd + 1, &in, NULL, NULL, &(struct timeval){ 20, 0 }) == 1 && FD_ISSET(fd, &in);
}

static size_t get(int fd, char *buf, size_t n)
{
    size_t done = 0;
    ssize_t r;

    while (done < n && readable(fd) && (r = read(fd, buf + done, n - done)) > 0)
        done += (size_t)r;
    return done;
}

static int start(int type, const char *what, int ends[2])
{
    int pid;

    if (!CHECK(socketpair(AF_UNIX, type, 0, ends) == 0))
        return -1;
    if ((pid = fork()) == 0) {
        close(ends[0]);
        dup2(ends[1], 0);
        dup2(ends[1], 1);
        if (ends[1] > 1)
            close(ends[1]);
        execl(self, self, what, (char *)NULL);
        _exit(9);
    }
    close(ends[1]);
    return pid;
}

static void ended(int pid, int want)
{
    int status = -1;

    CHECK(waitpid(pid, &status, 0) == pid);
    CHECK_EQ(want, WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + status);
}

static void talk(int type, const char *what)
{
    char buf[100];
    int ends[2], pid = start(type, what, ends);

    if (pid < 0)
        return;
    CHECK(write(ends[0], "one", 3) == 3);
    CHECK(get(ends[0], buf, 3) == 3 && memcmp(buf, "ONE", 3) == 0);
    usleep(20000); /* so that the program waits already */
    CHECK(write(ends[0], "two", 3) == 3);
    CHECK(get(ends[0], buf, 3) == 3 && memcmp(buf, "TWO", 3) == 0);
    CHECK(shutdown(ends[0], SHUT_WR) == 0);
    ended(pid, 7);
    CHECK(readable(ends[0]));
    CHECK(read(ends[0], buf, 1) == 0);
    close(ends[0]);
}

/* A child that has made sockets of its own closes an inherited one: it is the last, so the other end sees it. */
static void close_inherited(void)
{
    int ends[2], own[2], hold[2], pid;
    char c;

    if (!CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0) || !CHECK(pipe(hold) == 0))
        return;
    if ((pid = fork()) == 0) {
        close(hold[1]);
        if (socketpair(AF_UNIX, SOCK_STREAM, 0, own) < 0)
            _exit(1);
        close(ends[0]);
        close(ends[1]);
        _exit(read(hold[0], &c, 1) == 0 ? 6 : 2);
    }
    close(hold[0]);
    close(ends[1]);
    CHECK(readable(ends[0]));
    CHECK(read(ends[0], &c, 1) == 0);
    close(hold[1]);
    ended(pid, 6);
    close(ends[0]);
}

/* More than the buffers hold, in both directions at once. */
static void much(void)
{
    static char out[400000], in[sizeof(out)];
    size_t sent = 0, got = 0;
    int ends[2], pid = start(SOCK_STREAM, "copy", ends);

    for (size_t i = 0; i < sizeof(out); i++)
        out[i] = (char)('A' + i % 26);
    while (pid > 0 && got < sizeof(out)) {
        struct pollfd p = { ends[0], (short)(POLLIN | (sent < sizeof(out) ? POLLOUT : 0)), 0 };
        ssize_t r;

        if (poll(&p, 1, 20000) != 1)
            break;
        if (p.revents & POLLOUT && (r = send(ends[0], out + sent, sizeof(out) - sent, MSG_DONTWAIT)) > 0) {
            sent += (size_t)r;
            if (sent == sizeof(out))
                shutdown(ends[0], SHUT_WR);
        }
        if (p.revents & (POLLIN | POLLHUP)) {
            if ((r = read(ends[0], in + got, sizeof(in) - got)) <= 0)
                break;
            got += (size_t)r;
        }
    }
    CHECK_EQ(sizeof(out), sent);
    CHECK_EQ(sizeof(out), got);
    CHECK(memcmp(in, out, sizeof(out)) == 0);
    ended(pid, 7);
    close(ends[0]);
}

int main(int argc, char **argv)
{
    int ends[2], pid;
    char c;

    self = argv[0];
    if (argc > 1)
        return strcmp(argv[1], "below") == 0 ? copy_below() : strcmp(argv[1], "quiet") == 0 ? 5 : copy();
    signal(SIGPIPE, SIG_IGN);
    test("a stream: both directions, the end by shutdown()");
    talk(SOCK_STREAM, "copy");
    test("the program's own child has it");
    talk(SOCK_STREAM, "below");
    test("the end by close()");
    if ((pid = start(SOCK_STREAM, "copy", ends)) > 0) {
        CHECK(write(ends[0], "x", 1) == 1);
        CHECK(get(ends[0], &c, 1) == 1 && c == 'X');
        close(ends[0]);
        ended(pid, 7);
    }
    test("a program that ends at once");
    if ((pid = start(SOCK_STREAM, "quiet", ends)) > 0) {
        CHECK(readable(ends[0]));
        CHECK(read(ends[0], &c, 1) == 0);
        ended(pid, 5);
        close(ends[0]);
    }
    test("an inherited socket is closed by a process that has others");
    close_inherited();
    test("400,000 bytes");
    much();
    return test_done();
}
