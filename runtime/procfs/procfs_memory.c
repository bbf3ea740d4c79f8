/* SPDX-License-Identifier: BSD-2-Clause */
/* Files of /proc/<pid> that are read from the process's memory. The runtime lies at the same address in
 * all processes, so the addresses of our own variables are theirs; what is found there may change while it
 * is read, and is checked. */
#include <errno.h>
#include <string.h>

#include "mm.h"
#include "nt.h"
#include "nt_peek.h"
#include "path.h"
#include "path/path_int.h"
#include "proc_internal.h"
#include "procfs_internal.h"

#define STRING_MAX 65536u
#define STRINGS_MAX 65536u
#define PIECE 256u

/* Appends the string at `addr`, without its NUL. */
static int peek_string(handle_t process, uintptr_t addr, struct buf *out)
{
    char piece[PIECE];
    size_t sum = 0;

    while (sum < STRING_MAX) {
        size_t n = PIECE - addr % PIECE, len; /* never into a page that is not there */
        int r = nt_peek(process, addr, piece, n);

        if (r < 0)
            return r;
        len = strnlen(piece, n);
        buf_put(out, piece, len);
        if (len < n)
            return buf_err(out);
        addr += n;
        sum += n;
    }
    return -E2BIG;
}

/* The string that the pointer variable at `slot` points to, read when nobody changed it meanwhile. */
static int peek_name(handle_t process, uintptr_t slot, const char *none, struct buf *out)
{
    size_t start = out->len;

    for (int tries = 0; tries < 100; tries++) {
        uintptr_t before = 0, after = 0;
        int r = nt_peek(process, slot, &before, sizeof(before));

        if (r < 0)
            return r;
        if (!before) {
            buf_puts(out, none);
            return 0;
        }
        r = peek_string(process, before, out);
        if (nt_peek(process, slot, &after, sizeof(after)) == 0 && after == before)
            return r;
        buf_cut(out, start);
    }
    return -EAGAIN;
}

int procfs_cwd(const struct procfs_target *t, struct buf *out)
{
    if (t->pid == me.pid)
        return cwd_get(out);
    return t->process ? peek_name(t->process, cwd_slot(), "/", out) : -EACCES;
}

int procfs_root_dir(const struct procfs_target *t, struct buf *out)
{
    buf_puts(out, "/");
    return 0;
}

int procfs_environ(const struct procfs_target *t, struct buf *out)
{
    uintptr_t vector = 0, string;
    int r = 0;

    if (!t->process)
        return t->info.alive ? -EACCES : 0;
    if ((r = nt_peek(t->process, (uintptr_t)&environ, &vector, sizeof(vector))) < 0)
        return r;
    for (unsigned i = 0; vector && i < STRINGS_MAX; i++, vector += sizeof(vector)) {
        if ((r = nt_peek(t->process, vector, &string, sizeof(string))) < 0 || !string
            || (r = peek_string(t->process, string, out)) < 0)
            break;
        buf_putc(out, 0);
    }
    return r;
}

/* ---- maps ---- */

static const char *label_of(uintptr_t at)
{
    if (at >= ARENA_STACK && at < ARENA_STACK + ARENA_STACK_SIZE)
        return "[stack]";
    if (at >= ARENA_BREAK && at < ARENA_BREAK_END)
        return "[heap]";
    if (at >= ARENA_RT_HEAP && at < ARENA_RT_HEAP + ARENA_RT_SIZE)
        return "[runtime]";
    return "";
}

static void put_mapped(const struct procfs_target *t, const struct nt_region *r, struct buf *out)
{
    struct wbuf name;
    struct buf posix;

    path_wbuf(&name);
    path_buf(&posix);
    if (r->flags & (NT_REGION_IMAGE | NT_REGION_MAPPED) && nt_peek_mapped_name(t->process, r->base, &name) == 0
        && path_from_windows(name.p, name.len, &posix) == 0)
        buf_puts(out, posix.p);
    else
        buf_puts(out, label_of(r->base));
    wbuf_free(&name);
    buf_free(&posix);
}

int procfs_maps(const struct procfs_target *t, struct buf *out)
{
    struct nt_region r;

    if (!t->process)
        return t->info.alive ? -EACCES : 0;
    for (uintptr_t at = 0; nt_peek_region(t->process, at, &r); at = r.base + r.size) {
        procfs_printf(out, "%08lx-%08lx %c%c%c%c %08lx 00:00 0 ", r.base, r.base + r.size,
                      r.flags & NT_REGION_READ ? 'r' : '-', r.flags & NT_REGION_WRITE ? 'w' : '-',
                      r.flags & NT_REGION_EXEC ? 'x' : '-', r.flags & NT_REGION_MAPPED ? 's' : 'p',
                      r.flags & NT_REGION_IMAGE ? r.base - r.alloc : 0ul);
        buf_pad(out, ' ', 20);
        put_mapped(t, &r, out);
        buf_putc(out, '\n');
    }
    return 0;
}
