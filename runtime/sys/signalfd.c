/* SPDX-License-Identifier: BSD-2-Clause */
/* signalfd: reading takes pending signals of a set, as sigwaitinfo() does. */
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/signalfd.h>

#include "file/file_stat.h"
#include "signal/state.h"
#include "sys.h"
#include "watch.h"

#define SET 1 /* priv */

static void convert(struct signalfd_siginfo *to, const siginfo_t *si)
{
    memset(to, 0, sizeof(*to));
    to->ssi_signo = (uint32_t)si->si_signo;
    to->ssi_errno = si->si_errno;
    to->ssi_code = si->si_code;
    to->ssi_pid = (uint32_t)si->si_pid;
    to->ssi_uid = (uint32_t)si->si_uid;
    if (si->si_signo == SIGCHLD)
        to->ssi_status = si->si_status;
    to->ssi_int = si->si_value.sival_int;
    to->ssi_ptr = (uint64_t)(uintptr_t)si->si_value.sival_ptr;
}

/* Takes one, or says that it waits for one. */
static int take(struct thread *t, uint64_t set, siginfo_t *si, bool wait)
{
    int sig;

    sig_lock();
    sig = sig_dequeue(t, set, si);
    t->sig_waited = sig || !wait ? 0 : set;
    sig_unlock();
    return sig;
}

static int64_t signalfd_read(struct file *f, void *buf, size_t n)
{
    struct signalfd_siginfo *out = buf;
    struct thread *t = self();
    uint64_t set = f->priv[SET];
    size_t got = 0;
    siginfo_t si;
    int r;

    if (n < sizeof(*out))
        return -EINVAL;
    while ((got + 1) * sizeof(*out) <= n) {
        if (take(t, set, &si, !got && !(f->flags & O_NONBLOCK))) {
            convert(&out[got++], &si);
            continue;
        }
        if (got || (f->flags & O_NONBLOCK))
            break;
        r = wait_for(NULL, 0, -1, 0);
        t->sig_waited = 0;
        if (r == -EINTR && !((t->sig_pending | sigs.pending) & set))
            return r;
    }
    return got ? (int64_t)(got * sizeof(*out)) : -EAGAIN;
}

static int signalfd_poll(struct file *f, int events, struct watch *w)
{
    struct thread *t = self();

    if ((t->sig_pending | __atomic_load_n(&sigs.pending, __ATOMIC_SEQ_CST)) & f->priv[SET])
        return POLLIN;
    if (events & POLLIN)
        watch_signals(w, f->priv[SET]);
    return 0;
}

static int signalfd_stat(struct file *f, struct stat *st)
{
    st->st_rdev = 0;
    stat_made_up(st, 0600, f->priv[SET]);
    return 0;
}

static void signalfd_save(struct file *f, struct startup_fd *s)
{
    s->priv[SET] = f->priv[SET];
}

static void signalfd_load(struct file *f, const struct startup_fd *s)
{
    f->priv[SET] = s->priv[SET];
}

const struct file_ops signalfd_ops = {
    .read = signalfd_read, .poll = signalfd_poll, .stat = signalfd_stat, .save = signalfd_save,
    .load = signalfd_load,
};

static int do_signalfd(int fd, uint64_t set, int flags)
{
    struct file *f;
    int r = fd;

    if (flags & ~(SFD_CLOEXEC | SFD_NONBLOCK))
        return -EINVAL;
    if (fd < -1)
        return -EBADF;
    if (fd == -1) {
        if (!(f = file_new(FILE_SIGNALFD)))
            return -ENOMEM;
        f->flags = O_RDWR | (flags & O_NONBLOCK);
        f->priv[SET] = set;
        return fd_install(f, 0, flags & SFD_CLOEXEC);
    }
    if (!(f = fd_get(fd)))
        return -EBADF;
    if (f->kind == FILE_SIGNALFD)
        f->priv[SET] = set;
    else
        r = -EINVAL;
    fd_put(f);
    return r;
}

/**
 * Makes a descriptor from which pending signals are read, or gives one another set (fd not -1).
 * @return descriptor, or -1 with EBADF, EINVAL, EMFILE, ENOMEM
 * As on Linux. The signals have to be blocked.
 */
int signalfd(int fd, const sigset_t *mask, int flags)
{
    int r = do_signalfd(fd, *mask & ~SIG_UNBLOCKABLE, flags);

    trace_sys_signalfd(fd, *mask, flags, r);
    return (int)sys_ret(r);
}
