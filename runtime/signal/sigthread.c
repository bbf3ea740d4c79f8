/* SPDX-License-Identifier: BSD-2-Clause */
/* The signal thread: takes what other processes send, watches children, runs timers, and tries again
 * to divert threads that were in a Win32 call. It sleeps until one of these has something to do.
 * Children beyond what one wait can hold get further threads that only watch. */
#include <errno.h>
#include <string.h>

#include "nt.h"
#include "nt/nt_context.h"
#include "proc_internal.h"
#include "shm.h"
#include "state.h"

#define WATCH_MAX 62
#define WATCHERS_MAX 128

/* A thread and what it waits for. handles[0] is its event. The thread works on a copy; changes are
 * made under watch_lock and announced by the event. All of this belongs to the Windows process. */
struct watcher {
    unsigned n;
    handle_t handles[1 + WATCH_MAX];
    struct watched {
        struct child *child;            /* NULL: not wanted any more, or no child */
        void (*fn)(void *arg);          /* of sig_watch_handle() */
        void *arg;
    } what[1 + WATCH_MAX];
};
static NOCOPY struct watcher *watchers[WATCHERS_MAX]; /* [0]: of the signal thread */
static NOCOPY struct lock watch_lock;
static NOCOPY struct lock start_lock;
static NOCOPY bool running;
static NOCOPY bool ready;   /* this process is set up */
static NOCOPY handle_t exec_failed; /* event */
static NOCOPY handle_t direct;      /* event "now.<pid>": see wait.c */

#define STACK 65536

char *sig_event_name(char *buf, int pid)
{
    return shm_name(buf, "sig", pid);
}

char *sig_direct_name(char *buf, int pid)
{
    return shm_name(buf, "now", pid);
}

handle_t sig_direct_event(void)
{
    return __atomic_load_n(&running, __ATOMIC_ACQUIRE) ? direct : NULL;
}

/* ---- watching children ---- */

static struct watcher *watcher_new(const char *event)
{
    struct watcher *w = nt_alloc(sizeof(*w));

    if (!w)
        return NULL;
    w->n = 1;
    if (nt_event_create(event ? shm_dir : NULL, event, false, &w->handles[0]) < 0) {
        nt_free(w);
        return NULL;
    }
    return w;
}

/* What is behind the handle has ended. */
static void watched_ended(struct watcher *w, handle_t h)
{
    struct watched what = { 0 };
    struct child *c;

    child_hold(true);
    lock_take(&watch_lock);
    for (unsigned i = 1; i < w->n; i++) {
        if (w->handles[i] != h)
            continue;
        what = w->what[i];
        w->n--;
        w->handles[i] = w->handles[w->n];
        w->what[i] = w->what[w->n];
        if (what.child)
            what.child->watch = NULL;
        break;
    }
    c = what.child;
    lock_release(&watch_lock);
    nt_close(h);
    if (c && !proc_child_changed(c))
        sig_watch_child(c); /* it goes on in another Windows process */
    child_hold(false);
    if (what.fn)
        what.fn(what.arg);
}

/* Waits once. True: the event came, or time is up. */
static bool watcher_wait(struct watcher *w, int64_t timeout)
{
    handle_t handles[1 + WATCH_MAX];
    unsigned n;
    int r;

    lock_take(&watch_lock);
    n = w->n;
    memcpy(handles, w->handles, n * sizeof(*handles));
    lock_release(&watch_lock);
    r = nt_wait(handles, n, timeout);
    if (r > 0)
        watched_ended(w, handles[r]);
    return r <= 0;
}

static void become_internal(void)
{
    struct thread *t = self();

    t->blocked = SIG_NOTHREAD;
    t->ret_addr = 1;
}

static void watcher_main(void *arg)
{
    become_internal();
    for (;;)
        watcher_wait(arg, -1);
}

/* A watcher with room, made if necessary. watch_lock held. */
static struct watcher *watcher_find(void)
{
    struct watcher *w;

    for (unsigned i = 0; i < WATCHERS_MAX; i++) {
        if ((w = watchers[i])) {
            if (w->n <= WATCH_MAX)
                return w;
            continue;
        }
        if (!(w = watcher_new(NULL)))
            return NULL;
        if (nt_thread_create(watcher_main, w, STACK, NULL, NULL) < 0) {
            nt_close(w->handles[0]);
            nt_free(w);
            return NULL;
        }
        return watchers[i] = w;
    }
    return NULL;
}

static int watch(handle_t h, const struct watched *what)
{
    struct watcher *w;

    lock_take(&watch_lock);
    if ((w = watcher_find())) {
        w->handles[w->n] = h;
        w->what[w->n] = *what;
        w->n++;
        if (what->child)
            what->child->watch = w;
        nt_event_set(w->handles[0]);
    }
    lock_release(&watch_lock);
    return w ? 0 : -EAGAIN;
}

