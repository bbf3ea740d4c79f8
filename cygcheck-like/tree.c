/* SPDX-License-Identifier: BSD-2-Clause */
/* What a program loads: its DLLs, theirs, and so on, with whatever is missing named. The search order is
 * the loader's: the program's folder, the system's, Windows', PATH. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cygcheck-like/cygcheck.h"
#include "lib/pe/file.h"
#include "lib/tool/out.h"

/* The functions of a DLL, read once however many programs import it. */
struct exports {
    char *path;
    char **name;            /* sorted */
    size_t n;
    bool known;
    struct exports *next;
};

static struct exports *all_exports;

struct image {
    char *name;             /* as it was imported */
    char *path;             /* NULL: not found */
    bool system, printed;
    struct exports *exports; /* NULL: not asked for */
};

struct tree {
    struct report *r;
    struct buf *out;
    char *folder;           /* of the program */
    struct image *v;
    size_t n;
    bool verbose, json;
    unsigned depth;
};

#define DEPTH_MAX 64

static size_t image_of(struct tree *t, const char *name)
{
    struct image *i;

    for (size_t k = 0; k < t->n; k++)
        if (same_path(t->v[k].name, name))
            return k;
    t->v = tool_realloc(t->v, (t->n + 1) * sizeof(*t->v));
    i = &t->v[t->n];
    *i = (struct image){ .name = strcpy(tool_realloc(NULL, strlen(name) + 1), name) };
    i->path = pe_file_search(t->folder, name);
    i->system = pe_api_set(name) || (i->path && path_below(i->path, pe_windows_folder()));
    return t->n++;
}

/* ---- missing functions ---- */

