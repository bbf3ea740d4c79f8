/* SPDX-License-Identifier: BSD-2-Clause */
/* AF_UNIX: sending and receiving. Streams go through TCP as they are; packets (SOCK_SEQPACKET, and pairs
 * of datagram sockets) with their length before them; other datagrams with a greeting before them. */
#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>

#include "local.h"
#include "mm.h"
#include "nt.h"
#include "proc.h"
#include "watch.h"

#define PACKET_MAX 262144u
#define IOV_FEW 16

/* The first `size` bytes of an iovec, with `lead` free entries before it. */
struct part {
    struct iovec mem[IOV_FEW], *v;
    int n;
};

static int part_of(struct part *p, const struct iovec *iov, int n, uint64_t size, int lead)
{
    p->v = n + lead <= IOV_FEW ? p->mem : rt_alloc((size_t)(n + lead) * sizeof(*p->v));
    if (!p->v)
        return -ENOMEM;
    p->n = lead;
    for (int i = 0; i < n && size; i++) {
        size_t len = iov[i].iov_len < size ? iov[i].iov_len : size;

        p->v[p->n++] = (struct iovec){ iov[i].iov_base, len };
        size -= len;
    }
    return 0;
}

static void part_done(struct part *p)
{
    if (p->v != p->mem)
        rt_free(p->v);
}

static struct local_side *other_side(const struct local *l)
{
    return &l->ends->side[!l->side];
}

static void peer_cred(const struct local *l, struct ucred *c)
{
    const struct local_side *o = other_side(l);

    *c = (struct ucred){ o->pid, o->uid, o->gid };
}

/* ---- streams ---- */

/* How many bytes are there, waiting for the first if `block`; 0: none, or the end. A sender enters what goes along
 * with its bytes before it sends them: so what is known after this call says where these bytes have to be cut, and
 * no more than these may be received. */
static int64_t bytes_there(struct file *f, bool block)
{
    uint32_t n = 0, flags;
    char c;
    struct iovec one = { &c, 1 };
    int64_t r;

    while ((r = ws_available(f->handle[0], &n)) == 0 && !n && block) {
        flags = MSG_PEEK;
        if ((r = sock_recv_raw(f, &one, 1, &flags, NULL, NULL, true)) <= 0)
            return r;
    }
    return r < 0 ? r : n;
}

static int64_t recv_stream(struct file *f, struct sock_msg *m, bool block, int64_t size)
{
    struct local *l = sock_of(f)->local;
    struct local_side *from = other_side(l);
    bool peek = m->flags & MSG_PEEK;
    struct scm_record *rec = NULL;
    int64_t done = 0, r = 0;
    struct ucred cred;
    struct part p;
    uint32_t flags;

    l->ends->side[l->side].winpid = nt_winpid();
    do {
        uint64_t pos, next, room = (uint64_t)(size - done);

        if ((r = bytes_there(f, block)) < 0)
            break;
        if ((uint64_t)r < room)
            room = r ? (uint64_t)r : 1; /* one byte needs no cut */
        pos = __atomic_load_n(&from->taken, __ATOMIC_SEQ_CST);
        next = scm_next(l, pos);
        if (next - pos < room)
            room = next - pos;
        if ((r = part_of(&p, m->iov, m->niov, (uint64_t)done + room, 0)) < 0)
            break;
        while (done && p.n) { /* the part that is there already */
            struct iovec *v = &p.v[0];
            size_t skip = (size_t)done;

            for (; skip >= v->iov_len; v++)
                skip -= v->iov_len;
            v->iov_base = (char *)v->iov_base + skip;
            v->iov_len -= skip;
            memmove(p.v, v, (size_t)(p.v + p.n - v) * sizeof(*v));
            p.n -= (int)(v - p.v);
            break;
        }
        flags = (uint32_t)m->flags;
        r = sock_recv_raw(f, p.v, p.n, &flags, NULL, NULL, block);
        part_done(&p);
        if (r > 0) {
            done += r;
            if (!peek) {
                __atomic_add_fetch(&from->taken, (uint64_t)r, __ATOMIC_SEQ_CST);
                rec = scm_get(l, pos + (uint64_t)r);
            }
        }
    } while (r > 0 && done < size && (m->flags & MSG_WAITALL) && block && !peek && !rec);
    if (r < 0 && !done)
        return r;
    m->flags &= MSG_CMSG_CLOEXEC;
    m->namelen = 0;
    peer_cred(l, &cred);
    scm_unpack(f, rec, m, done ? &cred : NULL);
    m->flags &= ~MSG_CMSG_CLOEXEC;
    return done;
}

