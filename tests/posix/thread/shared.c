/* SPDX-License-Identifier: BSD-2-Clause */
/* Mutexes, condition variables, read-write locks, barriers and semaphores between processes. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/tap.h"

enum { PROCESSES = 4, ROUNDS = 2000 };

static struct shared {
    pthread_mutex_t m, robust;
    pthread_cond_t turn_changed;
    pthread_rwlock_t rw;
    pthread_barrier_t barrier;
    pthread_spinlock_t spin;
    sem_t sem, ready;
    volatile long counter, spun, a, b, torn;
    volatile int turn, serial, step[PROCESSES], early;
} *s;

#ifndef SHARED_MEMORY
#define SHARED_MEMORY(size) mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)
#define SHARED_IN_CHILD()
#endif

static void make(void)
{
    pthread_mutexattr_t ma;
    pthread_condattr_t ca;
    pthread_rwlockattr_t ra;
    pthread_barrierattr_t ba;
    int v;

    test("attributes");
    CHECK_EQ(0, pthread_mutexattr_init(&ma));
    CHECK_EQ(0, pthread_mutexattr_getpshared(&ma, &v));
    CHECK_EQ(PTHREAD_PROCESS_PRIVATE, v);
    CHECK_EQ(EINVAL, pthread_mutexattr_setpshared(&ma, 77));
    CHECK_EQ(0, pthread_mutexattr_setpshared(&ma, PTHREAD_PROCESS_SHARED));
    CHECK_EQ(0, pthread_mutexattr_getpshared(&ma, &v));
    CHECK_EQ(PTHREAD_PROCESS_SHARED, v);
    CHECK_EQ(0, pthread_mutex_init(&s->m, &ma));
    CHECK_EQ(0, pthread_mutexattr_setrobust(&ma, PTHREAD_MUTEX_ROBUST));
    CHECK_EQ(0, pthread_mutex_init(&s->robust, &ma));
    CHECK_EQ(0, pthread_condattr_init(&ca));
    CHECK_EQ(0, pthread_condattr_setpshared(&ca, PTHREAD_PROCESS_SHARED));
    CHECK_EQ(0, pthread_cond_init(&s->turn_changed, &ca));
    CHECK_EQ(0, pthread_rwlockattr_init(&ra));
    CHECK_EQ(0, pthread_rwlockattr_setpshared(&ra, PTHREAD_PROCESS_SHARED));
    CHECK_EQ(0, pthread_rwlock_init(&s->rw, &ra));
    CHECK_EQ(0, pthread_barrierattr_init(&ba));
    CHECK_EQ(0, pthread_barrierattr_setpshared(&ba, PTHREAD_PROCESS_SHARED));
    CHECK_EQ(0, pthread_barrier_init(&s->barrier, &ba, PROCESSES));
    CHECK_EQ(0, pthread_spin_init(&s->spin, PTHREAD_PROCESS_SHARED));
    CHECK_EQ(0, sem_init(&s->sem, 1, 0));
    CHECK_EQ(0, sem_init(&s->ready, 1, 0));
}

/* Runs fn(0..PROCESSES-1) in a process each; the number of those that failed. */
static int in_processes(void (*fn)(int))
{
    pid_t pid[PROCESSES];
    int bad = 0, st;

    for (int i = 0; i < PROCESSES; i++)
        if ((pid[i] = fork()) == 0) {
            SHARED_IN_CHILD();
            fn(i);
            _exit(0);
        }
    for (int i = 0; i < PROCESSES; i++)
        bad += waitpid(pid[i], &st, 0) != pid[i] || st != 0;
    return bad;
}

static void count(int i)
{
    (void)i;
    for (int n = 0; n < ROUNDS; n++) {
        pthread_mutex_lock(&s->m);
        s->counter = s->counter + 1;
        pthread_mutex_unlock(&s->m);
        pthread_spin_lock(&s->spin);
        s->spun = s->spun + 1;
        pthread_spin_unlock(&s->spin);
    }
}

static void take_turns(int i)
{
    for (int n = 0; n < 100; n++) {
        pthread_mutex_lock(&s->m);
        while (s->turn % PROCESSES != i)
            pthread_cond_wait(&s->turn_changed, &s->m);
        s->turn++;
        pthread_cond_broadcast(&s->turn_changed);
        pthread_mutex_unlock(&s->m);
    }
}

static void read_write(int i)
{
    for (int n = 0; n < ROUNDS / 4; n++) {
        if (i % 2) {
            pthread_rwlock_wrlock(&s->rw);
            s->a = s->a + 1;
            s->b = s->b + 1;
        } else {
            pthread_rwlock_rdlock(&s->rw);
            if (s->a != s->b)
                s->torn = 1;
        }
        pthread_rwlock_unlock(&s->rw);
    }
}

