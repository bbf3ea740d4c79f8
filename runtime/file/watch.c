/* SPDX-License-Identifier: BSD-2-Clause */
/* Waiting for many files at once. See watch.h. */
#include "watch.h"

#include <errno.h>
#include <string.h>

#include "dispatch.h"
#include "mm.h"
#include "nt.h"
#include "nt_winsock.h"
#include "park.h"
#include "sig.h"
#include "signal/state.h"
#include "thread.h"

void watch_init(struct watch *w)
{
    w->v = w->few;
    w->n = 0;
    w->cap = WATCH_FEW;
    w->afd = NULL;
    w->afd_at = NULL;
    w->sockets = w->sockets_cap = 0;
    w->nomem = false;
    w->words = NULL;
    w->nwords = w->words_cap = w->nprocesses = 0;
    w->poller = NULL;
    w->handles = w->few_handles;
    w->handles_cap = WATCH_HANDLES;
    w->nhandles = 0;
}

static void drop_subs(struct watch *w, unsigned from)
{
    while (w->n > from)
        fd_put(w->v[--w->n].f);
}

void watch_free(struct watch *w)
{
    drop_subs(w, 0);
    if (w->v != w->few)
        rt_free(w->v);
    rt_free(w->afd);
    rt_free(w->afd_at);
    rt_free(w->words);
    if (w->handles != w->few_handles)
        rt_free(w->handles);
}

static int add(struct watch *w, struct file *f, int events, int parent)
{
    if (w->n == w->cap) {
        struct watch_entry *v = rt_alloc(2 * w->cap * sizeof(*v));

        if (!v) {
            fd_put(f);
            return -ENOMEM;
        }
        memcpy(v, w->v, w->n * sizeof(*v));
        if (w->v != w->few)
            rt_free(w->v);
        w->v = v;
        w->cap *= 2;
    }
    w->v[w->n++] = (struct watch_entry){ f, events, 0, parent, 0 };
    return 0;
}

int watch_add(struct watch *w, struct file *f, int events)
{
    return add(w, f, events, -1);
}

void watch_sub(struct watch *w, struct file *f, int events)
{
    __atomic_add_fetch(&f->refs, 1, __ATOMIC_RELAXED);
    if (add(w, f, events, (int)w->at) < 0)
        w->nomem = true;
}

void watch_handle(struct watch *w, handle_t h)
{
    if (w->nhandles == w->handles_cap) {
        handle_t *v = rt_alloc(2 * w->handles_cap * sizeof(*v));

        if (!v) {
            w->nomem = true;
            return;
        }
        memcpy(v, w->handles, w->nhandles * sizeof(*v));
        if (w->handles != w->few_handles)
            rt_free(w->handles);
        w->handles = v;
        w->handles_cap *= 2;
    }
    w->handles[w->nhandles++] = h;
}

void watch_word(struct watch *w, uint64_t *word, uint64_t seen)
{
    int r;

    if (w->nwords == w->words_cap) {
        unsigned cap = w->words_cap ? 2 * w->words_cap : 8;
        uint64_t **v = rt_realloc(w->words, cap * sizeof(*v));

        if (!v) {
            w->nomem = true;
            return;
        }
        w->words = v;
        w->words_cap = cap;
    }
    r = park_shared_begin(word, seen, &w->words[w->nwords]);
    if (r == -EAGAIN)
        watch_until(w, 1); /* at once */
    else if (r < 0)
        w->nomem = true;
    else if (!w->nwords++)
        watch_handle(w, self()->sync);
}

void watch_process(struct watch *w, uint32_t winpid)
{
    unsigned i = 0;

    while (i < w->nprocesses && w->processes[i].winpid != winpid)
        i++;
    if (i < w->nprocesses)
        return;
    if (i == WATCH_PROCESSES) {
        w->nomem = true;
    } else if (nt_process_open(winpid, &w->processes[i].h) < 0) {
        watch_until(w, 1);
    } else {
        w->processes[i].winpid = winpid;
        w->nprocesses++;
        watch_handle(w, w->processes[i].h);
    }
}