/* TCP takes the first bytes for an end that has gone, but a Unix socket refuses them. */
static bool peer_gone(struct file *f)
{
    struct local *l = sock_of(f)->local;
    char c;
    struct iovec iov = { &c, 1 };
    uint32_t flags = MSG_PEEK;
    int64_t r = ws_recv(f->handle[0], NULL, &iov, 1, &flags, NULL, NULL);

    return (r == 0 && !local_peer_shut(l)) || r == -ECONNRESET || r == -ECONNABORTED;
}

static int64_t send_stream(struct file *f, struct sock_msg *m, bool block, struct scm_record *rec)
{
    struct local *l = sock_of(f)->local;
    struct local_side *own = &l->ends->side[l->side];
    int64_t r;

    if (rec && (r = scm_put(l, rec)) < 0)
        return r;
    r = sock_send_raw(f, m->iov, m->niov, (uint32_t)m->flags & MSG_OOB, NULL, 0, block);
    if (r > 0)
        __atomic_add_fetch(&own->sent, (uint64_t)r, __ATOMIC_SEQ_CST);
    else if (rec)
        scm_unput(l, rec);
    return r;
}

/* ---- packets ---- */

static int64_t skip_rest(struct file *f, uint64_t n)
{
    char buf[512];

    while (n) {
        struct iovec iov = { buf, n < sizeof(buf) ? n : sizeof(buf) };
        uint32_t flags = 0;
        int64_t r = sock_recv_raw(f, &iov, 1, &flags, NULL, NULL, true);

        if (r <= 0 && r != -EINTR)
            return -ECONNRESET;
        n -= r > 0 ? (uint64_t)r : 0;
    }
    return 0;
}

/* The rest of a packet whose head was taken: it has been sent in one piece, so it comes. */
static int64_t recv_exact(struct file *f, const struct iovec *iov, int n, uint64_t size)
{
    uint64_t done = 0;
    int64_t r = 0;

    for (int i = 0; i < n && done < size; i++) {
        for (size_t at = 0; at < iov[i].iov_len && done < size; at += (size_t)r, done += (uint64_t)r) {
            struct iovec one = { (char *)iov[i].iov_base + at, iov[i].iov_len - at };
            uint32_t flags = 0;

            if (one.iov_len > size - done)
                one.iov_len = size - done;
            while ((r = sock_recv_raw(f, &one, 1, &flags, NULL, NULL, true)) == -EINTR)
                ;
            if (r <= 0)
                return -ECONNRESET;
        }
    }
    return 0;
}

static int64_t peek_packet(struct file *f, struct sock_msg *m, bool block, int64_t size)
{
    uint32_t len = 0, flags = MSG_PEEK;
    struct part p;
    int64_t r = part_of(&p, m->iov, m->niov, (uint64_t)size, 1);

    if (r < 0)
        return r;
    p.v[0] = (struct iovec){ &len, sizeof(len) };
    r = sock_recv_raw(f, p.v, p.n, &flags, NULL, NULL, block);
    part_done(&p);
    if (r < (int64_t)sizeof(len))
        return r < 0 ? r : 0;
    r -= (int64_t)sizeof(len);
    m->flags = len > size ? MSG_TRUNC : 0;
    m->controllen = 0;
    m->namelen = 0;
    return r < len ? r : len;
}

