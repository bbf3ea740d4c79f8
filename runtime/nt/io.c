/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading and writing, at once or overlapped; directories; pipes. */
#include <errno.h>
#include <string.h>

#include "mm.h"
#include "ntfile.h"

#define COUNT_MAX 0x7ffff000u /* as Linux limits one call */

static LARGE_INTEGER *offset(LARGE_INTEGER *li, int64_t at)
{
    if (at == NT_AT_POS)
        return NULL;
    li->QuadPart = at == NT_AT_END ? -1 /* FILE_WRITE_TO_END_OF_FILE */ : at;
    return li;
}

/* The ends of a pipe differ: for a reader all of these are the end of the file. */
static int64_t result(NTSTATUS st, uint64_t n, bool reading)
{
    switch (st) {
    case STATUS_PENDING:
        return -EINPROGRESS;
    case STATUS_END_OF_FILE:
        return 0;
    case STATUS_PIPE_BROKEN:
    case STATUS_PIPE_CLOSING:
    case STATUS_PIPE_DISCONNECTED:
        return reading ? 0 : -EPIPE;
    case STATUS_PIPE_EMPTY:
        return -EAGAIN;
    case STATUS_BUFFER_OVERFLOW: /* a message pipe: the rest comes with the next read */
        return (int64_t)n;
    case STATUS_INVALID_PARAMETER: /* offsets of devices, pipes */
        return -EINVAL;
    default:
        return NT_OK(st) ? (int64_t)n : nt_fail(st);
    }
}

/* A handle that waits by itself, or one of ours without an event of its own (never in practice). */
static int64_t finish(handle_t h, NTSTATUS st, IO_STATUS_BLOCK *io, bool reading)
{
    if (st == STATUS_PENDING) {
        NtWaitForSingleObject(h, FALSE, NULL);
        st = io->Status;
    }
    return result(st, io->Information, reading);
}

int64_t nt_read(handle_t h, struct nt_io *io, void *buf, size_t n, int64_t at)
{
    ULONG count = n > COUNT_MAX ? COUNT_MAX : (ULONG)n;
    LARGE_INTEGER li;
    IO_STATUS_BLOCK sb;
    NTSTATUS st;

    if (!io) {
        sb.Information = 0;
        st = NtReadFile(h, NULL, NULL, NULL, &sb, buf, count, offset(&li, at), NULL);
        return finish(h, st, &sb, true);
    }
    io->info = 0;
    io->status = STATUS_PENDING;
    st = NtReadFile(h, io->event, NULL, NULL, (IO_STATUS_BLOCK *)&io->status, buf, count, offset(&li, at), NULL);
    return result(st, io->info, true);
}

int64_t nt_write(handle_t h, struct nt_io *io, const void *buf, size_t n, int64_t at)
{
    ULONG count = n > COUNT_MAX ? COUNT_MAX : (ULONG)n;
    LARGE_INTEGER li;
    IO_STATUS_BLOCK sb;
    NTSTATUS st;

    if (!io) {
        sb.Information = 0;
        st = NtWriteFile(h, NULL, NULL, NULL, &sb, buf, count, offset(&li, at), NULL);
        return finish(h, st, &sb, false);
    }
    io->info = 0;
    io->status = STATUS_PENDING;
    st = NtWriteFile(h, io->event, NULL, NULL, (IO_STATUS_BLOCK *)&io->status, buf, count, offset(&li, at),
                     NULL);
    return result(st, io->info, false);
}

int64_t nt_io_result(const struct nt_io *io, bool reading)
{
    return result((NTSTATUS)__atomic_load_n(&io->status, __ATOMIC_ACQUIRE), io->info, reading);
}

void nt_io_cancel(handle_t h, struct nt_io *io)
{
    IO_STATUS_BLOCK sb;

    NtCancelIoFileEx(h, (IO_STATUS_BLOCK *)&io->status, &sb);
}

/* ---- pool of operations ---- */

/* Not inherited by fork, like their events: in static memory, or rarely from the heap. */
static NOCOPY struct {
    struct nt_io io;
    uint32_t used;
} pool[32];

struct nt_io *nt_io_get(void)
{
    struct nt_io *io = NULL;

    for (size_t i = 0; i < ARRAY_SIZE(pool) && !io; i++)
        if (!pool[i].used && !__atomic_exchange_n(&pool[i].used, 1, __ATOMIC_ACQUIRE))
            io = &pool[i].io;
    if (!io && !(io = rt_zalloc(sizeof(*io))))
        return NULL;
    if (!io->event && nt_event_create(NULL, NULL, false, &io->event) < 0) {
        io->event = NULL;
        nt_io_put(io);
        return NULL;
    }
    return io;
}

void nt_io_put(struct nt_io *io)
{
    __typeof__(&pool[0]) p = (void *)io;

    if (p >= pool && p < pool + ARRAY_SIZE(pool)) {
        __atomic_store_n(&p->used, 0, __ATOMIC_RELEASE);
        return;
    }
    nt_close(io->event);
    rt_free(io);
}

/* ---- directories ---- */

