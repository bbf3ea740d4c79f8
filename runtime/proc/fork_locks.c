/* SPDX-License-Identifier: BSD-2-Clause */
/* What surrounds a fork: pthread_atfork handlers, and the locks without which another thread could be
 * stopped in the middle of a change that the child would inherit. */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "account.h"
#include "dll.h"
#include "file.h"
#include "file/file_internal.h"
#include "file/lock_file.h"
#include "mm.h"
#include "path.h"
#include "proc_internal.h"
#include "sig.h"
#include "sys.h"
#include "thread_internal.h"

struct handlers {
    struct handlers *next, *prev;
    void (*prepare)(void), (*parent)(void), (*child)(void);
};

static struct handlers *first, *last;
static struct lock handlers_lock = LOCK_INIT;

/* newlib's own, around the list of streams. */
void __sfp_lock_acquire(void);
void __sfp_lock_release(void);

/**
 * Registers handlers: prepare before a fork, last registered first; parent and child after it.
 * @return 0 or ENOMEM (POSIX.1-2017)
 */
int pthread_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void))
{
    struct handlers *h = rt_alloc(sizeof(*h));

    if (!h)
        return ENOMEM;
    *h = (struct handlers){ NULL, last, prepare, parent, child };
    lock_take(&handlers_lock);
    h->prev = last;
    if (last)
        last->next = h;
    else
        first = h;
    last = h;
    lock_release(&handlers_lock);
    return 0;
}

void fork_prepare(void)
{
    lock_take(&handlers_lock);
    for (struct handlers *h = last; h; h = h->prev)
        if (h->prepare)
            h->prepare();
    dll_hold(true);
    child_hold(true); /* in the order in which the signal thread takes them */
    sig_fork_hold();
    thread_list_hold(true);
    fd_hold(true);
    locks_hold(true);
    fifo_hold(true);
    fd_share_all();
    account_hold(true); /* reads files, so before the paths */
    path_hold(true);
    __sfp_lock_acquire();
    mm_hold(true);
}

static void release(void)
{
    mm_hold(false);
    __sfp_lock_release();
    path_hold(false);
    account_hold(false);
    fifo_hold(false);
    locks_hold(false);
    fd_hold(false);
    thread_list_hold(false);
    sig_fork_release();
    child_hold(false);
    dll_hold(false);
}

static void run_handlers(bool child)
{
    for (struct handlers *h = first; h; h = h->next) {
        void (*fn)(void) = child ? h->child : h->parent;

        if (fn)
            fn();
    }
}

void fork_parent(void)
{
    release();
    run_handlers(false);
    lock_release(&handlers_lock);
}

/* The child's only thread holds what its parent's thread held, under another thread id: that is enough
 * to release, not to take again. So the child calls this before all else. */
void fork_child_locks(void)
{
    release();
    lock_release(&handlers_lock);
}

void fork_child_handlers(void)
{
    run_handlers(true);
}
