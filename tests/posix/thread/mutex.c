/* SPDX-License-Identifier: BSD-2-Clause */
/* Mutexes of all types, time-outs, robust ones, and that they exclude. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <time.h>

#include "tests/tap.h"

static sem_t go, done;

static struct timespec in(clockid_t clock, long ms)
{
    struct timespec t;

    clock_gettime(clock, &t);
    t.tv_nsec += ms % 1000 * 1000000;
    t.tv_sec += ms / 1000 + t.tv_nsec / 1000000000;
    t.tv_nsec %= 1000000000;
    return t;
}

static bool has_come(clockid_t clock, const struct timespec *t)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return now.tv_sec > t->tv_sec || (now.tv_sec == t->tv_sec && now.tv_nsec >= t->tv_nsec);
}

static void make(pthread_mutex_t *m, int type)
{
    pthread_mutexattr_t a;

    CHECK_EQ(0, pthread_mutexattr_init(&a));
    CHECK_EQ(0, pthread_mutexattr_settype(&a, type));
    CHECK_EQ(0, pthread_mutex_init(m, &a));
    CHECK_EQ(0, pthread_mutexattr_destroy(&a));
}

static void *holder(void *arg)
{
    pthread_mutex_lock(arg);
    sem_post(&done);
    sem_wait(&go);
    pthread_mutex_unlock(arg);
    return NULL;
}

static void *try_it(void *arg)
{
    int r = pthread_mutex_trylock(arg);

    if (r == 0)
        pthread_mutex_unlock(arg);
    return (void *)(long)r;
}

static void *unlock_it(void *arg)
{
    return (void *)(long)pthread_mutex_unlock(arg);
}

static int by_other(void *(*fn)(void *), pthread_mutex_t *m)
{
    pthread_t t;
    void *r = (void *)-1L;

    pthread_create(&t, NULL, fn, m);
    pthread_join(t, &r);
    return (int)(long)r;
}

static void kinds(void)
{
    static pthread_mutex_t fixed = PTHREAD_MUTEX_INITIALIZER;
#ifdef PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP
    static pthread_mutex_t recursive = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
    static pthread_mutex_t checking = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;
#endif
    pthread_mutex_t m;

    test("normal: locked once, by one");
    CHECK_EQ(0, pthread_mutex_lock(&fixed));
    CHECK_EQ(EBUSY, by_other(try_it, &fixed));
    CHECK_EQ(EBUSY, pthread_mutex_trylock(&fixed));
    CHECK_EQ(EBUSY, pthread_mutex_destroy(&fixed));
    CHECK_EQ(0, pthread_mutex_unlock(&fixed));
    CHECK_EQ(0, by_other(try_it, &fixed));
    CHECK_EQ(0, pthread_mutex_destroy(&fixed));

    test("recursive: as often as it is locked");
    make(&m, PTHREAD_MUTEX_RECURSIVE);
    for (int i = 0; i < 1000; i++)
        CHECK_EQ(0, pthread_mutex_lock(&m));
    CHECK_EQ(0, pthread_mutex_trylock(&m));
    for (int i = 0; i < 1001; i++) {
        CHECK_EQ(EBUSY, i % 100 ? EBUSY : by_other(try_it, &m));
        CHECK_EQ(0, pthread_mutex_unlock(&m));
    }
    CHECK_EQ(0, by_other(try_it, &m));
    CHECK_EQ(EPERM, pthread_mutex_unlock(&m));
    CHECK_EQ(0, pthread_mutex_destroy(&m));

    test("errorcheck: says what is wrong");
    make(&m, PTHREAD_MUTEX_ERRORCHECK);
    CHECK_EQ(EPERM, pthread_mutex_unlock(&m));
    CHECK_EQ(0, pthread_mutex_lock(&m));
    CHECK_EQ(EDEADLK, pthread_mutex_lock(&m));
    CHECK_EQ(EBUSY, pthread_mutex_trylock(&m));
    CHECK_EQ(EPERM, by_other(unlock_it, &m));
    CHECK_EQ(0, pthread_mutex_unlock(&m));
    CHECK_EQ(0, pthread_mutex_destroy(&m));

#ifdef PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP
    test("static initialisers of the other types");
    CHECK_EQ(0, pthread_mutex_lock(&recursive));
    CHECK_EQ(0, pthread_mutex_lock(&recursive));
    CHECK_EQ(0, pthread_mutex_unlock(&recursive));
    CHECK_EQ(EBUSY, by_other(try_it, &recursive));
    CHECK_EQ(0, pthread_mutex_unlock(&recursive));
    CHECK_EQ(0, pthread_mutex_lock(&checking));
    CHECK_EQ(EDEADLK, pthread_mutex_lock(&checking));
    CHECK_EQ(0, pthread_mutex_unlock(&checking));
#endif
}

static void timeouts(void)
{
    static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
    struct timespec until, bad = { 0, 2000000000 };
    pthread_t t;

    test("timedlock gives up in time, not before");
    CHECK_EQ(0, pthread_create(&t, NULL, holder, &m));
    sem_wait(&done);
    until = in(CLOCK_REALTIME, 30);
    CHECK_EQ(ETIMEDOUT, pthread_mutex_timedlock(&m, &until));
    CHECK(has_come(CLOCK_REALTIME, &until));
    until = in(CLOCK_MONOTONIC, 30);
    CHECK_EQ(ETIMEDOUT, pthread_mutex_clocklock(&m, CLOCK_MONOTONIC, &until));
    CHECK(has_come(CLOCK_MONOTONIC, &until));
    CHECK_EQ(EINVAL, pthread_mutex_timedlock(&m, &bad));
    sem_post(&go);
    until = in(CLOCK_REALTIME, 30000);
    CHECK_EQ(0, pthread_mutex_timedlock(&m, &until));
    CHECK_EQ(0, pthread_join(t, NULL));
    CHECK_EQ(0, pthread_mutex_unlock(&m));
    CHECK_EQ(0, pthread_mutex_timedlock(&m, &until));
    CHECK_EQ(0, pthread_mutex_unlock(&m));
}

static void *die_with(void *arg)
{
    return (void *)(long)pthread_mutex_lock(arg);
}

static void robust(void)
{
    pthread_mutexattr_t a;
    pthread_mutex_t m;
    int v;

    test("robust: the next one learns that the owner has died");
    pthread_mutexattr_init(&a);
    CHECK_EQ(0, pthread_mutexattr_setrobust(&a, PTHREAD_MUTEX_ROBUST));
    CHECK_EQ(0, pthread_mutexattr_getrobust(&a, &v));
    CHECK_EQ(PTHREAD_MUTEX_ROBUST, v);
    CHECK_EQ(0, pthread_mutex_init(&m, &a));
    CHECK_EQ(0, by_other(die_with, &m));
    CHECK_EQ(EOWNERDEAD, pthread_mutex_lock(&m));
    CHECK_EQ(0, pthread_mutex_consistent(&m));
    CHECK_EQ(0, pthread_mutex_unlock(&m));
    CHECK_EQ(0, pthread_mutex_lock(&m));
    CHECK_EQ(EINVAL, pthread_mutex_consistent(&m));
    CHECK_EQ(0, pthread_mutex_unlock(&m));

    test("robust: not made consistent, it is lost");
    CHECK_EQ(0, by_other(die_with, &m));
    CHECK_EQ(EOWNERDEAD, pthread_mutex_trylock(&m));
    CHECK_EQ(0, pthread_mutex_unlock(&m));
    CHECK_EQ(ENOTRECOVERABLE, pthread_mutex_lock(&m));
    CHECK_EQ(0, pthread_mutex_destroy(&m));
    pthread_mutexattr_destroy(&a);
}

enum { THREADS = 8, ROUNDS = 20000 };
static pthread_mutex_t shared;
static volatile long counter;

static void *count(void *arg)
{
    for (int i = 0; i < ROUNDS; i++) {
        pthread_mutex_lock(&shared);
        if (i % 16 == 0)
            pthread_mutex_lock(arg ? arg : &shared), pthread_mutex_unlock(arg ? arg : &shared);
        counter = counter + 1;
        pthread_mutex_unlock(&shared);
    }
    return NULL;
}

static void exclusion(void)
{
    static pthread_mutex_t inner = PTHREAD_MUTEX_INITIALIZER;
    pthread_t t[THREADS];

    for (int type = 0; type < 3; type++) {
        static const int types[] = { PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_RECURSIVE,
                                     PTHREAD_MUTEX_ERRORCHECK };

        test("%d threads count to %d, type %d", THREADS, THREADS * ROUNDS, types[type]);
        make(&shared, types[type]);
        counter = 0;
        for (int i = 0; i < THREADS; i++)
            CHECK_EQ(0, pthread_create(&t[i], NULL, count,
                                       types[type] == PTHREAD_MUTEX_RECURSIVE ? NULL : &inner));
        for (int i = 0; i < THREADS; i++)
            CHECK_EQ(0, pthread_join(t[i], NULL));
        CHECK_EQ(THREADS * ROUNDS, counter);
        CHECK_EQ(0, pthread_mutex_destroy(&shared));
    }
}

int main(void)
{
    sem_init(&go, 0, 0);
    sem_init(&done, 0, 0);
    kinds();
    timeouts();
    robust();
    exclusion();
    return test_done();
}
