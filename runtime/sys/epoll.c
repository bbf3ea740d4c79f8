/* SPDX-License-Identifier: BSD-2-Clause */
/* epoll: a kept set of descriptors. It holds no references: a file that is closed for good leaves all
 * sets (epoll_forget). Edge-triggered entries are reported again when the program has read or written
 * since, or when another condition holds; that may be once more often than on Linux, never less. */
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>

#include "file/file_stat.h"
#include "mm.h"
#include "net/waitmask.h"
#include "shm.h"
#include "sys.h"
#include "thread.h"
#include "watch.h"

#define CONDITIONS (POLLIN | POLLOUT | POLLPRI | POLLRDHUP)

struct item {
    struct file *f;
    int fd;
    uint32_t events;        /* EPOLL*, with EPOLLET, EPOLLONESHOT */
    uint64_t data;
    int told;               /* EPOLLET: reported, and the program has not touched the file since */
    uint32_t moves;         /* file->moves at that time */
    bool off;               /* EPOLLONESHOT has been */
};

struct epoll {
    struct epoll *next, *prev;  /* of all */
    unsigned n, cap;
    unsigned turn;              /* where to begin, so that none is forgotten when the room is small */
    struct item *v;
};

static struct lock lock;        /* of all sets */
static struct epoll *all;

static struct epoll *epoll_of(const struct file *f)
{
    return f->data;
}

/* ---- the set; under the lock ---- */

static struct item *find(struct epoll *e, const struct file *f, int fd)
{
    for (unsigned i = 0; i < e->n; i++)
        if (e->v[i].f == f && e->v[i].fd == fd)
            return &e->v[i];
    return NULL;
}

static int add(struct epoll *e, struct file *f, int fd, const struct epoll_event *ev)
{
    if (e->n == e->cap) {
        unsigned cap = e->cap ? 2 * e->cap : 8;
        struct item *v = rt_realloc(e->v, cap * sizeof(*v));

        if (!v)
            return -ENOMEM;
        e->v = v;
        e->cap = cap;
    }
    e->v[e->n++] = (struct item){ .f = f, .fd = fd, .events = ev->events, .data = ev->data.u64 };
    f->in_epoll = true;
    return 0;
}

static void drop(struct epoll *e, unsigned i)
{
    memmove(e->v + i, e->v + i + 1, (e->n - i - 1) * sizeof(*e->v));
    e->n--;
}

void epoll_forget(struct file *f)
{
    lock_take(&lock);
    for (struct epoll *e = all; e; e = e->next)
        for (unsigned i = e->n; i--;)
            if (e->v[i].f == f)
                drop(e, i);
    lock_release(&lock);
}

void epoll_fork_child(void)
{
    lock_reset(&lock);
}

