/* SPDX-License-Identifier: BSD-2-Clause */
/* Cancellation at cancellation points and anywhere, cleanup handlers. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/tap.h"

static sem_t ready, never, go;
static int p[2];
static int cleaned, locked_in_cleanup;
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t c = PTHREAD_COND_INITIALIZER;

static void add(void *arg)
{
    cleaned = cleaned * 10 + (int)(long)arg;
}

static void unlock(void *arg)
{
    /* EPERM or 0 would be known by an errorcheck mutex: a normal one is locked by us now */
    locked_in_cleanup = pthread_mutex_trylock(arg) == EBUSY;
    pthread_mutex_unlock(arg);
}

/* ---- where a thread may be when it is cancelled ---- */

static void in_read(void)
{
    char ch;

    if (read(p[0], &ch, 1) == 1)
        cleaned = -1;
}

static void in_nanosleep(void)
{
    struct timespec long_time = { 1000, 0 };

    nanosleep(&long_time, NULL);
}

static void in_sem_wait(void)
{
    sem_wait(&never);
}

static void in_sem_timedwait(void)
{
    struct timespec until = { time(NULL) + 1000, 0 };

    sem_timedwait(&never, &until);
}

static void in_pause(void)
{
    pause();
}

static void in_cond_wait(void)
{
    pthread_mutex_lock(&m);
    pthread_cleanup_push(unlock, &m);
    for (;;)
        pthread_cond_wait(&c, &m);
    pthread_cleanup_pop(0);
}

static void *sleep_for_ever(void *arg)
{
    sem_wait(&never);
    return arg;
}

static void in_join(void)
{
    pthread_t t;

    pthread_create(&t, NULL, sleep_for_ever, NULL);
    pthread_detach(t);
    pthread_create(&t, NULL, sleep_for_ever, NULL);
    pthread_join(t, NULL);
}

static void in_sigwait(void)
{
    sigset_t set;
    int sig;

    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    sigwait(&set, &sig);
}

static void in_testcancel(void)
{
    for (;;)
        pthread_testcancel();
}

static void in_write(void)
{
    static char block[65536];

    for (;;)
        if (write(p[1], block, sizeof(block)) < 0)
            break;
}

static void in_busy_write(void)
{
    int fd = open("/dev/null", O_WRONLY);

    for (;;)
        if (write(fd, "x", 1) != 1)
            break;
}

static void in_open_close(void)
{
    for (;;)
        close(open("/dev/null", O_RDONLY));
}

static pid_t child;

static void in_waitpid(void)
{
    int st;

    waitpid(child, &st, 0);
}

static int sv[2], listening;

static void in_poll(void)
{
    struct pollfd pfd = { p[0], POLLIN, 0 };

    poll(&pfd, 1, -1);
}

static void in_select(void)
{
    fd_set set;

    FD_ZERO(&set);
    FD_SET(p[0], &set);
    select(p[0] + 1, &set, NULL, NULL, NULL);
}

static void in_recv(void)
{
    char ch;

    recv(sv[0], &ch, 1, 0);
}

static void in_accept(void)
{
    accept(listening, NULL, NULL);
}

static void sockets(void)
{
    struct sockaddr_in a = { .sin_family = AF_INET };

    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, sv));
    CHECK((listening = socket(AF_INET, SOCK_STREAM, 0)) >= 0);
    CHECK_EQ(0, bind(listening, (struct sockaddr *)&a, sizeof(a)));
    CHECK_EQ(0, listen(listening, 1));
}

static const struct place {
    const char *name;
    void (*fn)(void);
} places[] = {
    { "read of a pipe", in_read },
    { "poll", in_poll },
    { "select", in_select },
    { "recv", in_recv },
    { "accept", in_accept },
    { "nanosleep", in_nanosleep },
    { "sem_wait", in_sem_wait },
    { "sem_timedwait", in_sem_timedwait },
    { "pause", in_pause },
    { "pthread_cond_wait", in_cond_wait },
    { "pthread_join", in_join },
    { "sigwait", in_sigwait },
    { "pthread_testcancel", in_testcancel },
    { "write to a pipe", in_write },
    { "write that never waits", in_busy_write },
    { "open and close", in_open_close },
    { "waitpid", in_waitpid },
};

static void *run(void *arg)
{
    const struct place *pl = arg;

    pthread_cleanup_push(add, (void *)1L);
    pthread_cleanup_push(add, (void *)2L);
    sem_post(&ready);
    pl->fn();
    pthread_cleanup_pop(0);
    pthread_cleanup_pop(0);
    return NULL;
}

