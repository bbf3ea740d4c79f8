/* SPDX-License-Identifier: BSD-2-Clause */
/* Connecting, receiving and sending: Winsock at once, and the wait core where it would block. */
#include <fcntl.h>
#include <limits.h>
#include <string.h>

#include "local.h"
#include "mm.h"
#include "nt.h"
#include "nt_file.h"
#include "sig.h"
#include "sock.h"
#include "watch.h"

#define SMALL 16384 /* most likely there is room for it: no need for a request that can wait */

int64_t sock_iov_size(const struct iovec *iov, int n)
{
    int64_t sum = 0;

    if (n < 0 || n > IOV_MAX)
        return -EMSGSIZE;
    for (int i = 0; i < n; i++)
        if (__builtin_add_overflow(sum, (int64_t)iov[i].iov_len, &sum) || (int64_t)iov[i].iov_len < 0)
            return -EINVAL;
    return sum;
}

/* ---- connect ---- */

static int finish_connect(struct file *f)
{
    struct sock *s = sock_of(f);
    int r = sock_wait(f, AFD_CONNECT | AFD_CONNECT_FAIL | AFD_ABORT, s->sndtimeo), error;

    if (r < 0)
        return r == -EAGAIN ? -EINPROGRESS : r;
    if (r & AFD_CONNECT) {
        s->state = SOCK_CONNECTED;
        return 0;
    }
    error = sock_so_error(f);
    s->state = SOCK_FRESH;
    return error ? -error : -ECONNREFUSED;
}

/* Of a connection that was begun without waiting. */
static int connect_progress(struct file *f)
{
    struct sock *s = sock_of(f);
    struct watch w;
    int r;

    watch_init(&w);
    __atomic_add_fetch(&f->refs, 1, __ATOMIC_RELAXED);
    r = watch_add(&w, f, POLLOUT);
    if (r == 0)
        r = watch_run(&w, 0);
    watch_free(&w);
    if (r <= 0)
        return r < 0 ? r : -EALREADY;
    if (s->state == SOCK_CONNECTED)
        return 0; /* the call that finds it made reports it, the next one EISCONN */
    r = -s->error;
    s->error = 0;
    s->state = SOCK_FRESH;
    return r;
}

/* again: this call has begun the connection, and a signal came between. */
int sock_connect_raw(struct file *f, const void *addr, int len, bool again)
{
    struct sock *s = sock_of(f);
    int r;

    if (!sock_stream(s)) {
        r = ws_connect(f->handle[0], addr, len);
        if (r == 0)
            s->state = SOCK_CONNECTED;
        return r;
    }
    switch (s->state) {
    case SOCK_CONNECTED:
        return again ? 0 : -EISCONN;
    case SOCK_LISTENING:
        return -EISCONN;
    case SOCK_CONNECTING: /* the driver knows whether it is still so */
        return f->flags & O_NONBLOCK ? connect_progress(f) : finish_connect(f);
    case SOCK_DEAD:
        if (s->error) {
            r = -s->error;
            s->error = 0;
            s->state = SOCK_FRESH;
            return r;
        }
        break;
    default:
        break;
    }
    r = ws_connect(f->handle[0], addr, len);
    if (r == 0) {
        s->state = SOCK_CONNECTED;
    } else if (r == -EINPROGRESS) {
        s->state = SOCK_CONNECTING;
        if (!(f->flags & O_NONBLOCK))
            r = finish_connect(f);
    }
    return r;
}

/* ---- receive ---- */

/* A receive that waits in the driver: one request, as a blocking call of Winsock makes it. */
static int64_t recv_waiting(struct file *f, const struct iovec *iov, int n, uint32_t *flags, void *from,
                            int *fromlen)
{
    struct sock *s = sock_of(f);
    struct nt_io *io = nt_io_get();
    struct ws_op op;
    int64_t r;
    int w;

    if (!io)
        return -ENOMEM;
    op.event = io->event;
    r = ws_recv(f->handle[0], &op, iov, n, flags, from, fromlen);
    if (r == -EINPROGRESS) {
        w = wait_for(&op.event, 1, s->rcvtimeo ? (int64_t)s->rcvtimeo : -1, 0);
        if (w < 0) { /* data may have come all the same */
            ws_cancel(f->handle[0], &op);
            nt_wait(&op.event, 1, -1);
        }
        r = ws_recv_result(f->handle[0], &op, flags);
        if (r == -EINTR)
            r = w == -ETIMEDOUT ? -EAGAIN : w < 0 ? w : -ECONNABORTED;
    }
    nt_io_put(io);
    return r;
}