static int64_t recv_packet(struct file *f, struct sock_msg *m, bool block, int64_t size)
{
    struct local *l = sock_of(f)->local;
    struct local_side *from = other_side(l);
    struct iovec head;
    struct ucred cred;
    uint32_t len, flags = 0;
    uint64_t pos;
    int64_t r, n;

    if (m->flags & MSG_PEEK)
        return peek_packet(f, m, block, size);
    l->ends->side[l->side].winpid = nt_winpid();
    pos = __atomic_load_n(&from->taken, __ATOMIC_SEQ_CST);
    head = (struct iovec){ &len, sizeof(len) };
    r = sock_recv_raw(f, &head, 1, &flags, NULL, NULL, block);
    if (r <= 0) {
        m->controllen = 0;
        m->flags = 0;
        m->namelen = 0;
        return r;
    }
    if (r < (int64_t)sizeof(len)) {
        head = (struct iovec){ (char *)&len + r, sizeof(len) - (size_t)r };
        if ((r = recv_exact(f, &head, 1, head.iov_len)) < 0)
            return r;
    }
    n = len < size ? len : size;
    if ((r = recv_exact(f, m->iov, m->niov, (uint64_t)n)) < 0 || (r = skip_rest(f, len - (uint64_t)n)) < 0)
        return r;
    __atomic_add_fetch(&from->taken, len + sizeof(len), __ATOMIC_SEQ_CST);
    m->flags = (m->flags & MSG_CMSG_CLOEXEC) | (n < len ? MSG_TRUNC : 0);
    m->namelen = 0;
    peer_cred(l, &cred);
    scm_unpack(f, scm_get(l, pos + 1), m, &cred);
    m->flags &= ~MSG_CMSG_CLOEXEC;
    return n;
}

/* In one piece: where only a part goes at once, the rest follows whatever it takes. */
static int64_t send_packet(struct file *f, struct sock_msg *m, bool block, int64_t size, struct scm_record *rec)
{
    struct local *l = sock_of(f)->local;
    struct local_side *own = &l->ends->side[l->side];
    uint32_t len = (uint32_t)size;
    uint64_t done;
    char *buf, *at;
    int64_t r;

    if (size > PACKET_MAX)
        return -EMSGSIZE;
    if (!(buf = rt_alloc(size + sizeof(len))))
        return -ENOMEM;
    memcpy(buf, &len, sizeof(len));
    at = buf + sizeof(len);
    for (int i = 0; i < m->niov; i++) {
        memcpy(at, m->iov[i].iov_base, m->iov[i].iov_len);
        at += m->iov[i].iov_len;
    }
    r = rec ? scm_put(l, rec) : 0;
    for (done = 0; r >= 0 && done < (uint64_t)(at - buf); done += (uint64_t)r) {
        struct iovec iov = { buf + done, (size_t)(at - buf) - done };

        r = sock_send_raw(f, &iov, 1, 0, NULL, 0, block || done);
        if (r == -EINTR && done)
            r = 0;
    }
    if (r < 0 && !done && rec)
        scm_unput(l, rec);
    else if (r >= 0)
        __atomic_add_fetch(&own->sent, done, __ATOMIC_SEQ_CST);
    rt_free(buf);
    return r < 0 ? r : size;
}

/* ---- datagrams ---- */

