/* SPDX-License-Identifier: BSD-2-Clause */
/* Thread-specific data and pthread_once. */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <semaphore.h>

#include "tests/tap.h"

static pthread_key_t key, again, plain;
static long destroyed, rounds, value_seen;

static void destroy(void *value)
{
    destroyed += (long)value;
    value_seen = (long)pthread_getspecific(key);
}

static void come_back(void *value)
{
    rounds++;
    pthread_setspecific(again, value);
}

static void *use(void *arg)
{
    if (pthread_getspecific(key) || pthread_getspecific(plain))
        return (void *)1L;
    if (pthread_setspecific(key, arg) || pthread_setspecific(plain, arg)
        || pthread_setspecific(again, arg))
        return (void *)2L;
    if (pthread_getspecific(key) != arg || pthread_getspecific(plain) != arg)
        return (void *)3L;
    return NULL;
}

static void values(void)
{
    pthread_t t;
    void *r;

    test("each thread has its own values");
    CHECK_EQ(0, pthread_key_create(&key, destroy));
    CHECK_EQ(0, pthread_key_create(&again, come_back));
    CHECK_EQ(0, pthread_key_create(&plain, NULL));
    CHECK_EQ(0, pthread_setspecific(key, (void *)1L));
    CHECK_EQ(0, pthread_create(&t, NULL, use, (void *)40L));
    CHECK_EQ(0, pthread_join(t, &r));
    CHECK_EQ(0, (long)r);
    CHECK_EQ(1, (long)pthread_getspecific(key));

    test("destructors are called with the value, again while there are any");
    CHECK_EQ(40, destroyed);
    CHECK_EQ(0, value_seen);
    CHECK_EQ(PTHREAD_DESTRUCTOR_ITERATIONS, rounds);

    test("a deleted key has no values, nor has the one that takes its place");
    CHECK_EQ(0, pthread_key_delete(key));
    CHECK_EQ(EINVAL, pthread_key_delete(key));
    CHECK_EQ(EINVAL, pthread_setspecific(key, &t));
    CHECK_EQ(0, pthread_key_create(&key, NULL));
    CHECK(!pthread_getspecific(key));
    CHECK_EQ(0, pthread_key_delete(key));
    CHECK_EQ(0, pthread_key_delete(again));
    CHECK_EQ(0, pthread_key_delete(plain));
}

static void limits(void)
{
    static pthread_key_t all[PTHREAD_KEYS_MAX + 1];
    int n = 0, r;

    test("there are enough keys, and EAGAIN after them");
    while ((r = pthread_key_create(&all[n], NULL)) == 0 && n < PTHREAD_KEYS_MAX) {
        CHECK_EQ(0, pthread_setspecific(all[n], &all[n]));
        n++;
    }
    CHECK_EQ(EAGAIN, r);
    CHECK(n >= PTHREAD_KEYS_MAX - 16);
    for (int i = 0; i < n; i++) {
        CHECK(pthread_getspecific(all[i]) == &all[i]);
        CHECK_EQ(0, pthread_key_delete(all[i]));
    }
}

/* ---- once ---- */

static pthread_once_t once = PTHREAD_ONCE_INIT, given_up = PTHREAD_ONCE_INIT;
static int calls, finished;
static sem_t inside, go;

static void init(void)
{
    calls++;
    sem_post(&inside);
    sem_wait(&go);
    finished = 1;
}

static void *call_once(void *arg)
{
    pthread_once(&once, init);
    return (void *)(long)finished;
}

static void ends_early(void)
{
    calls++;
    if (calls == 1)
        pthread_exit(NULL);
}

static void *call_given_up(void *arg)
{
    pthread_once(&given_up, ends_early);
    return arg;
}

static void onces(void)
{
    enum { N = 5 };
    pthread_t t[N];
    void *r;

    test("once: one call, all wait for its end");
    for (int i = 0; i < N; i++)
        CHECK_EQ(0, pthread_create(&t[i], NULL, call_once, NULL));
    sem_wait(&inside);
    sem_post(&go);
    for (int i = 0; i < N; i++) {
        CHECK_EQ(0, pthread_join(t[i], &r));
        CHECK_EQ(1, (long)r);
    }
    CHECK_EQ(0, pthread_once(&once, init));
    CHECK_EQ(1, calls);

    test("once: a call that did not end does not count");
    calls = 0;
    for (int i = 0; i < 3; i++) {
        CHECK_EQ(0, pthread_create(&t[0], NULL, call_given_up, NULL));
        CHECK_EQ(0, pthread_join(t[0], NULL));
    }
    CHECK_EQ(2, calls);
}

int main(void)
{
    sem_init(&inside, 0, 0);
    sem_init(&go, 0, 0);
    values();
    limits();
    onces();
    return test_done();
}
