/* SPDX-License-Identifier: BSD-2-Clause */
/* What fork protection follows of a program, and what its forks would take when one of these files is replaced
 * while it runs: links, or copies and why. By the rules of the runtime (lib/dll/identity.h). */
#include <string.h>

#include "cygcheck-like/cygcheck.h"
#include "lib/dll/identity.h"
#include "lib/path/name_win.h"
#include "lib/pe/file.h"
#include "lib/proc/proc.h"
#include "lib/tool/out.h"

/* Ported images lie here (design.md 4); what lies elsewhere brings its own data, and is not followed. */
#define WINDOW_START 0x100000000ull
#define WINDOW_END   0x170000000ull

struct follow {
    struct report *r;
    struct buf *out;
    bool json;
    char *root;             /* /var/run/cygfork */
    bool on;                /* it is there */
    struct file_place place; /* of it */
    char **file;            /* what is followed, the program first */
    size_t n, others;
    bool runtime;           /* is among them */
    const char *copied;     /* why there are copies, NULL: there are none */
};

static const char *last_component(const char *path)
{
    const char *p = path + strlen(path);

    while (p > path && p[-1] != '\\' && p[-1] != '/')
        p--;
    return p;
}

static bool ported(uint64_t base)
{
    return base >= WINDOW_START && base < WINDOW_END;
}

static bool followed(const char *path)
{
    struct pe *pe = tool_realloc(NULL, sizeof(*pe));
    bool r = false;

    if (pe_file_open(pe, path) == 0) {
        r = ported(pe->image_base);
        pe_file_close(pe);
    }
    tool_realloc(pe, 0);
    return r;
}

/* NULL: a link. */
static const char *why_copied(const struct follow *f, const struct file_place *p)
{
    const struct dll_abilities can = { 1, 1, on_wine() };
    const char *why = dll_why_copied(&can, DLL_REPLACED);

    if (!why && p->volume != f->place.volume)
        why = "on another volume than /var/run/cygfork";
    if (!why && !p->hard_links)
        why = "this file system has no hard links";
    return why;
}

static void put_file(const struct follow *f, const char *path, const struct file_place *p, const char *why)
{
    struct buf *o = f->out;

    if (f->json) {
        json_comma(o);
        buf_putc(o, '{');
        json_key(o, "path");
        json_strz(o, path);
        json_key(o, "how");
        json_strz(o, why ? "copy" : "link");
        json_key(o, "why");
        if (why)
            json_strz(o, why);
        else
            buf_puts(o, "null");
        json_key(o, "size");
        buf_putu(o, p->size);
        json_key(o, "id");
        buf_putu(o, p->id);
        buf_putc(o, '}');
        return;
    }
    buf_puts(o, why ? "  copy  " : "  link  ");
    buf_puts(o, path);
    buf_puts(o, "  (");
    buf_putu(o, p->size);
    buf_puts(o, " bytes, file id ");
    buf_putu(o, p->id);
    buf_puts(o, ")\n");
}

static void see_image(void *arg, const char *path, bool system)
{
    struct follow *f = arg;
    struct file_place p;
    const char *why;

    if (system || !followed(path)) {
        f->others++;
        return;
    }
    if (!file_place(path, &p)) {
        find(f->r, FIND_ERROR, "unreadable", "reinstall it", "%s cannot be looked at", path);
        return;
    }
    f->file = tool_realloc(f->file, (f->n + 1) * sizeof(*f->file));
    f->file[f->n] = full_path(path);
    f->runtime |= same_path(last_component(path), "isthmus1.dll");
    if ((why = why_copied(f, &p)))
        f->copied = why;
    put_file(f, f->file[f->n++], &p, why);
}

/* ---- processes that run it ---- */

struct running {
    const struct follow *f;
    struct buf opened;      /* what it is not linked with */
};

static void see_module(void *arg, uint64_t base, uint64_t size, const char *path)
{
    struct running *r = arg;
    const struct follow *f = r->f;

    (void)size;
    if (!ported(base))
        return;
    for (size_t i = 0; i < f->n; i++)
        if (same_path(path, f->file[i])
            || (path_below(path, f->root) && same_path(last_component(path), last_component(f->file[i]))))
            return;
    if (f->json) {
        json_comma(&r->opened);
        json_strz(&r->opened, path);
    } else {
        buf_puts(&r->opened, r->opened.len ? ", " : "");
        buf_puts(&r->opened, path);
    }
}