static int64_t recv_datagram(struct file *f, struct sock_msg *m, bool block, int64_t size)
{
    struct local *l = sock_of(f)->local;
    struct local_greeting g;
    struct ucred cred;
    struct part p;
    uint32_t flags;
    int64_t r;

    do {
        if ((r = part_of(&p, m->iov, m->niov, (uint64_t)size, 1)) < 0)
            return r;
        p.v[0] = (struct iovec){ &g, sizeof(g) };
        flags = (uint32_t)m->flags;
        r = sock_recv_raw(f, p.v, p.n, &flags, NULL, NULL, block);
        part_done(&p);
        if (r < 0)
            return r;
    } while (r < (int64_t)sizeof(g) || g.magic != LOCAL_GREETING_MAGIC || g.namelen > sizeof(g.name)
             || (l->bound && memcmp(g.secret, l->bound->secret, sizeof(g.secret))));
    m->flags = (int)flags;
    m->namelen = g.namelen > sizeof(sa_family_t) ? (int)g.namelen : 0;
    if (m->name)
        memcpy(m->name, &g.name, sizeof(g.name));
    cred = (struct ucred){ g.pid, g.uid, g.gid };
    scm_unpack(f, NULL, m, &cred);
    return r - (int64_t)sizeof(g);
}

static int64_t send_datagram(struct file *f, struct sock_msg *m, bool block, int64_t size)
{
    struct sock *s = sock_of(f);
    struct local *l = s->local;
    struct local_greeting g = {
        .magic = LOCAL_GREETING_MAGIC, .pid = me.pid, .uid = me.euid, .gid = me.egid, .namelen = l->namelen,
        .name = l->name,
    };
    struct local_bound b;
    union sock_addr a;
    struct part p;
    int tolen = 0;
    int64_t r;

    if (m->name) {
        if ((r = local_find((const void *)m->name, (socklen_t)m->namelen, &b)) < 0)
            return r;
        if (b.type != SOCK_DGRAM)
            return -EPROTOTYPE;
        memcpy(g.secret, b.secret, sizeof(g.secret));
        tolen = local_loopback(&a, b.port);
    } else if (s->state == SOCK_CONNECTED) {
        memcpy(g.secret, l->peer_secret, sizeof(g.secret));
    } else {
        return -ENOTCONN;
    }
    if ((r = part_of(&p, m->iov, m->niov, (uint64_t)size, 1)) < 0)
        return r;
    p.v[0] = (struct iovec){ &g, sizeof(g) };
    r = sock_send_raw(f, p.v, p.n, 0, tolen ? &a : NULL, tolen, block);
    part_done(&p);
    return r < 0 ? r : size;
}

/* ---- all ---- */

int64_t local_recvmsg(struct file *f, struct sock_msg *m, bool block)
{
    struct sock *s = sock_of(f);
    int64_t size = sock_iov_size(m->iov, m->niov);

    if (m->flags & MSG_OOB) /* nobody has sent any; Linux knows them for streams */
        return s->type == SOCK_STREAM ? -EINVAL : -EOPNOTSUPP;
    if (!s->local->ends)
        return recv_datagram(f, m, block, size);
    if (s->local->framed)
        return recv_packet(f, m, block, size);
    if (!size)
        return sock_recv_nothing(f, m, block);
    return recv_stream(f, m, block, size);
}

int64_t local_sendmsg(struct file *f, struct sock_msg *m, bool block)
{
    struct local *l = sock_of(f)->local;
    int64_t size = sock_iov_size(m->iov, m->niov), r;
    struct scm_record *rec = NULL;

    if (m->flags & MSG_OOB)
        return -EOPNOTSUPP;
    r = scm_pack(l, m, &rec);
    if (r < 0)
        return r;
    if (!l->ends) {
        if (rec && rec->nfds) {
            trace_error_unimplemented("SCM_RIGHTS in a datagram to a name");
            r = -EOPNOTSUPP;
        } else {
            r = send_datagram(f, m, block, size);
        }
    } else if (peer_gone(f)) {
        r = sock_of(f)->type == SOCK_DGRAM ? -ECONNREFUSED : -EPIPE;
    } else if (l->framed) {
        r = send_packet(f, m, block, size, rec);
    } else {
        r = size ? send_stream(f, m, block, rec) : 0;
    }
    if (r < 0)
        scm_drop(rec);
    else
        rt_free(rec);
    return r;
}
