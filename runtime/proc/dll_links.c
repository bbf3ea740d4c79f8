/* SPDX-License-Identifier: BSD-2-Clause */
/* Fork protection: the directory with links to, or copies of, the images of this process. Its mutex is
 * owned while it is made or removed, and held open by everybody who uses it. */
#include <errno.h>
#include <string.h>

#include "caps.h"
#include "dll_protect.h"
#include "lib/text/utf.h"
#include "mm.h"
#include "nt.h"
#include "nt_file.h"
#include "path.h"
#include "shm.h"
#include "sys.h"

#define MUTEX_PATIENCE 50000000 /* 5 s: somebody else's work with a directory takes milliseconds */
#define COPY_BYTES 0x40000

void dll_place_name(struct wbuf *out, const uint16_t *name, size_t units)
{
    wbuf_cut(out, 0);
    wbuf_put(out, dll_place.root, dll_place.root_units);
    wbuf_putc(out, '\\');
    wbuf_puta(out, dll_place.sid);
    if (name) {
        wbuf_putc(out, '\\');
        wbuf_put(out, name, units);
    }
}

/* The folder for an image in the directory: linked ones where the loader looks first, others in one of
 * their own, since two may have one name. */
static void folder_of(struct wbuf *out, const struct dll *d)
{
    const struct dll_watch *w = d->watch;
    char digits[20];
    struct buf b;

    if (d->flags & DLL_LINKED)
        return;
    buf_init(&b, path_realloc, digits, sizeof(digits));
    buf_putx(&b, dll_hash_name(DLL_HASH_START, w->nt, w->name), 16);
    wbuf_putc(out, '\\');
    wbuf_puta(out, b.p);
    buf_free(&b);
}

static void directory(struct wbuf *out, uint64_t hash)
{
    const struct dll_watch *w = dll_list->watch;
    struct wbuf name;

    path_wbuf(&name);
    if (w)
        dll_directory_name(&name, w->nt + w->name, w->units - w->name, hash);
    else
        dll_directory_name(&name, NULL, 0, hash);
    dll_place_name(out, name.p, name.len);
    out->failed |= name.failed;
    wbuf_free(&name);
}

/* ---- one file ---- */

struct job {
    struct dll *d;
    struct wbuf to;     /* NT name of the link */
    const char *why;    /* copied instead of linked */
};

static struct nt_name name_of(const struct wbuf *w)
{
    return (struct nt_name){ .p = w->p, .n = w->len };
}

static char *posix_of(const struct wbuf *nt)
{
    struct buf b;

    path_buf(&b);
    path_from_windows(nt->p, nt->len, &b);
    return b.p;
}

/* What is there already: is it this image, complete? */
static bool is_right(const struct job *j)
{
    const struct dll_watch *w = j->d->watch;
    struct nt_name name = name_of(&j->to);
    uint32_t stamp[DLL_STAMP_WORDS];
    char head[DLL_STAMP_BYTES];
    struct nt_io io = { 0 };
    struct nt_stat st;
    handle_t h;
    bool r;

    if (nt_file_open(&name, NT_O_READ | NT_O_NODIR, NT_OPEN_EXISTING, 0, &h) < 0)
        return false;
    r = nt_file_stat(h, &st) == 0 && st.size == w->id.size
        && nt_read(h, &io, head, sizeof(head), 0) == (int64_t)sizeof(head)
        && dll_stamp(head, sizeof(head), stamp) == 0 && !memcmp(stamp, j->d->stamp, sizeof(stamp));
    nt_close(h);
    return r;
}

static void remove_wrong(const struct job *j)
{
    struct nt_name name = name_of(&j->to);
    handle_t h;

    if (nt_file_open(&name, NT_O_DELETE, NT_OPEN_EXISTING, 0, &h) < 0)
        return;
    if (nt_file_delete_posix(h) < 0)
        nt_file_delete(h);
    nt_close(h);
}

/* A link made through the handle may be one to what stands at the old name by now (Wine; races): its
 * identity tells. */
