/* SPDX-License-Identifier: BSD-2-Clause */
/* eventfd: a counter in a section of its own, which a forked child shares, and an event that is set as
 * long as the counter is not 0. */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "file/file_stat.h"
#include "nt.h"
#include "shm.h"
#include "sig.h"
#include "sys.h"
#include "watch.h"

#define EVENT 0             /* handles */
#define SECTION 1
#define VIEW 1              /* priv: address of the section, of this process */
#define SPACE 2             /* priv: the event of those who wait to write, of this process; 0: not opened */
#define MAX (UINT64_MAX - 1)

struct counter {
    uint64_t value;
    uint64_t id;            /* of the event for writers */
    uint32_t semaphore;
    uint32_t writers;       /* somebody may wait for space */
};

static struct counter *counter_of(const struct file *f)
{
    return (struct counter *)(uintptr_t)f->priv[VIEW];
}

static int map(struct file *f)
{
    void *view = NULL;
    size_t size = 0;
    int r = nt_section_map(f->handle[SECTION], NT_SELF, &view, &size, NT_MAP_RW);

    f->priv[VIEW] = (uintptr_t)view;
    f->priv[SPACE] = 0;
    return r;
}

/* Writers wait rarely, so their event has a name and is opened when one does. */
static handle_t space_event(struct file *f)
{
    char name[40];
    handle_t h;

    if (f->priv[SPACE])
        return (handle_t)f->priv[SPACE];
    snprintf(name, sizeof(name), "eventfd.%016llx", (unsigned long long)counter_of(f)->id);
    if (nt_event_create(shm_dir, name, true, &h) < 0)
        return NULL;
    f->priv[SPACE] = (uintptr_t)h;
    return h;
}

/* The event follows the counter; who resets it looks again, lest a set in between is lost. */
static void update(struct file *f)
{
    struct counter *c = counter_of(f);

    if (__atomic_load_n(&c->value, __ATOMIC_SEQ_CST)) {
        nt_event_set(f->handle[EVENT]);
        return;
    }
    nt_event_reset(f->handle[EVENT]);
    if (__atomic_load_n(&c->value, __ATOMIC_SEQ_CST))
        nt_event_set(f->handle[EVENT]);
}

