/* SPDX-License-Identifier: BSD-2-Clause */
/* What a new program gets of our descriptors: the plan for exec and spawn, and its reading there. */
#include <string.h>

#include "dispatch.h"
#include "file_internal.h"
#include "lock_file.h"
#include "mm.h"
#include "nt.h"
#include "proc.h"
#include "sys.h"
#include "text/buf.h"
#include "tty/pump.h"

struct plan_entry {
    struct file *f;     /* with a reference; NULL: closed */
    bool cloexec;
    handle_t own[3];    /* inheritable duplicates, where f's handles are not; [2]: alive */
};

struct fd_plan {
    struct plan_entry *v;
    int n;
    struct file **hidden;   /* inheritable files that the child shall not have */
    int nhidden;
};

static int plan_grow(struct fd_plan *p, int need)
{
    struct plan_entry *v;

    if (need > fd_limit())
        return -EMFILE;
    if (need <= p->n)
        return 0;
    v = rt_realloc(p->v, (size_t)need * sizeof(*v));
    if (!v)
        return -ENOMEM;
    memset(v + p->n, 0, (size_t)(need - p->n) * sizeof(*v));
    p->v = v;
    p->n = need;
    return 0;
}

struct fd_plan *fd_plan_new(void)
{
    struct fd_plan *p = rt_zalloc(sizeof(*p));

    if (!p)
        return NULL;
    lock_take(&fds.lock);
    if (plan_grow(p, fds.n) < 0) {
        lock_release(&fds.lock);
        rt_free(p);
        return NULL;
    }
    for (int fd = 0; fd < fds.n; fd++) {
        p->v[fd].f = fds.v[fd].f;
        p->v[fd].cloexec = fds.v[fd].cloexec;
        if (p->v[fd].f)
            __atomic_add_fetch(&p->v[fd].f->refs, 1, __ATOMIC_RELAXED);
    }
    lock_release(&fds.lock);
    return p;
}

static struct plan_entry *entry(struct fd_plan *p, int fd)
{
    return fd >= 0 && fd < p->n && p->v[fd].f ? &p->v[fd] : NULL;
}

int fd_plan_dup2(struct fd_plan *p, int from, int to)
{
    struct plan_entry *e = entry(p, from);
    struct file *f;
    int r;

    if (!e || to < 0)
        return -EBADF;
    f = e->f;
    if (from != to) {
        if ((r = plan_grow(p, to + 1)) < 0)
            return r;
        __atomic_add_fetch(&f->refs, 1, __ATOMIC_RELAXED);
        fd_put(p->v[to].f);
    }
    p->v[to].f = f;
    p->v[to].cloexec = false; /* of a descriptor onto itself too: POSIX.1-2024 */
    return 0;
}

int fd_plan_close(struct fd_plan *p, int fd)
{
    struct plan_entry *e = entry(p, fd);

    if (!e)
        return -EBADF;
    fd_put(e->f);
    e->f = NULL;
    return 0;
}

int fd_plan_open(struct fd_plan *p, int fd, const char *path, int flags, mode_t mode)
{
    unsigned how = flags & O_CREAT ? PATH_CREATE | PATH_EXACT : 0;
    struct path resolved;
    struct file *f = NULL;
    int r;

    if (fd < 0)
        return -EBADF;
    r = path_resolve(PATH_CWD, path, how, &resolved);
    if (r == 0)
        f = file_open(&resolved, flags, mode & ~me.umask, &r);
    path_done(&resolved);
    if (!f)
        return r;
    if ((r = plan_grow(p, fd + 1)) < 0) {
        fd_put(f);
        return r;
    }
    fd_put(p->v[fd].f);
    p->v[fd].f = f;
    p->v[fd].cloexec = flags & O_CLOEXEC;
    return 0;
}

