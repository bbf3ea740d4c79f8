/* SPDX-License-Identifier: BSD-2-Clause */
/* What dlopen(), dlclose() and dlsym() do: the search for a file, references, scopes. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dll.h"
#include "lib/dll/names.h"
#include "lib/text/utf.h"
#include "mm.h"
#include "nt.h"
#include "path.h"
#include "proc.h"
#include "sys.h"

/* One search: the name that is looked for, and what came of it. */
struct search {
    const char *name;   /* without folder */
    unsigned flags;
    struct wbuf win32;  /* of a file that was found */
    uintptr_t base;     /* loaded */
    uint32_t error;     /* of Windows, for the file */
};

static bool is_file(const char *path, struct wbuf *win32)
{
    struct path p;
    bool found = path_resolve(PATH_CWD, path, PATH_EXACT, &p) == 0 && p.exists && !p.dir
                 && p.dev.kind == DEVICE_NONE && path_win32(&p, WIN32_AUTO, win32) == 0;

    path_done(&p);
    if (found)
        wbuf_putc(win32, 0);
    return found && wbuf_err(win32) == 0;
}

/* The first of the name's variants that is a file in `dir` (which ends in a slash, or is empty). */
static bool in_folder(struct search *s, const char *dir, size_t n)
{
    struct buf variant, path;
    bool found = false;

    path_buf(&variant);
    path_buf(&path);
    for (unsigned i = 0; !found && dll_name_variant(s->name, i, &variant) > 0; i++) {
        buf_cut(&path, 0);
        buf_put(&path, dir, n);
        if (n && dir[n - 1] != '/' && dir[n - 1] != '\\')
            buf_putc(&path, '/');
        buf_put(&path, variant.p, variant.len);
        found = buf_err(&path) == 0 && is_file(path.p, &s->win32);
    }
    buf_free(&variant);
    buf_free(&path);
    return found;
}

static bool in_list(struct search *s, const char *list)
{
    while (list && *list) {
        size_t n = strcspn(list, ":");

        if (in_folder(s, n ? list : ".", n ? n : 1))
            return true;
        list += n + (list[n] == ':');
    }
    return false;
}

/* By a plain name: what is loaded already counts first, whatever its folder. */
static struct dll *loaded_as(const char *name)
{
    struct buf variant;
    struct dll *d = NULL;

    path_buf(&variant);
    for (unsigned i = 0; !d && dll_name_variant(name, i, &variant) > 0; i++)
        d = dll_named(variant.p);
    buf_free(&variant);
    return d;
}

static bool load(struct search *s, const uint16_t *name, bool full)
{
    if (s->flags & DLL_OPEN_NOLOAD) {
        s->base = nt_library_loaded(name);
        return s->base;
    }
    dll_defer(true);
    s->error = nt_library_load(name, full, &s->base);
    dll_defer(false);
    return s->base;
}

/* Windows' own search: the program's folder, the system's, PATH. */
static bool by_windows(struct search *s)
{
    struct buf variant;
    struct wbuf wide;

    path_buf(&variant);
    path_wbuf(&wide);
    for (unsigned i = 0; !s->base && dll_name_variant(s->name, i, &variant) > 0; i++) {
        wbuf_cut(&wide, 0);
        utf8_to_wide(&wide, variant.p, variant.len + 1);
        if (wbuf_err(&wide) == 0)
            load(s, wide.p, false);
    }
    buf_free(&variant);
    wbuf_free(&wide);
    return s->base;
}

static void explain(struct search *s, const char *name, struct buf *why)
{
    const char *text = nt_library_error(s->error);
    size_t before;

    buf_puts(why, name);
    buf_puts(why, ": ");
    before = why->len;
    if (s->flags & DLL_OPEN_NOLOAD) {
        buf_puts(why, "not loaded");
        return;
    }
    if (s->win32.len)
        dll_why(s->win32.p, (unsigned)s->win32.len - 1, why);
    if (why->len > before)
        return;
    if (!s->win32.len)
        text = "not found";
    if (text)
        buf_puts(why, text);
    else {
        buf_puts(why, "Windows' error ");
        buf_putu(why, s->error);
    }
}

/* Wine binds a function that is missing to one that ends the process when it is called. */
static bool incomplete(struct search *s, const char *name, struct buf *why)
{
    struct buf text;
    bool r;

    if (s->flags & DLL_OPEN_NOLOAD || nt_library_loaded(s->win32.p))
        return false;
    path_buf(&text);
    if ((r = dll_incomplete(s->win32.p, (unsigned)s->win32.len - 1, &text))) {
        buf_puts(why, name);
        buf_puts(why, ": ");
        buf_put(why, text.p, text.len);
        trace_dll_failed(name, ENOENT, 0);
    }
    buf_free(&text);
    return r;
}

static int find_and_load(struct search *s, const char *name, struct buf *why)
{
    const char *last = dll_base_name(name);
    bool plain = last == name, found;

    s->name = last;
    if (plain)
        found = in_list(s, getenv("LD_LIBRARY_PATH")) || in_list(s, "/usr/lib:/usr/bin");
    else
        found = in_folder(s, name, (size_t)(last - name));
    if (!found && !plain) {
        s->error = 2; /* ERROR_FILE_NOT_FOUND */
        explain(s, name, why);
        return -ENOENT;
    }
    if (found && nt_is_wine() && incomplete(s, name, why))
        return -ENOENT;
    if (found ? load(s, s->win32.p, true) : by_windows(s))
        return 0;
    explain(s, name, why);
    trace_dll_failed(name, ENOENT, s->error);
    return -ENOENT;
}

