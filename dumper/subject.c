/* SPDX-License-Identifier: BSD-2-Clause */
/* Finding and opening what is dumped: a process of the tree, any Windows process, or a core. */
#include "dumper/dumper.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#include "lib/text/utf.h"
#include "lib/tool/opt.h"
#include "lib/tool/out.h"

#define RING_MAX (64u << 20)

static void copy_section(const struct proc_tree *tree, const char *name, struct buf *to, size_t max)
{
    const void *view;
    size_t size;

    if (proc_section(tree, name, &view, &size) < 0)
        return;
    buf_put(to, view, size < max ? size : max);
    proc_section_close(view);
}

static bool take_info(struct subject *s, int64_t pid, bool windows)
{
    struct proc_list list;
    bool found = false;
    char name[32];

    if (proc_list_read(&s->tree, &list) < 0)
        return false;
    for (size_t i = 0; i < list.n && !found; i++) {
        const struct proc_info *p = &list.v[i];

        if (p->why || (windows ? (int64_t)p->winpid : p->pid) != pid || (windows && !p->alive))
            continue;
        found = true;
        s->info = *p;
        snprintf(name, sizeof name, "proc.%d", p->pid);
        copy_section(&s->tree, name, &s->section, SHM_PROC_SIZE);
        snprintf(name, sizeof name, "ring.%u", p->winpid);
        copy_section(&s->tree, name, &s->ring, RING_MAX);
    }
    proc_list_free(&list);
    return found;
}

/* The copy is what counts from here on: its strings, and all its fields at one time. */
static void read_copy(struct subject *s)
{
    bool alive = s->info.alive;

    s->posix = s->section.len
        && proc_read(s->section.p, s->section.len, (uint32_t)s->info.pid, &s->info, &s->text) == 0;
    s->info.alive = alive;
    if (s->posix && s->info.fault_signal && s->info.fault_signal <= 64)
        s->cause = (struct core_cause){ s->info.fault_tid, s->info.fault_signal, s->info.fault_code,
                                        s->info.fault_status, s->info.fault_address, s->info.fault_ip };
}

/* The thread with the fault first, with the registers that it had there. */
static void put_first(struct subject *s)
{
    struct debug_process *p = &s->p;
    struct debug_thread t;

    for (size_t i = 0; i < p->nthreads; i++) {
        if (p->threads[i].tid != s->cause.tid)
            continue;
        t = p->threads[i];
        memmove(p->threads + 1, p->threads, i * sizeof t);
        if (s->info.fault_context
            && debug_process_read(p, s->info.fault_context, t.context, sizeof t.context) == 0) {
            debug_context_regs(t.context, &t.regs);
            t.known = true;
        }
        p->threads[0] = t;
        return;
    }
}

static void init(struct subject *s)
{
    memset(s, 0, sizeof *s);
    buf_init(&s->text, tool_realloc, NULL, 0);
    buf_init(&s->section, tool_realloc, NULL, 0);
    buf_init(&s->ring, tool_realloc, NULL, 0);
}

int subject_open(struct subject *s, const char *pid, bool windows)
{
    int64_t n;
    bool known;

    init(s);
    if (opt_number(pid, &n) < 0 || n < 1 || n > UINT32_MAX) {
        s->why = "not a process id";
        return -1;
    }
    if (proc_tree_open(&s->tree, NULL, 0) < 0)
        tool_error("the process table cannot be read: %s", s->tree.why);
    known = (!windows && take_info(s, n, false)) || take_info(s, n, true);
    if (known && !s->info.alive) {
        s->why = "it has ended";
        return -1;
    }
    if (debug_process_open(&s->p, known ? s->info.winpid : (uint32_t)n, true) < 0) {
        s->why = s->p.why;
        return -1;
    }
    if (known) {
        /* now that it stands still: once more */
        buf_cut(&s->section, 0);
        buf_cut(&s->ring, 0);
        take_info(s, s->info.winpid, true);
        read_copy(s);
        if (s->cause.signal)
            put_first(s);
    }
    s->read = debug_process_read;
    s->read_arg = &s->p;
    return 0;
}

void subject_close(struct subject *s)
{
    if (s->from_core) {
        s->p.handle = NULL;
        UnmapViewOfFile(s->core.bytes);
    }
    debug_process_close(&s->p);
    proc_tree_close(&s->tree);
    buf_free(&s->text);
    buf_free(&s->section);
    buf_free(&s->ring);
}

