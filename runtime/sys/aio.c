/* SPDX-License-Identifier: BSD-2-Clause */
/* aio_read and its family: asynchronous operations. */
#include "sys.h"

#include <aio.h>
#include <fcntl.h>

#include "aio_internal.h"
#include "file.h"
#include "net/waitmask.h"
#include "sig.h"
#include "thread.h"

static int begin(struct aiocb *cb, enum aio_op op, const char *what)
{
    int r = 0;

    if (cb->aio_reqprio < 0)
        r = -EINVAL;
    else if (op != AIO_OP_FSYNC && cb->aio_offset < 0)
        r = -EINVAL;
    if (r == 0)
        r = aio_begin(cb, op, NULL);
    trace_sys_aio(what, cb->aio_fildes, cb->aio_nbytes, cb->aio_offset, r);
    return (int)sys_ret(r);
}

/**
 * Begins to read `aio_nbytes` at `aio_offset` into `aio_buf`; the end is told as `aio_sigevent` says.
 * @return 0, or -1 with EAGAIN, EINVAL: bad priority or offset. What goes wrong later is in aio_error().
 * POSIX.1-2017
 */
int aio_read(struct aiocb *cb)
{
    return begin(cb, AIO_OP_READ, "read");
}

/** As aio_read(), writing; at the end with O_APPEND. POSIX.1-2017 */
int aio_write(struct aiocb *cb)
{
    return begin(cb, AIO_OP_WRITE, "write");
}

/** After what was begun before: fsync(). @param op O_SYNC or O_DSYNC. EINVAL, EBADF. POSIX.1-2017 */
int aio_fsync(int op, struct aiocb *cb)
{
    if ((op != O_SYNC && op != O_DSYNC))
        return (int)sys_ret(-EINVAL);
    if (fd_get_cloexec(cb->aio_fildes) < 0)
        return (int)sys_ret(-EBADF);
    return begin(cb, AIO_OP_FSYNC, "fsync");
}

/** How it is: EINPROGRESS, 0, or the error with which it has ended. POSIX.1-2017 */
int aio_error(const struct aiocb *cb)
{
    return (int)__atomic_load_n(&AIO_STATE((struct aiocb *)cb), __ATOMIC_SEQ_CST);
}

/** The result of an operation that has ended: as of read(), write(), fsync(). POSIX.1-2017 */
ssize_t aio_return(struct aiocb *cb)
{
    int64_t state = AIO_STATE(cb);

    if (state == EINPROGRESS)
        return sys_ret(-EINVAL);
    return state ? sys_ret(-state) : AIO_RESULT(cb);
}

static bool any_ended(const struct aiocb *const list[], int n)
{
    bool some = false;

    for (int i = 0; i < n; i++) {
        if (!list[i])
            continue;
        some = true;
        if (aio_error(list[i]) != EINPROGRESS)
            return true;
    }
    return !some;
}

/**
 * Waits until one of the operations has ended.
 * @param list may have NULLs; @param timeout NULL: no limit
 * @return 0, or -1 with EAGAIN: time-out, EINTR, EINVAL
 * POSIX.1-2017
 */
int aio_suspend(const struct aiocb *const list[], int n, const struct timespec *timeout)
{
    uint64_t until, seen;
    int r = n < 0 ? -EINVAL : wait_until(timeout, &until);

    cancel_point();
    while (r == 0) {
        seen = aio_ends();
        if (any_ended(list, n))
            break;
        r = until ? aio_wait_end(seen, until) : -EAGAIN;
        if (r == -EINTR && !sig_interrupted())
            r = 0;
    }
    trace_sys_aio("suspend", -1, (uint64_t)n, 0, r);
    return (int)sys_ret(r);
}

/**
 * Ends operations that have not begun.
 * @param cb NULL: all of the descriptor
 * @return AIO_CANCELED, AIO_NOTCANCELED: some are under way, AIO_ALLDONE; or -1 with EBADF
 * POSIX.1-2017
 */
int aio_cancel(int fd, struct aiocb *cb)
{
    int r = fd_get_cloexec(fd) < 0 ? -EBADF : cb && cb->aio_fildes != fd ? -EINVAL : aio_stop(fd, cb);

    trace_sys_aio("cancel", fd, 0, 0, r);
    return (int)sys_ret(r);
}

static int wait_for_all(struct aiocb *const list[], int n)
{
    int failed = 0, r = 0;

    for (int i = 0; i < n && r == 0; i++) {
        uint64_t seen;

        while (list[i] && list[i]->aio_lio_opcode != LIO_NOP) {
            seen = aio_ends();
            if (aio_error(list[i]) != EINPROGRESS)
                break;
            if ((r = aio_wait_end(seen, UINT64_MAX)) == -EINTR && !sig_interrupted())
                r = 0;
            if (r < 0)
                break;
        }
        if (r == 0 && list[i] && list[i]->aio_lio_opcode != LIO_NOP && aio_error(list[i]))
            failed = -EIO;
    }
    return r < 0 ? r : failed;
}

static int list_begin(struct aiocb *const list[], int n, struct aio_list *l)
{
    unsigned missing = 0;
    int r = 0;

    for (int i = 0; i < n; i++) {
        struct aiocb *cb = list[i];
        int op = cb ? cb->aio_lio_opcode : LIO_NOP, e = 0;

        if (op == LIO_READ || op == LIO_WRITE)
            e = aio_begin(cb, op == LIO_READ ? AIO_OP_READ : AIO_OP_WRITE, l);
        else if (op != LIO_NOP)
            e = -EINVAL;
        if (e < 0) {
            AIO_STATE(cb) = -e;
            r = e == -EINVAL ? -EIO : e;
        }
        missing += e < 0 || op == LIO_NOP;
    }
    aio_list_done(l, missing);
    return r;
}

/**
 * Begins many operations; LIO_WAIT waits for all of them, LIO_NOWAIT tells their end by `ev`.
 * @return 0, or -1 with EAGAIN, EINTR, EINVAL, EIO: some of them failed, see aio_error()
 * POSIX.1-2017
 */
int lio_listio(int mode, struct aiocb *restrict const list[restrict], int n, struct sigevent *restrict ev)
{
    struct aio_list *l;
    int r = 0;

    if ((mode != LIO_WAIT && mode != LIO_NOWAIT) || n < 0)
        r = -EINVAL;
    else if (!(l = aio_list_new((unsigned)n + 1, mode == LIO_NOWAIT ? ev : NULL)))
        r = -EAGAIN;
    if (r == 0) {
        r = list_begin((struct aiocb *const *)list, n, l);
        aio_list_done(l, 1);
    }
    if (r >= 0 && mode == LIO_WAIT)
        r = wait_for_all((struct aiocb *const *)list, n);
    trace_sys_aio("list", -1, (uint64_t)n, 0, r);
    return (int)sys_ret(r);
}
