/* SPDX-License-Identifier: BSD-2-Clause */
/* Thread-specific data. A key is the place in a table and a number that no other key at that place has,
 * so values of a deleted key are never taken for those of a new one. */
#include <errno.h>
#include <limits.h>

#include "mm.h"
#include "pthread_internal.h"
#include "thread_internal.h"

struct key {
    uint32_t number; /* odd: in use */
    void (*destructor)(void *);
};
static struct key *keys; /* PTHREAD_KEYS_MAX, made with the first */

#define INDEX_OF(k)  ((uint32_t)(k))
#define NUMBER_OF(k) ((uint32_t)((k) >> 32))

/**
 * Makes a key; its value is NULL in all threads.
 * @param destructor called at the end of each thread that has a value then; may be NULL
 * @return 0, or the error's number: EAGAIN there are PTHREAD_KEYS_MAX already; ENOMEM
 * POSIX.1-2017 pthread_key_create()
 */
int pthread_key_create(pthread_key_t *key, void (*destructor)(void *))
{
    int r = EAGAIN;

    thread_list_hold(true); /* fork takes it, too */
    if (!keys && !(keys = rt_zalloc(PTHREAD_KEYS_MAX * sizeof(*keys))))
        r = ENOMEM;
    for (uint64_t i = 0; r == EAGAIN && i < PTHREAD_KEYS_MAX; i++) {
        if (keys[i].number % 2)
            continue;
        keys[i].number++;
        keys[i].destructor = destructor;
        *key = (pthread_key_t)((uint64_t)keys[i].number << 32 | i);
        r = 0;
    }
    thread_list_hold(false);
    return r;
}

static bool valid(uint64_t k)
{
    return keys && INDEX_OF(k) < PTHREAD_KEYS_MAX && NUMBER_OF(k) % 2
        && keys[INDEX_OF(k)].number == NUMBER_OF(k);
}

/** Deletes a key; no destructor is called. @return 0, or EINVAL. POSIX.1-2017 pthread_key_delete() */
int pthread_key_delete(pthread_key_t key)
{
    uint64_t k = (uint64_t)(uintptr_t)key;
    int r = EINVAL;

    thread_list_hold(true);
    if (valid(k)) {
        keys[INDEX_OF(k)].destructor = NULL;
        keys[INDEX_OF(k)].number++;
        r = 0;
    }
    thread_list_hold(false);
    return r;
}

/** The calling thread's value, NULL: none. POSIX.1-2017 pthread_getspecific() */
void *pthread_getspecific(pthread_key_t key)
{
    uint64_t k = (uint64_t)(uintptr_t)key;
    struct pthread *p = self()->pthread;

    if (!p || INDEX_OF(k) >= p->nvalues || p->values[INDEX_OF(k)].key != k)
        return NULL;
    return p->values[INDEX_OF(k)].value;
}

static bool grow(struct pthread *p, unsigned index)
{
    unsigned n = p->nvalues ? p->nvalues : 16;
    struct key_value *v;

    while (n <= index)
        n *= 2;
    if (!(v = rt_zalloc(n * sizeof(*v))))
        return false;
    for (unsigned i = 0; i < p->nvalues; i++)
        v[i] = p->values[i];
    rt_free(p->values);
    p->values = v;
    p->nvalues = n;
    return true;
}

static int make_room(struct thread *t, unsigned index)
{
    bool entered = rt_enter(t);
    struct pthread *p = pthread_of(t);
    int r = p && (index < p->nvalues || grow(p, index)) ? 0 : ENOMEM;

    rt_leave(t, entered);
    return r;
}

/** Sets the calling thread's value. @return 0, EINVAL, ENOMEM. POSIX.1-2017 pthread_setspecific() */
int pthread_setspecific(pthread_key_t key, const void *value)
{
    uint64_t k = (uint64_t)(uintptr_t)key;
    struct thread *t = self();
    struct pthread *p = t->pthread;
    int r;

    if (!valid(k))
        return EINVAL;
    if (!p || INDEX_OF(k) >= p->nvalues) {
        if (!value) /* that is what it has */
            return 0;
        if ((r = make_room(t, INDEX_OF(k))) != 0)
            return r;
        p = t->pthread;
    }
    p->values[INDEX_OF(k)] = (struct key_value){ k, (void *)value };
    return 0;
}

/* Destructors may set values again: a few rounds. */
void key_destructors(struct thread *t, struct pthread *p)
{
    bool any = true;

    for (unsigned round = 0; any && round < PTHREAD_DESTRUCTOR_ITERATIONS; round++) {
        any = false;
        for (unsigned i = 0; i < p->nvalues; i++) {
            struct key_value *v = &p->values[i];
            void (*fn)(void *) = v->value && valid(v->key) ? keys[i].destructor : NULL;
            void *value = v->value;

            if (!fn)
                continue;
            v->value = NULL;
            any = true;
            call_ported(t, fn, value);
        }
    }
}