int sig_watch_child(struct child *c)
{
    struct watched what = { .child = c };
    handle_t h;
    int r;

    if ((r = sig_thread_ensure()) < 0 || (r = nt_dup(NT_SELF, c->process, NT_SELF, false, &h)) < 0)
        return r;
    if ((r = watch(h, &what)) < 0)
        nt_close(h);
    return r;
}

int sig_watch_handle(handle_t h, void (*fn)(void *arg), void *arg)
{
    struct watched what = { .fn = fn, .arg = arg };
    int r = sig_thread_ensure();

    return r < 0 ? r : watch(h, &what);
}

void sig_unwatch_child(struct child *c)
{
    struct watcher *w;

    lock_take(&watch_lock);
    if ((w = c->watch))
        for (unsigned i = 1; i < w->n; i++)
            if (w->what[i].child == c)
                w->what[i].child = NULL; /* its process has ended: the thread is about to see that */
    c->watch = NULL;
    lock_release(&watch_lock);
}

/* ---- the signal thread ---- */

/* Not for long: a Win32 call that a thread is in may take any time. */
#define RETRY_FIRST 10000  /* 1 ms */
#define RETRY_LAST 500000  /* 50 ms */

static void run(struct watcher *w)
{
    int64_t retry = 0, next = -1, timeout;

    for (;;) {
        timeout = next;
        if (retry && (timeout < 0 || timeout > retry))
            timeout = retry;
        if (!watcher_wait(w, timeout))
            continue;
        if (shm_self->winpid != nt_winpid()) {
            /* exec: the pid lives on in another Windows process, and so does the event. If the exec
             * should fail, sig_exec_failed() wakes us again. */
            nt_event_set(w->handles[0]);
            nt_wait(&exec_failed, 1, -1);
            continue;
        }
        sig_drain();
        next = sig_timers_run();
        if (!sig_divert_all())
            retry = 0;
        else
            retry = !retry ? RETRY_FIRST : retry < RETRY_LAST ? 2 * retry : retry;
    }
}

static void signal_main(void *arg)
{
    become_internal();
    run(arg);
}

/* The event exists, and senders learn that somebody listens. start_lock held. */
static int prepare(void)
{
    char name[32];
    int r;

    if (!exec_failed && (r = nt_event_create(NULL, NULL, false, &exec_failed)) < 0)
        return r;
    if (!direct && (r = nt_event_create(shm_dir, sig_direct_name(name, me.pid), false, &direct)) < 0)
        return r;
    if (!watchers[0] && !(watchers[0] = watcher_new(sig_event_name(name, me.pid))))
        return -ENOMEM;
    return 0;
}

static void announce(void)
{
    __atomic_store_n(&running, true, __ATOMIC_RELEASE);
    __atomic_fetch_or(&shm_self->flags, SHM_PROC_SIGTHREAD, __ATOMIC_SEQ_CST);
    nt_event_set(watchers[0]->handles[0]); /* for what was sent before */
}

int sig_thread_ensure(void)
{
    int r = 0;

    if (likely(__atomic_load_n(&running, __ATOMIC_ACQUIRE)))
        return 0;
    lock_take(&start_lock);
    if (!running && (r = prepare()) == 0
        && (r = nt_thread_create(signal_main, watchers[0], STACK, NULL, NULL)) == 0)
        announce();
    lock_release(&start_lock);
    return r;
}

/* Entry of a thread that the sender of a signal has made in this process. */
void sig_thread_remote(void *arg)
{
    bool mine = false;

    (void)arg;
    /* Not ready: the start of this process, or of a forked child, looks into the queue at its end. */
    if (!__atomic_load_n(&ready, __ATOMIC_SEQ_CST))
        return;
    lock_take(&start_lock);
    if (!running && prepare() == 0) {
        announce();
        mine = true;
    }
    lock_release(&start_lock);
    if (mine)
        signal_main(watchers[0]);
}

void sig_thread_ready(void)
{
    __atomic_exchange_n(&ready, true, __ATOMIC_SEQ_CST);
    if (sig_queue_waiting())
        sig_thread_ensure();
}

void sig_thread_kick(void)
{
    if (__atomic_load_n(&running, __ATOMIC_ACQUIRE))
        nt_event_set(watchers[0]->handles[0]);
}

void sig_exec_failed(void)
{
    if (__atomic_load_n(&running, __ATOMIC_ACQUIRE)) {
        nt_event_set(exec_failed);
        announce();
    } else if (sig_queue_waiting()) {
        sig_thread_ensure();
    }
}
