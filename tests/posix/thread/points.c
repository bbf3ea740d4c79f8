/* SPDX-License-Identifier: BSD-2-Clause */
/* Every function that POSIX requires to be a cancellation point acts on a cancellation that is pending
 * when it is called, whether it would block or not (aio_suspend: where there is something to wait for).
 * POSIX.1-2017, 2.9.5.2 */
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tap.h"

static int null_fd, pair[2], pipe_fd[2];
static char buf[16];
static struct iovec iov = { buf, 1 };
static struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
static const struct timespec moment = { 0, 1000000 };
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static pthread_t other;
static sem_t sem;
static sigset_t set;
static char *page;

static struct timespec soon(void)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    t.tv_sec += 1;
    return t;
}

/* What is held when the thread ends is let go here. */
static void unlock(void *m)
{
    pthread_mutex_unlock(m);
}

static void wait_cond(int timed)
{
    struct timespec t = soon();

    pthread_mutex_lock(&mutex);
    pthread_cleanup_push(unlock, &mutex);
    if (timed)
        pthread_cond_timedwait(&cond, &mutex, &t);
    else
        pthread_cond_wait(&cond, &mutex);
    pthread_cleanup_pop(1);
}

#define IGNORE(x) do { if (x) { } } while (0)
#define POINT(name, ...) static void do_##name(void) { __VA_ARGS__; }
POINT(accept, IGNORE(accept(pair[0], NULL, NULL)))
POINT(clock_nanosleep, IGNORE(clock_nanosleep(CLOCK_MONOTONIC, 0, &moment, NULL)))
POINT(close, IGNORE(close(-1)))
POINT(connect, struct sockaddr_storage a = { .ss_family = AF_UNIX }; IGNORE(connect(pair[0], (void *)&a, 4)))
POINT(creat, IGNORE(creat("/nonexistent/x", 0600)))
POINT(fcntl_setlkw, struct flock l = { .l_type = F_UNLCK, .l_whence = SEEK_SET };
      IGNORE(fcntl(null_fd, F_SETLKW, &l)))
POINT(fdatasync, IGNORE(fdatasync(null_fd)))
POINT(fsync, IGNORE(fsync(null_fd)))
POINT(lockf, IGNORE(lockf(null_fd, F_LOCK, 1)))
POINT(msync, IGNORE(msync(page, 4096, MS_SYNC)))
POINT(nanosleep, IGNORE(nanosleep(&moment, NULL)))
POINT(open, IGNORE(open("/dev/null", O_RDONLY)))
POINT(openat, IGNORE(openat(AT_FDCWD, "/dev/null", O_RDONLY)))
POINT(pause, pause())
POINT(poll, struct pollfd p = { null_fd, POLLIN, 0 }; IGNORE(poll(&p, 1, 0)))
POINT(pread, IGNORE(pread(null_fd, buf, 1, 0)))
POINT(pselect, IGNORE(pselect(0, NULL, NULL, NULL, &moment, NULL)))
POINT(cond_timedwait, wait_cond(1))
POINT(cond_wait, wait_cond(0))
POINT(join, pthread_join(other, NULL))
POINT(testcancel, pthread_testcancel())
POINT(pwrite, IGNORE(pwrite(null_fd, buf, 1, 0)))
POINT(read, IGNORE(read(null_fd, buf, 1)))
POINT(readv, IGNORE(readv(null_fd, &iov, 1)))
POINT(recv, IGNORE(recv(pair[0], buf, 1, MSG_DONTWAIT)))
POINT(recvfrom, IGNORE(recvfrom(pair[0], buf, 1, MSG_DONTWAIT, NULL, NULL)))
POINT(recvmsg, IGNORE(recvmsg(pair[0], &msg, MSG_DONTWAIT)))
POINT(select, struct timeval t = { 0, 0 }; IGNORE(select(0, NULL, NULL, NULL, &t)))
POINT(sem_timedwait, struct timespec t = soon(); sem_timedwait(&sem, &t))
POINT(sem_wait, sem_wait(&sem))
POINT(send, IGNORE(send(pair[1], "x", 1, MSG_DONTWAIT)))
POINT(sendto, IGNORE(sendto(pair[1], "x", 1, MSG_DONTWAIT, NULL, 0)))
POINT(sendmsg, IGNORE(sendmsg(pair[1], &msg, MSG_DONTWAIT)))
POINT(sigsuspend, sigsuspend(&set))
POINT(sigtimedwait, IGNORE(sigtimedwait(&set, NULL, &moment)))
POINT(sigwait, int s; IGNORE(sigwait(&set, &s)))
POINT(sigwaitinfo, IGNORE(sigwaitinfo(&set, NULL)))
POINT(sleep, sleep(1))
POINT(usleep, usleep(1000))
POINT(wait, IGNORE(wait(NULL)))
POINT(waitid, siginfo_t si; IGNORE(waitid(P_ALL, 0, &si, WEXITED)))
POINT(waitpid, IGNORE(waitpid(-1, NULL, WNOHANG)))
POINT(write, IGNORE(write(null_fd, buf, 1)))
POINT(writev, IGNORE(writev(null_fd, &iov, 1)))

static const struct point {
    const char *name;
    void (*call)(void);
} points[] = {
#define P(name) { #name, do_##name }
    P(accept), P(clock_nanosleep), P(close), P(connect), P(creat), P(fcntl_setlkw), P(fdatasync),
    P(fsync), P(lockf), P(msync), P(nanosleep), P(open), P(openat), P(pause), P(poll), P(pread), P(pselect),
    P(cond_timedwait), P(cond_wait), P(join), P(testcancel), P(pwrite), P(read), P(readv), P(recv), P(recvfrom),
    P(recvmsg), P(select), P(sem_timedwait), P(sem_wait), P(send), P(sendto), P(sendmsg), P(sigsuspend),
    P(sigtimedwait), P(sigwait), P(sigwaitinfo), P(sleep), P(usleep), P(wait), P(waitid), P(waitpid), P(write),
    P(writev),
};

static void *call_cancelled(void *p)
{
    int old;

    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &old);
    pthread_cancel(pthread_self());
    pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, &old);
    ((const struct point *)p)->call();
    return NULL;
}

static void *sleep_long(void *p)
{
    for (;;)
        pause();
    return p;
}

int main(void)
{
    void *result;

    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    sigprocmask(SIG_BLOCK, &set, NULL);
    sem_init(&sem, 0, 1);
    null_fd = open("/dev/null", O_RDWR);
    CHECK_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
    CHECK_EQ(0, pipe(pipe_fd));
    page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK_EQ(0, pthread_create(&other, NULL, sleep_long, NULL));
    for (size_t i = 0; i < sizeof(points) / sizeof(*points); i++) {
        pthread_t t;

        test("%s", points[i].name);
        CHECK_EQ(0, pthread_create(&t, NULL, call_cancelled, (void *)&points[i]));
        CHECK_EQ(0, pthread_join(t, &result));
        CHECK(result == PTHREAD_CANCELED);
    }

    test("the mutex of the condition waits was let go, the semaphore has its one");
    CHECK_EQ(0, pthread_mutex_trylock(&mutex));
    CHECK_EQ(0, sem_trywait(&sem));
    return test_done();
}
