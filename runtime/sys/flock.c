/* SPDX-License-Identifier: BSD-2-Clause */
/* Locks on files: fcntl()'s, flock, lockf. */
#include "sys.h"
#include "thread.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "file/dispatch.h"
#include "file/lock_file.h"
#include "sig.h"

/* ---- fcntl ---- */

/* The bytes that `l` means, seen from the descriptor. */
static int range_of(struct file *f, const struct flock *l, struct lock_range *r)
{
    int64_t base = 0;
    struct stat st;

    if (l->l_whence == SEEK_CUR) {
        base = file_seek(f, 0, SEEK_CUR);
    } else if (l->l_whence == SEEK_END) {
        base = file_stat(f, &st);
        base = base < 0 ? base : st.st_size;
    } else if (l->l_whence != SEEK_SET) {
        return -EINVAL;
    }
    if (base < 0)
        return (int)base;
    if (__builtin_add_overflow(base, l->l_start, &r->start))
        return -EOVERFLOW;
    if (l->l_len > 0 && __builtin_add_overflow(r->start, l->l_len - 1, &r->last))
        return -EOVERFLOW;
    if (l->l_len == 0)
        r->last = INT64_MAX;
    if (l->l_len < 0) {
        r->last = r->start - 1;
        r->start += l->l_len;
    }
    return r->start < 0 ? -EINVAL : 0;
}

static int type_of(short type)
{
    return type == F_RDLCK ? SHM_LOCK_READ : type == F_WRLCK ? SHM_LOCK_WRITE : type == F_UNLCK ? SHM_LOCK_NONE : -EINVAL;
}

static void describe(struct flock *l, const struct shm_lock *e)
{
    l->l_type = e->type == SHM_LOCK_WRITE ? F_WRLCK : F_RDLCK;
    l->l_whence = SEEK_SET;
    l->l_start = e->start;
    l->l_len = e->last == INT64_MAX ? 0 : e->last - e->start + 1;
    l->l_pid = e->kind == SHM_LOCK_POSIX ? (pid_t)e->owner : -1;
}

int fcntl_lock(struct file *f, int fd, int cmd, struct flock *l)
{
    bool ofd = cmd == F_OFD_GETLK || cmd == F_OFD_SETLK || cmd == F_OFD_SETLKW;
    bool test = cmd == F_GETLK || cmd == F_OFD_GETLK;
    uint32_t kind = ofd ? SHM_LOCK_OFD : SHM_LOCK_POSIX;
    struct lock_range range;
    struct shm_lock found;
    int type, r;

    if (!l)
        return -EFAULT;
    type = type_of(l->l_type);
    if (type < 0 || (ofd && l->l_pid) || (test && type == SHM_LOCK_NONE))
        return -EINVAL;
    if ((r = range_of(f, l, &range)) < 0)
        return r;
    if (test) {
        r = lock_test(f, kind, (unsigned)type, range, &found);
        if (r > 0)
            describe(l, &found);
        else if (r == 0)
            l->l_type = F_UNLCK;
        return r < 0 ? r : 0;
    }
    if ((type == SHM_LOCK_READ && !file_readable(f)) || (type == SHM_LOCK_WRITE && !file_writable(f)))
        return -EBADF;
    return lock_file(f, fd, kind, (unsigned)type, range, cmd == F_SETLKW || cmd == F_OFD_SETLKW);
}

/* ---- flock ---- */

static int do_flock(int fd, int op)
{
    struct lock_range all = { 0, INT64_MAX };
    struct file *f = fd_get(fd);
    unsigned type = SHM_LOCK_NONE;
    int r = f ? 0 : -EBADF;

    switch (op & ~LOCK_NB) {
    case LOCK_SH:
        type = SHM_LOCK_READ;
        break;
    case LOCK_EX:
        type = SHM_LOCK_WRITE;
        break;
    case LOCK_UN:
        break;
    default:
        r = r ? r : -EINVAL;
    }
    if (r == 0)
        r = lock_file(f, fd, SHM_LOCK_FLOCK, type, all, !(op & LOCK_NB));
    fd_put(f);
    return r;
}

/**
 * Locks a whole file for an open file description: what has the descriptor from it by dup() or fork() has
 * the lock, and it ends when the last of them is closed.
 * @param op LOCK_SH, LOCK_EX or LOCK_UN; with LOCK_NB: EWOULDBLOCK instead of waiting
 * @return 0, or -1 with EBADF, EINTR, EINVAL, ENOLCK, EWOULDBLOCK
 * BSD, Linux
 */
int flock(int fd, int op)
{
    int r;

    do
        r = do_flock(fd, op);
    while (r == -EINTR && sig_restart());
    trace_sys_flock(fd, op, r);
    return (int)sys_ret(r);
}

/* ---- lockf ---- */

static int do_lockf(int fd, int cmd, off_t size)
{
    struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_CUR, .l_len = size };
    struct file *f = fd_get(fd);
    int r = -EBADF;

    if (f && cmd == F_TEST) {
        r = file_writable(f) ? fcntl_lock(f, fd, F_GETLK, &l) : -EBADF;
        if (r == 0 && l.l_type != F_UNLCK)
            r = -EACCES;
    } else if (f && (cmd == F_ULOCK || cmd == F_LOCK || cmd == F_TLOCK)) {
        l.l_type = cmd == F_ULOCK ? F_UNLCK : F_WRLCK;
        r = fcntl_lock(f, fd, cmd == F_LOCK ? F_SETLKW : F_SETLK, &l);
    } else if (f) {
        r = -EINVAL;
    }
    fd_put(f);
    return r;
}

/**
 * Locks a part of a file, from the current offset on, for this process: a simple form of fcntl(F_SETLK).
 * @param cmd  F_LOCK, F_TLOCK (EAGAIN instead of waiting), F_ULOCK, F_TEST
 * @param size bytes; 0: to the end, however far; negative: before the offset
 * @return 0, or -1 with EACCES (F_TEST), EAGAIN, EBADF, EDEADLK, EINTR, EINVAL, ENOLCK
 * POSIX.1-2017
 */
int lockf(int fd, int cmd, off_t size)
{
    int r;

    cancel_point();
    do
        r = do_lockf(fd, cmd, size);
    while (r == -EINTR && sig_restart());
    trace_sys_lockf(fd, cmd, size, r);
    return (int)sys_ret(r);
}
