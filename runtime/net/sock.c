/* SPDX-License-Identifier: BSD-2-Clause */
/* The file kind of sockets: life, status, readiness. Transfers are in transfer.c. */
#include "sock.h"

#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>

#include "file/file_stat.h"
#include "local.h"
#include "mm.h"
#include "nt.h"
#include "nt_file.h"
#include "sig.h"
#include "watch.h"

int sock_load(void)
{
    int r = ws_load();

    if (r > 0)
        trace_net_loaded("ws2_32 2.2");
    return r < 0 ? r : 0;
}

int sock_use(struct file *f)
{
    struct sock *s = sock_of(f);
    int r = sock_load();

    if (r < 0 || likely(s->winpid == nt_winpid()))
        return r;
    lock_take(&f->lock);
    if (s->winpid != nt_winpid()) {
        r = ws_import(&f->handle[0], f->inheritable);
        if (r == 0)
            s->winpid = nt_winpid();
    }
    lock_release(&f->lock);
    return r;
}

int sock_get(int fd, struct file **f)
{
    int r;

    if (!(*f = fd_get(fd)))
        return -EBADF;
    r = (*f)->kind == FILE_SOCKET ? sock_use(*f) : -ENOTSOCK;
    if (r < 0) {
        fd_put(*f);
        *f = NULL;
    }
    return r;
}

static uint64_t new_inode(void)
{
    static NOCOPY uint32_t last;

    return (uint64_t)nt_winpid() << 32 | __atomic_add_fetch(&last, 1, __ATOMIC_RELAXED) | 0x80000000u;
}

struct file *sock_file(handle_t h, int family, int type, int protocol, int flags, bool inheritable)
{
    struct file *f = file_new(FILE_SOCKET);
    struct sock *s = rt_zalloc(sizeof(*s));

    if (!f || !s) {
        ws_close(h);
        rt_free(s);
        rt_free(f);
        return NULL;
    }
    *s = (struct sock){ .family = family, .type = type, .protocol = protocol, .winpid = nt_winpid() };
    if (inheritable) { /* accepted: whether it can be inherited differs */
        inheritable = !(flags & SOCK_CLOEXEC);
        nt_set_inherit(h, inheritable);
    }
    f->data = s;
    f->handle[0] = h;
    f->inheritable = inheritable;
    f->priv[0] = new_inode();
    f->flags = O_RDWR | (flags & SOCK_NONBLOCK ? O_NONBLOCK : 0);
    return f;
}

int sock_make(int family, int type, int protocol, int flags, struct file **out)
{
    handle_t h;
    int r = ws_socket(family, type, protocol, &h);

    if (r < 0)
        return r;
    *out = sock_file(h, family, type, protocol, flags, false);
    return *out ? 0 : -ENOMEM;
}

static void sock_close(struct file *f)
{
    struct sock *s = sock_of(f);

    if (s && s->local)
        local_close(f);
    if (s && s->winpid == nt_winpid())
        ws_close(f->handle[0]);
    else /* inherited and never used here: Winsock would not know it, and not close it */
        nt_close(f->handle[0]);
    nt_close(f->handle[1]);
}

static int sock_stat(struct file *f, struct stat *st)
{
    st->st_rdev = 0;
    stat_made_up(st, S_IFSOCK | 0777, f->priv[0]);
    st->st_dev = STAT_DEV(0, 8);
    return 0;
}

static int64_t sock_read(struct file *f, void *buf, size_t n)
{
    struct iovec iov = { buf, n };
    struct sock_msg m = { .iov = &iov, .niov = 1 };
    int r = sock_use(f);

    return r < 0 || !n ? r : sock_recvmsg(f, &m); /* unlike recv(), read() of nothing does nothing */
}

static int64_t sock_write(struct file *f, const void *buf, size_t n)
{
    struct iovec iov = { (void *)buf, n };
    struct sock_msg m = { .iov = &iov, .niov = 1 };
    int r = sock_use(f);

    return r < 0 ? r : sock_sendmsg(f, &m);
}

static int sock_ioctl(struct file *f, unsigned cmd, void *arg)
{
    uint32_t n = 0;
    int r = sock_use(f);

    if (r < 0)
        return r;
    switch (cmd) {
    case FIONREAD:
        if (sock_of(f)->state == SOCK_LISTENING)
            return -EINVAL;
        r = ws_available(f->handle[0], &n);
        *(int *)arg = (int)n;
        return r;
    case FIONBIO:
        f->flags = (f->flags & ~O_NONBLOCK) | (*(int *)arg ? O_NONBLOCK : 0);
        return 0;
    case SIOCATMARK:
        r = ws_atmark(f->handle[0], &n);
        *(int *)arg = !n; /* Winsock says whether all that was urgent has been read */
        return r;
    default:
        return -ENOTTY;
    }
}

/* ---- readiness ---- */

static uint32_t afd_wanted(const struct sock *s, int events)
{
    uint32_t want = AFD_ABORT;

    if (!sock_stream(s))
        return events & POLLIN ? AFD_RECEIVE : 0;
    if (s->state == SOCK_LISTENING)
        return events & POLLIN ? AFD_ACCEPT : 0;
    if (s->state == SOCK_CONNECTING)
        want |= AFD_CONNECT | AFD_CONNECT_FAIL;
    if (events & POLLIN)
        want |= AFD_RECEIVE | AFD_FIN;
    if ((events & POLLRDHUP) || (s->shut & SOCK_SHUT_WR) || s->local)
        want |= AFD_FIN;
    if ((events & POLLOUT) && s->state == SOCK_CONNECTED)
        want |= AFD_SEND;
    if (events & POLLPRI)
        want |= AFD_OOB;
    return want;
}

