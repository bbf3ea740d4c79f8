/* SPDX-License-Identifier: BSD-2-Clause */
/* What keeps an image from being loaded. Breadth first over the imports; each image is looked at once. */
#include "lib/pe/need.h"

#include <errno.h>
#include <string.h>

#define MAX_IMAGES 512  /* a graph that goes on beyond this is believed to be complete */

/* A name that somebody imports; DLLs in one list, the functions of one of them in another. */
struct item {
    struct item *next;
    const char *from;       /* importer, another item's name; functions: unused */
    int found;
    char name[];
};

struct list {
    struct item *first, **end;
    unsigned n;
};

struct walk {
    struct pe_world *w;
    struct list dlls;       /* all images, in the order in which they are looked at */
    struct list imports;    /* DLLs that the present one names */
    struct list functions;  /* of one of these */
    const char *importer;
    const char *wanted;     /* DLL whose functions are collected */
    struct buf *why;
};

static int lower(int c)
{
    return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

static int same_name(const char *a, const char *b)
{
    while (*a && lower((unsigned char)*a) == lower((unsigned char)*b))
        a++, b++;
    return !*a && !*b;
}

static int add(struct walk *k, struct list *l, const char *name, const char *from)
{
    size_t n = strlen(name) + 1;
    struct item *i = k->w->alloc(NULL, sizeof(*i) + n);

    if (!i)
        return -ENOMEM;
    i->next = NULL;
    i->from = from;
    i->found = 0;
    memcpy(i->name, name, n);
    *l->end = i;
    l->end = &i->next;
    l->n++;
    return 0;
}

static void clear(struct walk *k, struct list *l)
{
    struct item *next;

    for (struct item *i = l->first; i; i = next) {
        next = i->next;
        k->w->alloc(i, 0);
    }
    *l = (struct list){ NULL, &l->first, 0 };
}

static int has(const struct list *l, const char *name)
{
    for (const struct item *i = l->first; i; i = i->next)
        if (same_name(i->name, name))
            return 1;
    return 0;
}

static int collect_dll(void *arg, const char *dll, const char *name, int ordinal)
{
    struct walk *k = arg;
    int r = 0;

    (void)name;
    (void)ordinal;
    if (!has(&k->imports, dll))
        r = add(k, &k->imports, dll, NULL);
    if (r == 0 && !has(&k->dlls, dll) && k->dlls.n < MAX_IMAGES)
        r = add(k, &k->dlls, dll, k->importer);
    return r;
}

static int collect_function(void *arg, const char *dll, const char *name, int ordinal)
{
    struct walk *k = arg;

    (void)ordinal;
    return name && same_name(dll, k->wanted) ? add(k, &k->functions, name, NULL) : 0;
}

static int tick_off(void *arg, const char *name, uint32_t ordinal, uint32_t rva, const char *forward)
{
    struct walk *k = arg;

    (void)ordinal;
    (void)rva;
    (void)forward;
    for (struct item *i = k->functions.first; i; i = i->next)
        if (!i->found && !strcmp(i->name, name)) {
            i->found = 1;
            k->functions.n--;
        }
    return k->functions.n == 0; /* that was the last: no need to go on */
}

static int say(struct walk *k, const char *who, const char *a, const char *what, const char *b)
{
    buf_puts(k->why, who);
    buf_puts(k->why, a);
    buf_puts(k->why, what);
    buf_puts(k->why, b);
    return buf_err(k->why) < 0 ? -ENOMEM : 1;
}

/* All that `importer` (open as `from`) takes of `dll` (open as `pe`) has to be there. */
static int check_functions(struct walk *k, struct pe *from, const char *importer, const char *dll,
                           struct pe *pe)
{
    int r;

    clear(k, &k->functions);
    k->wanted = dll;
    if ((r = pe_imports(from, collect_function, k, 1)) < 0)
        return r == -ENOMEM ? r : 0;
    if (!k->functions.n || (r = pe_exports(pe, tick_off, k)) < 0 || !k->functions.n)
        return 0;
    for (struct item *i = k->functions.first; i; i = i->next)
        if (!i->found) {
            say(k, importer, " needs the symbol ", i->name, " of ");
            return say(k, dll, ", which has none of that name", "", "");
        }
    return 0;
}

/* One DLL that the image imports. */
static int check_import(struct walk *k, struct pe *from, const char *importer, const char *dll,
                        struct pe *pe, struct buf *path)
{
    int r;

    buf_cut(path, 0);
    r = k->w->open(k->w, dll, importer, pe, path);
    if (r == PE_FOUND_SYSTEM || r == -ENOMEM)
        return r == -ENOMEM ? r : 0;
    if (r == -ENOEXEC) {
        say(k, importer, " needs ", dll, ", which is no image that can be loaded: ");
        buf_puts(k->why, pe->why ? pe->why : "damaged");
        return 1;
    }
    if (r < 0)
        return say(k, importer, " needs ", dll, ", which was not found");
    r = check_functions(k, from, importer, dll, pe);
    k->w->close(k->w, pe);
    return r;
}

/* All that one image imports, directly. */
static int check_image(struct walk *k, const char *name, struct pe *pe, struct pe *other, struct buf *path)
{
    int r;

    k->importer = name;
    clear(k, &k->imports);
    if ((r = pe_imports(pe, collect_dll, k, 0)) < 0)
        return r == -ENOMEM ? r : 0;
    for (struct item *i = k->imports.first; i && r == 0; i = i->next)
        r = check_import(k, pe, name, i->name, other, path);
    return r;
}

static int walk(struct walk *k, struct pe *pe, struct pe *other, struct buf *path)
{
    int r = 0;

    for (struct item *i = k->dlls.first; i && r == 0; i = i->next) {
        buf_cut(path, 0);
        r = k->w->open(k->w, i->name, i->from, pe, path);
        if (r < 0 && i == k->dlls.first) {
            if (r == -ENOEXEC)
                return say(k, i->name, " is no image that can be loaded: ", pe->why ? pe->why : "damaged", "");
            return r;
        }
        if (r != 0) {
            r = 0; /* of the system, or it has just been closed and is gone now */
            continue;
        }
        r = check_image(k, i->name, pe, other, path);
        k->w->close(k->w, pe);
    }
    return r;
}

int pe_need(struct pe_world *w, const char *top, struct buf *why)
{
    struct walk k = { .w = w, .why = why };
    struct pe *pe = w->alloc(NULL, 2 * sizeof(*pe));
    struct buf path;
    int r;

    k.dlls.end = &k.dlls.first;
    k.imports.end = &k.imports.first;
    k.functions.end = &k.functions.first;
    buf_init(&path, w->alloc, NULL, 0);
    r = pe ? add(&k, &k.dlls, top, "") : -ENOMEM;
    if (r == 0)
        r = walk(&k, pe, pe + 1, &path);
    clear(&k, &k.dlls);
    clear(&k, &k.imports);
    clear(&k, &k.functions);
    buf_free(&path);
    w->alloc(pe, 0);
    return r;
}
