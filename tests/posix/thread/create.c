/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads: beginning, end, join, detach, results, names, many of them. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/tap.h"

static void *twice(void *arg)
{
    return (void *)((long)arg * 2);
}

static void *tell_self(void *arg)
{
    *(pthread_t *)arg = pthread_self();
    return NULL;
}

static sem_t go, done;

static void *wait_go(void *arg)
{
    sem_wait(&go);
    sem_post(&done);
    return arg;
}

static void *exit_deep(void *arg)
{
    pthread_exit(arg);
}

static int errno_kept;

static void *use_errno(void *arg)
{
    errno = 77;
    sem_post(&done);
    sem_wait(&go);
    errno_kept = errno == 77;
    return arg;
}

static void basics(void)
{
    pthread_t t, other = 0;
    void *r;

    test("a thread gets its argument and gives its result");
    CHECK_EQ(0, pthread_create(&t, NULL, twice, (void *)21L));
    CHECK_EQ(0, pthread_join(t, &r));
    CHECK_EQ(42, (long)r);

    test("pthread_exit gives a result, too");
    CHECK_EQ(0, pthread_create(&t, NULL, exit_deep, (void *)7L));
    CHECK_EQ(0, pthread_join(t, &r));
    CHECK_EQ(7, (long)r);

    test("pthread_self is what pthread_create gave, and not ours");
    CHECK_EQ(0, pthread_create(&t, NULL, tell_self, &other));
    CHECK_EQ(0, pthread_join(t, NULL));
    CHECK(pthread_equal(t, other));
    CHECK(!pthread_equal(pthread_self(), other));
    CHECK(pthread_equal(pthread_self(), pthread_self()));

    test("each thread has its own errno");
    CHECK_EQ(0, pthread_create(&t, NULL, use_errno, NULL));
    sem_wait(&done);
    errno = 3;
    sem_post(&go);
    CHECK_EQ(0, pthread_join(t, NULL));
    CHECK(errno_kept);
}

static void detaching(void)
{
    pthread_attr_t a;
    pthread_t t;

    test("a detached thread runs to its end");
    CHECK_EQ(0, pthread_create(&t, NULL, wait_go, NULL));
    CHECK_EQ(0, pthread_detach(t));
    CHECK_EQ(EINVAL, pthread_join(t, NULL));
    sem_post(&go);
    sem_wait(&done);

    test("one created as detached, too");
    pthread_attr_init(&a);
    CHECK_EQ(0, pthread_attr_setdetachstate(&a, PTHREAD_CREATE_DETACHED));
    CHECK_EQ(0, pthread_create(&t, &a, wait_go, NULL));
    CHECK_EQ(EINVAL, pthread_join(t, NULL));
    sem_post(&go);
    sem_wait(&done);
    pthread_attr_destroy(&a);
}

static void errors(void)
{
    pthread_t t;
    void *r;

    test("a thread cannot join itself");
    CHECK_EQ(EDEADLK, pthread_join(pthread_self(), NULL));

    test("tryjoin says EBUSY while it runs, timedjoin ETIMEDOUT");
    CHECK_EQ(0, pthread_create(&t, NULL, wait_go, (void *)5L));
    CHECK_EQ(EBUSY, pthread_tryjoin_np(t, &r));
    struct timespec past = { 1, 0 };
    CHECK_EQ(ETIMEDOUT, pthread_timedjoin_np(t, &r, &past));
    sem_post(&go);
    sem_wait(&done);
    CHECK_EQ(0, pthread_join(t, &r));
    CHECK_EQ(5, (long)r);
}

static void names(void)
{
    char name[32];

    test("threads have names of up to 15 characters");
    CHECK_EQ(0, pthread_setname_np(pthread_self(), "fifteen letters"));
    CHECK_EQ(0, pthread_getname_np(pthread_self(), name, sizeof(name)));
    CHECK_STR("fifteen letters", name);
    CHECK_EQ(ERANGE, pthread_setname_np(pthread_self(), "sixteen letters!"));
}

static void many(void)
{
    enum { N = 100, ROUNDS = 3 };
    static pthread_t t[N];
    void *r;
    long sum;

    test("%d threads at a time, %d times", N, ROUNDS);
    for (int round = 0; round < ROUNDS; round++) {
        sum = 0;
        for (long i = 0; i < N; i++)
            CHECK_EQ(0, pthread_create(&t[i], NULL, wait_go, (void *)i));
        for (int i = 0; i < N; i++)
            sem_post(&go);
        for (int i = 0; i < N; i++) {
            CHECK_EQ(0, pthread_join(t[i], &r));
            sum += (long)r;
        }
        CHECK_EQ(N * (N - 1) / 2, sum);
        for (int i = 0; i < N; i++)
            sem_wait(&done);
    }
}

static pthread_t main_id;

static void *joins_main(void *arg)
{
    void *r;

    if (pthread_join(main_id, &r) != 0 || (long)r != 99)
        _exit(1);
    exit(23);
    return arg;
}

static void at_exit(void)
{
    if (write(1, "# atexit\n", 9) != 9)
        _exit(9);
}

static int status_of_child(void (*fn)(void))
{
    int st = -1;
    pid_t pid = fork();

    if (pid == 0) {
        fn();
        _exit(77);
    }
    return pid > 0 && waitpid(pid, &st, 0) == pid && WIFEXITED(st) ? WEXITSTATUS(st) : -1;
}

static void main_leaves(void)
{
    pthread_t t;

    main_id = pthread_self();
    pthread_create(&t, NULL, joins_main, NULL);
    pthread_exit((void *)99L);
}

static void main_is_last(void)
{
    atexit(at_exit);
    pthread_exit((void *)5L);
}

static void *leaves_late(void *arg)
{
    sem_wait(&go);
    return arg;
}

static void other_is_last(void)
{
    pthread_t t;

    pthread_create(&t, NULL, leaves_late, NULL);
    pthread_detach(t);
    sem_post(&go);
    pthread_exit(NULL);
}

static void ends(void)
{
    test("the first thread may leave and be joined");
    CHECK_EQ(23, status_of_child(main_leaves));
    test("a process ends with its last thread, status 0");
    CHECK_EQ(0, status_of_child(main_is_last));
    CHECK_EQ(0, status_of_child(other_is_last));
}

int main(void)
{
    sem_init(&go, 0, 0);
    sem_init(&done, 0, 0);
    basics();
    detaching();
    errors();
    names();
    many();
    ends();
    return test_done();
}
