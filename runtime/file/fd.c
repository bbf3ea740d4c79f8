/* SPDX-License-Identifier: BSD-2-Clause */
/* The descriptor table, and the life of open file descriptions. Both live in the runtime heap, so a
 * forked child has them as they are; exec and spawn are in plan.c. */
#include <string.h>
#include <unistd.h>

#include "dispatch.h"
#include "file_internal.h"
#include "lock_file.h"
#include "mm.h"
#include "nt.h"
#include "proc.h"
#include "shm.h"
#include "sys.h"
#include "watch.h"

#define FD_FIRST 32 /* size of the first table */

struct fd_table fds = { .lock = LOCK_INIT };

int fd_limit(void)
{
    return getdtablesize();
}

/* ---- descriptions ---- */

struct file *file_new(uint32_t kind)
{
    struct file *f = rt_zalloc(sizeof(*f));

    if (!f)
        return NULL;
    f->kind = kind;
    f->ops = file_kind_ops(kind);
    f->refs = 1;
    return f;
}

static void release(struct file *f)
{
    watch_close(f);
    if (f->ops->close) {
        f->ops->close(f);
    } else {
        nt_close(f->handle[0]);
        nt_close(f->handle[1]);
    }
    ofd_close(f);
    rt_free(f->name);
    rt_free(f->data);
    rt_free(f);
}

void fd_put(struct file *f)
{
    if (f && __atomic_sub_fetch(&f->refs, 1, __ATOMIC_ACQ_REL) == 0)
        release(f);
}

/* A handle is inherited as long as one descriptor without close-on-exec leads to it. */
void file_set_inheritable(struct file *f, bool on)
{
    if (f->inheritable == on)
        return;
    f->inheritable = on;
    if (f->handle[0])
        nt_set_inherit(f->handle[0], on);
    if (f->handle[1] && !f->ops->own_second)
        nt_set_inherit(f->handle[1], on);
    if (f->alive)
        nt_set_inherit(f->alive, on);
}

/* ---- the table; callers hold its lock ---- */

/* What others may see of a descriptor. Names longer than the place are cut at the front. */
static void publish(int fd)
{
    struct fd_entry *e = &fds.v[fd];
    struct shm_fd *s;
    char *name;
    size_t n;

    if (!shm_self || fd >= (int)SHM_MAX_FDS)
        return;
    s = &shm_fds(shm_self)[fd];
    if (!e->f) {
        __atomic_store_n(&s->kind, 0, __ATOMIC_RELEASE);
        return;
    }
    s->flags = (uint32_t)e->f->flags | (e->cloexec ? 1u << 31 : 0);
    /* made of a process and its counter: what counts here is that different ones differ */
    s->ino = (uint32_t)(e->f->priv[0] * 0x9e3779b97f4a7c15ull >> 32);
    s->name = 0;
    if (e->f->name) {
        s->name = shm_fd_name_place(fd);
        name = (char *)shm_self + SHM_PROC_OFF_STRINGS + s->name;
        n = strlen(e->f->name);
        if (n < SHM_FD_NAME)
            memcpy(name, e->f->name, n + 1);
        else
            memcpy(name, e->f->name + n - SHM_FD_NAME + 1, SHM_FD_NAME);
    }
    __atomic_store_n(&s->kind, e->f->kind, __ATOMIC_RELEASE);
}

void fd_publish_all(void)
{
    for (int fd = 0; fd < fds.n; fd++)
        publish(fd);
}

static int grow(int need)
{
    int n = fds.n ? fds.n : FD_FIRST;
    struct fd_entry *v;

    while (n < need)
        n *= 2;
    if (n <= fds.n)
        return 0;
    v = rt_realloc(fds.v, (size_t)n * sizeof(*v));
    if (!v)
        return -ENOMEM;
    memset(v + fds.n, 0, (size_t)(n - fds.n) * sizeof(*v));
    fds.v = v;
    fds.n = n;
    return 0;
}

static struct file *at(int fd)
{
    return fd >= 0 && fd < fds.n ? fds.v[fd].f : NULL;
}

/* Put `f`, whose reference is taken over, into the free entry `fd`. */
void fd_fill(int fd, struct file *f, bool cloexec)
{
    fds.v[fd].f = f;
    fds.v[fd].cloexec = cloexec;
    if (!cloexec && f->shared++ == 0)
        file_set_inheritable(f, true);
    publish(fd);
}

/* Empty an entry; the reference is the caller's. */
static struct file *clear(int fd)
{
    struct file *f = fds.v[fd].f;

    if (!fds.v[fd].cloexec && --f->shared == 0 && f->refs > 1)
        file_set_inheritable(f, false);
    fds.v[fd].f = NULL;
    publish(fd);
    return f;
}

int fd_reserve(int fd)
{
    return fd >= fd_limit() ? -EMFILE : grow(fd + 1);
}

static int lowest_free(int min)
{
    int fd = min, r;

    while (fd < fds.n && fds.v[fd].f)
        fd++;
    r = fd_reserve(fd);
    return r < 0 ? r : fd;
}

struct file *fd_get(int fd)
{
    struct file *f;

    lock_take(&fds.lock);
    f = at(fd);
    if (f) {
        __atomic_add_fetch(&f->refs, 1, __ATOMIC_RELAXED);
        file_sync_flags(f);
    }
    lock_release(&fds.lock);
    return f;
}

