/* SPDX-License-Identifier: BSD-2-Clause */
/* Attributes of mutexes: a word, too. And pthread_mutex_init, which reads them. */
#include <errno.h>

#include "pthread_internal.h"

#define TAG_ATTR 0x6du
#define TYPE_SHIFT 16

static const uint64_t tag_of_type[] = {
    [PTHREAD_MUTEX_RECURSIVE] = TAG_RECURSIVE,
    [PTHREAD_MUTEX_ERRORCHECK] = TAG_ERRORCHECK,
    [PTHREAD_MUTEX_NORMAL] = TAG_NORMAL,
};

static bool get(const pthread_mutexattr_t *a, uint64_t *v)
{
    *v = *(const uint64_t *)a;
    return TAG_OF(*v) == TAG_ATTR;
}

static int set(pthread_mutexattr_t *a, uint64_t mask, uint64_t to)
{
    uint64_t v;

    if (!get(a, &v))
        return EINVAL;
    *(uint64_t *)a = (v & ~mask) | to;
    return 0;
}

/**
 * Makes a mutex.
 * @param attr type and robustness, NULL: a normal one
 * @return 0, or EINVAL: attr was never initialised
 * POSIX.1-2017 pthread_mutex_init()
 */
int pthread_mutex_init(pthread_mutex_t *mutex, const pthread_mutexattr_t *attr)
{
    uint64_t v = 0, word = TAG_NORMAL;

    if (attr) {
        if (!get(attr, &v))
            return EINVAL;
        word = tag_of_type[v >> TYPE_SHIFT & 3] | (v & (SHARED | MUTEX_ROBUST));
    }
    __atomic_store_n((uint64_t *)mutex, word, __ATOMIC_RELEASE);
    return 0;
}

/** Default attributes: normal, of this process, not robust. POSIX.1-2017 pthread_mutexattr_init() */
int pthread_mutexattr_init(pthread_mutexattr_t *attr)
{
    *(uint64_t *)attr = TAG_ATTR | (uint64_t)PTHREAD_MUTEX_DEFAULT << TYPE_SHIFT;
    return 0;
}

/** @return 0, or EINVAL. POSIX.1-2017 */
int pthread_mutexattr_destroy(pthread_mutexattr_t *attr)
{
    return set(attr, 0xff, TAG_DESTROYED);
}

/** @return 0, or EINVAL. POSIX.1-2017 */
int pthread_mutexattr_gettype(const pthread_mutexattr_t *attr, int *type)
{
    uint64_t v;

    if (!get(attr, &v))
        return EINVAL;
    *type = (int)(v >> TYPE_SHIFT & 3);
    return 0;
}

/** @return 0, or EINVAL: no such type. POSIX.1-2017 */
int pthread_mutexattr_settype(pthread_mutexattr_t *attr, int type)
{
    if (type < 0 || (size_t)type >= ARRAY_SIZE(tag_of_type))
        return EINVAL;
    return set(attr, 3ull << TYPE_SHIFT, (uint64_t)type << TYPE_SHIFT);
}

/** @return 0, or EINVAL. POSIX.1-2017 */
int pthread_mutexattr_getpshared(const pthread_mutexattr_t *attr, int *shared)
{
    uint64_t v;

    if (!get(attr, &v))
        return EINVAL;
    *shared = v & SHARED ? PTHREAD_PROCESS_SHARED : PTHREAD_PROCESS_PRIVATE;
    return 0;
}

/** @return 0, or EINVAL. POSIX.1-2017 */
int pthread_mutexattr_setpshared(pthread_mutexattr_t *attr, int shared)
{
    if (!pshared_valid(shared))
        return EINVAL;
    return set(attr, SHARED, shared == PTHREAD_PROCESS_SHARED ? SHARED : 0);
}

/** @return 0, or EINVAL. POSIX.1-2017 */
int pthread_mutexattr_getrobust(const pthread_mutexattr_t *attr, int *robust)
{
    uint64_t v;

    if (!get(attr, &v))
        return EINVAL;
    *robust = v & MUTEX_ROBUST ? PTHREAD_MUTEX_ROBUST : PTHREAD_MUTEX_STALLED;
    return 0;
}

/** @return 0, or EINVAL. POSIX.1-2017 */
int pthread_mutexattr_setrobust(pthread_mutexattr_t *attr, int robust)
{
    if (robust != PTHREAD_MUTEX_ROBUST && robust != PTHREAD_MUTEX_STALLED)
        return EINVAL;
    return set(attr, MUTEX_ROBUST, robust == PTHREAD_MUTEX_ROBUST ? MUTEX_ROBUST : 0);
}

/** @return 0, or EINVAL. POSIX.1-2017 */
int pthread_mutexattr_getprotocol(const pthread_mutexattr_t *attr, int *protocol)
{
    uint64_t v;

    if (!get(attr, &v))
        return EINVAL;
    *protocol = PTHREAD_PRIO_NONE;
    return 0;
}

/** @return 0, EINVAL, or ENOTSUP: Windows knows no priority protocols. POSIX.1-2017 */
int pthread_mutexattr_setprotocol(pthread_mutexattr_t *attr, int protocol)
{
    uint64_t v;

    if (!get(attr, &v))
        return EINVAL;
    switch (protocol) {
    case PTHREAD_PRIO_NONE:
        return 0;
    case PTHREAD_PRIO_INHERIT:
    case PTHREAD_PRIO_PROTECT:
        return ENOTSUP;
    default:
        return EINVAL;
    }
}

/** @return ENOTSUP: there are no priority ceilings. POSIX.1-2017 */
int pthread_mutexattr_getprioceiling(const pthread_mutexattr_t *attr, int *ceiling)
{
    return ENOTSUP;
}

/** @return ENOTSUP: there are no priority ceilings. POSIX.1-2017 */
int pthread_mutexattr_setprioceiling(pthread_mutexattr_t *attr, int ceiling)
{
    return ENOTSUP;
}

/** @return EINVAL: the mutex has no priority ceiling. POSIX.1-2017 */
int pthread_mutex_getprioceiling(const pthread_mutex_t *mutex, int *ceiling)
{
    return EINVAL;
}

/** @return EINVAL: the mutex has no priority ceiling. POSIX.1-2017 */
int pthread_mutex_setprioceiling(pthread_mutex_t *mutex, int ceiling, int *old)
{
    return EINVAL;
}