static int keep_export(void *arg, const char *name, uint32_t ordinal, uint32_t rva, const char *forward)
{
    struct exports *e = arg;

    (void)ordinal, (void)rva, (void)forward;
    if (e->n % 256 == 0)
        e->name = tool_realloc(e->name, (e->n + 256) * sizeof(*e->name));
    e->name[e->n++] = strcpy(tool_realloc(NULL, strlen(name) + 1), name);
    return 0;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static struct exports *exports_of(const char *path)
{
    struct exports *e;
    struct pe *pe;

    for (e = all_exports; e; e = e->next)
        if (same_path(e->path, path))
            return e;
    e = tool_realloc(NULL, sizeof(*e));
    *e = (struct exports){ .path = strcpy(tool_realloc(NULL, strlen(path) + 1), path), .next = all_exports };
    all_exports = e;
    pe = tool_realloc(NULL, sizeof(*pe));
    if (pe_file_open(pe, path) == 0) {
        e->known = pe_exports(pe, keep_export, e) == 0;
        qsort(e->name, e->n, sizeof(*e->name), by_name);
        pe_file_close(pe);
    }
    tool_realloc(pe, 0);
    return e;
}

/* What a DLL of ours offers; nothing is known of Windows' own, which are Windows' business. */
static void read_exports(struct image *i)
{
    if (!i->exports && !i->system && i->path)
        i->exports = exports_of(i->path);
}

void tree_forget(void)
{
    for (struct exports *e = all_exports, *next; e; e = next) {
        next = e->next;
        for (size_t i = 0; i < e->n; i++)
            tool_realloc(e->name[i], 0);
        tool_realloc(e->name, 0);
        tool_realloc(e->path, 0);
        tool_realloc(e, 0);
    }
    all_exports = NULL;
}

struct functions {
    struct tree *t;
    const char *from;       /* who imports */
    size_t image;           /* that it imports from just now */
};

static int check_function(void *arg, const char *dll, const char *name, int ordinal)
{
    struct functions *f = arg;
    struct image *i;

    if (!name && ordinal == -1) {
        f->image = image_of(f->t, dll);
        read_exports(&f->t->v[f->image]);
        return 0;
    }
    i = &f->t->v[f->image];
    if (name && i->exports && i->exports->known
        && !bsearch(&name, i->exports->name, i->exports->n, sizeof(*i->exports->name), by_name))
        find(f->t->r, FIND_ERROR, "function-missing", "reinstall both: one of them is of another version",
             "%s needs the function %s of %s, which has none of that name", f->from, name, dll);
    return 0;
}

static void check_functions(struct tree *t, struct pe *pe, const char *path)
{
    struct functions f = { t, path, 0 };

    pe_imports(pe, check_function, &f, 1);
}

/* ---- walking ---- */

static void line(struct tree *t, const char *name, const char *path, const char *note)
{
    if (t->json) {
        json_comma(t->out);
        buf_putc(t->out, '{');
        json_key(t->out, "depth");
        buf_putu(t->out, t->depth);
        json_key(t->out, "name");
        json_strz(t->out, name);
        json_key(t->out, "path");
        if (path)
            json_strz(t->out, path);
        else
            buf_puts(t->out, "null");
        buf_putc(t->out, '}');
        return;
    }
    buf_pad(t->out, ' ', 2 * t->depth);
    buf_puts(t->out, path ? path : name);
    if (*note) {
        buf_puts(t->out, "  ");
        buf_puts(t->out, note);
    }
    buf_putc(t->out, '\n');
}

static void walk(struct tree *t, const char *path);

static int see_dll(void *arg, const char *dll, const char *name, int ordinal)
{
    struct tree *t = arg;
    struct image *i;
    size_t k;
    bool again;

    (void)name, (void)ordinal;
    k = image_of(t, dll);
    i = &t->v[k];
    again = i->printed;
    i->printed = true;
    if (!i->path && !i->system) {
        line(t, dll, NULL, "NOT FOUND");
        if (!again)
            find(t->r, FIND_ERROR, "missing", "install what has it, or put its folder on PATH",
                 "%s was not found: not beside the program, not in Windows, not on PATH", dll);
        return 0;
    }
    if (i->system) {
        if (t->verbose || !again)
            line(t, dll, i->path, "");
        return 0;
    }
    if (again && !t->verbose)
        return 0;
    line(t, dll, i->path, "");
    if (!again && t->depth < DEPTH_MAX)
        walk(t, t->v[k].path);
    return 0;
}

static void walk(struct tree *t, const char *path)
{
    struct pe *pe = tool_realloc(NULL, sizeof(*pe));
    int r = pe_file_open(pe, path);

    if (r < 0) {
        find(t->r, FIND_ERROR, "unreadable", "reinstall it", "%s cannot be read: %s", path,
             r == -ENOEXEC ? pe->why : r == -EACCES ? "access denied" : "no such file");
    } else {
        t->depth++;
        pe_imports(pe, see_dll, t, 0);
        t->depth--;
        check_functions(t, pe, path);
        pe_file_close(pe);
    }
    tool_realloc(pe, 0);
}

/* A name without a folder is looked for as a command is: in the tree, here, along PATH. */
static char *find_program(const char *program)
{
    static const char *const endings[] = { "", ".exe", ".dll" };
    char *bin = tree_path("bin"), *p = NULL;

    for (size_t i = 0; i < sizeof(endings) / sizeof(*endings) && !p; i++) {
        char *full = tool_realloc(NULL, strlen(program) + 8);

        sprintf(full, "%s%s", program, endings[i]);
        if (!strpbrk(program, "\\/:")) {
            p = pe_file_search(bin, full);
            if (!p && file_kind(full) == FILE_PLAIN)
                p = full;
        } else if (file_kind(full) == FILE_PLAIN) {
            p = full;
        }
        if (p != full)
            tool_realloc(full, 0);
    }
    tool_realloc(bin, 0);
    return p;
}

/* Where it is, and with it the folder where its DLLs are looked for first; NULL after a finding. */
static char *program_path(struct tree *t, const char *program)
{
    char *path = find_program(program), *slash, *back;

    t->r->check = "dlls";
    if (!path) {
        find(t->r, FIND_ERROR, "no-program", NULL, "%s: no such program", program);
        return NULL;
    }
    t->folder = strcpy(tool_realloc(NULL, strlen(path) + 1), path);
    slash = strrchr(t->folder, '/');
    back = strrchr(t->folder, '\\');
    if (slash || back)
        *(slash > back ? slash : back) = 0;
    else
        strcpy(t->folder, ".");
    return path;
}

static void tree_free(struct tree *t)
{
    for (size_t i = 0; i < t->n; i++) {
        tool_realloc(t->v[i].name, 0);
        tool_realloc(t->v[i].path, 0);
    }
    tool_realloc(t->v, 0);
    tool_realloc(t->folder, 0);
}

int tree_print(struct report *r, const char *program, bool verbose, bool json, struct buf *out)
{
    struct tree t = { .r = r, .out = out, .verbose = verbose, .json = json };
    char *path = program_path(&t, program);

    if (!path)
        return -1;
    line(&t, program, path, "");
    walk(&t, path);
    tree_free(&t);
    tool_realloc(path, 0);
    return 0;
}

int tree_images(struct report *r, const char *program, void (*fn)(void *, const char *, bool), void *arg)
{
    struct buf nowhere;
    struct tree t = { .r = r, .out = &nowhere };
    char *path = program_path(&t, program);

    if (!path)
        return -1;
    buf_init(&nowhere, tool_realloc, NULL, 0);
    walk(&t, path);
    buf_free(&nowhere);
    fn(arg, path, false);
    for (size_t i = 0; i < t.n; i++)
        if (t.v[i].path)
            fn(arg, t.v[i].path, t.v[i].system);
    tree_free(&t);
    tool_realloc(path, 0);
    return 0;
}