/* Many at once, for poll(): the descriptors lie `stride` bytes apart. */
void fd_get_many(const int *fd, size_t stride, struct file **out, unsigned n)
{
    lock_take(&fds.lock);
    for (unsigned i = 0; i < n; i++, fd = (const int *)((const char *)fd + stride)) {
        out[i] = at(*fd);
        if (out[i]) {
            __atomic_add_fetch(&out[i]->refs, 1, __ATOMIC_RELAXED);
            file_sync_flags(out[i]);
        }
    }
    lock_release(&fds.lock);
}

int fd_install(struct file *f, int min, bool cloexec)
{
    int fd;

    lock_take(&fds.lock);
    fd = lowest_free(min);
    if (fd >= 0)
        fd_fill(fd, f, cloexec);
    lock_release(&fds.lock);
    if (fd < 0)
        fd_put(f);
    else
        trace_file_handle(fd, file_label(f->kind), (uint64_t)f->handle[0], f->name ? f->name : "");
    return fd;
}

int fd_close(int fd)
{
    struct file *f;

    lock_take(&fds.lock);
    f = at(fd) ? clear(fd) : NULL;
    lock_release(&fds.lock);
    if (f)
        locks_closed(f);
    fd_put(f);
    return f ? 0 : -EBADF;
}

int fd_dup(int fd, int min, bool cloexec)
{
    struct file *f;
    int to = -EBADF;

    if (min < 0 || min >= fd_limit())
        return -EINVAL;
    lock_take(&fds.lock);
    f = at(fd);
    if (f && (to = lowest_free(min)) >= 0) {
        __atomic_add_fetch(&f->refs, 1, __ATOMIC_RELAXED);
        fd_fill(to, f, cloexec);
    }
    lock_release(&fds.lock);
    return to;
}

int fd_dup2(int fd, int to, bool cloexec)
{
    struct file *f, *old = NULL;
    int r = -EBADF;

    if (to < 0 || to >= fd_limit())
        return -EBADF;
    lock_take(&fds.lock);
    f = at(fd);
    if (f && fd == to) {
        r = to;
    } else if (f && (r = fd_reserve(to)) == 0) {
        __atomic_add_fetch(&f->refs, 1, __ATOMIC_RELAXED);
        if (at(to))
            old = clear(to);
        fd_fill(to, f, cloexec);
        r = to;
    }
    lock_release(&fds.lock);
    if (old)
        locks_closed(old);
    fd_put(old);
    return r;
}

int fd_get_cloexec(int fd)
{
    int r;

    lock_take(&fds.lock);
    r = at(fd) ? fds.v[fd].cloexec : -EBADF;
    lock_release(&fds.lock);
    return r;
}

int fd_set_cloexec(int fd, bool on)
{
    struct file *f;

    lock_take(&fds.lock);
    f = at(fd);
    if (f && fds.v[fd].cloexec != on) {
        fds.v[fd].cloexec = on;
        f->shared += on ? -1u : 1u;
        if (f->shared == (on ? 0u : 1u))
            file_set_inheritable(f, !on);
        publish(fd);
    }
    lock_release(&fds.lock);
    return f ? 0 : -EBADF;
}

handle_t fd_std_handle(int fd)
{
    struct file *f = at(fd);

    return f ? file_std(f, fd) : NULL;
}

void fd_close_all(void)
{
    for (int fd = 0; fd < fds.n; fd++)
        if (fds.v[fd].f)
            fd_close(fd);
}

/* ---- fork ---- */

void fd_hold(bool hold)
{
    if (hold)
        lock_take(&fds.lock);
    else
        lock_release(&fds.lock);
}

/* Calls fn once for each description that a descriptor leads to. */
static int each_file(int (*fn)(struct file *f, void *arg), void *arg)
{
    int r = 0;

    for (int fd = 0; fd < fds.n && r == 0; fd++) {
        struct file *f = fds.v[fd].f;
        int first = 0;

        while (f && f->refs > 1 && fds.v[first].f != f)
            first++;
        if (f && (f->refs == 1 || first == fd))
            r = fn(f, arg);
    }
    return r;
}

struct give {
    fd_give_fn *fn;
    void *arg;
    bool all;
};

static int give_file(struct file *f, void *arg)
{
    struct give *g = arg;
    int r = 0;

    if (f->inheritable && !g->all)
        return 0;
    if (f->handle[0])
        r = g->fn(g->arg, &f->handle[0], f->inheritable);
    if (r == 0 && f->handle[1] && !f->ops->own_second)
        r = g->fn(g->arg, &f->handle[1], f->inheritable);
    if (r == 0 && f->alive)
        r = g->fn(g->arg, &f->alive, f->inheritable);
    return r;
}

static int share_file(struct file *f, void *arg)
{
    ofd_share(f); /* without, the child has flags of its own: no reason to fail a fork */
    return 0;
}

void fd_share_all(void)
{
    each_file(share_file, NULL);
}

int fd_fork_handles(bool all, fd_give_fn *give, void *arg)
{
    struct give g = { give, arg, all };

    return each_file(give_file, &g);
}

static int adopt_file(struct file *f, void *arg)
{
    uint32_t n = 0;

    /* Threads that were inside a call stayed behind, with their references and locks. */
    for (int fd = 0; fd < fds.n; fd++)
        n += fds.v[fd].f == f;
    f->refs = n;
    lock_reset(&f->lock);
    watch_forget(f);
    if (f->ops->own_second)
        f->handle[1] = NULL;
    ofd_adopt(f);
    file_adopt(f);
    return 0;
}

void fd_fork_child(void)
{
    lock_reset(&fds.lock);
    epoll_fork_child();
    each_file(adopt_file, NULL);
    fd_publish_all();
}