const char *subject_program(const struct subject *s)
{
    if (s->posix && s->text.p && s->text.p[s->info.program])
        return s->text.p + s->info.program;
    return s->p.nmodules ? s->p.modules[0].path : "?";
}

/* ---- stacks ---- */

static int read_memory(void *arg, uint64_t addr, void *buf, size_t n)
{
    struct subject *s = arg;

    if (s->read(s->read_arg, addr, buf, n) == 0)
        return 0;
    /* what a core has left out stands in the files, if they are still there */
    return s->from_core ? debug_image_bytes(s->p.images, addr, buf, n) : -1;
}

static int find_image(void *arg, uint64_t addr, struct unwind_image *image)
{
    struct subject *s = arg;
    uint64_t base;

    if (!debug_image_of(s->p.images, addr, &base))
        return -1;
    return unwind_image_read(read_memory, s, base, image);
}

void subject_unwind(struct subject *s, size_t i, struct unwind *u)
{
    uint64_t thread = 0;

    memset(u, 0, sizeof *u);
    u->read = read_memory;
    u->image = find_image;
    u->arg = s;
    if (s->patched || !s->posix || !s->info.teb_slot || !s->p.threads[i].teb
        || read_memory(s, s->p.threads[i].teb + s->info.teb_slot, &thread, 8) < 0 || !thread
        || read_memory(s, thread, &u->ret_addr, 8) < 0)
        return;
    u->sys_return = s->info.sys_return;
    if (s->info.ret_saved)
        read_memory(s, thread + s->info.ret_saved, &u->ret_saved, 8);
}

void subject_wait(struct subject *s, uint32_t tid, struct buf *out)
{
    struct proc_thread t;
    struct proc_fd fd;
    int r;

    for (unsigned i = 0; s->posix && (r = proc_thread_at(s->section.p, s->section.len, i, &t)) >= 0; i++) {
        if (r == 0 || t.wintid != tid || t.wait_kind == SHM_WAIT_NONE)
            continue;
        buf_puts(out, proc_wait_name(t.wait_kind));
        if (t.wait_kind == SHM_WAIT_READ || t.wait_kind == SHM_WAIT_WRITE) {
            buf_puts(out, " of descriptor ");
            buf_putu(out, t.wait_arg);
            if (t.wait_arg < SHM_MAX_FDS
                && proc_fd_at(s->section.p, s->section.len, (unsigned)t.wait_arg, &fd) == 1) {
                buf_puts(out, ", ");
                buf_puts(out, proc_fd_kind(fd.kind));
            }
        } else if (t.owner) {
            buf_puts(out, ", pid ");
            buf_putu(out, t.owner);
        }
        return;
    }
}

/* ---- cores ---- */

static void core_thread(struct subject *s, const struct core_item *n)
{
    struct debug_process *p = &s->p;
    struct debug_thread *t;

    p->threads = tool_realloc(p->threads, (p->nthreads + 1) * sizeof *t);
    t = &p->threads[p->nthreads++];
    memset(t, 0, sizeof *t);
    memcpy(&t->tid, n->data + 4, 4);
    memcpy(t->context, n->data + 12, sizeof t->context);
    debug_context_regs(t->context, &t->regs);
    t->known = true;
}

static void core_module(struct subject *s, const struct core_item *n)
{
    struct debug_process *p = &s->p;
    struct unwind_image im;
    struct debug_module *m;
    uint64_t base;
    size_t len = n->size - 16;

    memcpy(&base, n->data + 4, 8);
    p->modules = tool_realloc(p->modules, (p->nmodules + 1) * sizeof *m);
    m = &p->modules[p->nmodules++];
    m->base = base;
    m->path = tool_realloc(NULL, len + 1);
    memcpy(m->path, n->data + 16, len);
    m->path[len] = 0;
    m->size = unwind_image_read(core_read, &s->core, base, &im) == 0 ? im.size : 0;
}

