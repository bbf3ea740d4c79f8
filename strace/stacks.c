/* SPDX-License-Identifier: BSD-2-Clause */
/* -k: stacks of calls with function, file and line. The traced process writes return addresses only; what
 * they mean is found out here, in the files of its images. */
#include <string.h>

#include "lib/debug/debug.h"
#include "lib/text/utf.h"
#include "strace.h"
#include "trace/flow.h"

#define MAX_FRAMES 64u

/* What is known of one process. */
struct stack_process {
    struct stack_process *next;
    int32_t pid;
    struct debug_images *images;
    uint32_t tid; /* whose stack this is */
    uint64_t frames[MAX_FRAMES];
    size_t n;
};

struct stacks {
    struct stack_process *all;
};

struct stacks *stacks_new(void)
{
    struct stacks *s = tool_realloc(NULL, sizeof *s);

    s->all = NULL;
    return s;
}

void stacks_need(uint8_t mask[TRACE_MAX_EVENTS])
{
    static const char *const names[] = { "dll_load", "process_start", "fork_child_running" };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        mask[trace_desc_by_name(names[i], strlen(names[i]))->id] = TRACE_ON;
}

static struct stack_process *process_get(struct stacks *s, int32_t pid)
{
    struct stack_process *p = s->all;

    while (p && p->pid != pid)
        p = p->next;
    if (p)
        return p;
    p = tool_realloc(NULL, sizeof *p);
    memset(p, 0, sizeof *p);
    p->pid = pid;
    p->next = s->all;
    s->all = p;
    return p;
}

/* Modules are told by POSIX name. */
static void module_add(struct stack_process *p, const struct trace_decoded *d)
{
    const struct trace_value *name = trace_field(d, "name"), *base = trace_field(d, "base"),
                             *size = trace_field(d, "size");
    struct wbuf w;
    struct buf path, posix;

    if (!name || !base || !size || !name->s)
        return;
    if (!p->images)
        p->images = debug_images_new();
    wbuf_init(&w, tool_realloc, NULL, 0);
    buf_init(&path, tool_realloc, NULL, 0);
    buf_init(&posix, tool_realloc, NULL, 0);
    buf_put(&posix, name->s, name->len);
    target_win32(&w, posix.p);
    wide_to_utf8(&path, w.p, w.len);
    debug_images_add(p->images, base->u, size->u, path.p);
    wbuf_free(&w);
    buf_free(&path);
    buf_free(&posix);
}

/* A forked child has its parent's images. */
static void forked(struct stacks *s, int32_t parent, int32_t child)
{
    struct stack_process *from = process_get(s, parent), *to = process_get(s, child);

    to->images = from->images;
}

static int put_place(void *arg, const struct debug_place *p)
{
    struct buf *b = arg;

    buf_puts(b, " > ");
    buf_puts(b, p->module ? p->module : "?");
    if (p->function) {
        buf_putc(b, '(');
        buf_puts(b, p->function);
        buf_puts(b, "+0x");
        buf_putx(b, p->offset, 1);
        buf_putc(b, ')');
    }
    if (p->file) {
        buf_putc(b, ' ');
        buf_puts(b, p->file);
        buf_putc(b, ':');
        buf_putu(b, p->line);
    }
    if (p->inlined)
        buf_puts(b, " (inlined)");
    return 0;
}

static void show(struct stack_process *p, struct buf *out)
{
    struct buf line;

    buf_init(&line, tool_realloc, NULL, 0);
    for (size_t i = 0; i < p->n; i++) {
        uint64_t base = 0;

        buf_cut(&line, 0);
        if (!p->images || !debug_image_of(p->images, p->frames[i], &base)) {
            buf_puts(&line, " > ?");
        } else if (debug_lookup(p->images, p->frames[i], true, NULL, put_place, &line) < 0 || !line.len) {
            buf_puts(&line, " > ?");
        }
        buf_put(out, line.p, line.len);
        buf_puts(out, " [0x");
        buf_putx(out, p->frames[i], 1);
        if (base) {
            buf_puts(out, ", +0x");
            buf_putx(out, p->frames[i] - base, 1);
        }
        buf_puts(out, "]\n");
    }
    p->n = 0;
    buf_free(&line);
}

void stacks_event(struct stacks *s, struct buf *out, const struct trace_record *r,
                  const struct trace_decoded *d)
{
    struct stack_process *p = process_get(s, r->stream->pid);
    const struct trace_value *v;

    if (!strcmp(d->desc->name, "call_stack")) {
        v = trace_field(d, "frames");
        p->n = v->len / 8 < MAX_FRAMES ? v->len / 8 : MAX_FRAMES;
        memcpy(p->frames, v->s, p->n * 8);
        p->tid = r->stream->tid;
    } else if (!strcmp(d->desc->name, "dll_load")) {
        module_add(p, d);
    } else if (!strcmp(d->desc->name, "process_start")) {
        p->n = 0;
    } else if (!strcmp(d->desc->name, "fork_child_running")) {
        v = trace_field(d, "parent");
        forked(s, (int32_t)v->i, r->stream->pid);
    } else if (d->desc->call && out && p->tid == r->stream->tid) {
        show(p, out);
    }
}
