/* SPDX-License-Identifier: BSD-2-Clause */
/* Sockets: making, naming, connecting. Transfers are in socket_io.c. */
#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "mm.h"
#include "net/local.h"
#include "net/sock.h"
#include "nt.h"
#include "shm.h"
#include "sig.h"
#include "thread.h"
#include "watch.h"

#define TYPE_FLAGS (SOCK_NONBLOCK | SOCK_CLOEXEC)

static int family_known(int family)
{
    return family == AF_UNIX || family == AF_INET || family == AF_INET6;
}

static int do_socket(int family, int type, int protocol)
{
    int flags = type & TYPE_FLAGS, r, kind = type & ~TYPE_FLAGS;
    struct file *f;

    if (kind < 0 || kind > SOCK_SEQPACKET)
        return -EINVAL;
    if (!family_known(family))
        return -EAFNOSUPPORT;
    if (kind < SOCK_STREAM || (family != AF_UNIX && kind > SOCK_RAW) || (family == AF_UNIX && kind == SOCK_RDM))
        return kind < SOCK_STREAM && kind != 0 ? -EINVAL : -WS_ESOCKTNOSUPPORT;
    if (family == AF_UNIX && protocol && protocol != PF_UNIX)
        return -EPROTONOSUPPORT;
    if (protocol < 0 || protocol >= IPPROTO_MAX)
        return -EINVAL;
    if (kind != SOCK_RAW && family != AF_UNIX && protocol
        && protocol != (kind == SOCK_STREAM ? IPPROTO_TCP : IPPROTO_UDP))
        return -EPROTONOSUPPORT;
    if ((r = sock_load()) < 0)
        return r;
    if (family == AF_UNIX) {
        /* both sorts of streams are TCP underneath */
        r = sock_make(AF_INET, kind == SOCK_DGRAM ? SOCK_DGRAM : SOCK_STREAM, 0, flags, &f);
        if (r == 0) {
            sock_of(f)->family = AF_UNIX;
            sock_of(f)->type = kind;
            if ((r = local_new(sock_of(f))) < 0)
                fd_put(f);
        }
    } else {
        r = sock_make(family, kind, protocol, flags, &f);
        if (r == -EACCES)
            r = -EPERM;
    }
    return r < 0 ? r : fd_install(f, 0, type & SOCK_CLOEXEC);
}

/**
 * Makes a socket.
 * @param family AF_INET, AF_INET6, AF_UNIX
 * @param type SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET (AF_UNIX), SOCK_RAW; SOCK_NONBLOCK and SOCK_CLOEXEC added
 * @return descriptor, or -1 with EAFNOSUPPORT, EINVAL, EMFILE, ENOBUFS, EPERM, EPROTONOSUPPORT, ESOCKTNOSUPPORT
 * POSIX.1-2024 socket()
 */
int socket(int family, int type, int protocol)
{
    int r = do_socket(family, type, protocol);

    trace_sys_socket(family, type, protocol, r);
    return (int)sys_ret(r);
}

static int do_socketpair(int family, int type, int protocol, int fds[2])
{
    int kind = type & ~TYPE_FLAGS, r, second;
    struct file *ends[2];

    if (!fds)
        return -EFAULT;
    if (!family_known(family))
        return -EAFNOSUPPORT;
    if (family != AF_UNIX)
        return -EOPNOTSUPP;
    if (kind != SOCK_STREAM && kind != SOCK_DGRAM && kind != SOCK_SEQPACKET)
        return kind > SOCK_SEQPACKET || kind < 0 ? -EINVAL : -WS_ESOCKTNOSUPPORT;
    if (protocol && protocol != PF_UNIX)
        return -EPROTONOSUPPORT;
    if ((r = sock_load()) < 0 || (r = local_pair(kind, type & TYPE_FLAGS, ends)) < 0)
        return r;
    r = fd_install(ends[0], 0, type & SOCK_CLOEXEC);
    if (r < 0) {
        fd_put(ends[1]);
        return r;
    }
    second = fd_install(ends[1], 0, type & SOCK_CLOEXEC);
    if (second < 0) {
        fd_close(r);
        return second;
    }
    fds[0] = r;
    fds[1] = second;
    return 0;
}

/**
 * Makes two sockets of AF_UNIX that are connected with each other.
 * @return 0, or -1 with EAFNOSUPPORT, EMFILE, EOPNOTSUPP, EPROTONOSUPPORT, ESOCKTNOSUPPORT
 * POSIX.1-2017 socketpair()
 */