/* Takes a reference, but not of a file that is just going. */
static bool hold(struct file *f)
{
    uint32_t refs = __atomic_load_n(&f->refs, __ATOMIC_RELAXED);

    while (refs)
        if (__atomic_compare_exchange_n(&f->refs, &refs, refs + 1, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
            return true;
    return false;
}

/* ---- readiness ---- */

/* The conditions that `it` waits for now; -1: none at all. */
static int wanted(struct item *it)
{
    int events = (int)(it->events & CONDITIONS);

    if (it->off)
        return -1;
    if (it->events & EPOLLET) {
        if (it->moves != __atomic_load_n(&it->f->moves, __ATOMIC_RELAXED))
            it->told = 0;
        events &= ~it->told;
        if (it->told & (POLLERR | POLLHUP)) /* they would end every wait */
            return -1;
    }
    return events;
}

/* An epoll in an epoll, or in poll(): its entries are looked at instead. */
static int epoll_poll(struct file *f, int events, struct watch *w)
{
    struct epoll *e = epoll_of(f);

    if (w->depth++ >= 64)
        return POLLERR;
    lock_take(&lock);
    for (unsigned i = 0; i < e->n; i++) {
        int want = wanted(&e->v[i]);

        if (want >= 0)
            watch_sub(w, e->v[i].f, want);
    }
    lock_release(&lock);
    return 0;
}

static void epoll_close(struct file *f)
{
    struct epoll *e = epoll_of(f);

    lock_take(&lock);
    if (e->prev)
        e->prev->next = e->next;
    else
        all = e->next;
    if (e->next)
        e->next->prev = e->prev;
    lock_release(&lock);
    rt_free(e->v);
}

static int epoll_stat(struct file *f, struct stat *st)
{
    st->st_rdev = 0;
    stat_made_up(st, 0600, (uint64_t)(uintptr_t)f);
    return 0;
}

static int make(struct file *f)
{
    struct epoll *e = rt_zalloc(sizeof(*e));

    if (!e)
        return -ENOMEM;
    f->data = e;
    lock_take(&lock);
    e->next = all;
    if (all)
        all->prev = e;
    all = e;
    lock_release(&lock);
    return 0;
}

/* After exec the set is empty: what was in it named descriptors of another program. */
static int epoll_adopt(struct file *f)
{
    return f->data ? 0 : make(f);
}

const struct file_ops epoll_ops = {
    .poll = epoll_poll, .stat = epoll_stat, .close = epoll_close, .adopt = epoll_adopt,
};

/* ---- calls ---- */

static int do_create(int flags)
{
    struct file *f;

    if (flags & ~EPOLL_CLOEXEC)
        return -EINVAL;
    if (!(f = file_new(FILE_EPOLL)))
        return -ENOMEM;
    f->flags = O_RDWR;
    if (make(f) < 0) {
        rt_free(f);
        return -ENOMEM;
    }
    return fd_install(f, 0, flags & EPOLL_CLOEXEC);
}

/** Makes an empty set. @param flags EPOLL_CLOEXEC @return descriptor, or -1 with EINVAL, EMFILE, ENOMEM. As on Linux. */
int epoll_create1(int flags)
{
    int r = do_create(flags);

    trace_sys_epoll_create1(flags, r);
    return (int)sys_ret(r);
}

/** epoll_create1(0); size must be positive. As on Linux. */
int epoll_create(int size)
{
    int r = size > 0 ? do_create(0) : -EINVAL;

    trace_sys_epoll_create1(0, r);
    return (int)sys_ret(r);
}

static bool pollable(const struct file *f)
{
    return f->kind != FILE_DISK && f->kind != FILE_DIR;
}

#define NESTED_MAX 5 /* as Linux limits it */

/* Is `e` this set, or in it, or in a set that is in it? Too deep counts as well. */
static bool contains(const struct epoll *set, const struct epoll *e, unsigned depth)
{
    if (set == e || depth > NESTED_MAX)
        return true;
    for (unsigned i = 0; i < set->n; i++)
        if (set->v[i].f->kind == FILE_EPOLL && contains(epoll_of(set->v[i].f), e, depth + 1))
            return true;
    return false;
}

static int change(struct epoll *e, int op, struct file *f, int fd, const struct epoll_event *ev)
{
    struct item *it = find(e, f, fd);

    switch (op) {
    case EPOLL_CTL_ADD:
        if (!it && f->kind == FILE_EPOLL && contains(epoll_of(f), e, 1))
            return -ELOOP;
        return it ? -EEXIST : add(e, f, fd, ev);
    case EPOLL_CTL_DEL:
        if (it)
            drop(e, (unsigned)(it - e->v));
        return it ? 0 : -ENOENT;
    case EPOLL_CTL_MOD:
        if (it)
            *it = (struct item){ .f = f, .fd = fd, .events = ev->events, .data = ev->data.u64 };
        return it ? 0 : -ENOENT;
    default:
        return -EINVAL;
    }
}

static int do_ctl(int epfd, int op, int fd, const struct epoll_event *ev)
{
    struct file *ef = fd_get(epfd), *f = fd_get(fd);
    int r = 0;

    if (!ef || !f)
        r = -EBADF;
    else if (!ev && op != EPOLL_CTL_DEL)
        r = -EFAULT;
    else if (!pollable(f))
        r = -EPERM;
    else if (ef == f || ef->kind != FILE_EPOLL)
        r = -EINVAL;
    if (r == 0) {
        lock_take(&lock);
        r = change(epoll_of(ef), op, f, fd, ev);
        lock_release(&lock);
    }
    fd_put(f);
    fd_put(ef);
    return r;
}

/**
 * Adds, removes or changes an entry.
 * @return 0, or -1 with EBADF, EEXIST, EFAULT, EINVAL, ELOOP, ENOENT, ENOMEM, EPERM (files and
 * directories)
 * As on Linux.
 */
int epoll_ctl(int epfd, int op, int fd, struct epoll_event *event)
{
    int r = do_ctl(epfd, op, fd, event);

    trace_sys_epoll_ctl(epfd, op, fd, event ? event->events : 0, r);
    return (int)sys_ret(r);
}

/* The entries to be watched; keys[i] is the place of the i-th in the set at this time. */
static int fill(struct watch *w, struct epoll *e, struct item **copy)
{
    struct item *v;
    unsigned n = 0;
    int r = 0;

    lock_take(&lock);
    v = rt_alloc((e->n + 1) * sizeof(*v));
    for (unsigned i = 0; v && i < e->n && r == 0; i++) {
        struct item *it = &e->v[(i + e->turn) % e->n];
        int want = wanted(it);

        if (want < 0 || !hold(it->f))
            continue;
        v[n++] = *it;
        r = watch_add(w, it->f, want);
    }
    lock_release(&lock);
    *copy = v;
    return v ? r : -ENOMEM;
}

/* Turns results into events, and remembers them where the entry wants it. */
static int report(struct epoll *e, const struct watch *w, const struct item *v, unsigned n,
                  struct epoll_event *out, int max)
{
    int got = 0;

    lock_take(&lock);
    for (unsigned i = 0; i < n && got < max; i++) {
        struct item *it = w->v[i].revents ? find(e, v[i].f, v[i].fd) : NULL;

        if (!it)
            continue;
        out[got].events = (uint32_t)w->v[i].revents;
        out[got++].data.u64 = it->data;
        if (it->events & EPOLLONESHOT)
            it->off = true;
        if (it->events & EPOLLET) {
            it->told |= w->v[i].revents;
            it->moves = __atomic_load_n(&it->f->moves, __ATOMIC_RELAXED);
        }
        if (got == max)
            e->turn = (e->turn + i + 1) % (e->n ? e->n : 1);
    }
    lock_release(&lock);
    return got;
}

static int wait_once(struct epoll *e, struct epoll_event *out, int max, uint64_t until)
{
    struct item *v = NULL;
    struct watch w;
    unsigned n;
    int r;

    watch_init(&w);
    r = fill(&w, e, &v);
    n = w.n;
    if (r == 0)
        r = watch_run(&w, until);
    if (r > 0)
        r = report(e, &w, v, n, out, max);
    watch_free(&w);
    rt_free(v);
    return r;
}

static int do_wait(int epfd, struct epoll_event *out, int max, int timeout, const sigset_t *mask)
{
    uint64_t until = timeout < 0 ? UINT64_MAX : timeout ? nt_uptime() + (uint64_t)timeout * 10000 : 0;
    struct wait_mask m;
    struct file *f;
    int r;

    cancel_point();
    wait_mask_set(&m, mask);
    do {
        f = fd_get(epfd);
        if (!f)
            r = -EBADF;
        else if (f->kind != FILE_EPOLL || max <= 0)
            r = -EINVAL;
        else if (!out)
            r = -EFAULT;
        else {
            wait_record(SHM_WAIT_POLL, (uint64_t)epfd, 0);
            r = wait_once(epoll_of(f), out, max, until);
        }
        fd_put(f);
    } while (r == -EINTR && !sig_interrupted());
    wait_mask_reset(&m, r);
    return r;
}

/**
 * Waits until an entry of the set is ready.
 * @param timeout milliseconds, 0: look only, -1: no limit
 * @return how many events there are, 0 at the time-out, or -1 with EBADF, EFAULT, EINTR, EINVAL
 * As on Linux.
 */
int epoll_wait(int epfd, struct epoll_event *events, int max, int timeout)
{
    return epoll_pwait(epfd, events, max, timeout, NULL);
}

/** epoll_wait() with a signal mask for its duration; NULL: as it is. As on Linux. */
int epoll_pwait(int epfd, struct epoll_event *events, int max, int timeout, const sigset_t *mask)
{
    int r = do_wait(epfd, events, max, timeout, mask);

    trace_sys_epoll_wait(epfd, max, timeout, r);
    return (int)sys_ret(r);
}