static int64_t recv_trying(struct file *f, const struct iovec *iov, int n, uint32_t *flags, void *from,
                           int *fromlen, bool block)
{
    struct sock *s = sock_of(f);
    uint32_t asked = *flags;
    int64_t r;
    int w;

    for (;;) {
        *flags = asked;
        r = ws_recv(f->handle[0], NULL, iov, n, flags, from, fromlen);
        if (r == -EAGAIN && asked & MSG_OOB)
            return -EINVAL; /* urgent data are there or not: nobody waits for them, as on Linux */
        if (r != -EAGAIN || !block)
            return r;
        w = sock_wait(f, AFD_RECEIVE | AFD_FIN | AFD_ABORT, s->rcvtimeo);
        if (w < 0)
            return w;
    }
}

static int64_t recv_error(struct sock *s, int64_t r)
{
    if (r == -EPIPE)
        return 0; /* after shutdown(SHUT_RD) */
    if (!sock_stream(s))
        return r == -ECONNRESET ? -ECONNREFUSED : r;
    if (r == -ECONNRESET || r == -ECONNABORTED || r == -ENETRESET) {
        s->state = SOCK_DEAD;
        s->error = 0;
        if (s->flags & SOCK_EOF)
            return 0;
        s->flags |= SOCK_EOF;
        return s->local ? 0 : -ECONNRESET;
    }
    return r;
}

int64_t sock_recv_raw(struct file *f, const struct iovec *iov, int n, uint32_t *flags, void *from,
                      int *fromlen, bool block)
{
    struct sock *s = sock_of(f);
    int64_t r;

    if (block && !(*flags & (MSG_PEEK | MSG_OOB)))
        r = recv_waiting(f, iov, n, flags, from, fromlen);
    else
        r = recv_trying(f, iov, n, flags, from, fromlen, block);
    return r < 0 ? recv_error(s, r) : r;
}

/* Goes on behind the first `done` bytes; the copy is the caller's to free. */
static struct iovec *iov_rest(const struct iovec *iov, int *n, size_t done)
{
    struct iovec *v = rt_alloc((size_t)*n * sizeof(*v) + 1);
    int m = 0;

    for (int i = 0; v && i < *n; i++) {
        if (done >= iov[i].iov_len) {
            done -= iov[i].iov_len;
            continue;
        }
        v[m++] = (struct iovec){ (char *)iov[i].iov_base + done, iov[i].iov_len - done };
        done = 0;
    }
    *n = m;
    return v;
}

/* MSG_WAITALL: the first part has come. */
static int64_t recv_rest(struct file *f, struct sock_msg *m, int64_t done, int64_t size)
{
    while (done < size) {
        int n = m->niov;
        struct iovec *v = iov_rest(m->iov, &n, (size_t)done);
        uint32_t flags = 0;
        int64_t r;

        if (!v)
            break;
        r = sock_recv_raw(f, v, n, &flags, NULL, NULL, true);
        rt_free(v);
        if (r <= 0)
            break;
        done += r;
    }
    return done;
}

static int64_t recv_checks(struct sock *s, const struct sock_msg *m)
{
    if (!sock_stream(s))
        return 1;
    if (s->error) {
        int64_t r = -s->error;

        s->error = 0;
        s->flags |= SOCK_EOF;
        return r;
    }
    if (s->state == SOCK_FRESH || s->state == SOCK_LISTENING)
        return s->local ? -EINVAL : -ENOTCONN;
    if (s->state == SOCK_DEAD)
        return 0;
    return 1;
}

int64_t sock_recv_nothing(struct file *f, struct sock_msg *m, bool block)
{
    char c;
    struct iovec one = { &c, 1 };
    uint32_t flags = MSG_PEEK;
    int64_t r = sock_recv_raw(f, &one, 1, &flags, NULL, NULL, block);

    m->flags = 0;
    m->controllen = 0;
    m->namelen = 0;
    return r < 0 ? r : 0;
}

int64_t sock_recvmsg(struct file *f, struct sock_msg *m)
{
    struct sock *s = sock_of(f);
    bool block = !(f->flags & O_NONBLOCK) && !(m->flags & MSG_DONTWAIT);
    uint32_t flags = (uint32_t)m->flags;
    int64_t size = sock_iov_size(m->iov, m->niov), r;

    file_moved(f);
    if (size < 0)
        return size;
    if (s->local && (s->local->ends || !sock_stream(s))) /* what is sent along, names */
        return local_recvmsg(f, m, block);
    m->controllen = 0;
    if ((r = recv_checks(s, m)) <= 0) {
        m->flags = 0;
        return r;
    }
    if (s->state == SOCK_CONNECTING) {
        if (!block)
            return -EAGAIN;
        if ((r = finish_connect(f)) < 0)
            return r;
    }
    if (!size && sock_stream(s) && !(m->flags & MSG_OOB))
        return sock_recv_nothing(f, m, block);
    if (m->name)
        m->namelen = sizeof(*m->name);
    r = sock_recv_raw(f, m->iov, m->niov, &flags, sock_stream(s) ? NULL : m->name, &m->namelen, block);
    if (sock_stream(s))
        m->namelen = 0;
    if (r > 0 && r < size && (m->flags & MSG_WAITALL) && block && sock_stream(s)
        && !(m->flags & (MSG_PEEK | MSG_OOB)))
        r = recv_rest(f, m, r, size);
    m->flags = (int)flags;
    return r;
}

