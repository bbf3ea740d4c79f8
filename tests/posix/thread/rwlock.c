/* SPDX-License-Identifier: BSD-2-Clause */
/* Read-write locks, barriers, spin locks. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <time.h>

#include "tests/tap.h"

static pthread_rwlock_t rw = PTHREAD_RWLOCK_INITIALIZER;

struct result {
    int tryread, trywrite, timedread, timedwrite;
};

static void *others(void *arg)
{
    struct result *r = arg;
    struct timespec past = { 1, 0 };

    if ((r->tryread = pthread_rwlock_tryrdlock(&rw)) == 0)
        pthread_rwlock_unlock(&rw);
    if ((r->trywrite = pthread_rwlock_trywrlock(&rw)) == 0)
        pthread_rwlock_unlock(&rw);
    if ((r->timedread = pthread_rwlock_timedrdlock(&rw, &past)) == 0)
        pthread_rwlock_unlock(&rw);
    if ((r->timedwrite = pthread_rwlock_timedwrlock(&rw, &past)) == 0)
        pthread_rwlock_unlock(&rw);
    return NULL;
}

static struct result by_other(void)
{
    struct result r = { -1, -1, -1, -1 };
    pthread_t t;

    pthread_create(&t, NULL, others, &r);
    pthread_join(t, NULL);
    return r;
}

static void states(void)
{
    struct result r;

    test("free: both");
    r = by_other();
    CHECK_EQ(0, r.tryread);
    CHECK_EQ(0, r.trywrite);
    CHECK_EQ(0, r.timedread);
    CHECK_EQ(0, r.timedwrite);

    test("read: others may read");
    CHECK_EQ(0, pthread_rwlock_rdlock(&rw));
    CHECK_EQ(0, pthread_rwlock_rdlock(&rw));
    r = by_other();
    CHECK_EQ(0, r.tryread);
    CHECK_EQ(EBUSY, r.trywrite);
    CHECK_EQ(0, r.timedread);
    CHECK_EQ(ETIMEDOUT, r.timedwrite);
    CHECK_EQ(0, pthread_rwlock_unlock(&rw));
    CHECK_EQ(EBUSY, by_other().trywrite);
    CHECK_EQ(0, pthread_rwlock_unlock(&rw));
    CHECK_EQ(0, by_other().trywrite);

    test("write: nobody else");
    CHECK_EQ(0, pthread_rwlock_wrlock(&rw));
    CHECK_EQ(EDEADLK, pthread_rwlock_wrlock(&rw));
    CHECK_EQ(EDEADLK, pthread_rwlock_rdlock(&rw));
    CHECK_EQ(EBUSY, pthread_rwlock_tryrdlock(&rw));
    r = by_other();
    CHECK_EQ(EBUSY, r.tryread);
    CHECK_EQ(EBUSY, r.trywrite);
    CHECK_EQ(ETIMEDOUT, r.timedread);
    CHECK_EQ(ETIMEDOUT, r.timedwrite);
    CHECK_EQ(0, pthread_rwlock_unlock(&rw));
}

enum { THREADS = 6, ROUNDS = 5000 };
static volatile long a, b, seen;

static void *reader(void *arg)
{
    for (int i = 0; i < ROUNDS; i++) {
        pthread_rwlock_rdlock(&rw);
        if (a != b)
            seen++;
        pthread_rwlock_unlock(&rw);
    }
    return arg;
}

static void *writer(void *arg)
{
    for (int i = 0; i < ROUNDS; i++) {
        pthread_rwlock_wrlock(&rw);
        a = a + 1;
        b = b + 1;
        pthread_rwlock_unlock(&rw);
    }
    return arg;
}

static void contention(void)
{
    pthread_t t[THREADS];

    test("readers never see a writer at work");
    for (int i = 0; i < THREADS; i++)
        CHECK_EQ(0, pthread_create(&t[i], NULL, i % 2 ? reader : writer, NULL));
    for (int i = 0; i < THREADS; i++)
        CHECK_EQ(0, pthread_join(t[i], NULL));
    CHECK_EQ(0, seen);
    CHECK_EQ((long)THREADS / 2 * ROUNDS, a);
    CHECK_EQ(0, pthread_rwlock_destroy(&rw));
}

/* ---- barriers ---- */

enum { MEMBERS = 5, STEPS = 200 };
static pthread_barrier_t barrier;
static int step[MEMBERS];
static int serial[STEPS], wrong;

static void *member(void *arg)
{
    long id = (long)arg;

    for (int s = 0; s < STEPS; s++) {
        int r;

        __atomic_store_n(&step[id], s + 1, __ATOMIC_SEQ_CST);
        r = pthread_barrier_wait(&barrier);
        for (int i = 0; i < MEMBERS; i++)
            if (__atomic_load_n(&step[i], __ATOMIC_SEQ_CST) < s + 1)
                __atomic_add_fetch(&wrong, 1, __ATOMIC_SEQ_CST);
        if (r == PTHREAD_BARRIER_SERIAL_THREAD)
            __atomic_add_fetch(&serial[s], 1, __ATOMIC_SEQ_CST);
        else if (r != 0)
            __atomic_add_fetch(&wrong, 1, __ATOMIC_SEQ_CST);
    }
    return NULL;
}

static void barriers(void)
{
    pthread_t t[MEMBERS];
    int bad = 0;

    test("a barrier lets all go when all have come, and names one of them");
    CHECK_EQ(EINVAL, pthread_barrier_init(&barrier, NULL, 0));
    CHECK_EQ(0, pthread_barrier_init(&barrier, NULL, MEMBERS));
    for (long i = 0; i < MEMBERS; i++)
        CHECK_EQ(0, pthread_create(&t[i], NULL, member, (void *)i));
    for (int i = 0; i < MEMBERS; i++)
        CHECK_EQ(0, pthread_join(t[i], NULL));
    for (int s = 0; s < STEPS; s++)
        bad += serial[s] != 1;
    CHECK_EQ(0, bad);
    CHECK_EQ(0, wrong);
    CHECK_EQ(0, pthread_barrier_destroy(&barrier));
}

/* ---- spin locks ---- */

static pthread_spinlock_t spin;
static volatile long counter;

static void *spinner(void *arg)
{
    for (int i = 0; i < ROUNDS; i++) {
        pthread_spin_lock(&spin);
        counter = counter + 1;
        pthread_spin_unlock(&spin);
    }
    return arg;
}

static void spins(void)
{
    pthread_t t[THREADS];

    test("spin locks exclude");
    CHECK_EQ(0, pthread_spin_init(&spin, PTHREAD_PROCESS_PRIVATE));
    CHECK_EQ(0, pthread_spin_lock(&spin));
    CHECK_EQ(EBUSY, pthread_spin_trylock(&spin));
    CHECK_EQ(0, pthread_spin_unlock(&spin));
    CHECK_EQ(0, pthread_spin_trylock(&spin));
    CHECK_EQ(0, pthread_spin_unlock(&spin));
    for (int i = 0; i < THREADS; i++)
        CHECK_EQ(0, pthread_create(&t[i], NULL, spinner, NULL));
    for (int i = 0; i < THREADS; i++)
        CHECK_EQ(0, pthread_join(t[i], NULL));
    CHECK_EQ((long)THREADS * ROUNDS, counter);
    CHECK_EQ(0, pthread_spin_destroy(&spin));
}

int main(void)
{
    states();
    contention();
    barriers();
    spins();
    return test_done();
}