/* What was waited for in this round. */
static void let_go(struct watch *w)
{
    while (w->nwords)
        park_shared_end(w->words[--w->nwords]);
    while (w->nprocesses)
        nt_close(w->processes[--w->nprocesses].h);
}

void watch_until(struct watch *w, uint64_t uptime)
{
    if (!w->until || uptime < w->until)
        w->until = uptime;
}

void watch_signals(struct watch *w, uint64_t set)
{
    w->signals |= set;
}

void watch_messages(struct watch *w)
{
    w->messages = true;
}

void watch_socket(struct watch *w, handle_t socket, uint32_t events)
{
    if (w->sockets == w->sockets_cap) {
        unsigned cap = w->sockets_cap ? 2 * w->sockets_cap : 8;
        void *a = rt_realloc(w->afd, sizeof(*w->afd) + cap * sizeof(w->afd->v[0]));
        void *b = a ? rt_realloc(w->afd_at, cap * sizeof(*w->afd_at)) : NULL;

        if (a)
            w->afd = a;
        if (!b) {
            w->nomem = true;
            return;
        }
        w->afd_at = b;
        w->sockets_cap = cap;
    }
    w->afd->v[w->sockets] = (struct afd_entry){ socket, events, 0 };
    w->afd_at[w->sockets++] = w->at;
}

/* ---- reads of no bytes ---- */

/* A thread that waits for pipes, and the event to which their reads report. Of this Windows process;
 * never freed: a read may end late. */
struct poller {
    struct poller *next;
    struct thread *thread;
    uint32_t id;                    /* thread->id: another one means that the thread is another */
    handle_t event;
    uint32_t pending;               /* reads under way, roughly: 0 is exact */
};

struct pipe_watch {
    struct pipe_watch *next;        /* of the file, or of those that wait for their end */
    struct poller *poller;
    struct nt_io io;
};

static NOCOPY struct lock lock;
static NOCOPY struct poller *pollers;
static NOCOPY struct pipe_watch *ending;

static bool under_way(const struct pipe_watch *p)
{
    return (int32_t)__atomic_load_n(&p->io.status, __ATOMIC_ACQUIRE) == 0x103; /* STATUS_PENDING */
}

static struct poller *poller_get(void)
{
    struct thread *t = self();
    struct poller *p;

    lock_take(&lock);
    for (p = pollers; p && p->thread != t; p = p->next)
        ;
    if (!p && (p = rt_zalloc(sizeof(*p)))) {
        if (nt_event_create(NULL, NULL, false, &p->event) < 0) {
            rt_free(p);
            p = NULL;
        } else {
            p->thread = t;
            p->next = pollers;
            pollers = p;
        }
    }
    if (p)
        p->id = t->id;
    lock_release(&lock);
    return p;
}

/* What ended after its file was closed. */
static void reap(void)
{
    struct pipe_watch **at, *p;

    lock_take(&lock);
    for (at = &ending; (p = *at);) {
        if (under_way(p)) {
            at = &p->next;
            continue;
        }
        *at = p->next;
        rt_free(p);
    }
    lock_release(&lock);
}

/* Wine stores the results of a thread's operations when it waits. */
static void settle(struct poller *p)
{
    if (p->pending)
        nt_wait(&p->event, 1, 0);
    if (ending)
        reap();
}

static struct pipe_watch *watch_of(struct file *f, const struct poller *p)
{
    struct pipe_watch *pw = f->watch;

    while (pw && pw->poller != p)
        pw = pw->next;
    return pw;
}

static bool poller_need(struct watch *w)
{
    if (w->poller)
        return true;
    if (!(w->poller = poller_get())) {
        w->nomem = true;
        return false;
    }
    settle(w->poller);
    return true;
}

bool watch_pipe_idle(struct watch *w, struct file *f)
{
    struct pipe_watch *pw;

    if (!f->watch || !poller_need(w))
        return false;
    pw = watch_of(f, w->poller);
    return pw && under_way(pw);
}

