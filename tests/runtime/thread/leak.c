/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads that come and go leave no handles behind, and no memory; hundreds of them fit. */
#include <windows.h>

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <unistd.h>

#include "tests/handles.h"
#include "tests/tap.h"

enum { MANY = 300 };

static sem_t go, ready;

static void *nothing(void *arg)
{
    pthread_setspecific(*(pthread_key_t *)arg, arg);
    return arg;
}

static void *wait_go(void *arg)
{
    sem_post(&ready);
    while (sem_wait(&go) < 0)
        ;
    return arg;
}

static void rounds(int n, pthread_key_t *key)
{
    pthread_attr_t detached;
    pthread_t t;

    pthread_attr_init(&detached);
    pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    for (int i = 0; i < n; i++) {
        CHECK_EQ(0, pthread_create(&t, NULL, nothing, key));
        CHECK_EQ(0, pthread_join(t, NULL));
        CHECK_EQ(0, pthread_create(&t, &detached, wait_go, NULL));
        while (sem_wait(&ready) < 0)
            ;
        sem_post(&go);
    }
    pthread_attr_destroy(&detached);
}

static void few(void)
{
    pthread_key_t key;
    int before;

    test("handles after hundreds of threads");
    pthread_key_create(&key, NULL);
    rounds(50, &key);
    before = handles();
    rounds(300, &key);
    CHECK(handles() <= before + 20); /* idle threads, which come and go */
    test_note("%d handles before, %d after", before, handles());
}

static void many(void)
{
    static pthread_t t[MANY];
    int before = handles();

    test("%d threads at a time", MANY);
    for (int i = 0; i < MANY; i++)
        if (!CHECK_EQ(0, pthread_create(&t[i], NULL, wait_go, NULL)))
            return;
    for (int i = 0; i < MANY; i++)
        while (sem_wait(&ready) < 0)
            ;
    for (int i = 0; i < MANY; i++)
        sem_post(&go);
    for (int i = 0; i < MANY; i++)
        CHECK_EQ(0, pthread_join(t[i], NULL));
    /* Windows threads end a moment later than the POSIX threads that they ran. */
    for (int i = 0; i < 5000 && handles() > before + 40; i++)
        Sleep(1);
    CHECK(handles() <= before + 40);
    test_note("%d handles before, %d after", before, handles());
}

int main(void)
{
    sem_init(&go, 0, 0);
    sem_init(&ready, 0, 0);
    few();
    many();
    return test_done();
}
