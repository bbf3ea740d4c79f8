/* SPDX-License-Identifier: BSD-2-Clause */
/* Programs and DLLs of the tree: what fork needs of them, and whether they can be loaded at all. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cygcheck-like/cygcheck.h"
#include "lib/pe/file.h"
#include "lib/tool/out.h"

#define RUNTIME "isthmus1.dll"

/* Where DLLs of ported programs lie (design of the memory map): anything else fork cannot count on. */
#define WINDOW_START 0x110000000ull
#define WINDOW_END   0x170000000ull
#define WINDOW_RUNTIME 0x10000000ull /* kept for the runtime */
#define WINDOW_STEP  0x10000ull

struct dll {
    char *path;
    uint64_t base, size;
};

struct images {
    struct report *r;
    const char *folder;
    struct dll *dll;
    size_t dlls, programs, ported;
    bool trouble;
};

static void trouble(struct images *s, enum severity severity)
{
    s->trouble |= severity >= FIND_WARNING;
}

static void check_fixed(struct images *s, const struct pe *pe, const char *path)
{
    if (pe->dll_characteristics & PE_DYNAMIC_BASE) {
        find(s->r, FIND_WARNING, "dynamic-base", "link it with the SDK's driver, which turns that off",
             "%s may be loaded anywhere (DYNAMIC_BASE): forks can fail", path);
        trouble(s, FIND_WARNING);
    } else if (!(pe->characteristics & PE_RELOCS_STRIPPED)) {
        find(s->r, FIND_INFO, "relocations", "link it with the SDK's driver",
             "%s has relocations: loaded elsewhere it starts, and its forks fail", path);
    }
    if ((pe->characteristics & PE_DLL) && (pe->image_base < WINDOW_START || pe->image_base >= WINDOW_END)) {
        find(s->r, FIND_WARNING, "outside-window", "link it with the SDK's driver", "%s is based at %#llx, outside the range for "
             "DLLs", path, (unsigned long long)pe->image_base);
        trouble(s, FIND_WARNING);
    }
}

static void add_dll(struct images *s, const struct pe *pe, const char *path)
{
    s->dll = tool_realloc(s->dll, (s->dlls + 1) * sizeof(*s->dll));
    s->dll[s->dlls++] = (struct dll){ strcpy(tool_realloc(NULL, strlen(path) + 1), path), pe->image_base,
                                      pe->image_size };
}

static bool overlap(const struct dll *a, uint64_t base, uint64_t size)
{
    return base < a->base + a->size && a->base < base + size;
}

/* The lowest address where `size` bytes are free; 0: none. */
static uint64_t free_place(const struct images *s, uint64_t size)
{
    uint64_t at = WINDOW_START + WINDOW_RUNTIME;

    for (size_t i = 0; i < s->dlls; i++)
        if (overlap(&s->dll[i], at, size)) {
            at = (s->dll[i].base + s->dll[i].size + WINDOW_STEP - 1) & ~(uint64_t)(WINDOW_STEP - 1);
            i = (size_t)-1; /* once more from the beginning */
            if (at + size > WINDOW_END)
                return 0;
        }
    return at;
}

/* Of two DLLs at one place the later one gets a proposal; it counts as moved there. */
static void check_overlaps(struct images *s)
{
    for (size_t i = 0; i < s->dlls; i++)
        for (size_t k = 0; k < i; k++) {
            struct dll *a = &s->dll[k], *b = &s->dll[i];
            uint64_t was = b->base, place;
            char remedy[160];

            if (!overlap(a, b->base, b->size))
                continue;
            b->base = 0;
            place = free_place(s, b->size);
            snprintf(remedy, sizeof(remedy), "link the second one again with -Wl,--image-base=%#llx, which is free",
                     (unsigned long long)place);
            find(s->r, FIND_WARNING, "overlap", place ? remedy : "link one of them again with another --image-base",
                 "%s and %s want the same address: a program with both cannot fork", a->path, b->path);
            evidence(s->r, "%#llx to %#llx and %#llx to %#llx", (unsigned long long)a->base,
                     (unsigned long long)(a->base + a->size), (unsigned long long)was,
                     (unsigned long long)(was + b->size));
            trouble(s, FIND_WARNING);
            b->base = place ? place : was;
            break;
        }
}

/* Only what is missing; the tree itself is for those who ask for it. */
static void check_imports(struct images *s, const char *path)
{
    const char *check = s->r->check;
    size_t before = s->r->findings;
    struct buf unused;

    buf_init(&unused, tool_realloc, NULL, 0);
    tree_print(s->r, path, false, false, &unused);
    buf_free(&unused);
    s->r->check = check;
    if (s->r->findings > before)
        trouble(s, FIND_ERROR);
}

static void check_image(struct images *s, const char *path, bool is_dll)
{
    struct pe *pe = tool_realloc(NULL, sizeof(*pe));
    int r = pe_file_open(pe, path);
    bool runtime = strlen(path) >= strlen(RUNTIME)
                   && same_path(path + strlen(path) - strlen(RUNTIME), RUNTIME);

    if (r < 0) {
        find(s->r, FIND_ERROR, "unreadable", "reinstall it", "%s cannot be read: %s", path,
             r == -ENOEXEC ? pe->why : "access denied");
        trouble(s, FIND_ERROR);
        tool_realloc(pe, 0);
        return;
    }
    if (runtime || pe_imports_dll(pe, RUNTIME) == 1) {
        s->ported++;
        if (pe_imports_dll(pe, "cygwin1.dll") == 1 || pe_imports_dll(pe, "msys-2.0.dll") == 1) {
            find(s->r, FIND_ERROR, "two-runtimes", "build it again with one SDK only", "%s uses two runtimes at once", path);
            trouble(s, FIND_ERROR);
        }
        check_fixed(s, pe, path);
        if (is_dll)
            add_dll(s, pe, path);
        else
            check_imports(s, path);
    }
    pe_file_close(pe);
    tool_realloc(pe, 0);
}

static bool ends(const char *name, const char *end)
{
    size_t n = strlen(name), e = strlen(end);

    return n > e && same_path(name + n - e, end);
}

static void see_file(void *arg, const char *name, bool folder)
{
    struct images *s = arg;
    bool dll = ends(name, ".dll");
    char *path;

    if (folder || (!dll && !ends(name, ".exe")))
        return;
    s->programs += !dll;
    path = tool_realloc(NULL, strlen(s->folder) + strlen(name) + 2);
    sprintf(path, "%s\\%s", s->folder, name);
    check_image(s, path, dll);
    tool_realloc(path, 0);
}

void check_images(struct report *r)
{
    struct images s = { .r = r };
    char *bin = tree_path("bin");

    bool listed;

    s.folder = bin;
    listed = folder_each(bin, see_file, &s);

    check_overlaps(&s);
    if (!listed)
        find(r, FIND_ERROR, "not-listed", NULL, "%s cannot be listed", bin);
    else if (!s.trouble)
        find(r, FIND_OK, "ok", NULL, "%zu programs and DLLs of this runtime lie where fork needs them", s.ported);
    fact(r, "installation", "programs", "%zu, of them and the DLLs %zu ported", s.programs, s.ported);
    for (size_t i = 0; i < s.dlls; i++) {
        fact(r, "DLLs", strrchr(s.dll[i].path, '\\') + 1, "%#llx, %llu KiB",
             (unsigned long long)s.dll[i].base, (unsigned long long)(s.dll[i].size >> 10));
        tool_realloc(s.dll[i].path, 0);
    }
    tool_realloc(s.dll, 0);
    tool_realloc(bin, 0);
}
