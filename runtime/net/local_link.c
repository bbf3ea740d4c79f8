/* SPDX-License-Identifier: BSD-2-Clause */
/* AF_UNIX: connections. The one who connects makes the section of both ends, under a name that only the
 * greeting tells. */
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "local.h"
#include "mm.h"
#include "nt.h"
#include "nt_file.h"
#include "proc.h"
#include "shm.h"

#define GREETING_WAIT 100000000ull /* 100 ns: after 10 s it was none of ours that connected */

static void own_side(struct local_side *side, const struct local *l)
{
    side->pid = me.pid;
    side->uid = me.euid;
    side->gid = me.egid;
    side->winpid = nt_winpid();
    side->namelen = l->namelen;
    side->name = l->name;
}

static void ends_name(char name[32], uint64_t id)
{
    snprintf(name, 32, "uc.%016llx", (unsigned long long)id);
}

/* The section takes the place of that of the bound name, if there was one. */
static void set_ends(struct file *f, void *view, handle_t h, unsigned side)
{
    struct local *l = sock_of(f)->local;

    if (l->bound)
        nt_section_unmap(NT_SELF, l->bound);
    l->bound = NULL;
    nt_close(f->handle[1]);
    f->handle[1] = h;
    if (f->inheritable)
        nt_set_inherit(h, true);
    l->ends = view;
    l->side = side;
    f->unit = (int)side;
}

static int send_all(struct file *f, const void *p, size_t n)
{
    struct iovec iov;
    int64_t r;

    for (; n; n -= (size_t)r) {
        iov = (struct iovec){ (void *)p, n };
        r = sock_send_raw(f, &iov, 1, 0, NULL, 0, true);
        if (r == -EINTR)
            r = 0; /* a greeting that was begun has to be ended */
        if (r < 0)
            return (int)r;
        p = (const char *)p + r;
    }
    return 0;
}

/* Who connects may have ended before he is accepted: then the listener keeps the section. */
static void leave_handle(handle_t h, int pid, struct local_greeting *g)
{
    handle_t section, process, theirs = NULL;
    struct shm_proc *p;
    uint32_t winpid;

    if (pid == me.pid || !(p = proc_open(pid, &section)))
        return;
    winpid = p->winpid;
    proc_close(p, section);
    if (nt_process_open(winpid, &process) < 0)
        return;
    if (nt_dup(NT_SELF, h, process, false, &theirs) == 0) {
        g->holder = winpid;
        g->handle = (uintptr_t)theirs;
    }
    nt_close(process);
}

static int greet(struct file *f, const struct local_bound *b)
{
    struct local *l = sock_of(f)->local;
    struct local_greeting g = {
        .magic = LOCAL_GREETING_MAGIC, .pid = me.pid, .uid = me.euid, .gid = me.egid, .namelen = l->namelen,
        .name = l->name,
    };
    struct local_ends *ends;
    char name[32];
    void *view;
    handle_t h;
    int r = nt_random(&g.id, sizeof(g.id));

    if (r < 0)
        return r;
    memcpy(g.secret, b->secret, sizeof(g.secret));
    ends_name(name, g.id);
    if ((r = shm_create(name, sizeof(*ends), &view, &h)) < 0)
        return r;
    ends = view;
    own_side(&ends->side[0], l);
    ends->side[1].pid = b->pid; /* until it has accepted */
    ends->side[1].uid = b->uid;
    ends->side[1].gid = b->gid;
    ends->side[1].namelen = l->peerlen;
    ends->side[1].name = l->peer;
    __atomic_store_n(&ends->magic, LOCAL_ENDS_MAGIC, __ATOMIC_RELEASE);
    set_ends(f, view, h, 0);
    leave_handle(h, b->pid, &g);
    return send_all(f, &g, sizeof(g));
}