static bool link_it(struct job *j)
{
    const struct dll_watch *w = j->d->watch;
    struct nt_name name = name_of(&j->to);
    struct nt_stat st;
    const struct dll_abilities can = { cap(CAP_hard_links), cap(CAP_posix_delete), nt_is_wine() };
    int r;

    if ((j->why = dll_why_copied(&can, w->change)))
        return false;
    if ((r = nt_file_link(w->file, &name)) < 0) {
        j->why = r == -EXDEV ? "on another volume" : "the file system made no link";
        return false;
    }
    if (nt_name_stat(&name, &st) == 0 && st.ino == w->id.ino && is_right(j))
        return true;
    j->why = "the link was to the new file";
    remove_wrong(j);
    return false;
}

static int copy_bytes(handle_t from, handle_t to, uint64_t *total)
{
    char *buf = nt_alloc(COPY_BYTES);
    int64_t n = 0, at = 0;
    struct nt_io io = { 0 };

    if (!buf)
        return -ENOMEM;
    while ((n = nt_read(from, &io, buf, COPY_BYTES, at)) > 0) {
        if ((n = nt_write(to, &io, buf, (size_t)n, at)) <= 0) {
            n = n ? n : -EIO;
            break;
        }
        at += n;
    }
    nt_free(buf);
    *total = (uint64_t)at;
    return (int)n;
}

static int copy_it(struct job *j)
{
    struct dll_watch *w = j->d->watch;
    struct nt_name name = name_of(&j->to);
    uint64_t total = 0;
    handle_t h;
    char *text;
    int r = nt_file_open(&name, NT_O_READ | NT_O_WRITE | NT_O_ATTR, NT_CREATE_NEW, 0, &h);

    if (r < 0)
        return r;
    r = copy_bytes(w->file, h, &total);
    if (r >= 0 && total != w->id.size)
        r = -EIO;
    if (r >= 0)
        nt_file_set_basic(h, 0, w->id.mtime, 0);
    nt_close(h);
    if (r >= 0 && !is_right(j))
        r = -EIO;
    text = posix_of(&j->to);
    if (r >= 0)
        trace_dll_copied(dll_posix(j->d), text, total, j->why);
    rt_free(text);
    return r;
}

/* The image under its name in the directory `dir`. */
static int provide(struct dll *d, const struct wbuf *dir)
{
    struct dll_watch *w = d->watch;
    struct job j = { .d = d };
    struct nt_name name;
    const char *why;
    handle_t h;
    char *text;
    int r = 0;

    path_wbuf(&j.to);
    wbuf_put(&j.to, dir->p, dir->len);
    folder_of(&j.to, d);
    name = name_of(&j.to);
    if (j.to.len > dir->len && (r = nt_dir_private(&name, true, &h, &why)) >= 0)
        nt_close(h);
    wbuf_putc(&j.to, '\\');
    wbuf_put(&j.to, w->nt + w->name, w->units - w->name);
    if (r >= 0)
        r = wbuf_err(&j.to);
    if (r >= 0 && !is_right(&j)) {
        remove_wrong(&j);
        if (link_it(&j)) {
            text = posix_of(&j.to);
            trace_dll_linked(dll_posix(d), text);
            rt_free(text);
        } else {
            r = copy_it(&j);
        }
    }
    wbuf_free(&j.to);
    return r < 0 ? r : 0;
}

/* ---- the directory ---- */

static int fail(const char *what, int r, const char *why)
{
    trace_dll_skipped(what, why, -r, (uint32_t)nt_last_status());
    return r;
}

/* 1: who was at it last has died. */
static int own_mutex(uint64_t hash, handle_t *mutex)
{
    struct buf name;
    int r;

    path_buf(&name);
    dll_mutex_name(&name, dll_place.sid, hash);
    r = buf_err(&name) < 0 ? -ENOMEM : nt_mutant_create(shm_dir, name.p, false, mutex);
    if (r >= 0 && (r = nt_mutant_take(*mutex, MUTEX_PATIENCE)) < 0) {
        nt_close(*mutex);
        *mutex = NULL;
    }
    buf_free(&name);
    return r;
}

/* The user's directory may go at any moment, as long as it is empty. */
static int make_directories(const struct wbuf *dir, bool *fresh)
{
    struct wbuf user;
    struct nt_name name;
    const char *why = NULL, *what = "the user's directory below /var/run/cygfork";
    handle_t h;
    int r = -ENOENT;

    path_wbuf(&user);
    dll_place_name(&user, NULL, 0);
    for (int tries = 0; tries < 10 && r == -ENOENT; tries++) {
        name = name_of(&user);
        if ((r = nt_dir_private(&name, true, &h, &why)) < 0)
            break;
        nt_close(h);
        name = name_of(dir);
        what = "the directory for links";
        if ((r = nt_dir_private(&name, true, &h, &why)) >= 0)
            nt_close(h);
    }
    *fresh = r == 1;
    wbuf_free(&user);
    if (r < 0 && why)
        trace_dll_refused(what, why);
    else if (r < 0)
        fail(what, r, "it could not be made");
    return r < 0 ? r : 0;
}

