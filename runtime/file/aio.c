/* SPDX-License-Identifier: BSD-2-Clause */
/* Asynchronous operations: a queue, and a few threads that work on it. Operations on one file are done in
 * the order in which they were begun. All of it belongs to the Windows process: a forked child has none. */
#include "aio_internal.h"

#include <fcntl.h>
#include <pthread.h>
#include <string.h>

#include "dispatch.h"
#include "mm.h"
#include "nt.h"
#include "park.h"
#include "proc.h"
#include "sig.h"
#include "sys.h"
#include "thread.h"

#define THREADS_MAX 16
#define STACK 0x20000

struct request {
    struct request *next;
    struct aiocb *cb;
    struct file *f;             /* NULL: the descriptor was none */
    struct aio_list *list;
    enum aio_op op;
    int fd;
    bool running;
};

struct aio_list {
    uint32_t left;
    struct sigevent ev;
};

static NOCOPY struct lock lock;
static NOCOPY struct request *queue;
static NOCOPY unsigned threads, idle;
static NOCOPY handle_t work;    /* event: look at the queue */

#define END_STEP 0x1000ull      /* park.h has the lowest bits */
static uint64_t ends;

/* ---- telling the end ---- */

static void *call(void *arg)
{
    struct thread *t = self();
    bool entered = rt_enter(t);
    struct sigevent ev = *(struct sigevent *)arg;

    rt_free(arg);
    sig_set_mask(0); /* not that of the thread that did the operation */
    rt_leave(t, entered);
    ev.sigev_notify_function(ev.sigev_value);
    return NULL;
}

static void call_in_thread(const struct sigevent *ev)
{
    struct sigevent *copy = rt_alloc(sizeof(*copy));
    pthread_t id;

    if (!copy)
        return;
    *copy = *ev;
    if (pthread_create(&id, ev->sigev_notify_attributes, call, copy) == 0)
        pthread_detach(id);
    else
        rt_free(copy);
}

static void notify(const struct sigevent *ev)
{
    siginfo_t si;

    if (ev->sigev_notify == SIGEV_SIGNAL) {
        memset(&si, 0, sizeof(si));
        si.si_signo = ev->sigev_signo;
        si.si_code = SI_ASYNCIO;
        si.si_pid = me.pid;
        si.si_uid = me.uid;
        si.si_value = ev->sigev_value;
        sig_raise(&si);
    } else if (ev->sigev_notify == SIGEV_THREAD) {
        call_in_thread(ev);
    }
}

struct aio_list *aio_list_new(unsigned n, const struct sigevent *ev)
{
    struct aio_list *l = rt_zalloc(sizeof(*l));

    if (!l)
        return NULL;
    l->left = n;
    l->ev.sigev_notify = SIGEV_NONE;
    if (ev)
        l->ev = *ev;
    return l;
}

void aio_list_done(struct aio_list *l, unsigned n)
{
    if (!l || !n || __atomic_sub_fetch(&l->left, n, __ATOMIC_ACQ_REL))
        return;
    notify(&l->ev);
    rt_free(l);
}

uint64_t aio_ends(void)
{
    return word_get(&ends);
}

int aio_wait_end(uint64_t seen, uint64_t until)
{
    struct timespec ts = { (time_t)(until / 10000000), (long)(until % 10000000 * 100) };
    struct until u = { CLOCK_MONOTONIC, &ts };
    int r = park_on(&ends, seen, until == UINT64_MAX ? NULL : &u, PARK_SIGNALS | PARK_CANCEL);

    return r == -ETIMEDOUT ? -EAGAIN : r == -EINTR ? r : 0;
}

static void wake_all(void)
{
    struct park_bucket *b = park_begin(&ends);
    struct park_node *n;

    while ((n = park_first(b, &ends)))
        park_take(b, n);
    __atomic_and_fetch(&ends, ~PARKED, __ATOMIC_ACQ_REL);
    __atomic_add_fetch(&ends, END_STEP, __ATOMIC_ACQ_REL);
    park_end(b);
}

/* The aiocb may be the program's again as soon as its state is stored. */
static void finish(struct request *q, int64_t result)
{
    struct sigevent ev = q->cb->aio_sigevent;

    trace_aio_done(q->fd, result);
    AIO_RESULT(q->cb) = result < 0 ? -1 : result;
    __atomic_store_n(&AIO_STATE(q->cb), result < 0 ? -result : 0, __ATOMIC_SEQ_CST);
    wake_all();
    notify(&ev);
    aio_list_done(q->list, 1);
    fd_put(q->f);
    rt_free(q);
}

