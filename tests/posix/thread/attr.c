/* SPDX-License-Identifier: BSD-2-Clause */
/* Attributes of threads, and what they do. */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/tap.h"

static void fields(void)
{
    struct sched_param param = { .sched_priority = 0 };
    pthread_attr_t a;
    size_t size;
    int v;

    test("defaults");
    CHECK_EQ(0, pthread_attr_init(&a));
    CHECK_EQ(0, pthread_attr_getdetachstate(&a, &v));
    CHECK_EQ(PTHREAD_CREATE_JOINABLE, v);
    CHECK_EQ(0, pthread_attr_getscope(&a, &v));
    CHECK_EQ(PTHREAD_SCOPE_SYSTEM, v);
    CHECK_EQ(0, pthread_attr_getstacksize(&a, &size));
    CHECK(size >= 0x100000);
    CHECK_EQ(0, pthread_attr_getschedpolicy(&a, &v));
    CHECK_EQ(SCHED_OTHER, v);

    test("what is set can be got");
    CHECK_EQ(0, pthread_attr_setdetachstate(&a, PTHREAD_CREATE_DETACHED));
    CHECK_EQ(0, pthread_attr_getdetachstate(&a, &v));
    CHECK_EQ(PTHREAD_CREATE_DETACHED, v);
    CHECK_EQ(0, pthread_attr_setstacksize(&a, 0x40000));
    CHECK_EQ(0, pthread_attr_getstacksize(&a, &size));
    CHECK_EQ(0x40000, size);
    CHECK_EQ(0, pthread_attr_setguardsize(&a, 0x2000));
    CHECK_EQ(0, pthread_attr_getguardsize(&a, &size));
    CHECK_EQ(0x2000, size);
    CHECK_EQ(0, pthread_attr_setinheritsched(&a, PTHREAD_EXPLICIT_SCHED));
    CHECK_EQ(0, pthread_attr_getinheritsched(&a, &v));
    CHECK_EQ(PTHREAD_EXPLICIT_SCHED, v);
    CHECK_EQ(0, pthread_attr_setschedparam(&a, &param));
    CHECK_EQ(0, pthread_attr_getschedparam(&a, &param));
    CHECK_EQ(0, param.sched_priority);

    test("what cannot be is refused");
    CHECK_EQ(EINVAL, pthread_attr_setdetachstate(&a, 17));
    CHECK_EQ(EINVAL, pthread_attr_setstacksize(&a, 100));
    CHECK_EQ(EINVAL, pthread_attr_setschedpolicy(&a, 1234));
    CHECK_EQ(EINVAL, pthread_attr_setinheritsched(&a, 17));
    CHECK_EQ(0, pthread_attr_destroy(&a));
}

/* Uses `arg` bytes of stack. */
static void *deep(void *arg)
{
    size_t n = (size_t)arg;
    volatile char page[4096];

    page[0] = page[4095] = 1;
    return n > sizeof(page) + 256 ? (void *)((uintptr_t)deep((void *)(n - sizeof(page) - 256)) + page[0])
                                  : NULL;
}

struct place {
    uintptr_t at, low;
    size_t size;
    bool ok;
};

static void *where(void *arg)
{
    struct place *p = arg;
    pthread_attr_t a;
    void *low = NULL;
    int here;

    p->at = (uintptr_t)&here;
    p->ok = pthread_getattr_np(pthread_self(), &a) == 0
        && pthread_attr_getstack(&a, &low, &p->size) == 0;
    p->low = (uintptr_t)low;
    pthread_attr_destroy(&a);
    return NULL;
}

static void stacks(void)
{
    struct place p;
    pthread_attr_t a;
    pthread_t t;
    char *block, *own;

    test("a stack is as large as was asked for");
    pthread_attr_init(&a);
    for (size_t size = 0x40000; size <= 0x1000000; size *= 8) {
        CHECK_EQ(0, pthread_attr_setstacksize(&a, size));
        CHECK_EQ(0, pthread_create(&t, &a, deep, (void *)(size - 0x10000)));
        CHECK_EQ(0, pthread_join(t, NULL));
    }

    test("a thread is told where its stack is");
    CHECK_EQ(0, pthread_attr_setstacksize(&a, 0x80000));
    CHECK_EQ(0, pthread_create(&t, &a, where, &p));
    CHECK_EQ(0, pthread_join(t, NULL));
    CHECK(p.ok);
    CHECK(p.at >= p.low && p.at < p.low + p.size);
    CHECK(p.size >= 0x70000);
    where(&p);
    CHECK(p.ok);
    CHECK(p.at >= p.low && p.at < p.low + p.size);

    test("a stack of the program's own");
    block = malloc(0x50000);
    own = (char *)(((uintptr_t)block + 0xffff) & ~(uintptr_t)0xffff);
    memset(own, 0x5a, 0x40000);
    CHECK_EQ(0, pthread_attr_setstack(&a, own, 0x40000));
    CHECK_EQ(0, pthread_create(&t, &a, where, &p));
    CHECK_EQ(0, pthread_join(t, NULL));
    CHECK(p.at >= (uintptr_t)own && p.at < (uintptr_t)own + 0x40000);
    memset(own, 0, 0x40000);
    free(block);
    pthread_attr_destroy(&a);
}

static void *sched(void *arg)
{
    struct sched_param param;
    int policy;

    *(int *)arg = pthread_getschedparam(pthread_self(), &policy, &param) == 0 ? policy : -1;
    return NULL;
}

static void priorities(void)
{
    pthread_t t;
    int policy = -2;

    test("policy and priority");
    CHECK_EQ(0, pthread_create(&t, NULL, sched, &policy));
    CHECK_EQ(0, pthread_join(t, NULL));
    CHECK_EQ(SCHED_OTHER, policy);
    CHECK(sched_get_priority_max(SCHED_FIFO) - sched_get_priority_min(SCHED_FIFO) >= 31);
    CHECK_EQ(SCHED_OTHER, sched_getscheduler(0));
    CHECK_ERR(EINVAL, sched_get_priority_min(1234));
    CHECK_EQ(0, sched_yield());
}

static void limits(void)
{
    test("sysconf knows of threads");
    CHECK(sysconf(_SC_THREADS) >= 200112);
    CHECK(sysconf(_SC_SEMAPHORES) >= 200112);
    CHECK(sysconf(_SC_BARRIERS) >= 200112);
    CHECK(sysconf(_SC_THREAD_PROCESS_SHARED) >= 200112);
    CHECK_EQ(PTHREAD_KEYS_MAX, sysconf(_SC_THREAD_KEYS_MAX));
    CHECK_EQ(PTHREAD_DESTRUCTOR_ITERATIONS, sysconf(_SC_THREAD_DESTRUCTOR_ITERATIONS));
}

int main(void)
{
    limits();
    fields();
    stacks();
    priorities();
    return test_done();
}