/* Headers of images may be left out: then the memory map tells how large they were. */
static void size_modules(struct subject *s)
{
    struct core_item note;
    uint64_t at = 0;

    while (core_next_note(&s->core, &at, &note)) {
        if (strcmp(note.name, CORE_OWNER) || note.type != CORE_NOTE_MAP)
            continue;
        for (size_t i = 0; i + sizeof(struct core_map) <= note.size; i += sizeof(struct core_map)) {
            struct core_map m;

            memcpy(&m, note.data + i, sizeof m);
            for (size_t k = 0; k < s->p.nmodules; k++)
                if (s->p.modules[k].base == m.allocation && m.base >= m.allocation
                    && m.base - m.allocation + m.size > s->p.modules[k].size)
                    s->p.modules[k].size = m.base - m.allocation + m.size;
        }
    }
    for (size_t k = 0; k < s->p.nmodules; k++)
        debug_images_add(s->p.images, s->p.modules[k].base, s->p.modules[k].size, s->p.modules[k].path);
}

static void core_note_in(struct subject *s, const struct core_item *n)
{
    uint32_t kind = 0;

    if (n->type == CORE_NOTE_WIN32 && !strncmp(n->name, "win32", 5) && n->size >= 12) {
        memcpy(&kind, n->data, 4);
        if (kind == CORE_WIN32_PROCESS)
            memcpy(&s->p.winpid, n->data + 4, 4);
        else if (kind == CORE_WIN32_THREAD && n->size >= 12 + DEBUG_CONTEXT_SIZE && s->p.nthreads < 65536)
            core_thread(s, n);
        else if (kind == CORE_WIN32_MODULE && n->size >= 16 && s->p.nmodules < 65536)
            core_module(s, n);
    } else if (!strcmp(n->name, CORE_OWNER)) {
        if (n->type == CORE_NOTE_PROC && !s->section.len)
            buf_put(&s->section, n->data, n->size);
        else if (n->type == CORE_NOTE_RING && !s->ring.len)
            buf_put(&s->ring, n->data, n->size);
        else if (n->type == CORE_NOTE_CAUSE && n->size >= sizeof s->cause)
            memcpy(&s->cause, n->data, sizeof s->cause);
    }
}

/* See step_back() in corefile.c. */
static void undo_step(struct subject *s)
{
    struct debug_thread *t = s->p.threads;
    uint64_t back;

    if (s->p.nthreads && s->cause.signal && t->tid == s->cause.tid && t->regs.rip != s->cause.ip
        && core_read(&s->core, t->regs.r[DEBUG_RSP] - 8, &back, sizeof back) == 0 && back == t->regs.rip + 1) {
        t->regs.rip = s->cause.ip;
        t->regs.r[DEBUG_RSP] -= 8;
    }
}

int subject_open_core(struct subject *s, const char *path)
{
    struct core_item note;
    struct wbuf name;
    uint64_t at = 0;
    LARGE_INTEGER size;
    HANDLE file, section = NULL;
    void *bytes = NULL;
    int32_t pid;

    init(s);
    s->from_core = s->patched = true;
    wbuf_init(&name, tool_realloc, NULL, 0);
    utf8_to_wide(&name, path, strlen(path));
    wbuf_putc(&name, 0);
    file = CreateFileW((const WCHAR *)name.p, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_DELETE, NULL,
                       OPEN_EXISTING, 0, NULL);
    wbuf_free(&name);
    s->why = "it cannot be opened";
    if (file == INVALID_HANDLE_VALUE)
        return -1;
    if (GetFileSizeEx(file, &size) && size.QuadPart
        && (section = CreateFileMappingW(file, NULL, PAGE_READONLY, 0, 0, NULL)) != NULL)
        bytes = MapViewOfFile(section, FILE_MAP_READ, 0, 0, 0);
    if (section)
        CloseHandle(section);
    CloseHandle(file);
    s->why = "it cannot be read";
    if (!bytes || core_open(&s->core, bytes, (uint64_t)size.QuadPart) < 0) {
        s->why = s->core.why ? s->core.why : s->why;
        return -1;
    }
    s->p.images = debug_images_new();
    debug_images_memory(s->p.images, core_read, &s->core);
    while (core_next_note(&s->core, &at, &note))
        core_note_in(s, &note);
    size_modules(s);
    undo_step(s);
    if (s->section.len >= sizeof(struct shm_proc)) {
        memcpy(&pid, s->section.p + offsetof(struct shm_proc, pid), sizeof pid);
        s->posix = proc_read(s->section.p, s->section.len, (uint32_t)pid, &s->info, &s->text) == 0;
        s->info.alive = 1; /* it did when this was written */
    }
    s->read = core_read;
    s->read_arg = &s->core;
    s->why = NULL;
    return 0;
}