bool watch_pipe_arm(struct watch *w, struct file *f)
{
    static char nothing;
    struct pipe_watch *pw;

    if (!w->arm || !poller_need(w))
        return false;
    pw = watch_of(f, w->poller);
    if (!pw) {
        if (!(pw = rt_zalloc(sizeof(*pw)))) {
            w->nomem = true;
            return false;
        }
        pw->poller = w->poller;
        pw->io.event = w->poller->event;
        lock_take(&lock);
        pw->next = f->watch;
        f->watch = pw;
        lock_release(&lock);
    }
    w->armed = true;
    w->poller->pending++;
    return nt_read(f->handle[0], &pw->io, &nothing, 0, NT_AT_POS) != -EINPROGRESS;
}

void watch_close(struct file *f)
{
    struct pipe_watch *pw = f->watch, *next;

    if (f->in_epoll)
        epoll_forget(f);
    if (!pw)
        return;
    f->watch = NULL;
    for (; pw; pw = next) {
        next = pw->next;
        if (under_way(pw))
            nt_io_cancel(f->handle[0], &pw->io);
        lock_take(&lock);
        pw->next = ending;
        ending = pw;
        lock_release(&lock);
    }
}

void watch_forget(struct file *f)
{
    struct pipe_watch *pw = f->watch, *next;

    f->watch = NULL;
    for (; pw; pw = next) {
        next = pw->next;
        rt_free(pw);
    }
}

/* ---- one look ---- */

static void begin(struct watch *w, bool arm)
{
    w->arm = arm;
    w->armed = false;
    w->nhandles = w->sockets = 0;
    w->until = w->signals = 0;
    w->messages = false;
    w->depth = 0;
    for (unsigned i = 0; i < w->n; i++)
        w->v[i].revents = 0;
    if (w->poller)
        settle(w->poller);
}

static void result(struct watch *w, unsigned i, int revents)
{
    struct watch_entry *e = &w->v[i];

    e->revents |= revents & (e->events | POLLERR | POLLHUP);
    while (e->revents && e->parent >= 0) {
        e = &w->v[e->parent];
        e->revents |= POLLIN & e->events;
    }
}

/* Entries of an epoll come to the end of the list while it is gone through. */
static void look(struct watch *w)
{
    for (w->at = 0; w->at < w->n; w->at++) {
        struct file *f = w->v[w->at].f;
        int events = w->v[w->at].events, r;

        if (!f)
            continue;
        r = f->ops->poll ? f->ops->poll(f, events, w) : POLLIN | POLLOUT;
        result(w, w->at, r);
    }
}

/* Reads that ended while others were begun may have lost their signal: the event was reset. */
static bool some_ended(struct watch *w)
{
    for (unsigned i = 0; i < w->n; i++) {
        struct pipe_watch *pw = w->v[i].f && w->v[i].f->watch ? watch_of(w->v[i].f, w->poller) : NULL;

        if (pw && !under_way(pw))
            return true;
    }
    return false;
}

static unsigned count(const struct watch *w)
{
    unsigned r = 0;

    for (unsigned i = 0; i < w->n; i++)
        r += w->v[i].revents && w->v[i].parent < 0;
    return r;
}

/* The driver gives back those that have something, in their order. */
static void sockets_done(struct watch *w, const struct afd_entry *asked)
{
    unsigned at = 0;

    for (unsigned i = 0; i < w->afd->count; i++) {
        const struct afd_entry *e = &w->afd->v[i];

        for (unsigned n = 0; n < w->sockets; n++, at++) {
            if (at == w->sockets)
                at = 0;
            if (asked[at].socket == e->socket && !w->v[w->afd_at[at]].afd)
                break;
        }
        if (at < w->sockets && asked[at].socket == e->socket) {
            struct watch_entry *we = &w->v[w->afd_at[at]];

            we->afd = e->events;
            result(w, w->afd_at[at], sock_poll_result(we->f, we->events, e->events));
        }
    }
}

/* Asks the driver: at once, or until something happens, as -EINPROGRESS. */
static int sockets_ask(struct watch *w, struct nt_io *io, bool wait)
{
    w->afd->timeout = wait ? AFD_FOREVER : 0;
    w->afd->count = w->sockets;
    w->afd->exclusive = 0;
    for (unsigned i = 0; i < w->sockets; i++)
        w->v[w->afd_at[i]].afd = 0;
    return nt_afd_poll(io, w->afd);
}