int socketpair(int family, int type, int protocol, int fds[2])
{
    int r = do_socketpair(family, type, protocol, fds);

    trace_sys_socketpair(family, type, protocol, r < 0 ? -1 : fds[0], r < 0 ? -1 : fds[1], r);
    return (int)sys_ret(r);
}

/* ---- bind, listen ---- */

/* Linux takes addresses of IPv6 without their last member, too: `a` has all of it. */
static socklen_t whole_addr(union sock_addr *a, const struct sockaddr *addr, socklen_t len)
{
    memset(a, 0, sizeof(*a));
    memcpy(a, addr, (size_t)len);
    return a->sa.sa_family == AF_INET6 && (size_t)len < sizeof(struct sockaddr_in6) ? (socklen_t)sizeof(struct sockaddr_in6)
                                                                                   : len;
}

static int do_bind(int fd, const struct sockaddr *addr, socklen_t len)
{
    union sock_addr a;
    struct file *f;
    int r = sock_get(fd, &f);

    if (r < 0)
        return r;
    r = sock_check_addr(sock_of(f), addr, len);
    if (r == 0 && (sock_of(f)->flags & SOCK_BOUND))
        r = -EINVAL;
    if (r == 0 && sock_of(f)->local)
        r = local_bind(f, (const void *)addr, len);
    else if (r == 0)
        r = ws_bind(f->handle[0], &a, (int)whole_addr(&a, addr, len));
    if (r == -EACCES && !sock_of(f)->local) /* Winsock's word for an address that another has for itself */
        r = -EADDRINUSE;
    if (r == 0)
        sock_of(f)->flags |= SOCK_BOUND;
    fd_put(f);
    return r;
}

/**
 * Gives a socket its address.
 * @return 0, or -1 with EADDRINUSE, EADDRNOTAVAIL, EAFNOSUPPORT, EBADF, EINVAL, ENOTSOCK
 * POSIX.1-2017 bind()
 */
int bind(int fd, const struct sockaddr *addr, socklen_t len)
{
    int r = do_bind(fd, addr, len);
    char text[SOCK_TEXT];

    trace_sys_bind(fd, sock_text(text, addr, len), r);
    return (int)sys_ret(r);
}

/* Winsock listens only where an address is; Linux chooses one. */
static int bind_any(struct file *f)
{
    union sock_addr a;

    memset(&a, 0, sizeof(a));
    a.sa.sa_family = (sa_family_t)sock_of(f)->family;
    return ws_bind(f->handle[0], &a, sock_of(f)->family == AF_INET6 ? sizeof(struct sockaddr_in6)
                                                                    : sizeof(struct sockaddr_in));
}

static int do_listen(int fd, int backlog)
{
    struct file *f;
    int r = sock_get(fd, &f);
    struct sock *s;

    if (r < 0)
        return r;
    s = sock_of(f);
    if (!sock_stream(s))
        r = -EOPNOTSUPP;
    else if (s->state != SOCK_FRESH && s->state != SOCK_LISTENING && s->state != SOCK_DEAD)
        r = -EINVAL;
    else if (!(s->flags & SOCK_BOUND))
        r = s->local ? -EINVAL : bind_any(f);
    if (r == 0)
        r = ws_listen(f->handle[0], backlog < 0 ? SOMAXCONN : backlog ? backlog : 1);
    if (r == 0) {
        s->state = SOCK_LISTENING;
        s->flags |= SOCK_BOUND;
    }
    fd_put(f);
    return r;
}

/**
 * Accepts connections from now on.
 * @return 0, or -1 with EBADF, EINVAL, ENOTSOCK, EOPNOTSUPP
 * POSIX.1-2017 listen()
 */
int listen(int fd, int backlog)
{
    int r = do_listen(fd, backlog);

    trace_sys_listen(fd, backlog, r);
    return (int)sys_ret(r);
}

/* ---- accept ---- */

/* Copies an address out, as far as there is room, and says how long it is. */
static int put_addr(struct sockaddr *to, socklen_t *room, const union sock_addr *a, socklen_t len)
{
    if (!to)
        return 0;
    if (!room)
        return -EFAULT;
    if ((int)*room < 0)
        return -EINVAL;
    memcpy(to, a, *room < len ? *room : len);
    *room = len;
    return 0;
}

