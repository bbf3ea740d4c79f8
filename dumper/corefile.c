/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writing a core of a stopped process. Pages of zeros become holes. Where a call of the runtime has
 * replaced a return address on a stack (runtime/signal/return.S), the core gets the real one, so that
 * gdb, which knows nothing of that, walks through.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <windows.h>

#include "dumper/dumper.h"
#include "lib/text/utf.h"
#include "lib/tool/out.h"

#define CHUNK (1u << 20)
#define PAGE  4096u
#define HOLE  65536u /* zeros are looked for in units of this */

struct patch {
    uint64_t addr, value;
};

struct writer {
    struct subject *s;
    const struct core_options *o;
    HANDLE file;
    struct core_segment *seg;
    struct core_map *map;
    size_t n;
    struct patch *patches;
    size_t npatches;
    unsigned char *chunk;
    uint64_t unread; /* bytes that could not be read */
};

void *file_create(const char *path)
{
    struct wbuf name;
    HANDLE h;

    wbuf_init(&name, tool_realloc, NULL, 0);
    utf8_to_wide(&name, path, strlen(path));
    wbuf_putc(&name, 0);
    h = CreateFileW((const WCHAR *)name.p, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ, NULL,
                    CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
    wbuf_free(&name);
    if (h == INVALID_HANDLE_VALUE) {
        tool_error("%s: cannot be created (error %lu)", path, GetLastError());
        return NULL;
    }
    return h;
}

/* ---- what is stored ---- */

/* Debug information lies behind the image's last used section: it is in the file, too. */
static bool is_debug_section(struct writer *w, const struct debug_region *g)
{
    struct debug_process *p = &w->s->p;
    struct unwind_image im;
    unsigned char b[40];
    uint32_t at, rva = (uint32_t)(g->base - g->allocation);
    uint16_t n, optional;

    if (g->type != MEM_IMAGE || unwind_image_read(debug_process_read, p, g->allocation, &im) < 0
        || debug_process_read(p, g->allocation + 60, &at, 4) < 0
        || debug_process_read(p, g->allocation + at + 6, &n, 2) < 0
        || debug_process_read(p, g->allocation + at + 20, &optional, 2) < 0)
        return false;
    for (unsigned i = 0; i < n && i < 96; i++) {
        uint32_t start, flags;

        if (debug_process_read(p, g->allocation + at + 24 + optional + i * 40u, b, sizeof b) < 0)
            return false;
        memcpy(&start, b + 12, 4);
        memcpy(&flags, b + 36, 4);
        if (start == rva)
            return (flags & 0x02000000) != 0; /* IMAGE_SCN_MEM_DISCARDABLE */
    }
    return false;
}

static bool is_writable(uint32_t protect)
{
    return protect & (PAGE_READWRITE | PAGE_WRITECOPY | PAGE_EXECUTE_READWRITE | PAGE_EXECUTE_WRITECOPY);
}

/* Shared regions of the tracer and of the recorder are no memory of the program; the ring has a note. */
static bool is_trace_region(struct writer *w, const struct debug_region *g)
{
    struct shm_hdr h;

    return g->type == MEM_MAPPED && g->base == g->allocation
        && debug_process_read(&w->s->p, g->base, &h, sizeof h) == 0 && h.magic == SHM_MAGIC_TRACE;
}

static bool is_wanted(struct writer *w, const struct debug_region *g)
{
    if (is_trace_region(w, g) || is_debug_section(w, g))
        return false;
    if (g->type == MEM_MAPPED && !is_writable(g->protect))
        return false; /* files that are read: tables of the system */
    return !w->o->small || g->type != MEM_IMAGE || is_writable(g->protect);
}

/* A part of a region: regions are cut where stacks begin, so that a limit does not leave those out. */
struct piece {
    const struct debug_region *region;
    uint64_t base, size;
    int rank; /* 0: stacks, the most important; 1: what the program may have written; 2: the rest */
};

/* The lowest stack pointer of a thread in [from, to), as a page; `to`: none. */
static uint64_t next_stack(const struct debug_process *p, uint64_t from, uint64_t to)
{
    uint64_t found = to;

    for (size_t i = 0; i < p->nthreads; i++) {
        uint64_t sp = p->threads[i].regs.r[DEBUG_RSP] & ~(uint64_t)(PAGE - 1);

        if (p->threads[i].known && sp >= from && sp < found)
            found = sp;
    }
    return found;
}

static struct piece *cut_regions(struct writer *w, size_t *count)
{
    const struct debug_process *p = &w->s->p;
    struct piece *v = tool_realloc(NULL, (p->nregions + 2 * p->nthreads + 1) * sizeof *v);
    size_t n = 0;

    for (size_t i = 0; i < p->nregions; i++) {
        const struct debug_region *g = &p->regions[i];
        uint64_t at = g->base, end = g->base + g->size, stack;
        int rank = is_writable(g->protect) ? 1 : 2;

        while (at < end) {
            stack = next_stack(p, at, end);
            if (stack > at)
                v[n++] = (struct piece){ g, at, stack - at, rank };
            at = stack;
            if (at < end) {
                stack = next_stack(p, at + PAGE, end);
                v[n++] = (struct piece){ g, at, stack - at, 0 };
                at = stack;
            }
        }
    }
    *count = n;
    return v;
}

static void choose(struct writer *w)
{
    uint64_t left = w->o->limit ? w->o->limit : UINT64_MAX;
    struct piece *v = cut_regions(w, &w->n);

    w->seg = tool_realloc(NULL, (w->n + 1) * sizeof *w->seg);
    w->map = tool_realloc(NULL, (w->n + 1) * sizeof *w->map);
    for (size_t i = 0; i < w->n; i++) {
        const struct debug_region *g = v[i].region;
        uint32_t flags = 4u | (is_writable(g->protect) ? 2 : 0) | (g->protect & 0xf0 ? 1 : 0);

        w->seg[i] = (struct core_segment){ v[i].base, v[i].size, 0, flags, 0 };
        w->map[i] = (struct core_map){ v[i].base, v[i].size, g->allocation, g->protect, g->type, 0 };
    }
    for (int pass = 0; pass < 3; pass++) {
        for (size_t i = 0; i < w->n && left >= PAGE; i++) {
            if (v[i].rank != pass || !is_wanted(w, v[i].region))
                continue;
            w->seg[i].stored = v[i].size < left ? v[i].size : left & ~(uint64_t)(PAGE - 1);
            left -= w->seg[i].stored;
            w->map[i].stored = w->seg[i].stored;
        }
    }
    tool_realloc(v, 0);
}

/* ---- return addresses ---- */

struct find_returns {
    struct writer *w;
    struct unwind *u;
};

static int at_frame(void *arg, unsigned n, const struct debug_regs *regs, bool caller, enum unwind_how how)
{
    struct find_returns *f = arg;
    struct writer *w = f->w;

    if (how == UNWIND_RUNTIME) { /* the slot is the word below where the stack pointer stands now */
        w->patches = tool_realloc(w->patches, (w->npatches + 1) * sizeof *w->patches);
        w->patches[w->npatches++] = (struct patch){ regs->r[DEBUG_RSP] - 8, regs->rip };
    }
    return 0;
}

static void find_returns(struct writer *w)
{
    struct debug_process *p = &w->s->p;

    for (size_t i = 0; i < p->nthreads; i++) {
        struct unwind u;
        struct find_returns f = { w, &u };

        if (!p->threads[i].known)
            continue;
        subject_unwind(w->s, i, &u);
        if (u.sys_return)
            debug_stack(&u, &p->threads[i].regs, UNWIND_MAX, at_frame, &f);
    }
}

static void apply(struct writer *w, uint64_t base, unsigned char *bytes, size_t n)
{
    for (size_t i = 0; i < w->npatches; i++) {
        uint64_t at = w->patches[i].addr - base;

        if (w->patches[i].addr >= base && at + 8 <= n)
            memcpy(bytes + at, &w->patches[i].value, 8);
    }
}

/* ---- notes ---- */

static void info_note(struct writer *w, struct buf *notes)
{
    struct subject *s = w->s;
    char stamp[32] = "?";
    time_t now = time(NULL);
    struct tm *tm = gmtime(&now);
    struct buf b;

    buf_init(&b, tool_realloc, NULL, 0);
    if (tm)
        strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%SZ", tm);
    buf_puts(&b, "time: ");
    buf_puts(&b, stamp);
    buf_puts(&b, "\nprogram: ");
    buf_puts(&b, subject_program(s));
    buf_puts(&b, "\n");
    core_note(notes, CORE_OWNER, CORE_NOTE_INFO, b.p, b.len, NULL, 0);
    buf_free(&b);
}

#define CONTEXT_RSP 152
#define CONTEXT_RIP 248

/*
 * A call or a jump to where no image lies. gdb's unwinder for Windows ends at once there, so it gets the
 * registers as they would be in the call, one byte before the place to return to; where the fault was stands
 * in our note of the cause, by which subject_open_core finds the true ones again.
 */
static void step_back(struct writer *w, struct debug_thread *t)
{
    struct debug_process *p = &w->s->p;
    uint64_t base, back, sp = t->regs.r[DEBUG_RSP];

    if (t->tid != w->s->cause.tid || t->regs.rip != w->s->cause.ip || debug_image_of(p->images, t->regs.rip, &base)
        || debug_process_read(p, sp, &back, sizeof back) < 0 || !debug_image_of(p->images, back, &base))
        return;
    sp += 8;
    back -= 1;
    memcpy(t->context + CONTEXT_RSP, &sp, sizeof sp);
    memcpy(t->context + CONTEXT_RIP, &back, sizeof back);
}

static void gdb_notes(struct writer *w, struct buf *notes)
{
    struct debug_process *p = &w->s->p;
    uint32_t process[3] = { CORE_WIN32_PROCESS, p->winpid, w->s->cause.signal };

    core_note(notes, "win32process", CORE_NOTE_WIN32, process, sizeof process, NULL, 0);
    for (size_t i = 0; i < p->nthreads; i++) {
        uint32_t thread[3] = { CORE_WIN32_THREAD, p->threads[i].tid, i == 0 };

        if (w->s->cause.signal && i == 0)
            step_back(w, &p->threads[i]);
        if (p->threads[i].known)
            core_note(notes, "win32thread", CORE_NOTE_WIN32, thread, sizeof thread, p->threads[i].context,
                      sizeof p->threads[i].context);
    }
    for (size_t i = 0; i < p->nmodules; i++) {
        uint32_t len = (uint32_t)strlen(p->modules[i].path) + 1, module[4] = { CORE_WIN32_MODULE };

        memcpy(module + 1, &p->modules[i].base, 8);
        module[3] = len;
        core_note(notes, "win32module", CORE_NOTE_WIN32, module, sizeof module, p->modules[i].path, len);
    }
}

static void put_notes(struct writer *w, struct buf *notes)
{
    struct subject *s = w->s;

    gdb_notes(w, notes);
    info_note(w, notes);
    if (s->section.len)
        core_note(notes, CORE_OWNER, CORE_NOTE_PROC, s->section.p, s->section.len, NULL, 0);
    if (s->cause.signal)
        core_note(notes, CORE_OWNER, CORE_NOTE_CAUSE, &s->cause, sizeof s->cause, NULL, 0);
    if (s->ring.len)
        core_note(notes, CORE_OWNER, CORE_NOTE_RING, s->ring.p, s->ring.len, NULL, 0);
    core_note(notes, CORE_OWNER, CORE_NOTE_MAP, w->map, w->n * sizeof *w->map, NULL, 0);
}

/* ---- output ---- */

static bool put_at(struct writer *w, uint64_t off, const void *bytes, size_t n)
{
    LARGE_INTEGER at = { .QuadPart = (LONGLONG)off };
    DWORD done;

    return SetFilePointerEx(w->file, at, NULL, FILE_BEGIN)
        && WriteFile(w->file, bytes, (DWORD)n, &done, NULL) && done == n;
}

static bool is_zero(const unsigned char *p, size_t n)
{
    return !*p && !memcmp(p, p + 1, n - 1);
}

/* Pages that cannot be read, since they went or are guarded, are zeros. */
static void read_chunk(struct writer *w, uint64_t addr, size_t n)
{
    struct debug_process *p = &w->s->p;

    if (debug_process_read(p, addr, w->chunk, n) == 0)
        return;
    for (size_t i = 0; i < n; i += PAGE) {
        size_t part = n - i < PAGE ? n - i : PAGE;

        if (debug_process_read(p, addr + i, w->chunk + i, part) < 0) {
            memset(w->chunk + i, 0, part);
            w->unread += part;
        }
    }
}

static bool put_segment(struct writer *w, const struct core_segment *g)
{
    for (uint64_t at = 0; at < g->stored; at += CHUNK) {
        size_t n = g->stored - at < CHUNK ? (size_t)(g->stored - at) : CHUNK;

        read_chunk(w, g->base + at, n);
        apply(w, g->base + at, w->chunk, n);
        for (size_t from = 0, to; from < n; from = to) { /* runs without a hole */
            bool zero = is_zero(w->chunk + from, n - from < HOLE ? n - from : HOLE);

            for (to = from; to < n && is_zero(w->chunk + to, n - to < HOLE ? n - to : HOLE) == zero;)
                to += n - to < HOLE ? n - to : HOLE;
            if (!zero && !put_at(w, g->off + at + from, w->chunk + from, to - from))
                return false;
        }
    }
    return true;
}

static bool put_all(struct writer *w)
{
    LARGE_INTEGER end;
    struct buf notes, head;
    uint64_t size;
    DWORD got;
    bool ok;

    buf_init(&notes, tool_realloc, NULL, 0);
    buf_init(&head, tool_realloc, NULL, 0);
    put_notes(w, &notes);
    size = core_begin(&head, &notes, w->seg, w->n);
    if (!size) {
        tool_error("the process has too many regions of memory for a core (%u)", (unsigned)w->n);
        return false;
    }
    end.QuadPart = (LONGLONG)size;
    DeviceIoControl(w->file, FSCTL_SET_SPARSE, NULL, 0, NULL, 0, &got, NULL); /* else zeros take room */
    ok = put_at(w, 0, head.p, head.len);
    for (size_t i = 0; i < w->n && ok; i++)
        ok = put_segment(w, &w->seg[i]);
    ok = ok && SetFilePointerEx(w->file, end, NULL, FILE_BEGIN) && SetEndOfFile(w->file);
    buf_free(&notes);
    buf_free(&head);
    return ok;
}

int core_write(struct subject *s, const char *path, const struct core_options *o)
{
    struct writer w = { .s = s, .o = o };
    bool ok;

    if (debug_process_map(&s->p) < 0) {
        tool_error("the memory of process %u cannot be listed", s->p.winpid);
        return -1;
    }
    w.file = file_create(path);
    if (!w.file)
        return -1;
    w.chunk = tool_realloc(NULL, CHUNK);
    choose(&w);
    find_returns(&w);
    ok = put_all(&w);
    if (!ok)
        tool_error("%s: cannot be written (error %lu)", path, GetLastError());
    CloseHandle(w.file);
    tool_realloc(w.chunk, 0);
    tool_realloc(w.seg, 0);
    tool_realloc(w.map, 0);
    tool_realloc(w.patches, 0);
    return ok ? 0 : -1;
}
