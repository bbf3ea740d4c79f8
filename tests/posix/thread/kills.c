/* SPDX-License-Identifier: BSD-2-Clause */
/* timeout: 180 */
/* Processes that share a robust mutex are killed at random moments: the others go on, and what the mutex
 * protects is repaired by whoever learns of it. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/tap.h"

enum { PROCESSES = 4, KILLS = 60 };

static struct shared {
    pthread_mutex_t m;
    volatile long a, b;     /* equal whenever the mutex is free */
    volatile long rounds, repairs, wrong;
    volatile int stop;
} *s;

/* True: locked, and what an owner who died left half done is repaired. */
static bool lock(void)
{
    switch (pthread_mutex_lock(&s->m)) {
    case 0:
        break;
    case EOWNERDEAD:
        s->repairs++;
        s->b = s->a;
        if (pthread_mutex_consistent(&s->m))
            s->wrong++;
        break;
    default:
        s->wrong++;
        return false;
    }
    if (s->a != s->b)
        s->wrong++;
    return true;
}

static void worker(void)
{
    while (!s->stop) {
        if (!lock())
            _exit(1);
        s->a++;
        for (volatile int i = 0; i < 300; i++)
            ;
        s->b++;
        s->rounds++;
        pthread_mutex_unlock(&s->m);
    }
    _exit(0);
}

static pid_t start(void)
{
    pid_t pid = fork();

    if (pid == 0)
        worker();
    return pid;
}

static void await(pid_t pid, int want)
{
    int st = -1;

    CHECK_EQ(pid, waitpid(pid, &st, 0));
    if (want)
        CHECK(WIFSIGNALED(st) && WTERMSIG(st) == want);
    else
        CHECK_EQ(0, st);
}

int main(void)
{
    pthread_mutexattr_t a;
    pid_t pid[PROCESSES];
    unsigned seed = 12345;
    long before;

    test("%d of %d processes that share a robust mutex are killed", KILLS, PROCESSES);
    s = mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (!CHECK(s != MAP_FAILED))
        return test_done();
    pthread_mutexattr_init(&a);
    pthread_mutexattr_setpshared(&a, PTHREAD_PROCESS_SHARED);
    pthread_mutexattr_setrobust(&a, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(&s->m, &a);
    for (int i = 0; i < PROCESSES; i++)
        CHECK((pid[i] = start()) > 0);
    for (int k = 0; k < KILLS; k++) {
        unsigned i;

        before = s->rounds;
        while (s->rounds < before + 20 && !s->wrong)
            usleep(100);
        seed = seed * 1103515245u + 12345u;
        i = (seed >> 16) % PROCESSES;
        kill(pid[i], SIGKILL);
        await(pid[i], SIGKILL);
        CHECK((pid[i] = start()) > 0);
    }
    before = s->rounds;
    while (s->rounds < before + 100 && !s->wrong)
        usleep(100);
    s->stop = 1;
    for (int i = 0; i < PROCESSES; i++)
        await(pid[i], 0);
    CHECK_EQ(0, s->wrong);
    CHECK(lock());
    CHECK_EQ(0, pthread_mutex_unlock(&s->m));
    CHECK_EQ(0, pthread_mutex_destroy(&s->m));
    test_note("%ld rounds, %ld repairs", s->rounds, s->repairs);
    return test_done();
}
