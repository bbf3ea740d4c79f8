/* SPDX-License-Identifier: BSD-2-Clause */
/* timeout: 120 */
/* Everything at once: threads that lock, wait, post, fork, make, cancel and join others, while signals
 * rain on all of them. Nothing may get lost or stuck. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/tap.h"

enum { WORKERS = 6, ROUNDS = 400, LOCKS = 3 };

static pthread_mutex_t lock[LOCKS] = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER,
                                       PTHREAD_MUTEX_INITIALIZER };
static pthread_rwlock_t rw = PTHREAD_RWLOCK_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static sem_t tokens, never, done;
static long counter[LOCKS], expected[LOCKS];
static long signals, turns, forks_bad, joins_bad, cancelled;
static volatile int finished;
static pthread_t worker[WORKERS];

static unsigned next(unsigned *seed)
{
    return (*seed = *seed * 1103515245u + 12345u) >> 16;
}

static void on_signal(int sig)
{
    (void)sig;
    __atomic_add_fetch(&signals, 1, __ATOMIC_RELAXED);
}

static void count(unsigned which)
{
    pthread_mutex_lock(&lock[which]);
    counter[which]++;
    pthread_mutex_unlock(&lock[which]);
    __atomic_add_fetch(&expected[which], 1, __ATOMIC_SEQ_CST);
}

/* Passes a turn on: whoever waits for an even number of turns gets an odd one. */
static void take_turn(void)
{
    struct timespec until;

    pthread_mutex_lock(&lock[0]);
    turns++;
    pthread_cond_broadcast(&cond);
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += 1000000;
    if (until.tv_nsec >= 1000000000)
        until.tv_sec++, until.tv_nsec -= 1000000000;
    pthread_cond_timedwait(&cond, &lock[0], &until);
    pthread_mutex_unlock(&lock[0]);
}

static void *victim(void *arg)
{
    switch ((long)arg % 3) {
    case 0:
        while (sem_wait(&never) < 0)
            ;
        break;
    case 1:
        for (;;)
            pause();
    default:
        for (;;)
            pthread_testcancel();
    }
    return arg;
}

static void *short_lived(void *arg)
{
    count((unsigned)(long)arg % LOCKS);
    return arg;
}

static void thread_round(unsigned r)
{
    pthread_t t;
    void *result;

    if (r % 2) {
        if (pthread_create(&t, NULL, victim, (void *)(long)r) || pthread_cancel(t)
            || pthread_join(t, &result) || result != PTHREAD_CANCELED)
            __atomic_add_fetch(&joins_bad, 1, __ATOMIC_RELAXED);
        else
            __atomic_add_fetch(&cancelled, 1, __ATOMIC_RELAXED);
    } else if (pthread_create(&t, NULL, short_lived, (void *)(long)r) || pthread_join(t, &result)
               || result != (void *)(long)r) {
        __atomic_add_fetch(&joins_bad, 1, __ATOMIC_RELAXED);
    }
}

static void fork_round(unsigned r)
{
    pid_t pid = fork();
    int st = -1;

    if (pid == 0) {
        free(malloc(r + 1));
        _exit(0);
    }
    while (waitpid(pid, &st, 0) < 0 && errno == EINTR)
        ;
    if (pid < 0 || st != 0)
        __atomic_add_fetch(&forks_bad, 1, __ATOMIC_RELAXED);
}

static void *work(void *arg)
{
    unsigned seed = (unsigned)(long)arg + 1;

    for (int i = 0; i < ROUNDS; i++) {
        unsigned r = next(&seed);

        switch (r % 8) {
        case 0:
        case 1:
            count(r / 8 % LOCKS);
            break;
        case 2:
            take_turn();
            break;
        case 3:
            while (sem_wait(&tokens) < 0)
                ;
            sched_yield();
            sem_post(&tokens);
            break;
        case 4:
            pthread_rwlock_rdlock(&rw);
            pthread_rwlock_unlock(&rw);
            break;
        case 5:
            pthread_rwlock_wrlock(&rw);
            free(malloc(r % 5000));
            pthread_rwlock_unlock(&rw);
            break;
        case 6:
            thread_round(r / 8);
            break;
        default:
            if (r / 8 % 16 == 0)
                fork_round(r);
        }
    }
    sem_post(&done);
    return NULL;
}

static void *rain(void *arg)
{
    unsigned seed = 99;

    while (!finished) {
        pthread_kill(worker[next(&seed) % WORKERS], SIGUSR1);
        usleep(200);
    }
    return arg;
}

int main(void)
{
    struct sigaction act = { .sa_handler = on_signal };
    pthread_t r;
    int v;

    test("%d threads do all that threads can, under signals", WORKERS);
    sigaction(SIGUSR1, &act, NULL);
    sem_init(&tokens, 0, 2);
    sem_init(&never, 0, 0);
    sem_init(&done, 0, 0);
    for (long i = 0; i < WORKERS; i++)
        CHECK_EQ(0, pthread_create(&worker[i], NULL, work, (void *)i));
    CHECK_EQ(0, pthread_create(&r, NULL, rain, NULL));
    /* Their threads are joined when it has stopped raining. */
    for (int i = 0; i < WORKERS; i++)
        while (sem_wait(&done) < 0)
            ;
    finished = 1;
    CHECK_EQ(0, pthread_join(r, NULL));
    for (int i = 0; i < WORKERS; i++)
        CHECK_EQ(0, pthread_join(worker[i], NULL));
    for (unsigned i = 0; i < LOCKS; i++)
        CHECK_EQ(expected[i], counter[i]);
    CHECK_EQ(0, joins_bad);
    CHECK_EQ(0, forks_bad);
    CHECK_EQ(0, sem_getvalue(&tokens, &v));
    CHECK_EQ(2, v);
    CHECK(cancelled > 0);
    test_note("%ld signals, %ld turns, %ld cancelled", signals, turns, cancelled);
    return test_done();
}
