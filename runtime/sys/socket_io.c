/* SPDX-License-Identifier: BSD-2-Clause */
/* Sockets: sending, receiving, options. */
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>

#include "net/local.h"
#include "net/sock.h"
#include "shm.h"
#include "sig.h"
#include "thread.h"

/* ---- receive ---- */

static int64_t do_recv(int fd, struct sock_msg *m)
{
    struct file *f;
    int64_t r = sock_get(fd, &f);

    if (r < 0)
        return r;
    wait_record(SHM_WAIT_READ, (uint64_t)fd, 0);
    r = sock_recvmsg(f, m);
    fd_put(f);
    return r;
}

static int64_t recv_restarted(int fd, const struct sock_msg *asked, struct sock_msg *m)
{
    int64_t r;

    cancel_point();
    do {
        *m = *asked;
        r = do_recv(fd, m);
    } while (r == -EINTR && sig_restart());
    return r;
}

/**
 * Receives.
 * @param flags MSG_PEEK, MSG_WAITALL, MSG_DONTWAIT, MSG_OOB
 * @return bytes, 0 at the end of the connection, or -1 with EAGAIN, EBADF, ECONNREFUSED, ECONNRESET, EINTR, EINVAL,
 *   ENOTCONN, ENOTSOCK
 * POSIX.1-2017 recv()
 */
ssize_t recv(int fd, void *buf, size_t len, int flags)
{
    struct iovec iov = { buf, len };
    struct sock_msg asked = { .iov = &iov, .niov = 1, .flags = flags }, m;
    int64_t r = recv_restarted(fd, &asked, &m);

    trace_sys_recv(fd, buf, len, flags, r);
    return sys_ret(r);
}

static void put_name(struct sockaddr *to, socklen_t *room, const struct sock_msg *m)
{
    socklen_t len = (socklen_t)m->namelen;

    if (to && room) {
        memcpy(to, m->name, *room < len ? *room : len);
        *room = len;
    }
}

/** recv() that tells where from; `from` may be NULL. POSIX.1-2017 recvfrom() */
ssize_t recvfrom(int fd, void *buf, size_t len, int flags, struct sockaddr *from, socklen_t *fromlen)
{
    struct iovec iov = { buf, len };
    union sock_addr a;
    struct sock_msg asked = { .iov = &iov, .niov = 1, .flags = flags, .name = &a }, m;
    int64_t r = from && fromlen && (int)*fromlen < 0 ? -EINVAL : recv_restarted(fd, &asked, &m);
    char text[SOCK_TEXT];

    text[0] = 0;
    if (r >= 0) {
        put_name(from, fromlen, &m);
        sock_text(text, &a.sa, (socklen_t)m.namelen);
    }
    trace_sys_recvfrom(fd, buf, len, flags, text, r);
    return sys_ret(r);
}

/* No message was given: -EBADF and -ENOTSOCK come first. */
static int64_t no_message(int fd)
{
    struct file *f;
    int r = sock_get(fd, &f);

    if (r == 0)
        fd_put(f);
    return r < 0 ? r : -EFAULT;
}

/**
 * Receives into several buffers, with what was sent along (SCM_RIGHTS, SCM_CREDENTIALS).
 * Further errors: EMSGSIZE for a bad count of buffers. POSIX.1-2017 recvmsg()
 */
ssize_t recvmsg(int fd, struct msghdr *msg, int flags)
{
    static const struct msghdr none;
    const struct msghdr *h = msg ? msg : &none;
    union sock_addr a;
    struct sock_msg asked = {
        .iov = h->msg_iov, .niov = h->msg_iovlen, .flags = flags, .name = &a,
        .control = h->msg_control, .controllen = h->msg_control ? h->msg_controllen : 0,
    }, m;
    int64_t r = msg ? recv_restarted(fd, &asked, &m) : no_message(fd);

    if (r >= 0) {
        put_name(msg->msg_name, &msg->msg_namelen, &m);
        msg->msg_controllen = (socklen_t)m.controllen;
        msg->msg_flags = m.flags;
    }
    trace_sys_recvmsg(fd, flags, r);
    return sys_ret(r);
}

/* ---- send ---- */

static int64_t do_send(int fd, struct sock_msg *m, const struct sockaddr *to, socklen_t tolen)
{
    union sock_addr a;
    struct file *f;
    int64_t r = sock_get(fd, &f);

    if (r < 0)
        return r;
    if (to && tolen) {
        struct sock *s = sock_of(f);

        if (!sock_stream(s))
            r = sock_check_addr(s, to, tolen);
        else if (s->local)
            r = s->state == SOCK_CONNECTED ? -EISCONN : -EOPNOTSUPP;
        if (r == 0) {
            m->namelen = (size_t)tolen < sizeof(a) ? (int)tolen : (int)sizeof(a);
            memcpy(&a, to, (size_t)m->namelen);
            m->name = &a;
        }
    }
    if (r == 0) {
        wait_record(SHM_WAIT_WRITE, (uint64_t)fd, 0);
        r = sock_sendmsg(f, m);
    }
    fd_put(f);
    return r;
}