struct dir_entry { /* FILE_ID_BOTH_DIR_INFORMATION */
    uint32_t next, index;
    int64_t times[4];
    uint64_t size, alloc;
    uint32_t attr, name_len, ea;
    uint8_t short_len, pad;
    uint16_t short_name[12];
    uint64_t id;
    uint16_t name[1];
};
_Static_assert(offsetof(struct dir_entry, id) == 96, "FILE_ID_BOTH_DIR_INFORMATION");
_Static_assert(offsetof(struct dir_entry, name) == 104, "FILE_ID_BOTH_DIR_INFORMATION");

int nt_dir_read(handle_t h, void *buf, size_t size, bool restart)
{
    IO_STATUS_BLOCK io;
    NTSTATUS st = NtQueryDirectoryFile(h, NULL, NULL, NULL, &io, buf, (ULONG)size, NT_FILE_ID_BOTH_DIR, FALSE,
                                       NULL, restart);

    if (st == STATUS_NO_MORE_FILES || st == STATUS_NO_SUCH_FILE)
        return 0;
    return NT_OK(st) ? 1 : nt_fail(st);
}

bool nt_dir_next(const void *buf, size_t *at, struct nt_dirent *d)
{
    const struct dir_entry *e;

    if (*at == SIZE_MAX)
        return false;
    e = (const struct dir_entry *)((const char *)buf + *at);
    *d = (struct nt_dirent){
        .ino = e->id, .size = e->size, .attr = e->attr, .name = e->name, .units = e->name_len / 2,
    };
    *at = e->next ? *at + e->next : SIZE_MAX;
    return true;
}

/* ---- pipes ---- */

#define PIPE_NAME_UNITS 64
#define PIPE_STATE_CONNECTED 3

/* \Device\NamedPipe\isthmus1-<id>: a name relative to the pipe device fails under Wine 8. */
static size_t pipe_name(uint16_t *name, uint64_t id)
{
    static const char prefix[] = "\\Device\\NamedPipe\\isthmus1-";
    size_t n = 0;

    for (; prefix[n]; n++)
        name[n] = (unsigned char)prefix[n];
    for (int shift = 60; shift >= 0; shift -= 4)
        name[n++] = (unsigned char)"0123456789abcdef"[id >> shift & 15];
    return n;
}

int nt_pipe_create(uint64_t id, uint32_t size, bool inherit, handle_t h[2])
{
    uint16_t text[PIPE_NAME_UNITS];
    struct nt_name name = { .p = text, .n = pipe_name(text, id) };
    LARGE_INTEGER timeout = { .QuadPart = -500000 };
    OBJECT_ATTRIBUTES oa;
    IO_STATUS_BLOCK io;
    UNICODE_STRING us;
    NTSTATUS st;

    nt_name_object(&oa, &us, &name, inherit);
    st = NtCreateNamedPipeFile(&h[0], FILE_GENERIC_READ | FILE_WRITE_ATTRIBUTES, &oa, &io, FILE_SHARE_WRITE,
                               FILE_CREATE, 0, 0 /* bytes */, 0, 0 /* wait */, 1, size, size, &timeout);
    if (!NT_OK(st))
        return nt_fail(st);
    st = NtCreateFile(&h[1], FILE_GENERIC_WRITE | FILE_READ_ATTRIBUTES, &oa, &io, NULL, 0,
                      FILE_SHARE_READ | FILE_SHARE_WRITE, FILE_OPEN, 0, NULL, 0);
    if (!NT_OK(st)) {
        NtClose(h[0]);
        return nt_fail(st);
    }
    return 0;
}

static int pipe_local(handle_t h, struct nt_pipe_local *info)
{
    IO_STATUS_BLOCK io;
    NTSTATUS st = NtQueryInformationFile(h, &io, info, sizeof(*info),
                                         (FILE_INFORMATION_CLASS)NT_FILE_PIPE_LOCAL);

    return NT_OK(st) ? 0 : nt_fail(st);
}

int64_t nt_pipe_available(handle_t h)
{
    struct nt_pipe_local info;
    int r = pipe_local(h, &info);

    if (r < 0)
        return r;
    if (!info.read_available && info.state != PIPE_STATE_CONNECTED)
        return -EPIPE;
    return info.read_available;
}

uint32_t nt_pipe_size(handle_t h)
{
    struct nt_pipe_local info;

    if (pipe_local(h, &info) < 0)
        return 0;
    return info.in_quota > info.out_quota ? info.in_quota : info.out_quota;
}

int nt_pipe_state(handle_t h, uint32_t *available, bool *connected)
{
    struct nt_pipe_local info;
    int r = pipe_local(h, &info);

    if (r < 0)
        return r;
    *available = info.read_available;
    *connected = info.state == PIPE_STATE_CONNECTED;
    return 0;
}

int nt_pipe_set_nowait(handle_t h, bool nowait)
{
    struct {
        ULONG read_mode, completion;
    } mode = { 0, nowait };
    IO_STATUS_BLOCK io;

    return nt_fail(NtSetInformationFile(h, &io, &mode, sizeof(mode), (FILE_INFORMATION_CLASS)NT_FILE_PIPE));
}