static int connect_datagrams(struct file *f, const struct local_bound *b)
{
    struct local *l = sock_of(f)->local;
    union sock_addr a;
    int r = ws_connect(f->handle[0], &a, local_loopback(&a, b->port));

    if (r < 0)
        return r;
    memcpy(l->peer_secret, b->secret, sizeof(b->secret));
    l->peer_port = b->port;
    sock_of(f)->state = SOCK_CONNECTED;
    return 0;
}

/* Until a connection on loopback stands: it does at once, so O_NONBLOCK makes no difference. */
static int connect_stream(struct file *f, const struct local_bound *b, bool again)
{
    struct sock *s = sock_of(f);
    int flags = f->flags, r;
    union sock_addr a;

    f->flags &= ~O_NONBLOCK;
    r = sock_connect_raw(f, &a, local_loopback(&a, b->port), again);
    f->flags = flags;
    if (r < 0)
        return r == -EINPROGRESS ? -EAGAIN : r == -ETIMEDOUT ? -ECONNREFUSED : r;
    r = greet(f, b);
    if (r < 0)
        s->state = SOCK_DEAD;
    return r == -EPIPE || r == -ECONNRESET ? -ECONNREFUSED : r;
}

int local_connect(struct file *f, const struct sockaddr_un *addr, socklen_t len, bool again)
{
    struct sock *s = sock_of(f);
    struct local *l = s->local;
    struct local_bound b;
    int r;

    if ((r = local_find(addr, len, &b)) < 0)
        return r;
    if ((int)b.type != s->type)
        return -EPROTOTYPE;
    if (sock_stream(s) && (s->state == SOCK_CONNECTED || s->state == SOCK_LISTENING)) /* Linux looks at the name first */
        return s->state == SOCK_CONNECTED ? -EISCONN : -EINVAL;
    memcpy(&l->peer, addr, len);
    if (len < (socklen_t)sizeof(l->peer))
        ((char *)&l->peer)[len] = 0;
    l->peerlen = len;
    if (addr->sun_path[0]) {
        l->peerlen = (socklen_t)(sizeof(sa_family_t) + strnlen(addr->sun_path, len - sizeof(sa_family_t)));
        l->peerlen += l->peerlen < (socklen_t)sizeof(l->peer);
    }
    return sock_stream(s) ? connect_stream(f, &b, again) : connect_datagrams(f, &b);
}

/* ---- accept ---- */

static int recv_all(struct file *f, void *p, size_t n)
{
    size_t done = 0;

    while (done < n) {
        struct iovec iov = { (char *)p + done, n - done };
        uint32_t flags = 0;
        int64_t r = sock_recv_raw(f, &iov, 1, &flags, NULL, NULL, true);

        if (r == -EINTR)
            continue; /* a connection half accepted would be lost */
        if (r <= 0)
            return -ECONNABORTED;
        done += (size_t)r;
    }
    return 0;
}

int local_accepted(struct file *listener, struct file *f)
{
    struct local *from = sock_of(listener)->local, *l;
    struct sock *s = sock_of(f);
    struct local_greeting g;
    char name[32];
    void *view;
    size_t size;
    handle_t h;
    int r;

    if (!from->bound || (r = local_new(s)) < 0)
        return -ECONNABORTED;
    l = s->local;
    s->rcvtimeo = GREETING_WAIT;
    r = recv_all(f, &g, sizeof(g));
    s->rcvtimeo = 0;
    if (r < 0 || g.magic != LOCAL_GREETING_MAGIC || g.namelen > sizeof(g.name)
        || memcmp(g.secret, from->bound->secret, sizeof(g.secret)))
        return -ECONNABORTED;
    ends_name(name, g.id);
    r = shm_view(name, true, &view, &size, &h);
    if (g.holder == nt_winpid())
        nt_close((handle_t)(uintptr_t)g.handle);
    if (r < 0)
        return -ECONNABORTED;
    set_ends(f, view, h, 1);
    l->name = from->name;
    l->namelen = from->namelen;
    l->peer = g.name;
    l->peerlen = g.namelen;
    own_side(&l->ends->side[1], l);
    return 0;
}