/* ---- doing it ---- */

static int64_t perform(const struct request *q)
{
    struct file *f = q->f;
    void *buf = (void *)q->cb->aio_buf;
    size_t n = q->cb->aio_nbytes;
    off_t at = q->cb->aio_offset;
    int64_t r;

    if (!f)
        return -EBADF;
    if (q->op == AIO_OP_FSYNC)
        return file_sync(f);
    if (q->op == AIO_OP_WRITE && f->flags & O_APPEND)
        return file_write(f, buf, n);
    r = q->op == AIO_OP_READ ? file_pread(f, buf, n, at) : file_pwrite(f, buf, n, at);
    if (r == -ESPIPE)
        r = q->op == AIO_OP_READ ? file_read(f, buf, n) : file_write(f, buf, n);
    return r;
}

/* The first of which the file is free. Under the lock. */
static struct request *pick(void)
{
    for (struct request *q = queue; q; q = q->next) {
        struct request *before = queue;

        while (before != q && (before->f != q->f || !q->f))
            before = before->next;
        if (before == q && !q->running)
            return q;
    }
    return NULL;
}

static void unlink_request(struct request *q)
{
    for (struct request **l = &queue; *l; l = &(*l)->next)
        if (*l == q) {
            *l = q->next;
            return;
        }
}

static struct request *next_request(void)
{
    struct request *q;

    lock_take(&lock);
    if ((q = pick()))
        q->running = true;
    else
        idle++;
    lock_release(&lock);
    return q;
}

static void aio_main(void *arg)
{
    struct thread *t = self();
    struct request *q;

    t->blocked = UINT64_MAX; /* no signal is for this thread */
    t->ret_addr = IN_RUNTIME;
    for (;;) {
        while ((q = next_request())) {
            int64_t result = perform(q);

            lock_take(&lock);
            unlink_request(q);
            lock_release(&lock);
            finish(q, result);
        }
        nt_wait(&work, 1, -1);
        lock_take(&lock);
        idle--;
        lock_release(&lock);
    }
}

/* Under the lock: somebody will look at the queue. */
static int want_thread(void)
{
    int r = 0;

    if (!work && (r = nt_event_create(NULL, NULL, false, &work)) < 0)
        return r;
    if (!idle && threads < THREADS_MAX) {
        r = nt_thread_create(aio_main, NULL, STACK, NULL, NULL);
        if (r == 0)
            threads++;
        else if (threads)
            r = 0;
    }
    nt_event_set(work);
    return r;
}

int aio_begin(struct aiocb *cb, enum aio_op op, struct aio_list *list)
{
    struct request *q = rt_zalloc(sizeof(*q)), **l;
    int r;

    if (!q)
        return -EAGAIN;
    *q = (struct request){ .cb = cb, .f = fd_get(cb->aio_fildes), .list = list, .op = op, .fd = cb->aio_fildes };
    AIO_RESULT(cb) = -1;
    AIO_STATE(cb) = EINPROGRESS;
    lock_take(&lock);
    if ((r = want_thread()) == 0) {
        for (l = &queue; *l; l = &(*l)->next)
            ;
        *l = q;
        nt_event_set(work);
    }
    lock_release(&lock);
    if (r == 0)
        return 0;
    AIO_STATE(cb) = -r;
    fd_put(q->f);
    rt_free(q);
    return -EAGAIN;
}

int aio_stop(int fd, struct aiocb *cb)
{
    struct request *stopped = NULL, **l, *q;
    bool busy = false, any = false;

    lock_take(&lock);
    for (l = &queue; (q = *l);) {
        bool mine = q->fd == fd && (!cb || q->cb == cb);

        busy |= mine && q->running;
        if (!mine || q->running) {
            l = &q->next;
            continue;
        }
        any = true;
        *l = q->next;
        q->next = stopped;
        stopped = q;
    }
    lock_release(&lock);
    while ((q = stopped)) {
        stopped = q->next;
        finish(q, -ECANCELED);
    }
    return busy ? AIO_NOTCANCELED : any ? AIO_CANCELED : AIO_ALLDONE;
}
