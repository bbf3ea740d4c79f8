/* SPDX-License-Identifier: BSD-2-Clause */
/* Fork protection: following the files of images, comparing them with what stands at their names, and the
 * decision where a child is created from. */
#include <errno.h>
#include <string.h>

#include "dll_protect.h"
#include "lib/text/utf.h"
#include "mm.h"
#include "nt.h"
#include "nt_file.h"
#include "options.h"
#include "path.h"
#include "shm.h"
#include "sys.h"

#define ROOT "/var/run/cygfork"

struct dll_place dll_place;
static bool enabled;    /* inherited: a process goes on as it started */
static uint64_t own_hash; /* over all that is loaded; 0: has to be counted again */

static void identity_of(const struct nt_stat *st, struct dll_identity *id)
{
    id->ino = st->ino;
    id->size = st->size;
    id->mtime = st->mtime;
    id->ctime = st->ctime;
}

/* ---- start ---- */

/* NULL: protected; otherwise why not. */
static const char *find_root(void)
{
    struct nt_stat st;
    struct nt_name name = { 0 };
    struct wbuf nt;
    struct buf sid;

    if (!options.protect)
        return "switched off (CYGWIN=noprotect)";
    path_wbuf(&nt);
    path_buf(&sid);
    if (path_to_windows(ROOT, &nt, NULL) < 0) {
        wbuf_free(&nt);
        return "no Windows folder for " ROOT;
    }
    name.p = nt.p;
    name.n = nt.len;
    if (nt_name_attr(&name, &st) < 0 || !st.dir || nt_user_sid(&sid) < 0) {
        wbuf_free(&nt);
        return ROOT " is not there";
    }
    dll_place.root = nt.p;
    dll_place.root_units = (unsigned)nt.len;
    dll_place.sid = sid.p;
    return NULL;
}

void dll_protect_init(void)
{
    const char *why = find_root();

    enabled = !why;
    if (why)
        trace_dll_protection("off", why, 0, 0, 0);
}

bool dll_protect_watching(void)
{
    return enabled;
}

/* ---- following ---- */

static int open_watched(const struct dll_watch *w, handle_t *h)
{
    struct nt_name name = { .p = w->nt, .n = w->units };

    return nt_file_open(&name, NT_O_READ | NT_O_NODIR, NT_OPEN_EXISTING, 0, h);
}

static int stat_open(handle_t h, struct dll_identity *id)
{
    struct nt_stat st;
    int r = nt_file_stat(h, &st);

    if (r < 0)
        return r;
    identity_of(&st, id);
    return (int)(st.nlink > 0);
}

/* Asked for only when something has changed: it takes longer than all the rest. */
static uint64_t volume_of(handle_t h)
{
    uint32_t serial = 0;

    nt_volume_serial(h, &serial);
    return serial;
}

/* Is what the file has the image that is loaded? */
static bool same_contents(const struct dll *d, handle_t h)
{
    uint32_t stamp[DLL_STAMP_WORDS];
    char head[DLL_STAMP_BYTES];
    struct nt_io io = { 0 };

    return nt_read(h, &io, head, sizeof(head), 0) == (int64_t)sizeof(head)
           && dll_stamp(head, sizeof(head), stamp) == 0 && !memcmp(stamp, d->stamp, sizeof(stamp));
}

static struct dll_watch *watch_new(const struct dll *d)
{
    struct dll_watch *w = rt_zalloc(sizeof(*w));
    struct wbuf nt;
    struct buf text;

    path_wbuf(&nt);
    path_buf(&text);
    wide_to_utf8(&text, d->path, d->units);
    if (w && text.p && win32_to_nt(text.p, &nt, NULL) == 0) {
        w->nt = nt.p;
        w->units = (unsigned)nt.len;
        for (w->name = w->units; w->name && w->nt[w->name - 1] != '\\';)
            w->name--;
    } else {
        wbuf_free(&nt);
        rt_free(w);
        w = NULL;
    }
    buf_free(&text);
    return w;
}

void dll_watch(struct dll *d)
{
    struct dll_watch *w;
    int r = -ENOMEM;

    if (!enabled || d->flags & DLL_FOREIGN || d->watch || !(w = watch_new(d)))
        return;
    own_hash = 0;
    if ((r = open_watched(w, &w->file)) >= 0 && (r = stat_open(w->file, &w->id)) >= 0
        && same_contents(d, w->file)) {
        d->watch = w;
        return;
    }
    if (r < 0)
        trace_dll_skipped(dll_posix(d), "its file cannot be opened", -r, (uint32_t)nt_last_status());
    else
        trace_dll_refused(dll_posix(d), "its file was replaced while it was being loaded: it is not followed");
    nt_close(w->file);
    rt_free(w->nt);
    rt_free(w);
}

void dll_unwatch(struct dll *d)
{
    struct dll_watch *w = d->watch;

    if (!w)
        return;
    own_hash = 0;
    nt_close(w->file);
    rt_free(w->nt);
    rt_free(w->link);
    rt_free(w);
    d->watch = NULL;
}

/* ---- comparing ---- */

