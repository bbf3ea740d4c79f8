/* SPDX-License-Identifier: BSD-2-Clause */
/* pthread_once. The mutex in the object is held while the function runs. */
#include <errno.h>

#include "pthread_internal.h"

enum { DONE = 1 };

static void abandon(void *arg)
{
    pthread_once_t *o = arg;

    pthread_mutex_unlock(&o->mutex);
}

/* A forked child inherits a mutex that another thread held: that one will never end. */
static void free_inherited(pthread_once_t *o)
{
    uint64_t *w = (uint64_t *)&o->mutex, v = word_get(w);

    if (thread_died_in_fork(OWNER_OF(v)))
        word_cas(w, &v, TAG_NORMAL);
}

/**
 * Calls init, unless that was done before with this object. If init is cancelled, it counts as never
 * called. @return 0. POSIX.1-2017 pthread_once()
 */
int pthread_once(pthread_once_t *once, void (*init)(void))
{
    if (likely(__atomic_load_n(&once->state, __ATOMIC_ACQUIRE) == DONE))
        return 0;
    free_inherited(once);
    pthread_mutex_lock(&once->mutex);
    if (once->state != DONE) {
        pthread_cleanup_push(abandon, once);
        init();
        pthread_cleanup_pop(0);
        __atomic_store_n(&once->state, DONE, __ATOMIC_RELEASE);
    }
    pthread_mutex_unlock(&once->mutex);
    return 0;
}
