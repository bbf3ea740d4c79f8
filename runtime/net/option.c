/* SPDX-License-Identifier: BSD-2-Clause */
/* Options of sockets, and addresses: checking them and writing them as text. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>

#include "local.h"
#include "nt.h"
#include "sock.h"
#include "systime.h"

int sock_check_addr(const struct sock *s, const struct sockaddr *addr, socklen_t len)
{
    socklen_t need = s->family == AF_INET ? (socklen_t)sizeof(struct sockaddr_in) : 24; /* the scope came later */

    if ((size_t)len > sizeof(struct sockaddr_storage))
        return -EINVAL;
    if (!addr && len)
        return -EFAULT;
    if ((size_t)len < sizeof(sa_family_t))
        return -EINVAL;
    if (s->family == AF_UNIX)
        return (size_t)len > sizeof(struct sockaddr_un) || addr->sa_family != AF_UNIX ? -EINVAL : 0;
    if (len < need)
        return -EINVAL;
    return addr->sa_family == s->family ? 0 : -EAFNOSUPPORT;
}

const char *sock_text(char *buf, const struct sockaddr *addr, socklen_t len)
{
    const struct sockaddr_in *in = (const void *)addr;
    const struct sockaddr_in6 *in6 = (const void *)addr;
    const struct sockaddr_un *un = (const void *)addr;
    char host[INET6_ADDRSTRLEN];
    int n;

    buf[0] = 0;
    if (!addr || (size_t)len < sizeof(sa_family_t) || (int)len < 0)
        return buf;
    if (addr->sa_family == AF_INET && (size_t)len >= sizeof(*in)) {
        inet_ntop(AF_INET, &in->sin_addr, host, sizeof(host));
        snprintf(buf, SOCK_TEXT, "%s:%u", host, ntohs(in->sin_port));
    } else if (addr->sa_family == AF_INET6 && len >= 24) {
        inet_ntop(AF_INET6, &in6->sin6_addr, host, sizeof(host));
        snprintf(buf, SOCK_TEXT, "[%s]:%u", host, ntohs(in6->sin6_port));
    } else if (addr->sa_family == AF_UNIX && (size_t)len > sizeof(sa_family_t) && (size_t)len <= sizeof(*un)) {
        n = (int)(len - sizeof(sa_family_t));
        if (un->sun_path[0])
            snprintf(buf, SOCK_TEXT, "%.*s", n, un->sun_path);
        else
            snprintf(buf, SOCK_TEXT, "@%.*s", n - 1, un->sun_path + 1);
    }
    return buf;
}

/* ---- options that are an int for the program and kept by us ---- */

static int put(void *value, socklen_t *len, const void *from, size_t size)
{
    if ((size_t)*len > size)
        *len = (socklen_t)size;
    memcpy(value, from, *len);
    return 0;
}

static int put_int(void *value, socklen_t *len, int n)
{
    return put(value, len, &n, sizeof(n));
}

static int flag_of(int option)
{
    return option == SO_REUSEADDR ? SOCK_REUSE : option == SO_OOBINLINE ? SOCK_OOBINLINE : SOCK_PASSCRED_ON;
}

static int set_timeout(uint64_t *to, const void *value, socklen_t len)
{
    struct timeval tv;

    if ((size_t)len < sizeof(tv))
        return -EINVAL;
    memcpy(&tv, value, sizeof(tv));
    if (tv.tv_usec < 0 || tv.tv_usec >= 1000000)
        return -EDOM;
    *to = tv.tv_sec < 0 ? 0 : units_from_timeval(&tv);
    return 0;
}

static int get_timeout(uint64_t units, void *value, socklen_t *len)
{
    struct timeval tv = timeval_from_units(units);

    return put(value, len, &tv, sizeof(tv));
}

/* Winsock's SO_REUSEADDR lets others steal the address, and what Unix means by it is its default; but under
 * Wine it is Unix's. Datagrams: both mean the same. */