static int block(struct watch *w, uint64_t until)
{
    struct thread *t = self();
    uint64_t now = nt_uptime();
    int64_t left;
    int r;

    if (w->until && w->until < until)
        until = w->until;
    left = until == UINT64_MAX ? -1 : until > now ? (int64_t)(until - now) : 0;
    if (w->signals) {
        sig_lock();
        t->sig_waited = w->signals;
        sig_unlock();
    }
    r = wait_for(w->handles, w->nhandles, left, w->messages ? WAIT_MESSAGES : 0);
    t->sig_waited = 0;
    return r;
}

/* Sleeps; `io` is the request to the driver, if that goes on. */
static int sleep_once(struct watch *w, uint64_t until, struct nt_io *io)
{
    if (io)
        watch_handle(w, io->event);
    if (w->poller && w->poller->pending)
        watch_handle(w, w->poller->event);
    return w->nomem ? -ENOMEM : block(w, until);
}

/* Looks at all, and at the sockets by `io`; with `wait` the request to the driver goes on where nothing
 * holds: *running. */
static int look_all(struct watch *w, struct nt_io *io, const struct afd_entry *asked, bool wait, bool *running)
{
    unsigned ready = count(w);
    int r;

    *running = false;
    if (!w->sockets)
        return (int)ready;
    r = sockets_ask(w, io, wait && !ready);
    if (r == -EINPROGRESS && !(wait && !ready)) { /* it should not, but then it ends soon */
        nt_wait(&io->event, 1, -1);
        r = nt_afd_result(io);
    }
    if (r == -EINPROGRESS) {
        *running = true;
        return 0;
    }
    if (r < 0)
        return r;
    sockets_done(w, asked);
    return (int)count(w);
}

static int sockets_stop(struct watch *w, struct nt_io *io, const struct afd_entry *asked)
{
    if (nt_afd_result(io) == -EINPROGRESS) {
        nt_io_cancel(asked[0].socket, io);
        nt_wait(&io->event, 1, -1);
    }
    if (nt_afd_result(io) == 0)
        sockets_done(w, asked);
    return 0;
}

/* One round: 0: nothing yet, go on; > 0 results; negative errno. */
static int round_once(struct watch *w, unsigned own, uint64_t until, bool arm, struct nt_io *io,
                      struct afd_entry **asked)
{
    bool running;
    int r;

    drop_subs(w, own);
    begin(w, arm);
    look(w);
    if (w->sockets) { /* the driver overwrites the question */
        struct afd_entry *a = rt_realloc(*asked, w->sockets * sizeof(*a));

        if (!a)
            return -ENOMEM;
        memcpy(a, w->afd->v, w->sockets * sizeof(*a));
        *asked = a;
    }
    if (w->nomem)
        return -ENOMEM;
    r = look_all(w, io, *asked, arm, &running);
    if (r || !arm) {
        return r;
    }
    if (!w->armed || !some_ended(w))
        r = sleep_once(w, until, running ? io : NULL);
    if (running)
        sockets_stop(w, io, *asked);
    if (running && count(w)) { /* the sockets have told; what of the rest? */
        w->arm = false;
        w->sockets = w->nhandles = 0;
        look(w);
        return (int)count(w);
    }
    if (r == -EINTR)
        return w->signals ? -EAGAIN : r;
    return r < 0 && r != -ETIMEDOUT ? r : 0;
}

int watch_run(struct watch *w, uint64_t until)
{
    struct afd_entry *asked = NULL;
    struct nt_io *io = nt_io_get();
    unsigned own = w->n;
    bool arm = until != 0, last = false;
    int r;

    if (!io)
        return -ENOMEM;
    for (;;) {
        r = round_once(w, own, until, arm, io, &asked);
        let_go(w);
        if (r == -EAGAIN) { /* perhaps for a signalfd; else the signal ends the wait */
            r = round_once(w, own, 0, false, io, &asked);
            let_go(w);
            if (r == 0)
                r = -EINTR;
        }
        if (r || last || !arm)
            break;
        if (until != UINT64_MAX && nt_uptime() >= until) {
            arm = false; /* what came at the last moment counts */
            last = true;
        }
    }
    nt_io_put(io);
    rt_free(asked);
    return r;
}