/* ---- send ---- */

static int64_t send_error(const struct sock *s, int64_t r)
{
    if (r == -ENOTCONN || (r == -EINVAL && !sock_stream(s) && s->state == SOCK_FRESH))
        return sock_stream(s) ? -EPIPE : -EDESTADDRREQ; /* Wine: WSAEINVAL for a fresh one */
    if (r == -ECONNABORTED || (r == -ECONNRESET && s->local))
        return -EPIPE;
    if (r == -ECONNRESET && !sock_stream(s))
        return -ECONNREFUSED;
    return r;
}

/* A send that waits in the driver, as recv_waiting(). May have sent a part when a signal came. */
static int64_t send_waiting(struct file *f, const struct iovec *iov, int n, uint32_t flags)
{
    struct sock *s = sock_of(f);
    struct nt_io *io = nt_io_get();
    struct ws_op op;
    int64_t r;
    int w;

    if (!io)
        return -ENOMEM;
    op.event = io->event;
    r = ws_send(f->handle[0], &op, iov, n, flags, NULL, 0);
    if (r == -EINPROGRESS) {
        w = wait_for(&op.event, 1, s->sndtimeo ? (int64_t)s->sndtimeo : -1, 0);
        if (w < 0) {
            ws_cancel(f->handle[0], &op);
            nt_wait(&op.event, 1, -1);
        }
        r = ws_send_result(f->handle[0], &op);
        if (r == -EINTR)
            r = w == -ETIMEDOUT ? -EAGAIN : w < 0 ? w : -ECONNABORTED;
    }
    nt_io_put(io);
    return r;
}

int64_t sock_send_raw(struct file *f, const struct iovec *iov, int n, uint32_t flags, const void *to,
                      int tolen, bool block)
{
    struct sock *s = sock_of(f);
    int64_t size = sock_iov_size(iov, n), done = 0, r;
    struct iovec *rest = NULL;
    int m = n;

    if (block && sock_stream(s)) { /* all of it, but for signals, time-outs and the end */
        r = size <= SMALL ? ws_send(f->handle[0], NULL, iov, n, flags, NULL, 0) : -EAGAIN;
        if (r == -EAGAIN)
            r = send_waiting(f, iov, n, flags);
        if (r < 0 || r == size || size > SMALL)
            return r < 0 ? send_error(s, r) : r;
        done = r;
        if (!(rest = iov_rest(iov, &m, (size_t)done)))
            return done;
    }

    for (;;) {
        r = ws_send(f->handle[0], NULL, rest ? rest : iov, m, flags, to, tolen);
        if (r >= 0) {
            done += r;
            if (done >= size || !sock_stream(s))
                break;
            rt_free(rest);
            m = n;
            if (!(rest = iov_rest(iov, &m, (size_t)done)))
                break;
            continue;
        }
        if (r != -EAGAIN || !block)
            break;
        r = sock_wait(f, AFD_SEND | AFD_ABORT, s->sndtimeo);
        if (r < 0)
            break;
    }
    rt_free(rest);
    if (r == -EINVAL && to)
        return r;
    return done ? done : r < 0 ? send_error(s, r) : r;
}

static int64_t send_checks(struct file *f, bool block)
{
    struct sock *s = sock_of(f);

    if (s->error) {
        int64_t r = -s->error;

        s->error = 0;
        return r;
    }
    if (s->shut & SOCK_SHUT_WR)
        return -EPIPE;
    if (!sock_stream(s))
        return 0;
    if (s->state == SOCK_CONNECTING)
        return block ? finish_connect(f) : -EAGAIN;
    if (s->state != SOCK_CONNECTED)
        return s->local && s->state == SOCK_FRESH ? -ENOTCONN : -EPIPE;
    return 0;
}

int64_t sock_sendmsg(struct file *f, struct sock_msg *m)
{
    struct sock *s = sock_of(f);
    bool block = !(f->flags & O_NONBLOCK) && !(m->flags & MSG_DONTWAIT);
    int64_t size = sock_iov_size(m->iov, m->niov), r = size < 0 ? size : send_checks(f, block);

    file_moved(f);
    if (r == 0) {
        if (s->local)
            r = local_sendmsg(f, m, block);
        else if (sock_stream(s) && !size)
            r = 0;
        else
            r = sock_send_raw(f, m->iov, m->niov, (uint32_t)m->flags, sock_stream(s) ? NULL : m->name,
                              m->namelen, block);
    }
    if (r == -EPIPE && sock_stream(s) && !(m->flags & MSG_NOSIGNAL))
        sig_raise_simple(SIGPIPE);
    return r;
}
