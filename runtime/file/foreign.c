/* SPDX-License-Identifier: BSD-2-Clause */
/* What a Windows creator leaves us as standard handles and is neither file nor console nor a pipe like
 * ours: pipes and devices whose operations wait by themselves, where no signal can reach. A helper
 * thread, made at the first read that has to wait, does the waiting. */
#include <string.h>
#include <sys/ioctl.h>

#include "dispatch.h"
#include "file_internal.h"
#include "file_stat.h"
#include "mm.h"
#include "nt.h"
#include "sig.h"
#include "watch.h"

#define ID 0        /* priv: inode */
#define TYPE 1      /* priv: enum nt_type */
#define HELPER 2    /* priv: struct helper, of this Windows process */

#define HELPER_BUF 65536u

/* Asked by one reader at a time (the file's lock). */
struct helper {
    handle_t file, thread, go, done;
    bool asked;         /* a read is under way, or its result was not taken yet */
    bool quit;
    size_t want;        /* 0: only wait for data */
    size_t taken;       /* bytes of the result that were given out */
    int64_t result;
    char buf[HELPER_BUF];
};

static void helper_main(void *arg)
{
    struct helper *h = arg;

    while (nt_wait(&h->go, 1, -1) == 0 && !h->quit) {
        h->result = nt_read(h->file, NULL, h->buf, h->want, NT_AT_POS);
        nt_event_set(h->done);
    }
}

static void helper_free(struct helper *h)
{
    nt_close(h->go);
    nt_close(h->done);
    nt_close(h->thread);
    rt_free(h);
}

static struct helper *helper_of(struct file *f)
{
    struct helper *h = (struct helper *)(uintptr_t)f->priv[HELPER];
    uint32_t tid;

    if (h)
        return h;
    h = rt_zalloc(sizeof(*h));
    if (!h)
        return NULL;
    h->file = f->handle[0];
    if (nt_event_create(NULL, NULL, false, &h->go) < 0 || nt_event_create(NULL, NULL, true, &h->done) < 0
        || nt_thread_create(helper_main, h, 65536, &h->thread, &tid) < 0) {
        helper_free(h);
        return NULL;
    }
    f->priv[HELPER] = (uintptr_t)h;
    return h;
}

/* What the helper has read and nobody took yet. */
static int64_t take(struct helper *h, void *buf, size_t n)
{
    size_t left;

    if (h->result <= 0) {
        h->asked = false;
        return h->result;
    }
    left = (size_t)h->result - h->taken;
    if (n > left)
        n = left;
    memcpy(buf, h->buf + h->taken, n);
    h->taken += n;
    if (h->taken == (size_t)h->result)
        h->asked = false;
    return (int64_t)n;
}

/* Where the system can tell what is there, the helper takes nothing (want 0): less to lose. */
static void ask(struct helper *h, size_t want)
{
    h->want = want > HELPER_BUF ? HELPER_BUF : want;
    h->taken = 0;
    h->asked = true;
    nt_event_reset(h->done);
    nt_event_set(h->go);
}

static int foreign_poll(struct file *f, int events, struct watch *w)
{
    struct helper *h = (struct helper *)(uintptr_t)f->priv[HELPER];
    int64_t avail = -ENOTSUP;

    if (!(events & POLLIN) || !file_readable(f))
        return POLLOUT;
    if (h && h->asked && nt_wait(&h->done, 1, 0) == 0) {
        if (h->want)
            return POLLIN | POLLOUT;
        h->asked = false;
    }
    if (!(h && h->asked)) {
        if (f->priv[TYPE] == NT_TYPE_PIPE)
            avail = nt_pipe_available(f->handle[0]);
        if (avail > 0)
            return POLLIN | POLLOUT;
        if (avail == -EPIPE)
            return POLLHUP | POLLOUT;
        if (!w->arm)
            return POLLOUT;
        if (!(h = helper_of(f)))
            return POLLIN | POLLOUT;
        ask(h, avail == 0 ? 0 : HELPER_BUF);
    }
    watch_handle(w, h->done);
    return POLLOUT;
}

static int64_t foreign_read(struct file *f, void *buf, size_t n)
{
    struct helper *h = (struct helper *)(uintptr_t)f->priv[HELPER];
    int64_t avail = -ENOTSUP, r;

    if (!n)
        return 0;
    if (h && h->asked && h->taken)
        return take(h, buf, n);
    /* While the helper waits, a look at the pipe would wait too. */
    if (!(h && h->asked) && f->priv[TYPE] == NT_TYPE_PIPE)
        avail = nt_pipe_available(f->handle[0]);
    if (avail > 0 || avail == -EPIPE)
        return nt_read(f->handle[0], NULL, buf, n, NT_AT_POS);
    if (f->flags & O_NONBLOCK && avail == 0)
        return -EAGAIN;
    if (!(h = helper_of(f)))
        return -ENOMEM;
    if (!h->asked)
        ask(h, avail == 0 ? 0 : n);
    if ((r = wait_for(&h->done, 1, f->flags & O_NONBLOCK ? 0 : -1, 0)) < 0)
        return r == -ETIMEDOUT ? -EAGAIN : r;
    if (h->want)
        return take(h, buf, n);
    h->asked = false;
    return nt_read(f->handle[0], NULL, buf, n, NT_AT_POS);
}

static int64_t foreign_write(struct file *f, const void *buf, size_t n)
{
    int64_t r = n ? nt_write(f->handle[0], NULL, buf, n, NT_AT_POS) : 0;

    if (r == -EPIPE)
        sig_raise_simple(SIGPIPE);
    return r;
}

static int foreign_stat(struct file *f, struct stat *st)
{
    st->st_rdev = 0;
    stat_made_up(st, f->priv[TYPE] == NT_TYPE_PIPE ? S_IFIFO | 0600 : S_IFCHR | 0666, f->priv[ID]);
    return 0;
}

static int foreign_ioctl(struct file *f, unsigned cmd, void *arg)
{
    struct helper *h = (struct helper *)(uintptr_t)f->priv[HELPER];
    int64_t n;

    if (cmd != FIONREAD)
        return -ENOTTY;
    n = h && h->asked ? 0 : nt_pipe_available(f->handle[0]);
    *(int *)arg = n > 0 ? (int)n : 0;
    return 0;
}

/* A helper that is in a read ends when that returns, by itself: its memory stays. */
static void foreign_close(struct file *f)
{
    struct helper *h = (struct helper *)(uintptr_t)f->priv[HELPER];

    if (h) {
        h->quit = true;
        if (!h->asked) {
            nt_event_set(h->go);
            nt_wait(&h->thread, 1, -1);
            helper_free(h);
        }
    }
    nt_close(f->handle[0]);
}

static int foreign_adopt(struct file *f)
{
    rt_free((struct helper *)(uintptr_t)f->priv[HELPER]); /* a copy of the parent's */
    f->priv[HELPER] = 0;
    return 0;
}

static void foreign_save(struct file *f, struct startup_fd *s)
{
    s->priv[ID] = f->priv[ID];
    s->priv[TYPE] = f->priv[TYPE];
}

static void foreign_load(struct file *f, const struct startup_fd *s)
{
    f->priv[ID] = s->priv[ID];
    f->priv[TYPE] = s->priv[TYPE];
}

const struct file_ops foreign_ops = {
    .read = foreign_read, .write = foreign_write, .stat = foreign_stat, .ioctl = foreign_ioctl, .poll = foreign_poll,
    .close = foreign_close, .adopt = foreign_adopt, .save = foreign_save, .load = foreign_load,
};
