/* SPDX-License-Identifier: BSD-2-Clause */
/* setmode(): text or binary mode of a descriptor. */
#include <fcntl.h>
#include <io.h>

#include "file.h"
#include "path.h"
#include "sys.h"

/* What a file has without anybody asking: by its mount. */
static int mount_mode(const struct file *f)
{
    struct path_match m;
    struct wbuf nt;
    int r;

    if (f->kind != FILE_DISK || !f->name)
        return O_BINARY;
    path_wbuf(&nt);
    r = path_to_windows(f->name, &nt, &m);
    wbuf_free(&nt);
    return r == 0 && m.flags & MOUNT_TEXT ? O_TEXT : O_BINARY;
}

static int set(struct file *f, int mode)
{
    int old = f->flags & O_TEXT ? O_TEXT : O_BINARY;

    if (mode == 0)
        mode = mount_mode(f);
    if (mode != O_TEXT && mode != O_BINARY)
        return -EINVAL;
    f->flags = (f->flags & ~(O_TEXT | O_BINARY)) | mode;
    return old;
}

/**
 * Sets the mode of an open description. In text mode lines end in CR LF outside and in LF for the program,
 * and Ctrl-Z ends what is read; positions are those outside.
 * @param mode O_TEXT, O_BINARY, or 0 for what the mount says
 * @return the mode until now, or -1 with EBADF, EINVAL
 */
int setmode(int fd, int mode)
{
    struct file *f = fd_get(fd);
    int r = f ? set(f, mode) : -EBADF;

    fd_put(f);
    trace_sys_setmode(fd, mode, r);
    return (int)sys_ret(r);
}