/* Whether the program of a process, by its POSIX name, is the one in question. */
static bool runs(const struct follow *f, const char *posix)
{
    struct buf win32;
    const char *why;
    bool r;

    buf_init(&win32, tool_realloc, NULL, 0);
    r = tool_file_name(&win32, posix, &why) == 0 && win32.len && same_path(win32.p, f->file[0]);
    buf_free(&win32);
    return r;
}

static void put_process(const struct follow *f, const struct proc_info *p, const struct buf *opened)
{
    struct buf *o = f->out;

    if (f->json) {
        json_comma(o);
        buf_puts(o, "{\"pid\":");
        buf_putu(o, (uint64_t)p->pid);
        buf_puts(o, ",\"opened\":[");
        buf_put(o, opened->p, opened->len);
        buf_puts(o, "]}");
        return;
    }
    buf_puts(o, "  pid ");
    buf_putu(o, (uint64_t)p->pid);
    buf_puts(o, " runs it");
    if (opened->len) {
        buf_puts(o, "; its forks take also what it has opened: ");
        buf_put(o, opened->p, opened->len);
    }
    buf_putc(o, '\n');
}

static void put_processes(const struct follow *f)
{
    struct proc_tree tree;
    struct proc_list list;

    if (proc_tree_open(&tree, NULL, 0) < 0)
        return;
    if (proc_list_read(&tree, &list) == 0) {
        for (size_t i = 0; i < list.n; i++) {
            const struct proc_info *p = &list.v[i];
            struct running r = { .f = f };

            if (!p->alive || !runs(f, list.text.p + p->program))
                continue;
            buf_init(&r.opened, tool_realloc, NULL, 0);
            modules_each(p->winpid, see_module, &r);
            put_process(f, p, &r.opened);
            buf_free(&r.opened);
        }
        proc_list_free(&list);
    }
    proc_tree_close(&tree);
}

/* ---- the whole ---- */

static void put_end(const struct follow *f)
{
    struct buf *o = f->out;
    char *sid = user_sid();

    buf_puts(o, "  into  ");
    buf_puts(o, f->root);
    buf_putc(o, '\\');
    buf_puts(o, sid);
    buf_putc(o, '\\');
    buf_puts(o, last_component(f->file[0]));
    buf_puts(o, "-*\n");
    tool_realloc(sid, 0);
    if (f->copied) {
        buf_puts(o, "  copies, not links: ");
        buf_puts(o, f->copied);
        buf_putc(o, '\n');
    }
    buf_puts(o, "  not followed: ");
    buf_putu(o, f->others);
    buf_puts(o, " DLLs of Windows and of other worlds\n");
}

static void put_begin(const struct follow *f, const char *program)
{
    struct buf *o = f->out;

    if (f->json) {
        json_comma(o);
        buf_putc(o, '{');
        json_key(o, "program");
        json_strz(o, program);
        json_key(o, "protected");
        buf_puts(o, f->on ? "true" : "false");
        json_key(o, "files");
        buf_putc(o, '[');
        return;
    }
    buf_puts(o, program);
    buf_puts(o, f->on ? ": when one of these is replaced while it runs, its forks take\n"
                      : ": not protected, there is no /var/run/cygfork; with it, its forks would take\n");
}

int follow_print(struct report *r, const char *program, bool json, struct buf *out)
{
    struct follow f = { .r = r, .out = out, .json = json, .root = tree_path("var\\run\\cygfork") };
    size_t begin = out->len;
    int status;

    f.on = file_place(f.root, &f.place);
    put_begin(&f, program);
    status = tree_images(r, program, see_image, &f);
    if (status == 0 && !f.runtime) {
        find(r, FIND_ERROR, "not-ported", NULL, "%s is no program of this tree: it does not fork", program);
        status = -1;
    }
    if (status < 0) {
        buf_cut(out, begin); /* a finding says why */
    } else {
        if (json)
            buf_puts(out, "],\"running\":[");
        else
            put_end(&f);
        put_processes(&f);
        if (json)
            buf_puts(out, "]}");
    }
    for (size_t i = 0; i < f.n; i++)
        tool_realloc(f.file[i], 0);
    tool_realloc(f.file, 0);
    tool_realloc(f.root, 0);
    return status;
}
