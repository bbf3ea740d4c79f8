/* SPDX-License-Identifier: BSD-2-Clause */
/* aio_read and its family. */
#include <aio.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tap.h"

static volatile sig_atomic_t signalled;
static int volatile value, called;

static void on_signal(int sig, siginfo_t *si, void *context)
{
    if (si->si_code == SI_ASYNCIO)
        value = si->si_value.sival_int;
    signalled++;
}

static void on_end(union sigval v)
{
    called = v.sival_int;
}

static int finish(struct aiocb *cb)
{
    const struct aiocb *list[] = { NULL, cb };

    while (aio_error(cb) == EINPROGRESS)
        if (aio_suspend(list, 2, NULL) < 0 && errno != EINTR)
            return -2;
    return aio_error(cb) ? -1 : (int)aio_return(cb);
}

static void files(void)
{
    char buf[16] = "";
    int fd = open("aio", O_RDWR | O_CREAT | O_TRUNC, 0600);
    struct aiocb cb = { .aio_fildes = fd, .aio_buf = "hello", .aio_nbytes = 5, .aio_offset = 3 };

    test("aio_write, aio_fsync, aio_read");
    cb.aio_sigevent.sigev_notify = SIGEV_NONE;
    CHECK(aio_write(&cb) == 0);
    CHECK_EQ(5, finish(&cb));
    CHECK(aio_fsync(O_SYNC, &cb) == 0);
    CHECK_EQ(0, finish(&cb));
    cb.aio_buf = buf;
    cb.aio_nbytes = 10;
    cb.aio_offset = 4;
    CHECK(aio_read(&cb) == 0);
    CHECK_EQ(4, finish(&cb));
    CHECK(!strcmp(buf, "ello"));
    CHECK(lseek(fd, 0, SEEK_CUR) == 0);
    test("SIGEV_SIGNAL");
    cb.aio_sigevent.sigev_notify = SIGEV_SIGNAL;
    cb.aio_sigevent.sigev_signo = SIGUSR1;
    cb.aio_sigevent.sigev_value.sival_int = 42;
    CHECK(aio_read(&cb) == 0);
    CHECK_EQ(4, finish(&cb));
    while (!signalled)
        usleep(1000);
    CHECK_EQ(42, value);
    test("SIGEV_THREAD");
    cb.aio_sigevent.sigev_notify = SIGEV_THREAD;
    cb.aio_sigevent.sigev_notify_function = on_end;
    cb.aio_sigevent.sigev_notify_attributes = NULL;
    cb.aio_sigevent.sigev_value.sival_int = 7;
    CHECK(aio_read(&cb) == 0);
    CHECK_EQ(4, finish(&cb));
    for (int i = 0; i < 5000 && !called; i++)
        usleep(1000);
    CHECK_EQ(7, called);
    test("errors");
    cb.aio_sigevent.sigev_notify = SIGEV_NONE;
    close(fd);
    CHECK(aio_read(&cb) == 0 || errno == EBADF);
    while (aio_error(&cb) == EINPROGRESS)
        usleep(1000);
    CHECK_EQ(EBADF, aio_error(&cb));
    CHECK_ERR(EBADF, aio_fsync(O_SYNC, &cb));
    CHECK_ERR(EINVAL, aio_fsync(12345, &cb));
    CHECK_ERR(EINVAL, lio_listio(77, (struct aiocb *[]){ &cb }, 0, NULL));
}

static void pipes(void)
{
    struct timespec t = { 0, 20000000 };
    char a[4], b[4];
    int p[2];
    struct aiocb one = { .aio_buf = a, .aio_nbytes = 4 }, two = { .aio_buf = b, .aio_nbytes = 4 };
    const struct aiocb *list[] = { &one };

    test("a pipe: in order; aio_suspend's time-out; cancel of what waits behind");
    CHECK(pipe(p) == 0);
    one.aio_sigevent.sigev_notify = two.aio_sigevent.sigev_notify = SIGEV_NONE;
    one.aio_fildes = two.aio_fildes = p[0];
    CHECK(aio_read(&one) == 0);
    CHECK(aio_read(&two) == 0);
    CHECK_ERR(EAGAIN, aio_suspend(list, 1, &t));
    CHECK_EQ(EINPROGRESS, aio_error(&one));
    CHECK_EQ(AIO_CANCELED, aio_cancel(p[0], &two));
    CHECK_EQ(ECANCELED, aio_error(&two));
    CHECK_EQ(AIO_NOTCANCELED, aio_cancel(p[0], &one));
    CHECK(write(p[1], "abc", 3) == 3);
    CHECK_EQ(3, finish(&one));
    CHECK_EQ(AIO_ALLDONE, aio_cancel(p[0], &one));
    test("a signal ends aio_suspend");
    CHECK(aio_read(&one) == 0);
    if (fork() == 0) {
        usleep(50000);
        _exit(kill(getppid(), SIGUSR1) != 0);
    }
    CHECK_ERR(EINTR, aio_suspend(list, 1, NULL));
    wait(NULL);
    close(p[1]);
    CHECK_EQ(0, finish(&one));
    close(p[0]);
}

static void lists(void)
{
    enum { N = 40 };
    static struct aiocb cb[N];
    static char data[N][100];
    struct aiocb *list[N + 1] = { NULL };
    struct sigevent ev = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1 };
    int fd = open("list", O_RDWR | O_CREAT | O_TRUNC, 0600), bad = 0;

    test("lio_listio, LIO_WAIT");
    for (int i = 0; i < N; i++) {
        memset(data[i], 'A' + i % 26, sizeof(data[i]));
        cb[i] = (struct aiocb){ .aio_fildes = fd, .aio_buf = data[i], .aio_nbytes = 100, .aio_offset = i * 100,
                                .aio_lio_opcode = LIO_WRITE };
        cb[i].aio_sigevent.sigev_notify = SIGEV_NONE;
        list[i] = &cb[i];
    }
    CHECK(lio_listio(LIO_WAIT, list, N + 1, NULL) == 0);
    for (int i = 0; i < N; i++)
        bad += aio_error(&cb[i]) != 0 || aio_return(&cb[i]) != 100;
    CHECK_EQ(0, bad);
    CHECK(lseek(fd, 0, SEEK_END) == N * 100);
    test("lio_listio, LIO_NOWAIT, one signal at the end");
    signalled = 0;
    for (int i = 0; i < N; i++) {
        memset(data[i], 0, sizeof(data[i]));
        cb[i].aio_lio_opcode = LIO_READ;
    }
    CHECK(lio_listio(LIO_NOWAIT, list, N, &ev) == 0);
    while (!signalled)
        usleep(1000);
    for (int i = 0; i < N; i++)
        bad += aio_error(&cb[i]) != 0 || data[i][99] != 'A' + i % 26;
    CHECK_EQ(0, bad);
    CHECK_EQ(1, signalled);
    close(fd);
}

int main(void)
{
    struct sigaction act = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO };

    sigaction(SIGUSR1, &act, NULL);
    files();
    pipes();
    lists();
    return test_done();
}
