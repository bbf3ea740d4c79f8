/* SPDX-License-Identifier: BSD-2-Clause */
/* Descriptors of a process that a Windows program started: standard handles become files by what they
 * are. */
#include <string.h>

#include "dispatch.h"
#include "file_internal.h"
#include "mm.h"
#include "nt.h"
#include "path.h"
#include "sys.h"
#include "tty/tty.h"

#define ID 0
#define TYPE 1

static const int access_flags[] = { O_RDWR, O_RDONLY, O_WRONLY, O_RDWR };

static struct file *adopt_handle(handle_t h, uint32_t kind, int access, enum nt_type type)
{
    struct file *f = file_new(kind);

    if (!f)
        return NULL;
    f->handle[0] = h;
    f->flags = access_flags[access & 3];
    if (kind == FILE_PIPE || kind == FILE_FOREIGN) {
        f->priv[ID] = (uint64_t)nt_winpid() << 32 | (uint32_t)(uintptr_t)h;
        if (kind == FILE_FOREIGN)
            f->priv[TYPE] = type;
    }
    return f;
}

/* POSIX name of a handle's file, for messages and fchdir; none is no harm. */
static void name_it(struct file *f)
{
    struct wbuf nt;
    struct buf posix;

    path_wbuf(&nt);
    path_buf(&posix);
    if (nt_handle_name(f->handle[0], &nt) == 0 && path_from_windows(nt.p, nt.len, &posix) == 0)
        f->name = rt_strdup(posix.p);
    wbuf_free(&nt);
    buf_free(&posix);
}

struct file *file_from_handle(handle_t h, int access)
{
    enum nt_type type = nt_handle_type(h);
    struct nt_stat n;
    struct file *f;

    switch (type) {
    case NT_TYPE_DISK:
        if (nt_file_stat(h, &n) == 0 && n.dir)
            return adopt_handle(h, FILE_DIR, 1, type);
        f = adopt_handle(h, FILE_DISK, access, type);
        if (f)
            name_it(f);
        return f;
    case NT_TYPE_PIPE:
        return adopt_handle(h, nt_handle_sync(h) ? FILE_FOREIGN : FILE_PIPE, access, type);
    case NT_TYPE_CONSOLE:
        return tty_from_console(h);
    case NT_TYPE_NULL:
        f = adopt_handle(h, FILE_NULL, access, type);
        if (f)
            f->name = rt_strdup("/dev/null");
        return f;
    default:
        return adopt_handle(h, FILE_FOREIGN, access, type);
    }
}

/* A closed standard descriptor would be taken by the first open(): no Unix program expects that. */
static struct file *nothing(void)
{
    struct file *f = file_new(FILE_NULL);

    if (f) {
        f->flags = O_RDWR;
        f->name = rt_strdup("/dev/null");
    }
    return f;
}

int fd_init(void)
{
    struct file *tty = NULL;
    uint32_t count = 0;

    for (int fd = 0; fd < 3; fd++) {
        handle_t h = nt_std_handle(fd);
        int access = h ? nt_handle_access(h) : 0;
        struct file *f;

        if (h && tty && nt_handle_type(h) == NT_TYPE_CONSOLE) {
            tty->refs++;    /* one terminal, one description, as after a login */
            f = tty;
        } else {
            f = h ? file_from_handle(h, access) : NULL;
            count += f != NULL;
        }
        if (!f && !(f = nothing()))
            return -ENOMEM;
        if (file_is_tty(f))
            tty = f;
        fd_install(f, fd, false);
    }
    trace_file_inherited(count, "windows");
    return 0;
}