static int without_driver(const struct sock *s)
{
    int r = s->error ? POLLERR : 0;

    if (!sock_stream(s))
        return r | POLLOUT;
    if (s->state == SOCK_FRESH)
        return r | POLLOUT | POLLHUP;
    if (s->state == SOCK_DEAD)
        return r | POLLIN | POLLOUT | POLLHUP | POLLRDHUP;
    if (s->shut & SOCK_SHUT_RD)
        r |= POLLIN | POLLRDHUP;
    if (s->shut & SOCK_SHUT_WR)
        r |= POLLOUT;
    if (s->shut == (SOCK_SHUT_RD | SOCK_SHUT_WR))
        r |= POLLHUP;
    return r;
}

static int sock_poll(struct file *f, int events, struct watch *w)
{
    struct sock *s = sock_of(f);
    uint32_t want = afd_wanted(s, events);
    bool idle = sock_stream(s) && (s->state == SOCK_FRESH || s->state == SOCK_DEAD);

    if (sock_use(f) < 0)
        return POLLERR;
    if (want && !idle)
        watch_socket(w, f->handle[0], want);
    return without_driver(s);
}

int sock_poll_result(struct file *f, int events, uint32_t afd)
{
    struct sock *s = sock_of(f);
    int r = 0;

    if (afd & AFD_CONNECT_FAIL) {
        if (s->state == SOCK_CONNECTING)
            sock_abort(s, sock_so_error(f));
        return without_driver(s);
    }
    if ((afd & AFD_CONNECT) && s->state == SOCK_CONNECTING) {
        s->state = SOCK_CONNECTED;
        r |= POLLOUT;
    }
    if (afd & (AFD_ABORT | AFD_CLOSED)) {
        if (sock_stream(s) && s->state == SOCK_CONNECTED)
            sock_abort(s, ECONNRESET);
        return without_driver(s);
    }
    if (afd & (AFD_RECEIVE | AFD_ACCEPT))
        r |= POLLIN | (s->local && local_peer_shut(s->local) ? POLLRDHUP : 0);
    if (afd & AFD_SEND)
        r |= POLLOUT;
    if (afd & AFD_OOB)
        r |= POLLPRI;
    if (afd & AFD_FIN) {
        r |= POLLIN | POLLRDHUP;
        if ((s->shut & SOCK_SHUT_WR) || (s->local && !local_peer_shut(s->local)))
            r |= POLLHUP;
    }
    return r;
}

int sock_wait(struct file *f, uint32_t events, uint64_t timeo)
{
    struct {
        int64_t timeout;
        uint32_t count, exclusive;
        struct afd_entry e;
    } q = { AFD_FOREVER, 1, 0, { f->handle[0], events, 0 } };
    struct nt_io *io = nt_io_get();
    int r, w = 0;

    if (!io)
        return -ENOMEM;
    r = nt_afd_poll(io, (struct afd_poll *)&q);
    if (r == -EINPROGRESS) {
        w = wait_for(&io->event, 1, timeo ? (int64_t)timeo : -1, 0);
        if (w < 0) {
            nt_io_cancel(f->handle[0], io);
            nt_wait(&io->event, 1, -1);
        }
        r = nt_afd_result(io);
    }
    nt_io_put(io);
    if (r == 0 && q.count)
        return (int)q.e.events;
    if (w < 0)
        return w == -ETIMEDOUT ? -EAGAIN : w;
    return r < 0 ? r : 0;
}

void sock_abort(struct sock *s, int error)
{
    s->state = SOCK_DEAD;
    s->error = error;
}

int sock_so_error(struct file *f)
{
    struct sock *s = sock_of(f);
    int value = 0, len = sizeof(value), r;

    if (s->error) {
        r = s->error;
        s->error = 0;
        return r;
    }
    r = ws_getsockopt(f->handle[0], SOL_SOCKET, SO_ERROR, &value, &len);
    return r < 0 ? -r : value ? -ws_err(value) : 0;
}

/* ---- fork, exec ---- */

/* What a socket is fits into three words; the rest is Windows'. */
static void sock_save(struct file *f, struct startup_fd *st)
{
    const struct sock *s = sock_of(f);

    st->priv[0] = f->priv[0];
    st->priv[1] = (uint64_t)s->family | (uint64_t)s->type << 8 | (uint64_t)s->protocol << 16
        | (uint64_t)s->state << 32 | (uint64_t)s->flags << 40 | (uint64_t)s->shut << 56;
    st->priv[2] = s->rcvtimeo;
    st->priv[3] = s->sndtimeo;
}

static void sock_load_saved(struct file *f, const struct startup_fd *st)
{
    struct sock *s = rt_zalloc(sizeof(*s));

    f->data = s;
    f->priv[0] = st->priv[0];
    if (!s)
        return;
    s->family = st->priv[1] & 0xff;
    s->type = st->priv[1] >> 8 & 0xff;
    s->protocol = st->priv[1] >> 16 & 0xffff;
    s->state = st->priv[1] >> 32 & 0xff;
    s->flags = st->priv[1] >> 40 & 0xffff;
    s->shut = (uint32_t)(st->priv[1] >> 56);
    s->rcvtimeo = st->priv[2];
    s->sndtimeo = st->priv[3];
}

static int sock_adopt(struct file *f)
{
    if (!f->data)
        return -ENOMEM;
    return sock_of(f)->family == AF_UNIX ? local_adopt(f) : 0;
}

const struct file_ops sock_ops = {
    .read = sock_read, .write = sock_write, .stat = sock_stat, .ioctl = sock_ioctl, .poll = sock_poll,
    .close = sock_close, .adopt = sock_adopt, .save = sock_save, .load = sock_load_saved,
};