int fd_plan_windows(struct fd_plan *p, struct pump **pump)
{
    int r = 0;

    for (int fd = 0; fd < 3 && fd < p->n && r == 0; fd++) {
        struct file *f = p->v[fd].f, *end;

        if (!f || p->v[fd].cloexec || (f->kind != FILE_PTS && f->kind != FILE_FIFO))
            continue;
        if ((end = pump_end(pump, f, fd, &r))) {
            p->v[fd].f = end;
            fd_put(f);
        }
    }
    return r;
}

/* ---- saving ---- */

static bool planned(const struct fd_plan *p, const struct file *f)
{
    for (int fd = 0; fd < p->n; fd++)
        if (p->v[fd].f == f && !p->v[fd].cloexec)
            return true;
    return false;
}

/* What is open here and shall not be there must not be inherited: a pipe would never see its end. */
static int hide(struct fd_plan *p)
{
    lock_take(&fds.lock);
    for (int fd = 0; fd < fds.n; fd++) {
        struct file *f = fds.v[fd].f;
        struct file **v;

        if (!f || !f->inheritable || planned(p, f))
            continue;
        v = rt_realloc(p->hidden, (size_t)(p->nhidden + 1) * sizeof(*v));
        if (!v) {
            lock_release(&fds.lock);
            return -ENOMEM;
        }
        __atomic_add_fetch(&f->refs, 1, __ATOMIC_RELAXED);
        p->hidden = v;
        v[p->nhidden++] = f;
        file_set_inheritable(f, false);
    }
    lock_release(&fds.lock);
    return 0;
}

static int handle_for(struct plan_entry *e, int i, uint64_t *out)
{
    struct file *f = e->f;
    int r;

    *out = 0;
    if (!f->handle[i] || (i == 1 && f->ops->own_second))
        return 0;
    if (f->inheritable) {
        *out = (uintptr_t)f->handle[i];
        return 0;
    }
    r = nt_dup(NT_SELF, f->handle[i], NT_SELF, true, &e->own[i]);
    *out = (uintptr_t)e->own[i];
    return r;
}

static int alive_for(struct plan_entry *e, struct startup_fd *s)
{
    struct file *f = e->f;
    int r = ofd_share(f);

    if (r < 0)
        return 0; /* its flags are its own then */
    s->ofd = f->ofd;
    s->h_alive = (uintptr_t)f->alive;
    if (f->inheritable)
        return 0;
    r = nt_dup(NT_SELF, f->alive, NT_SELF, true, &e->own[2]);
    s->h_alive = (uintptr_t)e->own[2];
    return r;
}

static int first_with(const struct fd_plan *p, int fd)
{
    for (int i = 0; i < fd; i++)
        if (p->v[i].f == p->v[fd].f && !p->v[i].cloexec)
            return i;
    return -1;
}

static int save_one(struct fd_plan *p, int fd, struct startup_fd *s, struct buf *block)
{
    struct plan_entry *e = &p->v[fd];
    struct file *f = e->f;
    int r = 0;

    memset(s, 0, sizeof(*s));
    s->fd = fd;
    s->same_as = first_with(p, fd);
    s->kind = f->kind;
    s->flags = (uint32_t)f->flags;
    s->reserved = (uint32_t)f->unit;
    if (s->same_as >= 0)
        return 0;
    if (fd < 3)
        file_std(f, fd); /* may make a handle */
    if ((r = handle_for(e, 0, &s->handle[0])) < 0 || (r = handle_for(e, 1, &s->handle[1])) < 0
        || (r = alive_for(e, s)) < 0)
        return r;
    if (f->ops->save)
        f->ops->save(f, s);
    if (f->name) {
        s->name = block->len;
        buf_put(block, f->name, strlen(f->name) + 1);
    }
    return 0;
}