/* ---- pairs ---- */

/* Two connected sockets of TCP: nobody else may have slipped in between. */
static int tcp_pair(int flags, int type, struct file *ends[2])
{
    struct file *l = NULL;
    union sock_addr a, b;
    int len = sizeof(a), r;
    handle_t h;

    ends[0] = ends[1] = NULL;
    if ((r = sock_make(AF_INET, SOCK_STREAM, 0, 0, &l)) < 0)
        return r;
    r = ws_bind(l->handle[0], &a, local_loopback(&a, 0));
    if (r == 0 && (r = ws_getsockname(l->handle[0], &a, &len)) == 0 && (r = ws_listen(l->handle[0], 8)) == 0
        && (r = sock_make(AF_INET, SOCK_STREAM, 0, 0, &ends[0])) == 0
        && (r = sock_connect_raw(ends[0], &a, len, false)) == 0) {
        len = sizeof(a);
        r = ws_getsockname(ends[0]->handle[0], &a, &len);
        while (r == 0 && !ends[1]) {
            int blen = sizeof(b);

            r = ws_accept(l->handle[0], &b, &blen, &h);
            if (r == -EAGAIN && (r = sock_wait(l, AFD_ACCEPT, 0)) >= 0) {
                r = 0;
                continue;
            }
            if (r == 0 && memcmp(&a, &b, 8))
                ws_close(h);
            else if (r == 0 && !(ends[1] = sock_file(h, AF_UNIX, type, 0, flags, true)))
                r = -ENOMEM;
        }
    }
    fd_put(l);
    if (r < 0) {
        fd_put(ends[0]);
        fd_put(ends[1]);
        return r;
    }
    sock_of(ends[0])->family = AF_UNIX;
    sock_of(ends[0])->type = type;
    ends[0]->flags |= flags & SOCK_NONBLOCK ? O_NONBLOCK : 0;
    sock_of(ends[1])->state = SOCK_CONNECTED;
    return 0;
}

static int share_section(struct file *ends[2])
{
    void *view[2] = { NULL, NULL };
    handle_t h[2];
    size_t size = 0;
    int r = nt_section_create(NULL, NULL, sizeof(struct local_ends), &h[0]);

    if (r < 0)
        return r;
    if ((r = nt_dup(NT_SELF, h[0], NT_SELF, false, &h[1])) < 0) {
        nt_close(h[0]);
        return r;
    }
    for (unsigned i = 0; i < 2; i++) {
        struct local *l = sock_of(ends[i])->local;

        size = 0;
        if ((r = nt_section_map(h[i], NT_SELF, &view[i], &size, NT_MAP_RW)) < 0)
            return r; /* out of address space: the handles' loss is the least */
        l->framed = sock_of(ends[i])->type != SOCK_STREAM;
        set_ends(ends[i], view[i], h[i], i);
        own_side(&l->ends->side[i], l);
    }
    ((struct local_ends *)view[0])->magic = LOCAL_ENDS_MAGIC;
    return 0;
}

int local_pair(int type, int flags, struct file *ends[2])
{
    int r = tcp_pair(flags, type, ends);

    if (r < 0)
        return r;
    if ((r = local_new(sock_of(ends[0]))) < 0 || (r = local_new(sock_of(ends[1]))) < 0
        || (r = share_section(ends)) < 0) {
        fd_put(ends[0]);
        fd_put(ends[1]);
    }
    return r;
}

int local_peercred(struct file *f, struct ucred *cred)
{
    struct local *l = sock_of(f)->local;
    const struct local_side *other;

    if (!l->ends) { /* as Linux says it */
        *cred = (struct ucred){ 0, (uid_t)-1, (gid_t)-1 };
        return 0;
    }
    other = &l->ends->side[!l->side];
    *cred = (struct ucred){ other->pid, other->uid, other->gid };
    return 0;
}