static int accept_one(struct file *f, int flags, struct file **out, union sock_addr *a, socklen_t *alen)
{
    struct sock *s = sock_of(f);
    int len, r;
    handle_t h;

    file_moved(f);
    for (;;) {
        len = sizeof(*a);
        r = ws_accept(f->handle[0], a, &len, &h);
        if (r != -EAGAIN || (f->flags & O_NONBLOCK))
            break;
        if ((r = sock_wait(f, AFD_ACCEPT, s->rcvtimeo)) < 0)
            break;
    }
    if (r < 0)
        return r;
    *out = sock_file(h, s->family, s->type, s->protocol, flags, true);
    if (!*out)
        return -ENOMEM;
    sock_of(*out)->state = SOCK_CONNECTED;
    *alen = (socklen_t)len;
    if (s->local) {
        r = local_accepted(f, *out);
        if (r < 0) {
            fd_put(*out);
            return r;
        }
        *alen = sock_of(*out)->local->peerlen;
        memcpy(a, &sock_of(*out)->local->peer, *alen);
    }
    return 0;
}

static int do_accept(int fd, struct sockaddr *addr, socklen_t *len, int flags, char *text)
{
    struct file *f, *got;
    union sock_addr a;
    socklen_t alen = 0;
    int r = sock_get(fd, &f);

    if (r < 0)
        return r;
    if (flags & ~TYPE_FLAGS)
        r = -EINVAL;
    else if (!sock_stream(sock_of(f)))
        r = -EOPNOTSUPP;
    else if (sock_of(f)->state != SOCK_LISTENING)
        r = -EINVAL;
    else if (addr && (!len || (int)*len < 0))
        r = len ? -EINVAL : -EFAULT;
    if (r == 0) {
        wait_record(SHM_WAIT_READ, (uint64_t)fd, 0);
        do
            r = accept_one(f, flags, &got, &a, &alen);
        while (r == -ECONNABORTED || r == -ECONNRESET); /* one that has gone again */
    }
    fd_put(f);
    if (r < 0)
        return r;
    r = fd_install(got, 0, flags & SOCK_CLOEXEC);
    if (r >= 0) {
        put_addr(addr, len, &a, alen);
        sock_text(text, &a.sa, alen);
    }
    return r;
}

static int accept_restarted(int fd, struct sockaddr *addr, socklen_t *len, int flags, char *text)
{
    int r;

    cancel_point();
    text[0] = 0;
    do
        r = do_accept(fd, addr, len, flags, text);
    while (r == -EINTR && sig_restart());
    return r;
}

/**
 * Takes a connection, or waits for one.
 * @param addr receives the other end's address; may be NULL
 * @param len  in: the room for it, out: its length
 * @return descriptor, or -1 with EAGAIN, EBADF, EINTR, EINVAL, EMFILE, ENOTSOCK, EOPNOTSUPP
 * POSIX.1-2017 accept()
 */
int accept(int fd, struct sockaddr *addr, socklen_t *len)
{
    char text[SOCK_TEXT];
    int r = accept_restarted(fd, addr, len, 0, text);

    trace_sys_accept(fd, text, r);
    return (int)sys_ret(r);
}

/** accept() with SOCK_NONBLOCK and SOCK_CLOEXEC for the new descriptor. POSIX.1-2024 accept4() */
int accept4(int fd, struct sockaddr *addr, socklen_t *len, int flags)
{
    char text[SOCK_TEXT];
    int r = accept_restarted(fd, addr, len, flags, text);

    trace_sys_accept4(fd, text, flags, r);
    return (int)sys_ret(r);
}

/* ---- connect ---- */

/* AF_UNSPEC takes the address of a datagram socket back. */
static int disconnect(struct file *f)
{
    struct sock *s = sock_of(f);
    union sock_addr a;

    if (sock_stream(s))
        return s->state == SOCK_FRESH ? 0 : -EINVAL;
    memset(&a, 0, sizeof(a));
    a.sa.sa_family = (sa_family_t)(s->local ? AF_INET : s->family);
    ws_connect(f->handle[0], &a, s->family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in));
    s->state = SOCK_FRESH;
    return 0;
}

static int do_connect(int fd, const struct sockaddr *addr, socklen_t len, bool again)
{
    union sock_addr a;
    struct file *f;
    int r = sock_get(fd, &f);

    if (r < 0)
        return r;
    if (addr && len >= (socklen_t)sizeof(sa_family_t) && addr->sa_family == AF_UNSPEC) {
        r = disconnect(f);
    } else if ((r = sock_check_addr(sock_of(f), addr, len)) == 0) {
        if (sock_of(f)->local && len == (socklen_t)sizeof(sa_family_t)) { /* only bind() chooses a name */
            fd_put(f);
            return -EINVAL;
        }
        wait_record(SHM_WAIT_OTHER, (uint64_t)fd, 0);
        r = sock_of(f)->local ? local_connect(f, (const void *)addr, len, again)
                              : sock_connect_raw(f, &a, (int)whole_addr(&a, addr, len), again);
    }
    fd_put(f);
    return r;
}

