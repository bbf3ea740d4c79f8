/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the system has no POSIX delete and rename, a file that is open is moved aside under a hidden name,
 * and deleted by the kernel at its last close. What that cannot do (programs that run; a kill between the
 * two steps) is made up for later. */
#include "aside.h"

#include <errno.h>

#include "lib/text/utf.h"
#include "mm.h"
#include "name.h"
#include "nt.h"
#include "trace.h"

#define PREFIX_UNITS (sizeof(ASIDE_PREFIX) - 1)

bool name_is_hidden(const uint16_t *name, size_t units)
{
    if (units < PREFIX_UNITS)
        return false;
    for (size_t i = 0; i < PREFIX_UNITS; i++)
        if (name[i] != (unsigned char)ASIDE_PREFIX[i])
            return false;
    return true;
}

/* ---- what was left ---- */

/* One that somebody has open cannot be opened alone: it stays. */
static bool remove_left(handle_t folder, const struct nt_dirent *e)
{
    struct nt_name name = { .p = e->name, .n = e->units, .root = folder };
    struct buf text;
    handle_t h;
    int r;

    if (nt_file_open(&name, NT_O_DELETE | NT_O_ALONE, NT_OPEN_EXISTING, 0, &h) < 0)
        return false;
    r = nt_file_delete(h);
    nt_close(h);
    if (r < 0)
        return false;
    path_buf(&text);
    wide_to_utf8(&text, e->name, e->units);
    trace_file_left(text.p);
    buf_free(&text);
    return true;
}

bool aside_sweep(const uint16_t *folder, size_t units)
{
    struct nt_name name = { .p = folder, .n = units };
    size_t size = 16384, at;
    struct nt_dirent e;
    bool some = false;
    void *room;
    handle_t h;

    if (nt_file_open(&name, NT_O_READ | NT_O_DIR, NT_OPEN_EXISTING, 0, &h) < 0)
        return false;
    room = rt_alloc(size);
    while (room && nt_dir_read(h, room, size, false) > 0)
        for (at = 0; nt_dir_next(room, &at, &e);)
            if (name_is_hidden(e.name, e.units) && !(e.attr & NT_ATTR_DIRECTORY))
                some |= remove_left(h, &e);
    rt_free(room);
    nt_close(h);
    return some;
}

/* ---- moving ---- */

static int hide_in(handle_t h, const struct path *p, const uint16_t *folder, size_t units, const char *why)
{
    static NOCOPY uint32_t count;
    uint64_t id = nt_qpc() ^ (uint64_t)nt_winpid() << 40 ^ (uint64_t)__atomic_add_fetch(&count, 1, 0) << 56;
    struct nt_name to;
    struct wbuf name;
    struct buf text;
    int r;

    path_wbuf(&name);
    wbuf_put(&name, folder, units);
    wbuf_puta(&name, ASIDE_PREFIX);
    for (int shift = 60; shift >= 0; shift -= 4)
        wbuf_putc(&name, (uint16_t) "0123456789abcdef"[id >> shift & 15]);
    r = wbuf_err(&name);
    if (r == 0) {
        to = (struct nt_name){ .p = name.p, .n = name.len };
        r = nt_file_rename(h, &to, false);
    }
    if (r == 0 && trace_mask[TRACE_ID_file_aside]) {
        path_buf(&text);
        wide_to_utf8(&text, name.p, name.len);
        trace_file_aside(why, p->posix.p, text.p);
        buf_free(&text);
    }
    wbuf_free(&name);
    return r;
}

static int hide_in_tmp(handle_t h, const struct path *p, const char *why)
{
    static NOCOPY bool swept;
    struct wbuf folder;
    unsigned units;
    const uint16_t *root = tree_root(&units);
    int r;

    path_wbuf(&folder);
    wbuf_puta(&folder, "\\??\\");
    wbuf_put(&folder, root, units);
    wbuf_puta(&folder, "\\tmp\\");
    r = wbuf_err(&folder);
    if (r == 0 && !swept) {
        swept = true;
        aside_sweep(folder.p, folder.len);
    }
    if (r == 0)
        r = hide_in(h, p, folder.p, folder.len, why);
    wbuf_free(&folder);
    return r;
}

int aside_move(handle_t h, const struct path *p, const char *why)
{
    size_t n = p->nt.len;

    if (hide_in_tmp(h, p, why) == 0)
        return 0;
    while (n && p->nt.p[n - 1] != '\\')
        n--;
    return hide_in(h, p, p->nt.p, n, why);
}
