/* SPDX-License-Identifier: BSD-2-Clause */
/* Constructors and destructors of ported DLLs, and what is registered with atexit(): it belongs to an
 * image and runs when that goes, or at exit. */
#include <isthmus/crt0.h>
#include <stdlib.h>

#include "dll.h"
#include "nt.h"
#include "sys.h"
#include "thread.h"

enum { PROCESS_DETACH, PROCESS_ATTACH };
enum { STATE_WAITING, STATE_RUNNING, STATE_ENDED };

int __cxa_atexit(void (*fn)(void *), void *arg, void *image);
void __cxa_finalize(void *image);

/* In the order in which the loader attached them. The elements lie in the DLLs' own data. Changed under
 * the loader's lock only. */
static struct isthmus_dll *first;
static bool up;
static NOCOPY uint32_t deferring; /* Windows thread id */

/* Last in the list first, as the compiler wants it. */
static void run_list(const isthmus_func *list, bool backwards)
{
    size_t n = 0;

    if (backwards) {
        while (list[n + 1])
            n++;
        for (; n > 0; n--)
            list[n]();
    } else {
        for (n = 1; list[n]; n++)
            list[n]();
    }
}

static void destruct(void *arg)
{
    struct isthmus_dll *d = arg;

    if (d->state != STATE_RUNNING)
        return;
    d->state = STATE_ENDED;
    run_list(d->dtors, false);
    if (d->main)
        d->main(d->image, PROCESS_DETACH, NULL);
}

/* Code of the program: signals may interrupt it, and it may call the runtime. */
static void call_out(struct thread *t, void (*fn)(void *), void *arg)
{
    uint64_t ret_addr = t->ret_addr;

    t->ret_addr = 0;
    fn(arg);
    t->ret_addr = ret_addr;
}

static void construct(void *arg)
{
    struct isthmus_dll *d = arg;

    run_list(d->ctors, true);
    if (d->main)
        d->main(d->image, PROCESS_ATTACH, NULL);
}

static void start_dll(struct isthmus_dll *d)
{
    d->state = STATE_RUNNING;
    call_out(self(), construct, d);
}

void dll_run_pending(void)
{
    struct isthmus_dll *d;

    do {
        for (d = first; d && d->state != STATE_WAITING;)
            d = d->next;
        if (d)
            start_dll(d);
    } while (d); /* a constructor may have loaded another one */
}

/* At exit, after all handlers of atexit() and the destructors of the program: the last DLL first. */
static void end_all(void)
{
    struct isthmus_dll *d, *last;

    do {
        last = NULL;
        for (d = first; d; d = d->next)
            if (d->state == STATE_RUNNING)
                last = d;
        if (last)
            call_out(self(), destruct, last);
    } while (last);
}

void dll_start(void)
{
    up = true;
    atexit(end_all); /* the first one registered runs last */
    dll_run_pending();
}

void dll_defer(bool defer)
{
    deferring = defer ? nt_wintid() : 0;
}

static void attach(struct isthmus_dll *d)
{
    struct isthmus_dll **p = &first;

    d->next = NULL;
    d->state = STATE_WAITING;
    while (*p)
        p = &(*p)->next;
    *p = d;
    if (up && deferring != nt_wintid())
        start_dll(d);
}

/* Under the loader's lock; the process goes on. */
static void detach(struct isthmus_dll *d)
{
    struct isthmus_dll **p = &first;

    while (*p && *p != d)
        p = &(*p)->next;
    if (*p)
        *p = d->next;
    call_out(self(), destruct, d);
    call_out(self(), __cxa_finalize, d->image); /* what it has registered with atexit() */
}

int __isthmus_dll(struct isthmus_dll *d, int attached)
{
    if (d->abi != ISTHMUS_ABI || d->size < sizeof(*d))
        return 0;
    attached ? attach(d) : detach(d);
    return 1;
}

int dll_atexit(void (*fn)(void), uintptr_t caller)
{
    struct dll *d;
    void *image;

    dll_lock_take();
    d = dll_at(caller);
    image = d && !(d->flags & (DLL_PROGRAM | DLL_FOREIGN)) ? (void *)d->base : NULL;
    dll_lock_release();
    return __cxa_atexit((void (*)(void *))fn, NULL, image);
}
