/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads and descriptors of a process section; see proc.h. Nothing read is believed. */
#include <string.h>

#include "lib/proc/proc.h"

/* Each word is read once: another process may be writing. */
static void copy_shared(void *to, const void *from, size_t n)
{
    const volatile unsigned char *s = from;
    unsigned char *d = to;

    while (n--)
        *d++ = *s++;
}

/* Element i of an array that the section's header places; 0 or -1. */
static int element(const void *section, size_t size, size_t off_field, unsigned i, unsigned max,
                   void *to, size_t each)
{
    uint32_t place[2]; /* offset, number */

    if (size < sizeof(struct shm_proc))
        return -1;
    copy_shared(place, (const char *)section + off_field, sizeof place);
    if (i >= max || i >= place[1] || place[0] > size || i >= (size - place[0]) / each)
        return -1;
    copy_shared(to, (const char *)section + place[0] + i * each, each);
    return 0;
}

int proc_thread_at(const void *section, size_t size, unsigned i, struct proc_thread *t)
{
    struct shm_thread s;

    if (element(section, size, offsetof(struct shm_proc, off_threads), i, SHM_MAX_THREADS, &s, sizeof s) < 0)
        return -1;
    t->wintid = s.wintid;
    t->wait_kind = !s.waiting ? SHM_WAIT_NONE : s.wait_kind ? s.wait_kind : SHM_WAIT_OTHER;
    t->wait_arg = s.wait_arg;
    t->owner = s.owner;
    t->since = s.since;
    return s.wintid != 0;
}

static void copy_name(const void *section, size_t size, uint32_t at, struct proc_fd *fd)
{
    uint32_t strings[2];
    size_t room, n = 0;

    copy_shared(strings, (const char *)section + offsetof(struct shm_proc, off_strings), sizeof strings);
    if (!at || strings[0] > size || at >= size - strings[0])
        return;
    room = size - strings[0] - at;
    if (room > SHM_FD_NAME)
        room = SHM_FD_NAME;
    copy_shared(fd->name, (const char *)section + strings[0] + at, room);
    fd->name[room] = 0;
    n = strlen(fd->name);
    fd->cut = n == SHM_FD_NAME - 1 && *fd->name != '/';
}

int proc_fd_at(const void *section, size_t size, unsigned i, struct proc_fd *fd)
{
    struct shm_fd s;

    memset(fd, 0, sizeof *fd);
    if (element(section, size, offsetof(struct shm_proc, off_fds), i, SHM_MAX_FDS, &s, sizeof s) < 0)
        return -1;
    fd->fd = (int)i;
    fd->kind = s.kind;
    fd->flags = s.flags;
    fd->ino = s.ino;
    if (s.kind)
        copy_name(section, size, s.name, fd);
    return s.kind != 0;
}

/* Of runtime/file/kinds.def, which tests/lib/proc/details.c compares with this. */
static const char *const kinds[] = {
    [1] = "file", [2] = "directory", [3] = "pipe", [4] = "tty", [5] = "console", [6] = "null",
    [7] = "zero", [8] = "full", [9] = "random", [10] = "urandom", [11] = "foreign", [20] = "socket",
    [21] = "eventfd", [22] = "signalfd", [23] = "timerfd", [24] = "epoll", [30] = "fifo", [31] = "proc", [32] = "directory",
    [40] = "pty master", [41] = "pty",
};

const char *proc_fd_kind(uint32_t kind)
{
    return kind < sizeof kinds / sizeof *kinds && kinds[kind] ? kinds[kind] : "?";
}