/* Whether this system deletes names of files that are mapped is known only after trying. */
static void probe_delete(const struct wbuf *dir)
{
    static NOCOPY bool done;
    struct nt_name name;
    struct wbuf file;
    handle_t h;

    if (done || !cap(CAP_posix_delete))
        return;
    done = true;
    path_wbuf(&file);
    wbuf_put(&file, dir->p, dir->len);
    wbuf_puta(&file, "\\.probe");
    name = name_of(&file);
    if (wbuf_err(&file) == 0 && nt_file_open(&name, NT_O_DELETE, NT_OPEN_OR_CREATE, 0, &h) >= 0) {
        if (nt_file_delete_posix(h) < 0)
            nt_file_delete(h);
        nt_close(h);
    }
    wbuf_free(&file);
}

static int fill(const struct wbuf *dir, unsigned *files)
{
    int r = 0;

    *files = 0;
    for (struct dll *d = dll_list; d && r == 0; d = d->next)
        if (d->watch) {
            ++*files;
            if ((r = provide(d, dir)) < 0)
                fail(dll_posix(d), r, "neither linked nor copied");
        }
    return r;
}

int dll_links_make(uint64_t hash)
{
    uint64_t begin = trace_clock();
    handle_t mutex = NULL;
    bool fresh = false, died = false;
    unsigned files = 0;
    struct wbuf dir;
    char *text;
    int r;

    path_wbuf(&dir);
    directory(&dir, hash);
    if ((r = wbuf_err(&dir)) == 0 && (r = own_mutex(hash, &mutex)) < 0)
        fail("the directory's mutex", r, "it could not be had");
    if (r >= 0) {
        died = r == 1;
        if ((r = make_directories(&dir, &fresh)) == 0) {
            probe_delete(&dir);
            r = fill(&dir, &files);
        }
        nt_mutant_release(mutex);
    }
    if (r == 0) {
        text = posix_of(&dir);
        trace_dll_directory(text, fresh ? "made" : died ? "completed: who was making it has died" : "reused",
                            files, trace_clock() - begin);
        rt_free(dll_place.posix);
        dll_place.posix = text;
        nt_close(dll_place.mutex);
        dll_place.mutex = mutex;
        dll_place.hash = dll_place.held = hash;
        dll_protect_publish();
    } else {
        nt_close(mutex);
        dll_place.hash = 0;
    }
    wbuf_free(&dir);
    return r;
}

static void use(struct dll *d, const struct wbuf *dir)
{
    struct dll_watch *w = d->watch;
    struct wbuf nt, win32;

    rt_free(w->link);
    w->link = NULL;
    path_wbuf(&nt);
    path_wbuf(&win32);
    wbuf_put(&nt, dir->p, dir->len);
    folder_of(&nt, d);
    wbuf_putc(&nt, '\\');
    wbuf_put(&nt, w->nt + w->name, w->units - w->name);
    if (wbuf_err(&nt) == 0 && nt_to_win32(nt.p, nt.len, WIN32_AUTO, &win32) == 0) {
        wbuf_putc(&win32, 0);
        if (wbuf_err(&win32) == 0) {
            w->link = win32.p;
            w->link_units = (unsigned)win32.len - 1;
        }
    }
    if (!w->link)
        wbuf_free(&win32);
    wbuf_free(&nt);
}

void dll_links_use(bool yes)
{
    struct wbuf dir;

    path_wbuf(&dir);
    if (yes)
        directory(&dir, dll_place.hash);
    for (struct dll *d = dll_list; d; d = d->next) {
        if (!d->watch)
            continue;
        if (yes) {
            use(d, &dir);
        } else if (d->watch->link) {
            rt_free(d->watch->link);
            d->watch->link = NULL;
            dll_place.hash = 0; /* the next time, look again; the mutex stays: children may run from there */
        }
    }
    wbuf_free(&dir);
}