static int64_t send_restarted(int fd, const struct sock_msg *asked, const struct sockaddr *to, socklen_t tolen)
{
    struct sock_msg m;
    int64_t r;

    cancel_point();
    do {
        m = *asked;
        r = do_send(fd, &m, to, tolen);
    } while (r == -EINTR && sig_restart());
    return r;
}

/**
 * Sends.
 * @param flags MSG_DONTWAIT, MSG_NOSIGNAL, MSG_OOB, MSG_DONTROUTE
 * @return bytes, or -1 with EAGAIN, EBADF, ECONNRESET, EDESTADDRREQ, EINTR, EMSGSIZE, ENOTSOCK, EPIPE
 * POSIX.1-2017 send()
 */
ssize_t send(int fd, const void *buf, size_t len, int flags)
{
    struct iovec iov = { (void *)buf, len };
    struct sock_msg m = { .iov = &iov, .niov = 1, .flags = flags };
    int64_t r = send_restarted(fd, &m, NULL, 0);

    trace_sys_send(fd, buf, len, flags, r);
    return sys_ret(r);
}

/** send() to an address; NULL: as send(). Further errors: EAFNOSUPPORT, EINVAL, EISCONN. POSIX.1-2017 sendto() */
ssize_t sendto(int fd, const void *buf, size_t len, int flags, const struct sockaddr *to, socklen_t tolen)
{
    struct iovec iov = { (void *)buf, len };
    struct sock_msg m = { .iov = &iov, .niov = 1, .flags = flags };
    int64_t r = send_restarted(fd, &m, to, tolen);
    char text[SOCK_TEXT];

    trace_sys_sendto(fd, buf, len, flags, sock_text(text, to, tolen), r);
    return sys_ret(r);
}

/** Sends several buffers as one, and along with them descriptors or credentials. POSIX.1-2017 sendmsg() */
ssize_t sendmsg(int fd, const struct msghdr *msg, int flags)
{
    static const struct msghdr none;
    const struct msghdr *h = msg ? msg : &none;
    struct sock_msg m = {
        .iov = h->msg_iov, .niov = h->msg_iovlen, .flags = flags, .control = h->msg_control,
        .controllen = h->msg_control ? h->msg_controllen : 0,
    };
    int64_t r = msg ? send_restarted(fd, &m, h->msg_name, h->msg_name ? h->msg_namelen : 0) : no_message(fd);

    trace_sys_sendmsg(fd, flags, r);
    return sys_ret(r);
}

/* ---- options ---- */

/**
 * Reads an option of a socket.
 * @param len in: the room, out: what was used of it
 * @return 0, or -1 with EBADF, EFAULT, EINVAL, ENOPROTOOPT, ENOTSOCK, EOPNOTSUPP
 * POSIX.1-2017 getsockopt()
 */
int getsockopt(int fd, int level, int option, void *value, socklen_t *len)
{
    struct file *f;
    int r = sock_get(fd, &f);

    if (r == 0) {
        r = !len || !value ? -EFAULT : (int)*len < 0 ? -EINVAL : sock_getopt(f, level, option, value, len);
        fd_put(f);
    }
    trace_sys_getsockopt(fd, level, option, r);
    return (int)sys_ret(r);
}

/** Sets an option of a socket. @return 0, or -1 with EBADF, EDOM, EFAULT, EINVAL, ENOPROTOOPT, ENOTSOCK.
 * POSIX.1-2017 setsockopt() */
int setsockopt(int fd, int level, int option, const void *value, socklen_t len)
{
    struct file *f;
    int r = sock_get(fd, &f);

    if (r == 0) {
        r = (int)len < 0 ? -EINVAL : !value ? -EFAULT : sock_setopt(f, level, option, value, len);
        fd_put(f);
    }
    trace_sys_setsockopt(fd, level, option, r);
    return (int)sys_ret(r);
}

/** Is what comes next the end of what was urgent? @return 1, 0, or -1 with EBADF, ENOTTY. POSIX.1-2017 */
int sockatmark(int fd)
{
    struct file *f;
    uint32_t none = 0;
    int r = sock_get(fd, &f);

    if (r == 0) {
        r = ws_atmark(f->handle[0], &none);
        r = r < 0 ? r : !none;
        fd_put(f);
    }
    if (r == -ENOTSOCK)
        r = -ENOTTY;
    return (int)sys_ret(r);
}

/** The user at the other end of an AF_UNIX connection. @return 0, or -1 with EBADF, EINVAL, ENOTCONN. As on BSD. */
int getpeereid(int fd, uid_t *uid, gid_t *gid)
{
    struct ucred cred;
    struct file *f;
    int r = sock_get(fd, &f);

    if (r == 0) {
        r = sock_of(f)->local ? local_peercred(f, &cred) : -EINVAL;
        fd_put(f);
    }
    if (r == 0) {
        *uid = cred.uid;
        *gid = cred.gid;
    }
    return (int)sys_ret(r);
}
