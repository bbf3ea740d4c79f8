/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of files that a user gives to a native tool. */
#ifdef _WIN32
#include <errno.h>
#include <string.h>

#include "lib/path/mounts_win.h"
#include "lib/path/name_win.h"
#include "lib/path/path.h"
#include "lib/text/utf.h"
#include "lib/tool/out.h"

int tool_file_name(struct buf *out, const char *name, const char **why)
{
    struct path_match m = { .why = "it leads nowhere" };
    struct mount_table mt;
    struct wbuf nt, win;
    struct buf posix;
    int r;

    if (path_form(name) != FORM_POSIX) {
        buf_puts(out, name);
        return *name ? 0 : -ENOENT;
    }
    if (mounts_load(&mt, NULL, NULL) < 0)
        return -ENOMEM;
    wbuf_init(&nt, tool_realloc, NULL, 0);
    wbuf_init(&win, tool_realloc, NULL, 0);
    buf_init(&posix, tool_realloc, NULL, 0);
    if ((r = path_normalize(&posix, "/", name, NULL)) == 0
        && (r = path_to_nt(&mt, posix.p, posix.len, &nt, &m)) == 0
        && (r = nt_to_win32(nt.p, nt.len, WIN32_AUTO, &win)) == 0)
        wide_to_utf8(out, win.p, win.len);
    *why = m.why;
    mount_free(&mt);
    wbuf_free(&nt);
    wbuf_free(&win);
    buf_free(&posix);
    return r;
}
#else
typedef int name_win_unused;
#endif
