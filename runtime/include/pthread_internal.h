/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads as POSIX has them: what the files of runtime/thread share.
 *
 * Objects (mutexes and so on) are a word each, no memory of the runtime: see park.h. A word of zeros is
 * taken for a statically initialised object, since that is what it is on Linux. */
#ifndef PTHREAD_INTERNAL_H
#define PTHREAD_INTERNAL_H

#include <pthread.h>
#include <setjmp.h>

#include "park.h"
#include "thread.h"

/* ---- words ---- */
/* Lowest byte: what it is. The first five are the header's static initialisers. */
enum {
    TAG_RECURSIVE = 18, TAG_NORMAL = 19, TAG_ERRORCHECK = 20, TAG_COND = 21, TAG_RWLOCK = 22,
    TAG_SPIN = 23, TAG_BARRIER = 24, TAG_SEM = 25, TAG_DESTROYED = 26,
};
#define TAG_OF(v)   ((unsigned)(v) & 0xff)
#define OWNER_SHIFT 32
#define OWNER_OF(v) ((uint32_t)((v) >> OWNER_SHIFT))
/* Owners are thread->id, since that survives a fork; or, of shared objects, Windows thread ids. */
static inline uint32_t owner_id(uint64_t v, const struct thread *t)
{
    return v & SHARED ? t->wintid : t->id;
}

static inline bool pshared_valid(int shared)
{
    return shared == PTHREAD_PROCESS_PRIVATE || shared == PTHREAD_PROCESS_SHARED;
}


/* Mutexes: owner above, how often it was locked again in bits 16..31. */
#define MUTEX_ROBUST 0x400ull
#define MUTEX_DIED   0x800ull  /* its owner has; pthread_mutex_consistent is due */
#define MUTEX_LOST   0x1000ull /* and nobody has done it */
#define MUTEX_DEPTH  0x10000ull
#define MUTEX_DEPTHS 0xffff0000ull
#define COND_MONOTONIC 0x400ull
#define RW_READER    0x10000ull
#define RW_READERS   0xffff0000ull

/* An error as pthread functions return it, from negative errno. */
int mutex_lock(uint64_t *w, struct thread *t, const struct until *until, unsigned flags); /* all kinds */
int mutex_unlock(uint64_t *w, struct thread *t);
/* For condition variables: let go completely, and take it again as it was. */
int mutex_release(uint64_t *w, struct thread *t, uint64_t *depth);
int mutex_retake(uint64_t *w, struct thread *t, uint64_t depth);
/* Robust ones of a thread that ends. */
void mutex_owner_ends(struct pthread *p);
/* Was the owner of this word another thread when this process was forked? */
bool thread_died_in_fork(uint32_t id);

/* ---- threads ---- */
struct key_value {
    uint64_t key;
    void *value;
};

#define THREAD_DONE 0x10000ull /* of pthread->word */

struct pthread {
    uint64_t word;             /* what pthread_join waits for */
    struct pthread *next;      /* list of all that a pthread_t may mean; under the list's lock */
    struct thread *thread;     /* NULL: has ended */
    bool detached, joining, counted;
    bool has_base;             /* `base` is where its end begins: not so in a forked child */
    jmp_buf base;
    void *(*start)(void *);
    void *arg, *result;
    struct __pthread_cleanup *cleanup;
    struct key_value *values;
    unsigned nvalues;
    uint64_t **robust;         /* mutexes that it may hold */
    unsigned nrobust, robust_room;
    uintptr_t stack, stack_size; /* without the guard; 0: not ours */
    size_t guard;
    struct worker *worker;     /* the Windows thread that runs it */
    int policy, priority;
    char name[16];
};

struct pthread *pthread_of(struct thread *t); /* makes it if need be; inside the runtime, NULL: no memory */
struct pthread *pthread_find(pthread_t id);   /* NULL: no such; under the list's lock */
NORETURN void pthread_finish(struct thread *t, struct pthread *p); /* on its own stack, handlers done */
void pthread_ended(struct pthread *p);        /* last: nothing of it is in use any more */
void key_destructors(struct thread *t, struct pthread *p);
void pthread_fork_child(struct thread *t);    /* the other threads are gone */

/* ---- attributes: what a pthread_attr_t points to ---- */
struct thread_attr {
    uint32_t magic;
    int detached, inherit, policy, scope;
    struct sched_param param;
    size_t stack_size, guard;
    void *stack;               /* lowest address of the program's own, NULL: ours */
};
#define ATTR_MAGIC 0x70746174u
#define STACK_DEFAULT 0x100000u
extern const struct thread_attr thread_attr_default;
const struct thread_attr *thread_attr_get(const pthread_attr_t *a); /* NULL: not initialised */
int thread_create(pthread_t *id, const struct thread_attr *a, void *(*start)(void *), void *arg);

/* ---- Windows threads (worker.c) ---- */
/* Lets a thread run p, for which everything is set up; t becomes its struct thread. Negative errno. */
int worker_start(struct pthread *p, struct thread *t, const struct thread_attr *a);
void worker_fork_child(void);
void pthread_body(void *p);                   /* what it runs, on p's stack */

#endif
