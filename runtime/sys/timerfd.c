/* SPDX-License-Identifier: BSD-2-Clause */
/* timerfd: a timer of Windows for those who wait, and a section with when it is due, which a forked child
 * shares. How often it has expired is calculated. */
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/timerfd.h>

#include "file/file_stat.h"
#include "nt.h"
#include "nt_timer.h"
#include "sig.h"
#include "sys.h"
#include "systime.h"
#include "watch.h"

#define TIMER 0         /* handles */
#define SECTION 1
#define VIEW 1          /* priv: address of the section, of this process */

struct timer {
    uint64_t due;       /* by its clock, 0: not armed */
    uint64_t interval;  /* 0: once */
    int32_t clock;
};

static struct timer *timer_of(const struct file *f)
{
    return (struct timer *)(uintptr_t)f->priv[VIEW];
}

static uint64_t clock_now(const struct timer *t)
{
    return t->clock == CLOCK_MONOTONIC ? nt_uptime() : nt_time() - NT_EPOCH;
}

static int map(struct file *f)
{
    void *view = NULL;
    size_t size = 0;
    int r = nt_section_map(f->handle[SECTION], NT_SELF, &view, &size, NT_MAP_RW);

    f->priv[VIEW] = (uintptr_t)view;
    return r;
}

/* The object is signalled when the timer is due. Wine's may be early by less than a millisecond. */
static void arm(struct file *f)
{
    struct timer *t = timer_of(f);
    uint64_t due = __atomic_load_n(&t->due, __ATOMIC_SEQ_CST), now = clock_now(t);

    if (!due)
        nt_timer_clear(f->handle[TIMER]);
    else if (t->clock == CLOCK_REALTIME)
        nt_timer_set(f->handle[TIMER], (int64_t)(due + NT_EPOCH));
    else
        nt_timer_set(f->handle[TIMER], due > now ? -(int64_t)(due - now) : -1);
}

/* Expirations that nobody has read, which are taken; 0: none. */
static uint64_t take(struct file *f)
{
    struct timer *t = timer_of(f);
    uint64_t due = __atomic_load_n(&t->due, __ATOMIC_SEQ_CST), n, next;

    do {
        uint64_t now = clock_now(t);

        if (!due || now < due)
            return 0;
        n = t->interval ? (now - due) / t->interval + 1 : 1;
        next = t->interval ? due + n * t->interval : 0;
    } while (!__atomic_compare_exchange_n(&t->due, &due, next, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));
    arm(f);
    return n;
}

static int64_t timerfd_read(struct file *f, void *buf, size_t n)
{
    uint64_t count;
    int r;

    if (n < sizeof(count))
        return -EINVAL;
    while (!(count = take(f))) {
        if (f->flags & O_NONBLOCK)
            return -EAGAIN;
        if ((r = wait_for(&f->handle[TIMER], 1, -1, 0)) < 0)
            return r;
    }
    memcpy(buf, &count, sizeof(count));
    return sizeof(count);
}

static int timerfd_poll(struct file *f, int events, struct watch *w)
{
    struct timer *t = timer_of(f);
    uint64_t due = __atomic_load_n(&t->due, __ATOMIC_SEQ_CST);

    if (due && clock_now(t) >= due)
        return POLLIN;
    if (events & POLLIN)
        watch_handle(w, f->handle[TIMER]);
    return 0;
}

static int timerfd_stat(struct file *f, struct stat *st)
{
    st->st_rdev = 0;
    stat_made_up(st, 0600, (uint64_t)(uintptr_t)f->handle[TIMER]);
    return 0;
}

static void timerfd_close(struct file *f)
{
    if (f->priv[VIEW])
        nt_section_unmap(NT_SELF, timer_of(f));
    nt_close(f->handle[TIMER]);
    nt_close(f->handle[SECTION]);
}

const struct file_ops timerfd_ops = {
    .read = timerfd_read, .poll = timerfd_poll, .stat = timerfd_stat, .close = timerfd_close, .adopt = map,
};