/**
 * Connects, or names the peer of a datagram socket.
 * @return 0, or -1 with EADDRNOTAVAIL, EAFNOSUPPORT, EALREADY, EBADF, ECONNREFUSED, EINPROGRESS, EINTR, EINVAL,
 *   EISCONN, ENETUNREACH, ENOTSOCK, ETIMEDOUT; AF_UNIX: ENOENT, EACCES, EPROTOTYPE
 * POSIX.1-2017 connect()
 */
int connect(int fd, const struct sockaddr *addr, socklen_t len)
{
    char text[SOCK_TEXT];
    bool again = false;
    int r;

    cancel_point();
    while ((r = do_connect(fd, addr, len, again)) == -EINTR && sig_restart())
        again = true;
    trace_sys_connect(fd, sock_text(text, addr, len), r);
    return (int)sys_ret(r);
}

/* ---- names ---- */

static int own_name(struct file *f, union sock_addr *a)
{
    struct sock *s = sock_of(f);
    int len = sizeof(*a), r;

    memset(a, 0, sizeof(*a));
    if (s->local) {
        memcpy(a, &s->local->name, sizeof(s->local->name));
        return (int)s->local->namelen;
    }
    r = ws_getsockname(f->handle[0], a, &len);
    if (r == 0)
        return len;
    memset(a, 0, sizeof(*a)); /* not bound yet: any address */
    a->sa.sa_family = (sa_family_t)s->family;
    return s->family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
}

static int peer_name(struct file *f, union sock_addr *a)
{
    struct sock *s = sock_of(f);
    int len = sizeof(*a), r;

    if (s->state != SOCK_CONNECTED)
        return -ENOTCONN;
    if (s->local) {
        memcpy(a, &s->local->peer, sizeof(s->local->peer));
        return (int)s->local->peerlen;
    }
    r = ws_getpeername(f->handle[0], a, &len);
    return r < 0 ? r : len;
}

static int do_name(int fd, struct sockaddr *addr, socklen_t *len, int (*get)(struct file *, union sock_addr *),
                   char *text)
{
    union sock_addr a;
    struct file *f;
    int r = sock_get(fd, &f);

    text[0] = 0;
    if (r < 0)
        return r;
    r = get(f, &a);
    fd_put(f);
    if (r < 0)
        return r;
    sock_text(text, &a.sa, (socklen_t)r);
    return addr ? put_addr(addr, len, &a, (socklen_t)r) : -EFAULT;
}

/** The socket's own address. @return 0, or -1 with EBADF, EINVAL, ENOTSOCK. POSIX.1-2017 getsockname() */
int getsockname(int fd, struct sockaddr *addr, socklen_t *len)
{
    char text[SOCK_TEXT];
    int r = do_name(fd, addr, len, own_name, text);

    trace_sys_getsockname(fd, text, r);
    return (int)sys_ret(r);
}

/** The other end's address. @return 0, or -1 with EBADF, EINVAL, ENOTCONN, ENOTSOCK. POSIX.1-2017 getpeername() */
int getpeername(int fd, struct sockaddr *addr, socklen_t *len)
{
    char text[SOCK_TEXT];
    int r = do_name(fd, addr, len, peer_name, text);

    trace_sys_getpeername(fd, text, r);
    return (int)sys_ret(r);
}

static int do_shutdown(int fd, int how)
{
    struct file *f;
    struct sock *s;
    int r = sock_get(fd, &f);

    if (r < 0)
        return r;
    s = sock_of(f);
    if (how < SHUT_RD || how > SHUT_RDWR)
        r = -EINVAL;
    else if (s->state == SOCK_LISTENING)
        r = 0;
    else if (s->state != SOCK_CONNECTED)
        r = -ENOTCONN;
    if (r == 0) {
        if (s->local && s->local->ends)
            local_shutdown(s->local, how);
        r = ws_shutdown(f->handle[0], how);
        if (r == -ENOTCONN && s->state == SOCK_CONNECTED)
            r = 0; /* the other end was faster */
        s->shut |= how == SHUT_RD ? SOCK_SHUT_RD : how == SHUT_WR ? SOCK_SHUT_WR
                                                                  : SOCK_SHUT_RD | SOCK_SHUT_WR;
    }
    fd_put(f);
    return r;
}

/** Ends a connection in one or both directions. @return 0, or -1 with EBADF, EINVAL, ENOTCONN, ENOTSOCK.
 * POSIX.1-2017 shutdown() */
int shutdown(int fd, int how)
{
    int r = do_shutdown(fd, how);

    trace_sys_shutdown(fd, how, r);
    return (int)sys_ret(r);
}