static void meet(int i)
{
    for (int n = 1; n <= 50; n++) {
        int r;

        s->step[i] = n;
        r = pthread_barrier_wait(&s->barrier);
        for (int k = 0; k < PROCESSES; k++)
            if (s->step[k] < n)
                s->early = 1;
        if (r == PTHREAD_BARRIER_SERIAL_THREAD)
            __atomic_add_fetch(&s->serial, 1, __ATOMIC_SEQ_CST);
    }
}

static void post(int i)
{
    (void)i;
    for (int n = 0; n < 100; n++)
        sem_post(&s->sem);
}

static void many(void)
{
    test("a mutex, and a spin lock, exclude processes");
    CHECK_EQ(0, in_processes(count));
    CHECK_EQ((long)PROCESSES * ROUNDS, s->counter);
    CHECK_EQ((long)PROCESSES * ROUNDS, s->spun);
    test("a condition passes turns between processes");
    CHECK_EQ(0, in_processes(take_turns));
    CHECK_EQ(PROCESSES * 100, s->turn);
    test("readers and writers in several processes");
    CHECK_EQ(0, in_processes(read_write));
    CHECK_EQ(0, s->torn);
    CHECK_EQ((long)PROCESSES / 2 * (ROUNDS / 4), s->a);
    test("a barrier of processes");
    CHECK_EQ(0, in_processes(meet));
    CHECK_EQ(50, s->serial);
    CHECK_EQ(0, s->early);
    test("a semaphore that other processes post");
    CHECK_EQ(0, in_processes(post));
    for (int n = 0; n < PROCESSES * 100; n++)
        CHECK_EQ(0, sem_wait(&s->sem));
    CHECK_ERR(EAGAIN, sem_trywait(&s->sem));
}

static void waiting(void)
{
    struct timespec until;
    pid_t pid;
    int st;

    test("a process that waits for a semaphore is woken by another one");
    if ((pid = fork()) == 0) {
        SHARED_IN_CHILD();
        sem_post(&s->ready);
        while (sem_wait(&s->sem) < 0)
            ;
        _exit(0);
    }
    CHECK_EQ(0, sem_wait(&s->ready));
    CHECK_EQ(0, sem_post(&s->sem));
    CHECK_EQ(pid, waitpid(pid, &st, 0));
    CHECK_EQ(0, st);

    test("a waiting process that is killed takes nothing with it");
    if ((pid = fork()) == 0) {
        SHARED_IN_CHILD();
        sem_post(&s->ready);
        sem_wait(&s->sem);
        _exit(0);
    }
    CHECK_EQ(0, sem_wait(&s->ready));
    CHECK_EQ(0, kill(pid, SIGKILL));
    CHECK_EQ(pid, waitpid(pid, &st, 0));
    CHECK_EQ(0, sem_post(&s->sem));
    CHECK_EQ(0, sem_wait(&s->sem));

    test("time-outs");
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += 20000000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    CHECK_ERR(ETIMEDOUT, sem_timedwait(&s->sem, &until));
    pthread_mutex_lock(&s->m);
    CHECK_EQ(ETIMEDOUT, pthread_cond_timedwait(&s->turn_changed, &s->m, &until));
    pthread_mutex_unlock(&s->m);
}

static void die_holding(bool wait_first)
{
    pid_t pid = fork();
    int st;

    if (pid == 0) {
        SHARED_IN_CHILD();
        pthread_mutex_lock(&s->robust);
        sem_post(&s->ready);
        if (wait_first)
            for (;;)
                pause();
        _exit(0);
    }
    CHECK_EQ(0, sem_wait(&s->ready));
    if (wait_first) {
        CHECK_EQ(EBUSY, pthread_mutex_trylock(&s->robust));
        kill(pid, SIGKILL);
    }
    CHECK_EQ(EOWNERDEAD, pthread_mutex_lock(&s->robust));
    CHECK_EQ(0, pthread_mutex_consistent(&s->robust));
    CHECK_EQ(0, pthread_mutex_unlock(&s->robust));
    CHECK_EQ(pid, waitpid(pid, &st, 0));
    CHECK_EQ(0, pthread_mutex_lock(&s->robust));
    CHECK_EQ(0, pthread_mutex_unlock(&s->robust));
}

int main(void)
{
    s = SHARED_MEMORY(sizeof(*s));
    if (s == MAP_FAILED && errno == ENOSYS) {
        test("objects between processes");
        test_skip("there are no shared mappings yet");
        return test_done();
    }
    make();
    many();
    waiting();
    test("robust: its owner has exited");
    die_holding(false);
    test("robust: its owner is killed");
    die_holding(true);
    return test_done();
}