static void points(void)
{
    for (unsigned i = 0; i < sizeof(places) / sizeof(*places); i++) {
        for (int early = 0; early < 2; early++) {
            pthread_t t;
            void *r = NULL;

            test("cancelled in %s%s", places[i].name, early ? "" : ", while it waits");
            cleaned = 0;
            CHECK_EQ(0, pthread_create(&t, NULL, run, (void *)&places[i]));
            sem_wait(&ready);
            if (!early)
                usleep(20000); /* most probably it waits by now; if not, that is tested, too */
            CHECK_EQ(0, pthread_cancel(t));
            CHECK_EQ(0, pthread_join(t, &r));
            CHECK(r == PTHREAD_CANCELED);
            CHECK_EQ(21, cleaned);
        }
    }
    test("pthread_cond_wait has the mutex when it is cancelled");
    CHECK(locked_in_cleanup);
    CHECK_EQ(0, pthread_mutex_trylock(&m));
    CHECK_EQ(0, pthread_mutex_unlock(&m));
}

/* ---- disabled, asynchronous ---- */

static void *disabled(void *arg)
{
    int old = -1;

    if (pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &old) || old != PTHREAD_CANCEL_ENABLE)
        return NULL;
    sem_post(&ready);
    sem_wait(&go);
    pthread_testcancel();
    cleaned = 5;
    pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, &old);
    cleaned = old == PTHREAD_CANCEL_DISABLE ? 6 : 7;
    pthread_testcancel();
    cleaned = 8;
    return arg;
}

static volatile unsigned long spun;

static void *endless(void *arg)
{
    int old = -1;

    if (pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, &old) || old != PTHREAD_CANCEL_DEFERRED)
        return NULL;
    pthread_cleanup_push(add, (void *)4L);
    sem_post(&ready);
    for (;;)
        spun = spun + 1;
    pthread_cleanup_pop(0);
    return arg;
}

static void *to_itself(void *arg)
{
    pthread_cancel(pthread_self());
    cleaned = 3;
    pthread_testcancel();
    cleaned = 4;
    return arg;
}

static void *ends(void *arg)
{
    return arg;
}

static void modes(void)
{
    pthread_t t;
    void *r;

    test("disabled: not before it is enabled");
    CHECK_EQ(0, pthread_create(&t, NULL, disabled, NULL));
    sem_wait(&ready);
    CHECK_EQ(0, pthread_cancel(t));
    sem_post(&go);
    CHECK_EQ(0, pthread_join(t, &r));
    CHECK(r == PTHREAD_CANCELED);
    CHECK_EQ(6, cleaned);

    test("asynchronous: in an endless loop");
    cleaned = 0;
    CHECK_EQ(0, pthread_create(&t, NULL, endless, NULL));
    sem_wait(&ready);
    CHECK_EQ(0, pthread_cancel(t));
    CHECK_EQ(0, pthread_join(t, &r));
    CHECK(r == PTHREAD_CANCELED);
    CHECK_EQ(4, cleaned);

    test("itself, at the next point");
    CHECK_EQ(0, pthread_create(&t, NULL, to_itself, NULL));
    CHECK_EQ(0, pthread_join(t, &r));
    CHECK(r == PTHREAD_CANCELED);
    CHECK_EQ(3, cleaned);

    test("one that has ended keeps its result");
    CHECK_EQ(0, pthread_create(&t, NULL, ends, (void *)9L));
    usleep(20000);
    pthread_cancel(t);
    CHECK_EQ(0, pthread_join(t, &r));
    CHECK(r == (void *)9L || r == PTHREAD_CANCELED);

    test("no such state or type");
    CHECK_EQ(EINVAL, pthread_setcancelstate(77, NULL));
    CHECK_EQ(EINVAL, pthread_setcanceltype(77, NULL));
}

/* ---- cleanup handlers ---- */

static void *pops(void *arg)
{
    pthread_cleanup_push(add, (void *)1L);
    pthread_cleanup_push(add, (void *)2L);
    pthread_cleanup_pop(1);
    pthread_cleanup_pop(0);
    pthread_cleanup_push(add, (void *)3L);
    pthread_exit(arg);
    pthread_cleanup_pop(0);
}

static void handlers(void)
{
    pthread_t t;

    test("cleanup handlers: popped with 1, and by pthread_exit");
    cleaned = 0;
    CHECK_EQ(0, pthread_create(&t, NULL, pops, NULL));
    CHECK_EQ(0, pthread_join(t, NULL));
    CHECK_EQ(23, cleaned);
}

int main(void)
{
    if (pipe(p) < 0)
        return 1;
    sem_init(&ready, 0, 0);
    sem_init(&never, 0, 0);
    sem_init(&go, 0, 0);
    if ((child = fork()) == 0)
        for (;;)
            pause();
    test("sockets to wait at");
    sockets();
    points();
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    close(p[0]); /* what was written there is for nobody */
    modes();
    handlers();
    return test_done();
}
