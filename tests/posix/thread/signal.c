/* SPDX-License-Identifier: BSD-2-Clause */
/* Signals and threads: masks, who gets what, handlers while a thread waits. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <signal.h>
#include <unistd.h>

#include "tests/tap.h"

static sem_t ready, go;
static volatile sig_atomic_t handled;
static pthread_t handled_by;

static void handler(int sig)
{
    handled_by = pthread_self();
    handled = sig;
}

static void *tell_mask(void *arg)
{
    pthread_sigmask(SIG_SETMASK, NULL, arg);
    return NULL;
}

static void *wait_quietly(void *arg)
{
    sem_post(&ready);
    while (sem_wait(&go) < 0)
        ;
    return arg;
}

static void *spin(void *arg)
{
    sem_post(&ready);
    while (!handled)
        ;
    return arg;
}

static void masks(void)
{
    sigset_t set, got;
    pthread_t t;

    test("a new thread has its creator's mask");
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    CHECK_EQ(0, pthread_sigmask(SIG_BLOCK, &set, NULL));
    CHECK_EQ(0, pthread_create(&t, NULL, tell_mask, &got));
    CHECK_EQ(0, pthread_join(t, NULL));
    CHECK_EQ(1, sigismember(&got, SIGUSR1));
    CHECK_EQ(0, sigismember(&got, SIGUSR2));
    CHECK_EQ(0, pthread_sigmask(SIG_UNBLOCK, &set, NULL));
}

static void directed(void)
{
    struct sigaction act = { .sa_handler = handler, .sa_flags = SA_RESTART };
    pthread_t t;

    sigaction(SIGUSR1, &act, NULL);
    test("pthread_kill: that thread runs the handler, when it waits");
    handled = 0;
    CHECK_EQ(0, pthread_create(&t, NULL, wait_quietly, NULL));
    sem_wait(&ready);
    CHECK_EQ(0, pthread_kill(t, SIGUSR1));
    while (!handled)
        usleep(1000);
    CHECK(pthread_equal(t, handled_by));
    sem_post(&go);
    CHECK_EQ(0, pthread_join(t, NULL));

    test("and when it computes");
    handled = 0;
    CHECK_EQ(0, pthread_create(&t, NULL, spin, NULL));
    sem_wait(&ready);
    CHECK_EQ(0, pthread_kill(t, SIGUSR1));
    CHECK_EQ(0, pthread_join(t, NULL));
    CHECK(pthread_equal(t, handled_by));

    test("itself: before the call returns");
    handled = 0;
    CHECK_EQ(0, pthread_kill(pthread_self(), SIGUSR1));
    CHECK_EQ(SIGUSR1, handled);
    CHECK_EQ(0, pthread_kill(pthread_self(), 0));
    CHECK_EQ(EINVAL, pthread_kill(pthread_self(), 1000));
}

static void process(void)
{
    sigset_t set, old;
    pthread_t t;

    test("a signal for the process goes to a thread that does not block it");
    handled = 0;
    CHECK_EQ(0, pthread_create(&t, NULL, wait_quietly, NULL));
    sem_wait(&ready);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &set, &old);
    CHECK_EQ(0, kill(getpid(), SIGUSR1));
    while (!handled)
        usleep(1000);
    CHECK(pthread_equal(t, handled_by));
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    sem_post(&go);
    CHECK_EQ(0, pthread_join(t, NULL));
}

/* ---- handlers while a thread waits for a mutex or a condition ---- */

static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t c = PTHREAD_COND_INITIALIZER;
static int condition;

static void *wait_mutex(void *arg)
{
    sem_post(&ready);
    pthread_mutex_lock(&m);
    pthread_mutex_unlock(&m);
    return arg;
}

static void *wait_cond(void *arg)
{
    pthread_mutex_lock(&m);
    sem_post(&ready);
    while (!condition)
        pthread_cond_wait(&c, &m);
    pthread_mutex_unlock(&m);
    return arg;
}

static sigjmp_buf out;
static volatile sig_atomic_t jumps;

static void jump(int sig)
{
    jumps++;
    siglongjmp(out, sig);
}

static void *jumps_out(void *arg)
{
    for (volatile int i = 0; i < 20; i++) {
        if (sigsetjmp(out, 1) == 0) {
            sem_post(&ready);
            pthread_mutex_lock(&m);
            return (void *)1L;
        }
    }
    return NULL;
}

static void during_waits(void)
{
    struct sigaction act = { .sa_handler = jump };
    pthread_t t;
    void *r;

    test("a handler runs while the thread waits for a mutex, which it gets in the end");
    handled = 0;
    pthread_mutex_lock(&m);
    CHECK_EQ(0, pthread_create(&t, NULL, wait_mutex, NULL));
    sem_wait(&ready);
    CHECK_EQ(0, pthread_kill(t, SIGUSR1));
    while (!handled)
        usleep(1000);
    CHECK_EQ(EBUSY, pthread_tryjoin_np(t, NULL));
    pthread_mutex_unlock(&m);
    CHECK_EQ(0, pthread_join(t, NULL));

    test("and while it waits for a condition");
    handled = 0;
    CHECK_EQ(0, pthread_create(&t, NULL, wait_cond, NULL));
    sem_wait(&ready);
    CHECK_EQ(0, pthread_kill(t, SIGUSR1));
    while (!handled)
        usleep(1000);
    pthread_mutex_lock(&m);
    condition = 1;
    pthread_cond_signal(&c);
    pthread_mutex_unlock(&m);
    CHECK_EQ(0, pthread_join(t, NULL));

    test("handlers may leave a wait for a mutex by siglongjmp");
    sigaction(SIGUSR2, &act, NULL);
    pthread_mutex_lock(&m);
    CHECK_EQ(0, pthread_create(&t, NULL, jumps_out, NULL));
    for (int i = 0; i < 20; i++) {
        sem_wait(&ready);
        CHECK_EQ(0, pthread_kill(t, SIGUSR2));
    }
    CHECK_EQ(0, pthread_join(t, &r));
    CHECK_EQ(0, (long)r);
    CHECK_EQ(20, jumps);
    pthread_mutex_unlock(&m);
    CHECK_EQ(0, pthread_mutex_trylock(&m));
    pthread_mutex_unlock(&m);
}

int main(void)
{
    sem_init(&ready, 0, 0);
    sem_init(&go, 0, 0);
    masks();
    directed();
    process();
    during_waits();
    return test_done();
}
