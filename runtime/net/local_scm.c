/* SPDX-License-Identifier: BSD-2-Clause */
/* AF_UNIX: what is sent along with data. A record names the byte to which it belongs and lies in the
 * section that both ends share. Handles of descriptors go to the process that last used the other end, or
 * stay with us if that is not to be reached; the receiver takes them from there. */
#include <fcntl.h>
#include <string.h>
#include <sys/uio.h>

#include "file/dispatch.h"
#include "file/file_internal.h"
#include "local.h"
#include "mm.h"
#include "nt.h"
#include "proc.h"

#define FDS_MAX 253 /* as on Linux */
#define NAME_ROOM 256

/* ---- the lock of a section; held for a few copies ---- */

static void ends_lock(struct local_ends *e)
{
    uint32_t own = nt_winpid(), free;
    unsigned tries = 0;

    for (;;) {
        free = 0;
        if (__atomic_compare_exchange_n(&e->lock, &free, own, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
            return;
        __builtin_ia32_pause();
        if (++tries % 4096 == 0) {
            handle_t h;

            if (nt_process_open(free, &h) < 0) { /* its holder has died */
                __atomic_compare_exchange_n(&e->lock, &free, 0, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
                continue;
            }
            nt_wait(&h, 1, 10); /* lets others run */
            nt_close(h);
        }
    }
}

static void ends_unlock(struct local_ends *e)
{
    __atomic_store_n(&e->lock, 0, __ATOMIC_RELEASE);
}

/* ---- packing ---- */

static struct startup_fd *first_fd(struct scm_record *r)
{
    return (struct startup_fd *)(r + 1);
}

static struct startup_fd *next_fd(struct startup_fd *s)
{
    return (struct startup_fd *)((char *)(s + 1) + ALIGN_UP(s->name, 8));
}

static int pack_file(struct file *f, handle_t to, struct startup_fd *s)
{
    size_t n = f->name ? strlen(f->name) + 1 : 0;

    memset(s, 0, sizeof(*s));
    s->kind = f->kind;
    s->flags = (uint32_t)f->flags;
    s->reserved = (uint32_t)f->unit;
    if (f->ops->save)
        f->ops->save(f, s);
    s->name = n <= NAME_ROOM ? n : 0;
    if (s->name)
        memcpy(s + 1, f->name, n);
    for (int i = 0; i < 2; i++) {
        handle_t h = NULL;
        int r;

        if (!f->handle[i] || (i == 1 && f->ops->own_second))
            continue;
        if ((r = nt_dup(NT_SELF, f->handle[i], to, false, &h)) < 0)
            return r;
        s->handle[i] = (uintptr_t)h;
    }
    return 0;
}

/* The process to which the handles go. */
static handle_t holder_of(const struct local *l, uint32_t *winpid)
{
    uint32_t pid = l->ends ? l->ends->side[!l->side].winpid : 0;
    handle_t h;

    *winpid = nt_winpid();
    if (!pid || pid == *winpid || nt_process_open(pid, &h) < 0)
        return NT_SELF;
    *winpid = pid;
    return h;
}

static int pack_fds(struct local *l, struct scm_record *r, const int *fd, unsigned n)
{
    handle_t to = holder_of(l, &r->holder);
    struct startup_fd *s = first_fd(r);
    int err = 0;

    for (unsigned i = 0; i < n && err == 0; i++) {
        struct file *f = fd_get(fd[i]);

        err = f ? pack_file(f, to, s) : -EBADF;
        fd_put(f);
        if (err == 0) {
            r->nfds++;
            s = next_fd(s);
        }
    }
    r->len = (uint32_t)((char *)s - (char *)r);
    if (to != NT_SELF)
        nt_close(to);
    return err;
}

static int pack_one(struct local *l, const struct cmsghdr *c, struct scm_record **rec)
{
    size_t n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    struct scm_record *r = *rec;
    struct ucred cred;

    if (c->cmsg_level != SOL_SOCKET)
        return 0;
    if (c->cmsg_type == SCM_CREDENTIALS) {
        if (c->cmsg_len != CMSG_LEN(sizeof(cred)))
            return -EINVAL;
        memcpy(&cred, CMSG_DATA(c), sizeof(cred));
        if (cred.pid != me.pid || (cred.uid != me.uid && cred.uid != me.euid) || (cred.gid != me.gid && cred.gid != me.egid))
            return -EPERM;
        r->pid = cred.pid;
        r->uid = cred.uid;
        r->gid = cred.gid;
        return 0;
    }
    if (c->cmsg_type != SCM_RIGHTS || n > FDS_MAX || r->nfds)
        return -EINVAL;
    r = rt_realloc(r, sizeof(*r) + n * (sizeof(struct startup_fd) + NAME_ROOM));
    if (!r)
        return -ENOMEM;
    *rec = r;
    return pack_fds(l, r, (const int *)CMSG_DATA(c), (unsigned)n);
}

int scm_pack(struct local *l, const struct sock_msg *m, struct scm_record **out)
{
    struct msghdr h = { .msg_control = m->control, .msg_controllen = (socklen_t)m->controllen };
    struct scm_record *r;
    int err = 0;

    *out = NULL;
    if (!m->control || m->controllen < sizeof(struct cmsghdr))
        return 1;
    if (!(r = rt_zalloc(sizeof(*r))))
        return -ENOMEM;
    r->len = sizeof(*r);
    for (struct cmsghdr *c = CMSG_FIRSTHDR(&h); c && err == 0; c = CMSG_NXTHDR(&h, c)) {
        size_t left = (size_t)((char *)m->control + m->controllen - (char *)c);

        err = c->cmsg_len < CMSG_LEN(0) || c->cmsg_len > left ? -EINVAL : pack_one(l, c, &r);
    }
    if (err < 0) {
        scm_drop(r);
        return err;
    }
    *out = r;
    return 0;
}

/* ---- the queue ---- */

int scm_put(struct local *l, struct scm_record *r)
{
    struct local_side *own = &l->ends->side[l->side];
    int err = 0;

    ends_lock(l->ends);
    r->at = own->sent;
    if (own->used + r->len > LOCAL_QUEUE) {
        err = -ETOOMANYREFS;
    } else {
        memcpy(own->queue + own->used, r, r->len);
        own->used += r->len;
        __atomic_add_fetch(&own->records, 1, __ATOMIC_SEQ_CST);
    }
    ends_unlock(l->ends);
    return err;
}

void scm_unput(struct local *l, struct scm_record *r)
{
    struct local_side *own = &l->ends->side[l->side];

    ends_lock(l->ends);
    if (own->used >= r->len && ((struct scm_record *)(own->queue + own->used - r->len))->at == r->at) {
        own->used -= r->len;
        own->records--;
    }
    ends_unlock(l->ends);
}

/* A record of the queue, which another process may have spoilt. */
static struct scm_record *record_at(struct local_side *s, uint32_t off)
{
    struct scm_record *r = (struct scm_record *)(s->queue + off);

    if (off + sizeof(*r) > s->used || s->used > LOCAL_QUEUE || r->len < sizeof(*r) || r->len > s->used - off
        || r->nfds > FDS_MAX || r->len < sizeof(*r) + r->nfds * sizeof(struct startup_fd))
        return NULL;
    return r;
}

uint64_t scm_next(struct local *l, uint64_t after)
{
    struct local_side *from = &l->ends->side[!l->side];
    uint64_t at = UINT64_MAX;
    struct scm_record *r;

    if (!__atomic_load_n(&from->records, __ATOMIC_SEQ_CST))
        return at;
    ends_lock(l->ends);
    for (uint32_t off = 0; at == UINT64_MAX && (r = record_at(from, off)); off += r->len)
        if (r->at > after)
            at = r->at;
    ends_unlock(l->ends);
    return at;
}

struct scm_record *scm_get(struct local *l, uint64_t below)
{
    struct local_side *from = &l->ends->side[!l->side];
    struct scm_record *r, *got = NULL;

    if (!__atomic_load_n(&from->records, __ATOMIC_SEQ_CST))
        return NULL;
    ends_lock(l->ends);
    r = record_at(from, 0);
    if (r && r->at < below && (got = rt_alloc(r->len))) {
        memcpy(got, r, r->len);
        from->used -= got->len;
        from->records--;
        memmove(from->queue, from->queue + got->len, from->used);
    }
    ends_unlock(l->ends);
    return got;
}

/* ---- unpacking ---- */

static bool fd_fits(struct scm_record *r, struct startup_fd *s)
{
    char *end = (char *)r + r->len;

    return (char *)(s + 1) <= end && s->name <= NAME_ROOM && (char *)next_fd(s) <= end;
}

static int fetch(handle_t from, uint64_t h, handle_t *out)
{
    *out = NULL;
    return h ? nt_take(from, (handle_t)h, out) : 0;
}

static struct file *unpack_file(struct startup_fd *s, handle_t from)
{
    struct file *f;

    if (!file_kind_known(s->kind) || !(f = file_new(s->kind)))
        return NULL;
    f->flags = (int)s->flags;
    f->unit = (int)s->reserved;
    if (s->name) {
        ((char *)(s + 1))[s->name - 1] = 0;
        f->name = rt_strdup((char *)(s + 1));
    }
    if (f->ops->load)
        f->ops->load(f, s);
    if (fetch(from, s->handle[0], &f->handle[0]) < 0 || fetch(from, s->handle[1], &f->handle[1]) < 0
        || file_adopt(f) < 0) {
        fd_put(f);
        return NULL;
    }
    return f;
}

/* The records' descriptors, as far as there is room; the others are closed. */
static unsigned install(struct scm_record *r, int *fds, unsigned room, bool cloexec)
{
    struct startup_fd *s = first_fd(r);
    handle_t from = NT_SELF;
    unsigned n = 0;

    if (r->holder != nt_winpid() && nt_process_open(r->holder, &from) < 0)
        return 0;
    for (unsigned i = 0; i < r->nfds && fd_fits(r, s); i++) {
        struct startup_fd *next = next_fd(s);
        struct file *f = unpack_file(s, from);
        int fd;

        if (f && n < room && (fd = fd_install(f, 0, cloexec)) >= 0)
            fds[n++] = fd;
        else if (f && n >= room)
            fd_put(f);
        s = next;
    }
    if (from != NT_SELF)
        nt_close(from);
    return n;
}

void scm_drop(struct scm_record *r)
{
    if (r && r->nfds)
        install(r, NULL, 0, true);
    rt_free(r);
}

static bool put(struct sock_msg *m, size_t room, int type, const void *data, size_t n)
{
    struct cmsghdr *c = (struct cmsghdr *)((char *)m->control + m->controllen);

    if (m->controllen + CMSG_LEN(n) > room) {
        m->flags |= MSG_CTRUNC;
        return false;
    }
    c->cmsg_len = CMSG_LEN(n);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = type;
    memcpy(CMSG_DATA(c), data, n);
    m->controllen += CMSG_SPACE(n);
    if (m->controllen > room)
        m->controllen = room;
    return true;
}

void scm_unpack(struct file *f, struct scm_record *rec, struct sock_msg *m, const struct ucred *from)
{
    size_t room = m->control ? m->controllen : 0;
    bool cloexec = m->flags & MSG_CMSG_CLOEXEC;
    int fds[FDS_MAX];
    unsigned n, max;

    m->controllen = 0;
    if (from && (sock_of(f)->flags & SOCK_PASSCRED_ON)) {
        struct ucred cred = *from;

        if (rec && rec->pid)
            cred = (struct ucred){ rec->pid, rec->uid, rec->gid };
        put(m, room, SCM_CREDENTIALS, &cred, sizeof(cred));
    }
    if (rec && rec->nfds) {
        max = room >= m->controllen + CMSG_LEN(sizeof(int))
            ? (unsigned)((room - m->controllen - CMSG_LEN(0)) / sizeof(int)) : 0;
        n = install(rec, fds, max < FDS_MAX ? max : FDS_MAX, cloexec);
        if (n)
            put(m, room, SCM_RIGHTS, fds, n * sizeof(int));
        if (n < rec->nfds)
            m->flags |= MSG_CTRUNC;
    }
    rt_free(rec);
}
