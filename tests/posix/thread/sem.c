/* SPDX-License-Identifier: BSD-2-Clause */
/* Semaphores: values, time-outs, interruption by signals, posting from handlers. */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "tests/tap.h"

static sem_t s, a, b;

static void values(void)
{
    int v;

    test("values");
    CHECK_EQ(0, sem_init(&s, 0, 2));
    CHECK_EQ(0, sem_getvalue(&s, &v));
    CHECK_EQ(2, v);
    CHECK_EQ(0, sem_wait(&s));
    CHECK_EQ(0, sem_trywait(&s));
    CHECK_ERR(EAGAIN, sem_trywait(&s));
    CHECK_EQ(0, sem_post(&s));
    CHECK_EQ(0, sem_getvalue(&s, &v));
    CHECK_EQ(1, v);
    CHECK_EQ(0, sem_destroy(&s));
    CHECK_ERR(EINVAL, sem_init(&s, 0, (unsigned)SEM_VALUE_MAX + 1u));
}

static void timeouts(void)
{
    struct timespec until, now, bad = { 0, 1000000000 };

    test("sem_timedwait gives up in time");
    CHECK_EQ(0, sem_init(&s, 0, 0));
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += 30000000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    CHECK_ERR(ETIMEDOUT, sem_timedwait(&s, &until));
    clock_gettime(CLOCK_REALTIME, &now);
    CHECK(now.tv_sec > until.tv_sec || (now.tv_sec == until.tv_sec && now.tv_nsec >= until.tv_nsec));
    CHECK_ERR(EINVAL, sem_timedwait(&s, &bad));
    CHECK_EQ(0, sem_post(&s));
    CHECK_EQ(0, sem_timedwait(&s, &until));
}

static void *pong(void *arg)
{
    for (long i = (long)arg; i > 0; i--) {
        sem_wait(&a);
        sem_post(&b);
    }
    return NULL;
}

static void ping_pong(void)
{
    enum { N = 2000 };
    pthread_t t;

    test("ping-pong between two threads");
    sem_init(&a, 0, 0);
    sem_init(&b, 0, 0);
    CHECK_EQ(0, pthread_create(&t, NULL, pong, (void *)(long)N));
    for (int i = 0; i < N; i++) {
        sem_post(&a);
        sem_wait(&b);
    }
    CHECK_EQ(0, pthread_join(t, NULL));
}

static volatile sig_atomic_t handled;
static volatile int returned;

static void handler(int sig)
{
    handled++;
    if (sig == SIGUSR2)
        sem_post(&s);
}

struct kill {
    pthread_t whom;
    int sig;
};

static void *kills(void *arg)
{
    struct kill *k = arg;

    while (!returned) { /* until one comes while it waits */
        pthread_kill(k->whom, k->sig);
        usleep(5000);
    }
    return NULL;
}

static void interrupted(int flags, int sig)
{
    struct sigaction act = { .sa_handler = handler, .sa_flags = flags };
    struct kill k = { pthread_self(), sig };
    pthread_t t;
    int r, err;

    sigaction(sig, &act, NULL);
    handled = returned = 0;
    CHECK_EQ(0, pthread_create(&t, NULL, kills, &k));
    r = sem_wait(&s);
    err = errno;
    returned = 1;
    CHECK(handled);
    if (sig == SIGUSR2 && (flags & SA_RESTART)) {
        CHECK_EQ(0, r);
    } else {
        CHECK_EQ(-1, r);
        CHECK_EQ(EINTR, err);
    }
    CHECK_EQ(0, pthread_join(t, NULL));
    while (sem_trywait(&s) == 0)
        ;
}

static void signals(void)
{
    test("sem_wait is interrupted by a handler");
    interrupted(0, SIGUSR1);
    test("and goes on after one with SA_RESTART, which may post");
    interrupted(SA_RESTART, SIGUSR2);
}

enum { THREADS = 6, ROUNDS = 3000 };
static int inside, most;

static void *enter(void *arg)
{
    for (int i = 0; i < ROUNDS; i++) {
        int n;

        while (sem_wait(&s) < 0)
            ;
        n = __atomic_add_fetch(&inside, 1, __ATOMIC_SEQ_CST);
        if (n > __atomic_load_n(&most, __ATOMIC_SEQ_CST))
            __atomic_store_n(&most, n, __ATOMIC_SEQ_CST);
        if (i % 8 == 0)
            sched_yield();
        __atomic_sub_fetch(&inside, 1, __ATOMIC_SEQ_CST);
        sem_post(&s);
    }
    return arg;
}

static void counting(void)
{
    pthread_t t[THREADS];
    int v;

    test("never more inside than the value permits");
    CHECK_EQ(0, sem_init(&s, 0, 2));
    for (int i = 0; i < THREADS; i++)
        CHECK_EQ(0, pthread_create(&t[i], NULL, enter, NULL));
    for (int i = 0; i < THREADS; i++)
        CHECK_EQ(0, pthread_join(t[i], NULL));
    CHECK(most <= 2);
    CHECK_EQ(0, sem_getvalue(&s, &v));
    CHECK_EQ(2, v);
}

int main(void)
{
    values();
    timeouts();
    ping_pong();
    signals();
    counting();
    return test_done();
}
