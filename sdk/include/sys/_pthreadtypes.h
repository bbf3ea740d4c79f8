/* SPDX-License-Identifier: BSD-2-Clause */
/* Types of pthreads: all objects are pointers that the runtime fills in. */
#ifndef _SYS__PTHREADTYPES_H_
#define _SYS__PTHREADTYPES_H_

#include <sys/sched.h>

typedef struct __pthread_t { char __opaque; } *pthread_t;
typedef struct __pthread_attr_t { char __opaque; } *pthread_attr_t;
typedef struct __pthread_mutex_t { char __opaque; } *pthread_mutex_t;
typedef struct __pthread_mutexattr_t { char __opaque; } *pthread_mutexattr_t;
typedef struct __pthread_key_t { char __opaque; } *pthread_key_t;
typedef struct __pthread_cond_t { char __opaque; } *pthread_cond_t;
typedef struct __pthread_condattr_t { char __opaque; } *pthread_condattr_t;
typedef struct __pthread_rwlock_t { char __opaque; } *pthread_rwlock_t;
typedef struct __pthread_rwlockattr_t { char __opaque; } *pthread_rwlockattr_t;
typedef struct __pthread_barrier_t { char __opaque; } *pthread_barrier_t;
typedef struct __pthread_barrierattr_t { char __opaque; } *pthread_barrierattr_t;
typedef struct __pthread_spinlock_t { char __opaque; } *pthread_spinlock_t;

typedef struct {
    pthread_mutex_t mutex;
    int state;
} pthread_once_t;

#endif
