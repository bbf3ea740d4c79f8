/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads: an uncontended mutex against a pair of interlocked instructions, two threads that hand a
 * mutex or a semaphore to each other, starting and joining a thread. */
#include <windows.h>

#include <pthread.h>
#include <semaphore.h>

#include "bench/bench.h"
#include "bench/clock.h"

enum { LOOPS = 4000, SWITCHES = 500 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t recursive = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static volatile LONG64 word;

static double lock_unlock(void *m)
{
    double t = now();

    for (int i = 0; i < LOOPS; i++) {
        pthread_mutex_lock(m);
        pthread_mutex_unlock(m);
    }
    return (now() - t) / LOOPS;
}

static double interlocked_pair(void *arg)
{
    double t = now();

    (void)arg;
    for (int i = 0; i < LOOPS; i++) {
        InterlockedCompareExchange64(&word, 1, 0);
        InterlockedCompareExchange64(&word, 0, 1);
    }
    return (now() - t) / LOOPS;
}

/* ---- between two threads ---- */

static sem_t a, b;

static void *sem_partner(void *arg)
{
    (void)arg;
    for (int i = 0; i < SWITCHES; i++) {
        sem_wait(&a);
        sem_post(&b);
    }
    return NULL;
}

static double sem_ping_pong(void *arg)
{
    pthread_t t;
    double begin;

    (void)arg;
    if (pthread_create(&t, NULL, sem_partner, NULL))
        return -1;
    begin = now();
    for (int i = 0; i < SWITCHES; i++) {
        sem_post(&a);
        sem_wait(&b);
    }
    begin = now() - begin;
    pthread_join(t, NULL);
    return begin / SWITCHES;
}

static HANDLE ea, eb;

static DWORD WINAPI event_partner(void *arg)
{
    (void)arg;
    for (int i = 0; i < SWITCHES; i++) {
        WaitForSingleObject(ea, INFINITE);
        SetEvent(eb);
    }
    return 0;
}

static double event_ping_pong(void *arg)
{
    HANDLE t = CreateThread(NULL, 0, event_partner, NULL, 0, NULL);
    double begin = now();

    (void)arg;
    for (int i = 0; i < SWITCHES; i++) {
        SetEvent(ea);
        WaitForSingleObject(eb, INFINITE);
    }
    begin = now() - begin;
    WaitForSingleObject(t, INFINITE);
    CloseHandle(t);
    return begin / SWITCHES;
}

/* ---- starting ---- */

static void *nothing(void *arg)
{
    return arg;
}

static double create_join(void *arg)
{
    double t = now();
    pthread_t id;

    if (pthread_create(&id, NULL, nothing, arg) || pthread_join(id, NULL))
        return -1;
    return now() - t;
}

static DWORD WINAPI win_nothing(void *arg)
{
    (void)arg;
    return 0;
}

static double win_create_wait(void *arg)
{
    double t = now();
    HANDLE h = CreateThread(NULL, 0, win_nothing, arg, 0, NULL);

    if (!h)
        return -1;
    WaitForSingleObject(h, INFINITE);
    CloseHandle(h);
    return now() - t;
}

int main(int argc, char **argv)
{
    const char *only = argc > 1 ? argv[1] : "";
    int bad = 0;

    clock_init();
    sem_init(&a, 0, 0);
    sem_init(&b, 0, 0);
    ea = CreateEventW(NULL, FALSE, FALSE, NULL);
    eb = CreateEventW(NULL, FALSE, FALSE, NULL);
    if (strstr("mutex-uncontended", only))
        bad |= bench_pair("mutex-uncontended", "ns", 301, lock_unlock, &mutex, "interlocked-pair",
                          interlocked_pair, NULL);
    if (strstr("mutex-recursive", only))
        bad |= bench_pair("mutex-recursive", "ns", 301, lock_unlock, &recursive, "interlocked-pair",
                          interlocked_pair, NULL);
    if (strstr("sem-ping-pong", only))
        bad |= bench_pair("sem-ping-pong", "us", 30, sem_ping_pong, NULL, "event-ping-pong",
                          event_ping_pong, NULL);
    if (strstr("thread-create-join", only))
        bad |= bench_pair("thread-create-join", "us", 60, create_join, NULL, "create-thread-wait",
                          win_create_wait, NULL);
    return bad;
}