int fd_plan_save(struct fd_plan *p, struct buf *block, uint64_t *off, uint64_t *n)
{
    struct startup_fd s;
    size_t at;
    int r;

    if ((r = hide(p)) < 0)
        return r;
    while (block->len % 8)
        buf_putc(block, 0);
    *off = at = block->len;
    *n = 0;
    for (int fd = 0; fd < p->n; fd++)
        *n += p->v[fd].f && !p->v[fd].cloexec;
    memset(&s, 0, sizeof(s));
    for (uint64_t i = 0; i < *n; i++)
        buf_put(block, &s, sizeof(s));
    for (int fd = 0; fd < p->n; fd++) {
        if (!p->v[fd].f || p->v[fd].cloexec)
            continue;
        if ((r = save_one(p, fd, &s, block)) < 0 || (r = buf_err(block)) < 0)
            return r;
        memcpy(block->p + at, &s, sizeof(s));
        at += sizeof(s);
    }
    return 0;
}

handle_t fd_plan_std(struct fd_plan *p, int fd)
{
    struct plan_entry *e = entry(p, fd);
    handle_t h;

    if (!e || e->cloexec)
        return NULL;
    h = file_std(e->f, fd);
    if (e->f->inheritable)
        return h;
    for (int i = 0; i <= fd; i++) { /* its duplicate hangs on the first descriptor */
        if (p->v[i].f != e->f || p->v[i].cloexec)
            continue;
        return h == e->f->handle[1] && h != e->f->handle[0] ? p->v[i].own[1] : p->v[i].own[0];
    }
    return NULL;
}

void fd_plan_free(struct fd_plan *p)
{
    if (!p)
        return;
    lock_take(&fds.lock);
    for (int i = 0; i < p->nhidden; i++)
        if (p->hidden[i]->shared)
            file_set_inheritable(p->hidden[i], true);
    lock_release(&fds.lock);
    for (int i = 0; i < p->nhidden; i++)
        fd_put(p->hidden[i]);
    for (int fd = 0; fd < p->n; fd++) {
        nt_close(p->v[fd].own[0]);
        nt_close(p->v[fd].own[1]);
        nt_close(p->v[fd].own[2]);
        fd_put(p->v[fd].f);
    }
    rt_free(p->hidden);
    rt_free(p->v);
    rt_free(p);
}

/* ---- loading, in the new process ---- */

static struct file *load_one(const struct startup_block *b, const struct startup_fd *s)
{
    struct file *f;

    if (!file_kind_known(s->kind) || !(f = file_new(s->kind)))
        return NULL;
    f->flags = (int)s->flags;
    f->unit = (int)s->reserved;
    f->handle[0] = (handle_t)s->handle[0];
    f->handle[1] = (handle_t)s->handle[1];
    f->inheritable = true;
    f->ofd = s->ofd;
    f->alive = (handle_t)s->h_alive;
    ofd_adopt(f);
    if (s->name)
        f->name = rt_strdup((const char *)b + s->name);
    if (f->ops->load)
        f->ops->load(f, s);
    if (file_adopt(f) < 0) {
        fd_put(f);
        return NULL;
    }
    return f;
}

int fd_load(const struct startup_block *b)
{
    const struct startup_fd *s = (const void *)((const char *)b + b->fds);
    uint32_t count = 0;

    for (uint64_t i = 0; i < b->nfds; i++) {
        struct file *f;
        int r;

        if (s[i].same_as >= 0) {
            r = fd_dup2(s[i].same_as, s[i].fd, s[i].fdflags & 1);
        } else {
            f = load_one(b, &s[i]);
            if (!f)
                continue;
            lock_take(&fds.lock);
            r = fd_reserve(s[i].fd);
            if (r == 0)
                fd_fill(s[i].fd, f, s[i].fdflags & 1);
            lock_release(&fds.lock);
        }
        count += r >= 0;
    }
    trace_file_inherited(count, b->kind == STARTUP_EXEC ? "exec" : "spawn");
    return 0;
}

void fd_plan_exec(struct fd_plan *p)
{
    for (int fd = 0; fd < p->n; fd++)
        if (p->v[fd].f && p->v[fd].cloexec)
            locks_closed(p->v[fd].f);
}
