/* SPDX-License-Identifier: BSD-2-Clause */
/* Fork protection: removal of directories with links that no process uses any more. Whoever holds the
 * directory's mutex uses it; the files of running processes cannot be deleted anyway. */
#include <errno.h>
#include <string.h>

#include "dll_protect.h"
#include "mm.h"
#include "nt.h"
#include "nt_file.h"
#include "path.h"
#include "shm.h"
#include "sys.h"

#define LIST_BYTES 8192

static int delete(const struct nt_name *name)
{
    handle_t h;
    int r = nt_file_open(name, NT_O_DELETE, NT_OPEN_EXISTING, 0, &h);

    if (r < 0)
        return r;
    if ((r = nt_file_delete_posix(h)) < 0)
        r = nt_file_delete(h);
    nt_close(h);
    return r;
}

/* Calls fn for the entries of a directory but "." and ".."; stops at a negative result. */
static int each(const struct wbuf *dir, int (*fn)(void *, const struct wbuf *, const struct nt_dirent *),
                void *arg)
{
    struct nt_name name = { .p = dir->p, .n = dir->len };
    void *buf = rt_alloc(LIST_BYTES);
    struct nt_dirent d;
    handle_t h = NULL;
    bool first = true;
    size_t at;
    int r = buf ? nt_file_open(&name, NT_O_READ | NT_O_DIR, NT_OPEN_EXISTING, 0, &h) : -ENOMEM;

    while (r >= 0 && (r = nt_dir_read(h, buf, LIST_BYTES, first)) == 1) {
        first = false;
        for (at = 0; r >= 0 && nt_dir_next(buf, &at, &d);)
            if (!(d.name[0] == '.' && (d.units == 1 || (d.units == 2 && d.name[1] == '.'))))
                r = fn(arg, dir, &d);
    }
    nt_close(h);
    rt_free(buf);
    return r < 0 ? r : 0;
}

static void join(struct wbuf *out, const struct wbuf *dir, const struct nt_dirent *d)
{
    path_wbuf(out);
    wbuf_put(out, dir->p, dir->len);
    wbuf_putc(out, '\\');
    wbuf_put(out, d->name, d->units);
}

/* Links lie in the directory and in folders of it, no deeper. What is a link itself is not followed. */
static int delete_entry(void *arg, const struct wbuf *dir, const struct nt_dirent *d)
{
    unsigned *depth = arg;
    struct wbuf path;
    struct nt_name name;
    int r = 0;

    join(&path, dir, d);
    name = (struct nt_name){ .p = path.p, .n = path.len };
    if (wbuf_err(&path) == 0) {
        if (d->attr & NT_ATTR_DIRECTORY && !(d->attr & NT_ATTR_REPARSE) && *depth) {
            --*depth;
            r = each(&path, delete_entry, depth);
            ++*depth;
        }
        if (r == 0)
            r = delete(&name);
    }
    wbuf_free(&path);
    return r == -ENOENT ? 0 : r;
}

/* r negative: why it stays. */
static void report(const struct wbuf *dir, const char *what, int r)
{
    struct buf text;

    path_buf(&text);
    path_from_windows(dir->p, dir->len, &text);
    if (r < 0)
        trace_dll_left(text.p, what, -r);
    else
        trace_dll_cleaned(text.p, what, 0);
    buf_free(&text);
}

struct cleaning {
    uint64_t keep;
};

/* Nobody has the mutex: nobody uses the directory, and who wants it now waits for us. */
static int clean_one(void *arg, const struct wbuf *user, const struct nt_dirent *d)
{
    struct cleaning *c = arg;
    uint64_t hash = dll_directory_hash(d->name, d->units);
    struct wbuf dir;
    struct buf name;
    handle_t mutex = NULL;
    unsigned depth = 1;
    int r;

    if (!hash || hash == c->keep || !(d->attr & NT_ATTR_DIRECTORY))
        return 0;
    path_buf(&name);
    dll_mutex_name(&name, dll_place.sid, hash);
    r = buf_err(&name) < 0 ? -ENOMEM : nt_mutant_create(shm_dir, name.p, true, &mutex);
    buf_free(&name);
    join(&dir, user, d);
    if (r == 0) {
        struct nt_name nt = { .p = dir.p, .n = dir.len };

        r = wbuf_err(&dir);
        if (r == 0 && (r = each(&dir, delete_entry, &depth)) == 0)
            r = delete(&nt);
        report(&dir, r < 0 ? "something of it is in use" : "removed", r);
        nt_mutant_release(mutex);
    } else if (r == 1) {
        report(&dir, "left: in use", 0);
    }
    nt_close(mutex);
    wbuf_free(&dir);
    return 0;
}

void dll_links_clean(uint64_t keep)
{
    struct cleaning c = { keep };
    struct wbuf user;
    struct nt_name name;
    struct nt_stat st;
    const char *why;
    handle_t h;

    path_wbuf(&user);
    dll_place_name(&user, NULL, 0);
    name = (struct nt_name){ .p = user.p, .n = user.len };
    if (wbuf_err(&user) == 0 && nt_name_attr(&name, &st) == 0) { /* mostly: there is none */
        int r = nt_dir_private(&name, false, &h, &why);

        if (r >= 0) {
            nt_close(h);
            each(&user, clean_one, &c);
            delete(&name); /* succeeds when it is empty */
        } else {
            report(&user, why ? why : "it cannot be opened", r);
        }
    }
    wbuf_free(&user);
}