static int set_reuse(struct file *f, int on)
{
    struct sock *s = sock_of(f);

    if (s->local || (sock_stream(s) && !nt_is_wine()))
        return 0;
    return ws_setsockopt(f->handle[0], SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
}

static int set_flag(struct file *f, int option, int on)
{
    struct sock *s = sock_of(f);
    int r = 0;

    if (option == SO_REUSEADDR)
        r = set_reuse(f, on);
    else if (option == SO_OOBINLINE)
        r = ws_setsockopt(f->handle[0], SOL_SOCKET, option, &on, sizeof(on));
    if (r == 0)
        s->flags = on ? s->flags | (uint32_t)flag_of(option) : s->flags & ~(uint32_t)flag_of(option);
    return r;
}

/* ---- SOL_SOCKET ---- */

static int get_socket(struct file *f, int option, void *value, socklen_t *len)
{
    struct sock *s = sock_of(f);
    struct ucred cred;
    struct linger l;
    int n = 0, size = sizeof(n), r;

    switch (option) {
    case SO_TYPE:
        return put_int(value, len, s->type);
    case SO_ACCEPTCONN:
        return put_int(value, len, s->state == SOCK_LISTENING);
    case SO_ERROR:
        return put_int(value, len, sock_so_error(f));
    case SO_RCVTIMEO:
        return get_timeout(s->rcvtimeo, value, len);
    case SO_SNDTIMEO:
        return get_timeout(s->sndtimeo, value, len);
    case SO_REUSEADDR:
    case SO_OOBINLINE:
    case SO_PASSCRED:
        return put_int(value, len, (s->flags & (uint32_t)flag_of(option)) != 0);
    case SO_PEERCRED:
        r = s->local ? local_peercred(f, &cred) : -ENOPROTOOPT;
        return r < 0 ? r : put(value, len, &cred, sizeof(cred));
    case SO_RCVLOWAT:
    case SO_SNDLOWAT:
        return put_int(value, len, 1);
    case SO_LINGER:
        size = sizeof(l);
        r = ws_getsockopt(f->handle[0], SOL_SOCKET, option, &l, &size);
        return r < 0 ? r : put(value, len, &l, sizeof(l));
    case SO_DEBUG:
        return put_int(value, len, 0);
    case SO_KEEPALIVE:
    case SO_BROADCAST:
    case SO_DONTROUTE:
    case SO_SNDBUF:
    case SO_RCVBUF:
        r = ws_getsockopt(f->handle[0], SOL_SOCKET, option, &n, &size);
        if (r == -ENOPROTOOPT && option != SO_SNDBUF && option != SO_RCVBUF)
            r = 0; /* Winsock knows some of them for one sort of socket only, Unix for all */
        return r < 0 ? r : put_int(value, len, option == SO_SNDBUF || option == SO_RCVBUF ? n : n != 0);
    default:
        return -ENOPROTOOPT;
    }
}

static int set_socket(struct file *f, int option, const void *value, socklen_t len)
{
    struct sock *s = sock_of(f);
    int n, r;

    if (option == SO_RCVTIMEO || option == SO_SNDTIMEO)
        return set_timeout(option == SO_RCVTIMEO ? &s->rcvtimeo : &s->sndtimeo, value, len);
    if ((size_t)len < sizeof(n))
        return -EINVAL;
    memcpy(&n, value, sizeof(n));
    switch (option) {
    case SO_REUSEADDR:
    case SO_OOBINLINE:
    case SO_PASSCRED:
        return set_flag(f, option, n != 0);
    case SO_KEEPALIVE:
    case SO_BROADCAST:
    case SO_DONTROUTE:
        n = n != 0;
        r = ws_setsockopt(f->handle[0], SOL_SOCKET, option, &n, sizeof(n));
        return r == -ENOPROTOOPT || r == -EINVAL ? 0 : r; /* for the other sort of socket: no effect */
    case SO_SNDBUF:
    case SO_RCVBUF:
        if (n < 2048)
            n = 2048;
        return ws_setsockopt(f->handle[0], SOL_SOCKET, option, &n, sizeof(n));
    case SO_LINGER:
        if ((size_t)len < sizeof(struct linger))
            return -EINVAL;
        return ws_setsockopt(f->handle[0], SOL_SOCKET, option, value, sizeof(struct linger));
    case SO_RCVLOWAT:
        return n == 1 ? 0 : -ENOPROTOOPT;
    default:
        return -ENOPROTOOPT;
    }
}

/* ---- other levels ---- */

static bool level_fits(const struct sock *s, int level)
{
    if (s->local)
        return false;
    return (level == IPPROTO_IP && s->family == AF_INET) || (level == IPPROTO_IPV6 && s->family == AF_INET6)
        || (level == IPPROTO_TCP && s->type == SOCK_STREAM) || (level == IPPROTO_UDP && s->type == SOCK_DGRAM);
}

/* Winsock counts in seconds what Linux counts in milliseconds. */
#define TCP_MAXRT TCP_USER_TIMEOUT

int sock_getopt(struct file *f, int level, int option, void *value, socklen_t *len)
{
    struct sock *s = sock_of(f);
    char mem[64];
    int size, r;

    if (level == SOL_SOCKET)
        return get_socket(f, option, value, len);
    if (!level_fits(s, level))
        return -EOPNOTSUPP;
    memset(mem, 0, sizeof(mem));
    size = sizeof(int);
    r = ws_getsockopt(f->handle[0], level, option, mem, &size);
    if (r == -EFAULT) {
        size = sizeof(mem);
        r = ws_getsockopt(f->handle[0], level, option, mem, &size);
    }
    if (r < 0)
        return r == -EINVAL ? -ENOPROTOOPT : r;
    if (level == IPPROTO_TCP && option == TCP_MAXRT)
        *(int *)mem *= 1000;
    return put(value, len, mem, size < (int)sizeof(int) ? sizeof(int) : (size_t)size);
}

int sock_setopt(struct file *f, int level, int option, const void *value, socklen_t len)
{
    struct sock *s = sock_of(f);
    int n, r;

    if (level == SOL_SOCKET)
        return set_socket(f, option, value, len);
    if (!level_fits(s, level))
        return s->local ? -EOPNOTSUPP : -ENOPROTOOPT;
    if (level == IPPROTO_TCP && (size_t)len < sizeof(int))
        return -EINVAL;
    if (level == IPPROTO_TCP && option == TCP_MAXRT) {
        n = (*(const int *)value + 999) / 1000;
        return ws_setsockopt(f->handle[0], level, option, &n, sizeof(n));
    }
    r = ws_setsockopt(f->handle[0], level, option, value, (int)len);
    return r == -EINVAL && (size_t)len >= sizeof(int) ? -ENOPROTOOPT : r;
}
