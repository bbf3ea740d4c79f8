/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of images: what of the ported world is loaded, kept up to date with what the loader has. */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "dll.h"
#include "dll_protect.h"
#include "lib/dll/names.h"
#include "lib/text/utf.h"
#include "lock.h"
#include "mm.h"
#include "nt.h"
#include "path.h"
#include "sys.h"

struct dll *dll_list;
static struct lock dll_lock = LOCK_INIT;
static bool started;

void dll_lock_take(void)
{
    lock_take(&dll_lock);
}

void dll_lock_release(void)
{
    lock_release(&dll_lock);
}

void dll_hold(bool hold)
{
    hold ? lock_take(&dll_lock) : lock_release(&dll_lock);
}

/* A fork from a constructor or destructor that dlopen() or dlclose() runs: the lock goes on being held. */
void dll_lock_inherit(void)
{
    if (dll_lock.state)
        dll_lock.owner = nt_wintid();
}

struct dll *dll_find(uintptr_t base)
{
    struct dll *d = dll_list;

    while (d && d->base != base)
        d = d->next;
    return d;
}

struct dll *dll_at(uintptr_t addr)
{
    struct dll *d = dll_list;

    while (d && (addr < d->base || addr - d->base >= d->size))
        d = d->next;
    return d;
}

const char *dll_posix(struct dll *d)
{
    struct buf b;

    if (!d->posix) {
        path_buf(&b);
        if (path_from_windows(d->path, d->units, &b) == 0 && buf_err(&b) == 0)
            d->posix = b.p;
        else
            buf_free(&b);
    }
    return d->posix ? d->posix : "";
}

struct dll *dll_named(const char *name)
{
    for (struct dll *d = dll_list; d; d = d->next)
        if (!strcasecmp(dll_base_name(dll_posix(d)), name))
            return d;
    return NULL;
}

static void forget(struct dll *d)
{
    trace_dll_unload(dll_posix(d), (void *)d->base);
    dll_unwatch(d);
    rt_free(d->posix);
    rt_free(d->path);
    rt_free(d);
}

static struct dll *enter(const struct nt_module *m)
{
    struct dll *d = rt_zalloc(sizeof(*d));

    if (!d || !(d->path = rt_alloc((m->path_units + 1) * sizeof(*d->path)))) {
        rt_free(d);
        return NULL;
    }
    memcpy(d->path, m->path, m->path_units * sizeof(*d->path));
    d->path[m->path_units] = 0;
    d->units = m->path_units;
    d->base = m->base;
    d->size = m->size;
    dll_stamp((const void *)m->base, DLL_STAMP_BYTES, d->stamp);
    d->flags = DLL_SEEN | (started ? DLL_NEW : DLL_LINKED);
    if (m->base < DLL_WINDOW_START || m->base >= DLL_WINDOW_END)
        d->flags |= DLL_FOREIGN;
    return d;
}

struct scan {
    struct dll *fresh; /* the last that was found first: its imports come before it */
    int err;
};

static int scan_module(void *arg, const struct nt_module *m)
{
    struct scan *s = arg;
    struct dll *d = dll_find(m->base);
    uint32_t stamp[DLL_STAMP_WORDS];

    if (d && dll_stamp((const void *)m->base, DLL_STAMP_BYTES, stamp) == 0
        && !memcmp(stamp, d->stamp, sizeof(stamp))) {
        d->flags |= DLL_SEEN;
        return 0;
    }
    if (m->base < DLL_WINDOW_START || m->base >= DLL_WINDOW_END)
        return 0;
    if (!(d = enter(m))) {
        s->err = -ENOMEM;
        return 0;
    }
    d->next = s->fresh;
    s->fresh = d;
    return 0;
}

/* The program and what came with it are kept in the order of the loader, whose imports need no help. */
static struct dll *reversed(struct dll *d)
{
    struct dll *out = NULL, *next;

    for (; d; d = next) {
        next = d->next;
        d->next = out;
        out = d;
    }
    return out;
}

int dll_refresh(void)
{
    struct scan s = { NULL, 0 };
    struct dll **p, *d;

    for (d = dll_list; d; d = d->next)
        d->flags &= ~DLL_SEEN;
    nt_modules(scan_module, &s);
    for (p = &dll_list; (d = *p);) {
        if (d->flags & DLL_SEEN) {
            p = &d->next;
            continue;
        }
        *p = d->next;
        forget(d);
    }
    *p = started ? s.fresh : reversed(s.fresh);
    for (d = *p; d; d = d->next) {
        if (started)
            trace_dll_load(dll_posix(d), (void *)d->base, d->size);
        dll_watch(d);
    }
    return s.err;
}

struct dll *dll_enter_foreign(uintptr_t base)
{
    struct nt_module m;
    struct dll *d, **p;

    if (!nt_module_get(base, &m) || !(d = enter(&m)))
        return NULL;
    for (p = &dll_list; *p;)
        p = &(*p)->next;
    *p = d;
    return d;
}

int dll_init(void)
{
    int r;

    dll_protect_init();
    r = dll_refresh();
    if (dll_list)
        dll_list->flags |= DLL_PROGRAM;
    started = true;
    dll_protect_started();
    return r;
}