static enum dll_change look_closer(const struct dll *d, struct dll_identity *now)
{
    struct dll_watch *w = d->watch;
    struct dll_identity mine = w->id;
    enum dll_change c;
    handle_t h;
    int r;

    if (open_watched(w, &h) < 0) {
        memset(now, 0, sizeof(*now));
        r = stat_open(w->file, &mine);
        return r == 0 ? DLL_REMOVED : DLL_RENAMED;
    }
    if (stat_open(h, now) < 0)
        memset(now, 0, sizeof(*now));
    mine.volume = volume_of(w->file);
    now->volume = volume_of(h);
    c = dll_compare(&mine, now, same_contents(d, h));
    nt_close(h);
    return c;
}

/* Nothing has happened since the last comparison: its result still holds. */
static bool as_before(const struct dll_watch *w, const struct dll_identity *now)
{
    if (w->change == DLL_RENAMED || w->change == DLL_REMOVED)
        return !now->size;
    return w->change != DLL_SAME && dll_same_at_a_glance(&w->seen, now);
}

static enum dll_change compare(struct dll *d)
{
    struct dll_watch *w = d->watch;
    struct nt_name name = { .p = w->nt, .n = w->units };
    struct dll_identity now = { 0 };
    struct nt_stat st;
    enum dll_change c;

    if (nt_name_attr(&name, &st) == 0) {
        identity_of(&st, &now);
        if (dll_same_at_a_glance(&w->id, &now))
            return w->change = DLL_SAME;
    }
    if (as_before(w, &now))
        return w->change;
    w->seen = now;
    c = look_closer(d, &now);
    if (c != w->change && (c == DLL_RENAMED || c == DLL_REMOVED))
        trace_dll_missing(dll_posix(d), dll_change_name(c), w->id.ino, w->id.size);
    else if (c != w->change && c != DLL_SAME)
        trace_dll_compared(dll_posix(d), dll_change_name(c), w->id.ino, w->id.size, (uint64_t)w->id.mtime,
                           now.ino, now.size, (uint64_t)now.mtime);
    if (c == DLL_TOUCHED && w->id.mtime == now.mtime) {
        w->id.ctime = now.ctime; /* a link more or less: from now on the first glance is enough again */
        c = DLL_SAME;
    }
    return w->change = c;
}

static uint64_t hash_all(void)
{
    uint64_t h = DLL_HASH_START;

    for (const struct dll *d = dll_list; d; d = d->next) {
        const struct dll_watch *w = d->watch;

        if (w)
            h = dll_hash_file(h, &w->id, w->nt + w->name, w->units - w->name);
    }
    return h;
}

static bool forced(void)
{
    static const char file[] = "\\.needed";
    struct nt_name name = { 0 };
    struct nt_stat st;
    struct wbuf nt;
    bool r;

    path_wbuf(&nt);
    wbuf_put(&nt, dll_place.root, dll_place.root_units);
    wbuf_puta(&nt, file);
    name.p = nt.p;
    name.n = nt.len;
    r = wbuf_err(&nt) == 0 && nt_name_attr(&name, &st) == 0;
    wbuf_free(&nt);
    return r;
}

void dll_protect_started(void)
{
    if (!enabled)
        return;
    own_hash = hash_all();
    dll_links_clean(forced() ? own_hash : 0); /* when forced, the next one would have to make it again */
}

/* ---- the decision ---- */

void dll_protect(bool again)
{
    uint64_t begin = trace_clock();
    unsigned files = 0, changed = 0;
    bool force;

    if (!enabled)
        return;
    for (struct dll *d = dll_list; d; d = d->next)
        if (d->watch) {
            files++;
            changed += dll_change_matters(compare(d));
        }
    force = forced();
    if (!changed && !force) {
        dll_links_use(false);
        trace_dll_protection("originals", "all are unchanged", files, 0, trace_clock() - begin);
        return;
    }
    if (!own_hash)
        own_hash = hash_all();
    if (again || dll_place.hash != own_hash) {
        int r = dll_links_make(own_hash);

        dll_links_use(r == 0);
        if (r < 0) {
            trace_dll_protection("originals", "no directory with links could be made", files, changed,
                                 trace_clock() - begin);
            return;
        }
    }
    trace_dll_from(dll_place.posix, changed ? "files were replaced" : "forced by .needed", files, changed,
                   trace_clock() - begin);
}

const uint16_t *dll_source(const struct dll *d, unsigned *units)
{
    const struct dll_watch *w = d->watch;

    *units = w && w->link ? w->link_units : d->units;
    return w && w->link ? w->link : d->path;
}

bool dll_protect_linked(void)
{
    return dll_place.hash != 0;
}

void dll_protect_publish(void)
{
    shm_self->fork_links = dll_place.mutex ? dll_place.held : 0;
}

int dll_protect_give(int (*fn)(void *, handle_t *, bool), void *arg)
{
    int r = fn(arg, &dll_place.mutex, false);

    for (struct dll *d = dll_list; d && r >= 0; d = d->next)
        if (d->watch)
            r = fn(arg, &d->watch->file, false);
    return r;
}
