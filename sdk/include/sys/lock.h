/* SPDX-License-Identifier: BSD-2-Clause */
/* Locks of the C library: one word each, made and used by the runtime (runtime/thread/lock.c). Values below 65536 are initialisers of locks that are made when first used. */
#ifndef __SYS_LOCK_H__
#define __SYS_LOCK_H__

typedef void *_LOCK_T;
#define _LOCK_RECURSIVE_T _LOCK_T
#define _LOCK_T_INITIALIZER ((_LOCK_T)19)
#define _LOCK_T_RECURSIVE_INITIALIZER ((_LOCK_T)18)

#define __LOCK_INIT(class, lock) class _LOCK_T lock = _LOCK_T_INITIALIZER;
#define __LOCK_INIT_RECURSIVE(class, lock) class _LOCK_T lock = _LOCK_T_RECURSIVE_INITIALIZER;

#define __lock_init(lock) __cygwin_lock_init(&(lock))
#define __lock_init_recursive(lock) __cygwin_lock_init_recursive(&(lock))
#define __lock_close(lock) __cygwin_lock_fini(&(lock))
#define __lock_close_recursive(lock) __cygwin_lock_fini(&(lock))
#define __lock_acquire(lock) __cygwin_lock_lock(&(lock))
#define __lock_acquire_recursive(lock) __cygwin_lock_lock(&(lock))
#define __lock_try_acquire(lock) __cygwin_lock_trylock(&(lock))
#define __lock_try_acquire_recursive(lock) __cygwin_lock_trylock(&(lock))
#define __lock_release(lock) __cygwin_lock_unlock(&(lock))
#define __lock_release_recursive(lock) __cygwin_lock_unlock(&(lock))

#ifdef __cplusplus
extern "C" {
#endif

void __cygwin_lock_init(_LOCK_T *lock);
void __cygwin_lock_init_recursive(_LOCK_T *lock);
void __cygwin_lock_fini(_LOCK_T *lock);
int __cygwin_lock_lock(_LOCK_T *lock);
int __cygwin_lock_trylock(_LOCK_T *lock);
int __cygwin_lock_unlock(_LOCK_T *lock);

#ifdef __cplusplus
}
#endif

#endif
