/* SPDX-License-Identifier: BSD-2-Clause */
/* /dev/windows: messages of windows, beside other descriptors; /dev/clipboard. */
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"

struct message { /* MSG */
    void *window;
    uint32_t number;
    uint64_t wparam, lparam;
    uint32_t time;
    int32_t x, y, pad;
};
_Static_assert(sizeof(struct message) == 48, "MSG");

void *LoadLibraryA(const char *);
void *GetProcAddress(void *, const char *);
uint32_t GetCurrentThreadId(void);

static int (*post)(uint32_t thread, uint32_t number, uint64_t wparam, uint64_t lparam);
static uint32_t reader;
static volatile int caught;

static void on_signal(int sig)
{
    caught = sig;
}

static void *later(void *arg)
{
    usleep(100000);
    post(reader, 0x8001, 5, 6);
    return NULL;
}

static void *kicks(void *arg)
{
    usleep(100000);
    pthread_kill(*(pthread_t *)arg, SIGUSR1);
    return NULL;
}

static void messages(int fd)
{
    struct message m = { .number = 0x8000, .wparam = 1, .lparam = 2 }, got;
    struct pollfd p[2] = { { fd, POLLIN | POLLOUT, 0 } };
    pthread_t t, me = pthread_self();
    int pipes[2];
    fd_set r;

    test("a message that was written is read");
    CHECK_EQ(1, poll(p, 1, 0));
    CHECK_EQ(POLLOUT, p[0].revents);
    CHECK_EQ(sizeof(m), write(fd, &m, sizeof(m)));
    CHECK_EQ(1, poll(p, 1, 0));
    CHECK_EQ(POLLIN | POLLOUT, p[0].revents);
    CHECK_ERR(EINVAL, read(fd, &got, 47));
    CHECK_EQ(sizeof(got), read(fd, &got, sizeof(got)));
    CHECK(got.number == 0x8000 && got.wparam == 1 && got.lparam == 2);
    test("nothing there, without waiting");
    CHECK(fcntl(fd, F_SETFL, O_RDWR | O_NONBLOCK) == 0);
    CHECK_ERR(EAGAIN, read(fd, &got, sizeof(got)));
    CHECK(fcntl(fd, F_SETFL, O_RDWR) == 0);
    test("a read, poll, select wait for one");
    reader = GetCurrentThreadId();
    CHECK(pthread_create(&t, NULL, later, NULL) == 0);
    CHECK_EQ(sizeof(got), read(fd, &got, sizeof(got)));
    CHECK(got.number == 0x8001 && got.lparam == 6);
    pthread_join(t, NULL);
    CHECK(pipe(pipes) == 0);
    p[0].events = POLLIN;
    p[1] = (struct pollfd){ pipes[0], POLLIN, 0 };
    CHECK_EQ(0, poll(p, 2, 50));
    CHECK(pthread_create(&t, NULL, later, NULL) == 0);
    CHECK_EQ(1, poll(p, 2, 10000));
    CHECK(p[0].revents == POLLIN && !p[1].revents);
    pthread_join(t, NULL);
    CHECK_EQ(sizeof(got), read(fd, &got, sizeof(got)));
    CHECK(pthread_create(&t, NULL, later, NULL) == 0);
    FD_ZERO(&r);
    FD_SET(fd, &r);
    FD_SET(pipes[0], &r);
    CHECK_EQ(1, select(20, &r, NULL, NULL, NULL));
    CHECK(FD_ISSET(fd, &r));
    pthread_join(t, NULL);
    CHECK_EQ(sizeof(got), read(fd, &got, sizeof(got)));
    CHECK(write(pipes[1], "x", 1) == 1);
    CHECK_EQ(1, poll(p, 2, 10000));
    CHECK(!p[0].revents && p[1].revents == POLLIN);
    test("a signal ends the wait");
    sigaction(SIGUSR1, &(struct sigaction){ .sa_handler = on_signal }, NULL);
    CHECK(pthread_create(&t, NULL, kicks, &me) == 0);
    CHECK_ERR(EINTR, read(fd, &got, sizeof(got)));
    CHECK(caught == SIGUSR1);
    pthread_join(t, NULL);
    test("a forked child has its own");
    if (fork() == 0)
        _exit(write(fd, &m, sizeof(m)) == sizeof(m) && read(fd, &got, sizeof(got)) == sizeof(got)
                      && got.number == 0x8000
                  ? 0
                  : 1);
    int status = -1;
    CHECK(wait(&status) > 0 && status == 0);
}

static void clipboard(void)
{
    static const char text[] = "gr\303\274n, \360\237\230\200\nand a line";
    char buf[100];
    int fd = open("/dev/clipboard", O_WRONLY);

    test("/dev/clipboard");
    CHECK(fd >= 0);
    CHECK_EQ(5, write(fd, text, 5));
    CHECK_EQ(strlen(text) - 5, write(fd, text + 5, strlen(text) - 5));
    close(fd);
    fd = open("/dev/clipboard", O_RDONLY);
    CHECK_EQ(3, read(fd, buf, 3));
    CHECK_EQ(strlen(text) - 3, read(fd, buf + 3, sizeof(buf) - 3));
    CHECK(!memcmp(buf, text, strlen(text)));
    CHECK_EQ(0, read(fd, buf, sizeof(buf)));
    CHECK_EQ(0, lseek(fd, 0, SEEK_SET));
    CHECK_EQ(strlen(text), read(fd, buf, sizeof(buf)));
    close(fd);
}

int main(void)
{
    int fd = open("/dev/windows", O_RDWR);

    test("/dev/windows");
    if (fd < 0 && errno == ENXIO) {
        test_skip("this system has no windows");
        return test_done();
    }
    CHECK(fd >= 0);
    post = GetProcAddress(LoadLibraryA("user32.dll"), "PostThreadMessageW");
    messages(fd);
    clipboard();
    return test_done();
}
