/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads and fork: from any thread, objects in the child, the C library's locks. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/tap.h"

static pthread_mutex_t held = PTHREAD_MUTEX_INITIALIZER, m = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t c = PTHREAD_COND_INITIALIZER;
static pthread_key_t key;
static sem_t sem;

static int status_of(pid_t pid)
{
    int st = -1;

    return pid > 0 && waitpid(pid, &st, 0) == pid && WIFEXITED(st) ? WEXITSTATUS(st) : -1;
}

static void *plus_one(void *arg)
{
    return (void *)((long)arg + 1);
}

/* What a child can do: everything that a first process can. */
static int child_works(void)
{
    pthread_t t[4];
    void *r;

    for (long i = 0; i < 4; i++)
        if (pthread_create(&t[i], NULL, plus_one, (void *)i))
            return 1;
    for (long i = 0; i < 4; i++)
        if (pthread_join(t[i], &r) || (long)r != i + 1)
            return 2;
    if (pthread_mutex_lock(&m) || pthread_mutex_unlock(&m))
        return 3;
    if (sem_post(&sem) || sem_wait(&sem))
        return 4;
    return 0;
}

static void *forks(void *arg)
{
    pthread_t own = pthread_self();
    pid_t pid;

    pthread_setspecific(key, &own);
    pthread_mutex_lock(&held);
    pid = fork();
    if (pid == 0) {
        if (!pthread_equal(own, pthread_self()))
            _exit(10);
        if (pthread_getspecific(key) != &own)
            _exit(11);
        if (pthread_mutex_trylock(&held) != EBUSY || pthread_mutex_unlock(&held))
            _exit(12);
        _exit(child_works());
    }
    pthread_mutex_unlock(&held);
    *(int *)arg = status_of(pid);
    return NULL;
}

static void from_thread(void)
{
    pthread_t t;
    int st = -1;

    test("fork from the first thread");
    pid_t pid = fork();
    if (pid == 0)
        _exit(child_works());
    CHECK_EQ(0, status_of(pid));

    test("fork from another thread: it is the child's only one, and has what it had");
    CHECK_EQ(0, pthread_create(&t, NULL, forks, &st));
    CHECK_EQ(0, pthread_join(t, NULL));
    CHECK_EQ(0, st);
}

/* The forking thread of a child returns from its start function: the last one, so the child ends. */
static int to_child[2];

static void *forks_and_returns(void *arg)
{
    pid_t pid = fork();

    if (pid)
        *(pid_t *)arg = pid;
    else if (write(to_child[1], "c", 1) != 1)
        _exit(3);
    return NULL;
}

static void returning(void)
{
    pthread_t t;
    pid_t pid = -1;
    char ch = 0;

    test("a child whose only thread returns ends with status 0");
    CHECK_EQ(0, pipe(to_child));
    CHECK_EQ(0, pthread_create(&t, NULL, forks_and_returns, &pid));
    CHECK_EQ(0, pthread_join(t, NULL));
    CHECK_EQ(0, status_of(pid));
    CHECK_EQ(1, read(to_child[0], &ch, 1));
    CHECK_EQ('c', ch);
}

/* ---- while other threads are busy ---- */

static volatile int stop;
static FILE *null;

static void *busy(void *arg)
{
    long n = 0;

    while (!stop) {
        void *p = malloc((size_t)(n * 37 % 5000 + 1));

        memset(p, 1, 1);
        fprintf(null, "%ld %p\n", n, p);
        free(p);
        pthread_mutex_lock(&m);
        pthread_cond_signal(&c);
        pthread_mutex_unlock(&m);
        n++;
    }
    return arg;
}

static void *waits(void *arg)
{
    pthread_mutex_lock(&m);
    while (!stop)
        pthread_cond_wait(&c, &m);
    pthread_mutex_unlock(&m);
    return arg;
}

static void while_busy(void)
{
    enum { N = 4, FORKS = 20 };
    pthread_t t[N];
    int bad = 0;

    test("%d forks while other threads allocate, print, lock and wait", FORKS);
    null = fopen("/dev/null", "w");
    CHECK(null);
    for (int i = 0; i < N; i++)
        CHECK_EQ(0, pthread_create(&t[i], NULL, i % 2 ? busy : waits, NULL));
    for (int i = 0; i < FORKS; i++) {
        pid_t pid = fork();

        if (pid == 0) {
            char buf[100];

            free(malloc(10000));
            snprintf(buf, sizeof(buf), "%d %f", i, i / 3.0);
            fprintf(stdout, "%s", "");
            fflush(stdout);
            _exit(strlen(buf) < 3);
        }
        bad += status_of(pid) != 0;
    }
    stop = 1;
    pthread_mutex_lock(&m);
    pthread_cond_broadcast(&c);
    pthread_mutex_unlock(&m);
    for (int i = 0; i < N; i++)
        CHECK_EQ(0, pthread_join(t[i], NULL));
    CHECK_EQ(0, bad);
    fclose(null);
}

static void locked_stream(void)
{
    pid_t pid;

    test("a child has the streams that its parent's thread had locked");
    flockfile(stdout);
    if ((pid = fork()) == 0) {
        flockfile(stdout);
        funlockfile(stdout);
        funlockfile(stdout);
        printf("# from the child\n");
        fflush(stdout);
        _exit(0);
    }
    funlockfile(stdout);
    CHECK_EQ(0, status_of(pid));
}

/* ---- pthread_atfork ---- */

static int order;

static void prepare1(void) { order = order * 10 + 1; }
static void prepare2(void) { order = order * 10 + 2; pthread_mutex_lock(&m); }
static void parent1(void) { order = order * 10 + 3; }
static void parent2(void) { order = order * 10 + 4; pthread_mutex_unlock(&m); }
static void child1(void) { order = order * 10 + 5; }
static void child2(void) { order = order * 10 + 6; pthread_mutex_unlock(&m); }

static void atfork(void)
{
    pid_t pid;

    test("pthread_atfork: prepare backwards, the others forwards");
    CHECK_EQ(0, pthread_atfork(prepare1, parent1, child1));
    CHECK_EQ(0, pthread_atfork(prepare2, parent2, child2));
    CHECK_EQ(0, pthread_atfork(NULL, NULL, NULL));
    if ((pid = fork()) == 0)
        _exit(order == 2156 && pthread_mutex_trylock(&m) == 0 ? 0 : 1);
    CHECK_EQ(2134, order);
    CHECK_EQ(0, status_of(pid));
}

int main(void)
{
    sem_init(&sem, 0, 0);
    pthread_key_create(&key, NULL);
    from_thread();
    returning();
    while_busy();
    locked_stream();
    atfork();
    return test_done();
}
