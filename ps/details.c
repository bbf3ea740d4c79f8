/* SPDX-License-Identifier: BSD-2-Clause */
/* --fd and --threads: lines below a process. */
#include <stdio.h>
#include <string.h>

#include "ps/ps.h"

#define APPEND  0x0008u /* O_* of newlib */
#define NONBLOCK 0x4000u
#define CLOEXEC 0x80000000u

const char *ps_fd_mode(uint32_t flags)
{
    static const char *const modes[] = { "r", "w", "rw", "?" };

    return modes[flags & 3];
}

void ps_fds(struct buf *out, struct ps_list *l, const struct proc_info *p)
{
    size_t size;
    const void *view = ps_section(l, p, &size);
    struct proc_fd fd;
    char text[64];
    int r;

    for (unsigned i = 0; view && (r = proc_fd_at(view, size, i, &fd)) >= 0; i++) {
        if (!r)
            continue;
        snprintf(text, sizeof text, "        fd %3d %-2s %-9s ", fd.fd, ps_fd_mode(fd.flags),
                 proc_fd_kind(fd.kind));
        buf_puts(out, text);
        if (fd.cut)
            buf_puts(out, "...");
        ps_safe(out, fd.name);
        if (!strcmp(proc_fd_kind(fd.kind), "pipe")) {
            buf_puts(out, "number ");
            buf_putu(out, fd.ino);
        }
        if (fd.flags & APPEND)
            buf_puts(out, " append");
        if (fd.flags & NONBLOCK)
            buf_puts(out, " nonblock");
        if (fd.flags & CLOEXEC)
            buf_puts(out, " cloexec");
        buf_putc(out, '\n');
    }
    if (view)
        proc_section_close(view);
}

void ps_threads(struct buf *out, struct ps_list *l, const struct proc_info *p)
{
    size_t size;
    const void *view = ps_section(l, p, &size);
    struct proc_thread t;
    int r;

    for (unsigned i = 0; view && (r = proc_thread_at(view, size, i, &t)) >= 0; i++) {
        size_t start;

        if (!r)
            continue;
        buf_puts(out, "        thread ");
        buf_putu(out, t.wintid);
        start = out->len;
        buf_puts(out, " waits for ");
        ps_thread_reason(out, l, p, &t);
        if (t.wait_kind == SHM_WAIT_NONE) {
            buf_cut(out, start);
            buf_puts(out, " runs");
        }
        buf_putc(out, '\n');
    }
    if (view)
        proc_section_close(view);
}
