/* SPDX-License-Identifier: BSD-2-Clause */
/* Condition variables: signal, broadcast, both clocks, a queue between threads. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <time.h>

#include "tests/tap.h"

static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t c = PTHREAD_COND_INITIALIZER, ready = PTHREAD_COND_INITIALIZER;
static int waiting, released, tickets;

static void *waiter(void *arg)
{
    pthread_mutex_lock(&m);
    waiting++;
    pthread_cond_signal(&ready);
    while (!tickets)
        pthread_cond_wait(&c, &m);
    tickets--;
    released++;
    pthread_cond_signal(&ready);
    pthread_mutex_unlock(&m);
    return arg;
}

static void wake(void)
{
    enum { N = 10 };
    pthread_t t[N];

    test("signal lets one go, broadcast all");
    for (int i = 0; i < N; i++)
        CHECK_EQ(0, pthread_create(&t[i], NULL, waiter, NULL));
    pthread_mutex_lock(&m);
    while (waiting < N)
        pthread_cond_wait(&ready, &m);
    CHECK_EQ(0, released);
    for (int i = 1; i <= N / 2; i++) {
        tickets = 1;
        CHECK_EQ(0, pthread_cond_signal(&c));
        while (released < i)
            pthread_cond_wait(&ready, &m);
        CHECK_EQ(i, released);
    }
    tickets = N - N / 2;
    CHECK_EQ(0, pthread_cond_broadcast(&c));
    pthread_mutex_unlock(&m);
    for (int i = 0; i < N; i++)
        CHECK_EQ(0, pthread_join(t[i], NULL));
    CHECK_EQ(N, released);

    test("nobody waits: nothing happens, and nothing is remembered");
    CHECK_EQ(0, pthread_cond_signal(&c));
    CHECK_EQ(0, pthread_cond_broadcast(&c));
}

static void timed(clockid_t clock)
{
    pthread_condattr_t a;
    pthread_cond_t own;
    struct timespec until, now, bad = { 0, -1 };
    clockid_t got = 1234;
    int r;

    test("time-out by clock %d", (int)clock);
    CHECK_EQ(0, pthread_condattr_init(&a));
    CHECK_EQ(0, pthread_condattr_setclock(&a, clock));
    CHECK_EQ(0, pthread_condattr_getclock(&a, &got));
    CHECK_EQ(clock, got);
    CHECK_EQ(0, pthread_cond_init(&own, &a));
    CHECK_EQ(0, pthread_condattr_destroy(&a));
    pthread_mutex_lock(&m);
    clock_gettime(clock, &until);
    until.tv_nsec += 40000000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    do
        r = pthread_cond_timedwait(&own, &m, &until);
    while (r == 0);
    CHECK_EQ(ETIMEDOUT, r);
    clock_gettime(clock, &now);
    CHECK(now.tv_sec > until.tv_sec || (now.tv_sec == until.tv_sec && now.tv_nsec >= until.tv_nsec));
    CHECK_EQ(EINVAL, pthread_cond_timedwait(&own, &m, &bad));
    CHECK_EQ(EBUSY, pthread_mutex_trylock(&m));
    pthread_mutex_unlock(&m);
    CHECK_EQ(0, pthread_cond_destroy(&own));
}

/* The mutex has to be free during the wait however often it was locked... once, for POSIX. */
static void owner(void)
{
    pthread_mutexattr_t a;
    pthread_mutex_t checking;

    test("the mutex has to be ours");
    pthread_mutexattr_init(&a);
    pthread_mutexattr_settype(&a, PTHREAD_MUTEX_ERRORCHECK);
    pthread_mutex_init(&checking, &a);
    CHECK_EQ(EPERM, pthread_cond_wait(&c, &checking));
    CHECK_EQ(0, pthread_cond_destroy(&c));
    CHECK_EQ(0, pthread_cond_init(&c, NULL));
    pthread_mutex_destroy(&checking);
}

enum { ITEMS = 20000, SIZE = 8, SIDES = 3 };
static struct {
    pthread_mutex_t m;
    pthread_cond_t full, empty;
    int item[SIZE], n;
    long sum, taken;
} q = { .m = PTHREAD_MUTEX_INITIALIZER, .full = PTHREAD_COND_INITIALIZER,
        .empty = PTHREAD_COND_INITIALIZER };

static void *producer(void *arg)
{
    for (int i = 1; i <= ITEMS; i++) {
        pthread_mutex_lock(&q.m);
        while (q.n == SIZE)
            pthread_cond_wait(&q.full, &q.m);
        q.item[q.n++] = i;
        pthread_cond_signal(&q.empty);
        pthread_mutex_unlock(&q.m);
    }
    return arg;
}

static void *consumer(void *arg)
{
    for (int i = 1; i <= ITEMS; i++) {
        pthread_mutex_lock(&q.m);
        while (q.n == 0)
            pthread_cond_wait(&q.empty, &q.m);
        q.sum += q.item[--q.n];
        q.taken++;
        pthread_mutex_unlock(&q.m);
        pthread_cond_signal(&q.full);
    }
    return arg;
}

static void queue(void)
{
    pthread_t t[2 * SIDES];

    test("a queue between %d producers and %d consumers", SIDES, SIDES);
    for (int i = 0; i < 2 * SIDES; i++)
        CHECK_EQ(0, pthread_create(&t[i], NULL, i % 2 ? producer : consumer, NULL));
    for (int i = 0; i < 2 * SIDES; i++)
        CHECK_EQ(0, pthread_join(t[i], NULL));
    CHECK_EQ((long)SIDES * ITEMS, q.taken);
    CHECK_EQ((long)SIDES * ITEMS * (ITEMS + 1) / 2, q.sum);
}

int main(void)
{
    wake();
    timed(CLOCK_REALTIME);
    timed(CLOCK_MONOTONIC);
    owner();
    queue();
    return test_done();
}