/* ---- calls ---- */

static int do_create(clockid_t clock, int flags)
{
    struct file *f;
    int r;

    if ((flags & ~(TFD_CLOEXEC | TFD_NONBLOCK)) || (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC))
        return -EINVAL;
    if (!(f = file_new(FILE_TIMERFD)))
        return -ENOMEM;
    f->flags = O_RDWR | (flags & O_NONBLOCK);
    if ((r = nt_timer_create(&f->handle[TIMER])) < 0
        || (r = nt_section_create(NULL, NULL, 4096, &f->handle[SECTION])) < 0 || (r = map(f)) < 0) {
        fd_put(f);
        return r;
    }
    timer_of(f)->clock = clock;
    return fd_install(f, 0, flags & TFD_CLOEXEC);
}

/**
 * Makes a timer that is read: 8 bytes, how often it has expired.
 * @param clock CLOCK_REALTIME, CLOCK_MONOTONIC
 * @param flags TFD_CLOEXEC, TFD_NONBLOCK
 * @return descriptor, or -1 with EINVAL, EMFILE, ENOMEM
 * As on Linux.
 */
int timerfd_create(clockid_t clock, int flags)
{
    int r = do_create(clock, flags);

    trace_sys_timerfd_create(clock, flags, r);
    return (int)sys_ret(r);
}

static int get(int fd, struct file **f)
{
    if (!(*f = fd_get(fd)))
        return -EBADF;
    if ((*f)->kind == FILE_TIMERFD)
        return 0;
    fd_put(*f);
    return -EINVAL;
}

static void current(struct file *f, struct itimerspec *value)
{
    struct timer *t = timer_of(f);
    uint64_t due = __atomic_load_n(&t->due, __ATOMIC_SEQ_CST), now = clock_now(t);

    if (due && due <= now && t->interval)
        due += ((now - due) / t->interval + 1) * t->interval;
    value->it_interval = timespec_from_units(t->interval);
    value->it_value = timespec_from_units(due > now ? due - now : 0);
}

static bool valid(const struct timespec *ts)
{
    return ts->tv_sec >= 0 && ts->tv_nsec >= 0 && ts->tv_nsec < 1000000000;
}

static int do_settime(int fd, int flags, const struct itimerspec *value, struct itimerspec *old)
{
    struct file *f;
    struct timer *t;
    uint64_t due;
    int r;

    if ((flags & ~(TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET)) || !valid(&value->it_value)
        || !valid(&value->it_interval))
        return -EINVAL;
    if ((r = get(fd, &f)) < 0)
        return r;
    t = timer_of(f);
    if (old)
        current(f, old);
    due = units_from_timespec(&value->it_value);
    if (due && !(flags & TFD_TIMER_ABSTIME))
        due += clock_now(t);
    t->interval = units_from_timespec(&value->it_interval);
    __atomic_store_n(&t->due, due, __ATOMIC_SEQ_CST);
    arm(f);
    fd_put(f);
    return 0;
}

/**
 * Arms the timer, or with it_value 0 disarms it.
 * @param flags TFD_TIMER_ABSTIME: value is a time of the clock
 * @param old receives what was left; may be NULL
 * @return 0, or -1 with EBADF, EINVAL
 * As on Linux; TFD_TIMER_CANCEL_ON_SET has no effect.
 */
int timerfd_settime(int fd, int flags, const struct itimerspec *value, struct itimerspec *old)
{
    int r = do_settime(fd, flags, value, old);

    trace_sys_timerfd_settime(fd, flags, value->it_value.tv_sec, value->it_value.tv_nsec, r);
    return (int)sys_ret(r);
}

/** What is left until the timer expires next. @return 0, or -1 with EBADF, EINVAL. As on Linux. */
int timerfd_gettime(int fd, struct itimerspec *value)
{
    struct file *f;
    int r = get(fd, &f);

    if (r == 0) {
        current(f, value);
        fd_put(f);
    }
    trace_sys_timerfd_gettime(fd, r);
    return (int)sys_ret(r);
}
