/* SPDX-License-Identifier: BSD-2-Clause */
/* Locks on files: runtime/file/lock_file.c does what lib/lock cannot: sharing, waiting, owners' ends. */
#ifndef FILE_LOCK_FILE_H
#define FILE_LOCK_FILE_H

#include "abi/locks.h"
#include "file.h"
#include "lib/lock/lock.h"

/* The shared table, NULL: could not be had. */
struct shm_locks *locks_table(void);

/* Lock or unlock (SHM_LOCK_NONE) for owners of `kind`. -EAGAIN when somebody has it and `wait` is false,
 * -EDEADLK, -EINTR, -ENOLCK. `fd` is for ps. */
int lock_file(struct file *f, int fd, uint32_t kind, unsigned type, struct lock_range r, bool wait);
/* The lock that is in the way: 1 and *out, or 0: none. */
int lock_test(struct file *f, uint32_t kind, unsigned type, struct lock_range r, struct shm_lock *out);

struct flock;
/* fcntl's commands F_GETLK to F_OFD_SETLKW (sys/flock.c). */
int fcntl_lock(struct file *f, int fd, int cmd, struct flock *l);

/* A descriptor of the file was closed: the process's POSIX locks on it go. Cheap when it never had any. */
void locks_closed(struct file *f);
void locks_exit(void);                  /* the process ends */
void locks_drop_ofd(uint64_t id);       /* nobody has the description any more */
void locks_hold(bool hold);             /* around a fork */

/* One writer at a time, of all processes, to a file that is appended to. */
uint64_t *append_lock(uint64_t ino);

#endif