static int64_t eventfd_read_op(struct file *f, void *buf, size_t n)
{
    struct counter *c = counter_of(f);
    uint64_t v = __atomic_load_n(&c->value, __ATOMIC_SEQ_CST), take;
    int r;

    if (n < sizeof(v))
        return -EINVAL;
    for (;;) {
        if (v) {
            take = c->semaphore ? 1 : v;
            if (!__atomic_compare_exchange_n(&c->value, &v, v - take, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
                continue;
            if (v == take)
                update(f);
            if (__atomic_exchange_n(&c->writers, 0, __ATOMIC_SEQ_CST) && space_event(f))
                nt_event_set(space_event(f));
            memcpy(buf, &take, sizeof(take));
            return sizeof(take);
        }
        if (f->flags & O_NONBLOCK)
            return -EAGAIN;
        if ((r = wait_for(&f->handle[EVENT], 1, -1, 0)) < 0)
            return r;
        v = __atomic_load_n(&c->value, __ATOMIC_SEQ_CST);
    }
}

/* Announces that somebody waits for space; the event must be reset before the counter is looked at. */
static handle_t want_space(struct file *f)
{
    handle_t h = space_event(f);

    if (h) {
        nt_event_reset(h);
        __atomic_store_n(&counter_of(f)->writers, 1, __ATOMIC_SEQ_CST);
    }
    return h;
}

static int64_t eventfd_write_op(struct file *f, const void *buf, size_t n)
{
    struct counter *c = counter_of(f);
    uint64_t v = __atomic_load_n(&c->value, __ATOMIC_SEQ_CST), more;
    bool waiting = false;
    handle_t h = NULL;
    int r;

    if (n < sizeof(more))
        return -EINVAL;
    memcpy(&more, buf, sizeof(more));
    if (more == UINT64_MAX)
        return -EINVAL;
    for (;;) {
        if (MAX - v >= more) {
            if (!__atomic_compare_exchange_n(&c->value, &v, v + more, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
                continue;
            if (!v && more)
                update(f);
            return sizeof(more);
        }
        if (f->flags & O_NONBLOCK)
            return -EAGAIN;
        if (waiting && (r = wait_for(&h, 1, -1, 0)) < 0)
            return r;
        if (!(h = want_space(f)))
            return -ENOMEM;
        waiting = true;
        v = __atomic_load_n(&c->value, __ATOMIC_SEQ_CST);
    }
}

static int eventfd_poll(struct file *f, int events, struct watch *w)
{
    struct counter *c = counter_of(f);
    handle_t space = NULL;
    uint64_t v;

    if ((events & POLLOUT) && __atomic_load_n(&c->value, __ATOMIC_SEQ_CST) >= MAX && w->arm)
        space = want_space(f);
    v = __atomic_load_n(&c->value, __ATOMIC_SEQ_CST);
    if ((events & POLLIN) && !v)
        watch_handle(w, f->handle[EVENT]);
    if (space)
        watch_handle(w, space);
    return (v ? POLLIN : 0) | (v < MAX ? POLLOUT : 0);
}

static int eventfd_stat(struct file *f, struct stat *st)
{
    st->st_rdev = 0;
    stat_made_up(st, 0600, f->priv[0]);
    return 0;
}

static void eventfd_close(struct file *f)
{
    if (f->priv[VIEW])
        nt_section_unmap(NT_SELF, counter_of(f));
    nt_close((handle_t)f->priv[SPACE]);
    nt_close(f->handle[EVENT]);
    nt_close(f->handle[SECTION]);
}

const struct file_ops eventfd_ops = {
    .read = eventfd_read_op, .write = eventfd_write_op, .poll = eventfd_poll, .stat = eventfd_stat,
    .close = eventfd_close, .adopt = map,
};

static int make(struct file *f, unsigned value, int flags)
{
    static NOCOPY uint32_t last;
    struct counter *c;
    int r;

    if ((r = nt_event_create(NULL, NULL, true, &f->handle[EVENT])) < 0
        || (r = nt_section_create(NULL, NULL, 4096, &f->handle[SECTION])) < 0 || (r = map(f)) < 0)
        return r;
    c = counter_of(f);
    c->value = value;
    c->semaphore = (flags & EFD_SEMAPHORE) != 0;
    c->id = (uint64_t)nt_winpid() << 32 | __atomic_add_fetch(&last, 1, __ATOMIC_RELAXED);
    f->priv[0] = c->id;
    update(f);
    f->flags = O_RDWR | (flags & O_NONBLOCK);
    return 0;
}

static int do_eventfd(unsigned value, int flags)
{
    struct file *f;
    int r;

    if (flags & ~(EFD_CLOEXEC | EFD_NONBLOCK | EFD_SEMAPHORE))
        return -EINVAL;
    if (!(f = file_new(FILE_EVENTFD)))
        return -ENOMEM;
    r = make(f, value, flags);
    if (r < 0) {
        fd_put(f);
        return r;
    }
    return fd_install(f, 0, flags & EFD_CLOEXEC);
}

/**
 * Makes a counter that is read and written, 8 bytes at a time.
 * @param flags EFD_CLOEXEC, EFD_NONBLOCK, EFD_SEMAPHORE: read() takes 1, not all
 * @return descriptor, or -1 with EINVAL, EMFILE, ENOMEM
 * As on Linux.
 */
int eventfd(unsigned value, int flags)
{
    int r = do_eventfd(value, flags);

    trace_sys_eventfd(value, flags, r);
    return (int)sys_ret(r);
}

/** read() of an eventfd. @return 0 or -1 */
int eventfd_read(int fd, eventfd_t *value)
{
    return read(fd, value, sizeof(*value)) == sizeof(*value) ? 0 : -1;
}

/** write() to an eventfd. @return 0 or -1 */
int eventfd_write(int fd, eventfd_t value)
{
    return write(fd, &value, sizeof(value)) == sizeof(value) ? 0 : -1;
}