/* What the opened one brought along is not held by anybody but its importers. */
static struct dll *enter(uintptr_t base)
{
    struct dll *opened, *d;

    for (d = dll_list; d; d = d->next)
        d->flags &= ~DLL_NEW;
    dll_refresh();
    if (!(opened = dll_find(base)) && !(opened = dll_enter_foreign(base)))
        return NULL;
    for (d = dll_list; d; d = d->next)
        if (d->flags & DLL_NEW && d != opened)
            d->flags |= DLL_IMPORTED;
    return opened;
}

static void hold(struct dll *d, unsigned flags)
{
    d->opens++;
    d->flags &= ~DLL_IMPORTED;
    if (flags & DLL_OPEN_GLOBAL)
        d->flags |= DLL_GLOBAL;
    if (flags & DLL_OPEN_NODELETE)
        d->flags |= DLL_NODELETE;
}

static int open_locked(const char *name, unsigned flags, struct dll **out, struct buf *why)
{
    struct search s = { .flags = flags };
    struct dll *d;
    int r;

    if (!name) {
        *out = dll_list;
        hold(dll_list, 0);
        return 0;
    }
    dll_refresh();
    if (dll_base_name(name) == name && (d = loaded_as(name)) && (d->opens || d->flags & DLL_LINKED)) {
        hold(d, flags); /* one reference of the loader's stands for all of dlopen()'s */
        *out = d;
        return 0;
    }
    path_wbuf(&s.win32);
    r = find_and_load(&s, name, why);
    wbuf_free(&s.win32);
    if (r < 0)
        return r;
    if (!(d = enter(s.base))) {
        buf_puts(why, "out of memory");
        return -ENOMEM;
    }
    if (d->opens && !(flags & DLL_OPEN_NOLOAD))
        nt_library_free(s.base);
    else if (!d->opens && flags & DLL_OPEN_NOLOAD && !(d->flags & DLL_LINKED))
        nt_library_load(d->path, true, &s.base); /* there because of others: now because of us, too */
    hold(d, flags);
    *out = d;
    return 0;
}

int dll_open(const char *name, unsigned flags, struct dll **out, struct buf *why)
{
    int r;

    dll_lock_take();
    r = open_locked(name, flags, out, why);
    if (r == 0)
        dll_run_pending();
    dll_lock_release();
    return r;
}

bool dll_is_handle(const struct dll *wanted)
{
    for (struct dll *d = dll_list; d; d = d->next)
        if (d == wanted)
            return true;
    return false;
}

static bool held_for_good(const struct dll *d)
{
    return d->flags & (DLL_PROGRAM | DLL_LINKED | DLL_NODELETE);
}

int dll_close(struct dll *d, struct buf *why)
{
    uintptr_t base;
    int r = 0;

    dll_lock_take();
    if (!dll_is_handle(d) || !d->opens) {
        buf_puts(why, "dlclose: not a handle of an open library");
        r = -EINVAL;
    } else if (--d->opens == 0 && !held_for_good(d)) {
        base = d->base;
        d->flags |= DLL_IMPORTED; /* it may stay because of somebody who imports it */
        nt_library_free(base);
        dll_refresh();
    }
    dll_lock_release();
    return r;
}

/* ---- symbols ---- */

struct imports {
    struct dll *queue[64]; /* breadth first; deeper graphs are cut, symbols are rarely that far */
    unsigned n;
};

static int push_import(void *arg, const char *name)
{
    struct imports *q = arg;
    struct dll *d = dll_named(name);

    for (unsigned i = 0; d && i < q->n; i++)
        if (q->queue[i] == d)
            d = NULL;
    if (d && q->n < ARRAY_SIZE(q->queue))
        q->queue[q->n++] = d;
    return 0;
}

/* In the library itself, then in what it imports. */
static void *symbol_in(struct dll *d, const char *name)
{
    struct imports q = { { d }, 1 };
    void *p = NULL;

    for (unsigned i = 0; !p && i < q.n; i++) {
        p = nt_library_symbol(q.queue[i]->base, name);
        if (!p && !(q.queue[i]->flags & DLL_FOREIGN))
            nt_library_imports(q.queue[i]->base, push_import, &q);
    }
    return p;
}

static bool in_global_scope(const struct dll *d)
{
    return !(d->flags & DLL_FOREIGN) && d->flags & (DLL_PROGRAM | DLL_LINKED | DLL_GLOBAL);
}

void *dll_symbol(struct dll *d, struct dll *after, const char *name)
{
    void *p = NULL;

    dll_lock_take();
    dll_refresh();
    if (d && !(d->flags & DLL_PROGRAM)) {
        if (dll_is_handle(d))
            p = symbol_in(d, name);
    } else {
        for (d = after ? after->next : dll_list; d && !p; d = d->next)
            if (in_global_scope(d))
                p = nt_library_symbol(d->base, name);
    }
    dll_lock_release();
    return p;
}
