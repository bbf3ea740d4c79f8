/* SPDX-License-Identifier: BSD-2-Clause */
/* ldd: the DLLs that a program needs, and where the loader finds them. Reads the files; nothing is
 * started. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/path/name_win.h"
#include "lib/pe/file.h"
#include "lib/text/buf.h"
#include "lib/tool/opt.h"
#include "lib/tool/out.h"

#define DLLS_MAX 4096

static bool system_too, json;

static const struct opt opts[] = { { 's', "system", OPT_FLAG, &system_too, NULL,
                                     "also what Windows' own DLLs need" },
                                   { 'J', "json", OPT_FLAG, &json, NULL, "one JSON object a line" },
                                   { 0 } };

static const struct opt_spec spec = {
    .prog = "ldd",
    .usage = "[-s] [--json] PROGRAM...",
    .about = "Prints the DLLs that programs or DLLs need, theirs as well, and where the loader "
             "finds them: beside "
             "the program, in Windows, along PATH. cygcheck PROGRAM shows who needs which, and "
             "missing functions.",
    .opts = opts,
    .exit_status =
        "0  all were found\n1  one is missing, or a program cannot be read\n2  wrong usage",
};

struct needed {
    char *name, *path; /* path NULL: not found */
    uint64_t base;
};

struct list {
    struct needed *v;
    size_t n;
    const char *folder; /* of the program */
};

static int add(void *arg, const char *dll, const char *name, int ordinal)
{
    struct list *l = arg;

    (void)name, (void)ordinal;
    for (size_t i = 0; i < l->n; i++)
        if (!_stricmp(l->v[i].name, dll))
            return 0;
    if (l->n == DLLS_MAX) /* a hostile file */
        return 1;
    l->v = tool_realloc(l->v, (l->n + 1) * sizeof *l->v);
    l->v[l->n++] = (struct needed){ strcpy(tool_realloc(NULL, strlen(dll) + 1), dll),
                                    pe_file_search(l->folder, dll), 0 };
    return 0;
}

static bool is_system(const char *path)
{
    const char *windows = pe_windows_folder();

    return !_strnicmp(path, windows, strlen(windows));
}

/* What the image at `path` needs goes behind the list. */
static int imports(struct list *l, const char *path, uint64_t *base, const char **why)
{
    struct pe *pe = tool_realloc(NULL, sizeof *pe);
    int r = pe_file_open(pe, path);

    *why = r == -ENOENT    ? "no such file"
           : r == -EACCES  ? "access denied"
           : r == -ENOEXEC ? pe->why
                           : "it cannot be read";
    if (r == 0) {
        *base = pe->image_base;
        pe_imports(pe, add, l, 0);
        pe_file_close(pe);
    }
    tool_realloc(pe, 0);
    return r;
}

static void show(struct buf *out, const struct needed *d)
{
    if (json) {
        buf_putc(out, '{');
        json_key(out, "name");
        json_strz(out, d->name);
        json_key(out, "path");
        if (d->path)
            json_strz(out, d->path);
        else
            buf_puts(out, "null");
        buf_puts(out, "}\n");
        return;
    }
    buf_putc(out, '\t');
    buf_puts(out, d->name);
    buf_puts(out, " => ");
    buf_puts(out, d->path ? d->path : pe_api_set(d->name) ? "part of Windows" : "not found");
    if (d->path) {
        buf_puts(out, " (0x");
        buf_putx(out, d->base, 1);
        buf_putc(out, ')');
    }
    buf_putc(out, '\n');
}

static int one(const char *program, struct buf *out)
{
    struct buf file, folder;
    struct list l = { 0 };
    const char *why = "it leads nowhere";
    uint64_t base;
    char *end;
    int bad = 0;

    buf_init(&file, tool_realloc, NULL, 0);
    buf_init(&folder, tool_realloc, NULL, 0);
    if (tool_file_name(&file, program, &why) < 0) {
        tool_error("%s: %s", program, why);
        return 1;
    }
    buf_putc(&file, 0);
    buf_puts(&folder, file.p);
    buf_putc(&folder, 0);
    for (end = folder.p + strlen(folder.p); end > folder.p && *end != '\\' && *end != '/'; end--)
        ;
    if (end > folder.p)
        *end = 0;
    else
        strcpy(folder.p, "."); /* a name is never empty */
    l.folder = folder.p;
    if (imports(&l, file.p, &base, &why) < 0) {
        tool_error("%s: %s", program, why);
        bad = 1;
    }
    for (size_t i = 0; i < l.n; i++) { /* it grows meanwhile */
        uint64_t at = 0;

        if (l.v[i].path && (system_too || !is_system(l.v[i].path)))
            imports(&l, l.v[i].path, &at, &why);
        else if (!l.v[i].path && !pe_api_set(l.v[i].name))
            bad = 1;
        l.v[i].base = at;
        show(out, &l.v[i]);
    }
    for (size_t i = 0; i < l.n; i++) {
        tool_realloc(l.v[i].name, 0);
        tool_realloc(l.v[i].path, 0);
    }
    tool_realloc(l.v, 0);
    buf_free(&file);
    buf_free(&folder);
    return bad;
}

int tool_main(int argc, char **argv)
{
    int first = opt_parse(&spec, argc, argv), bad = 0;
    bool several = argc - first > 1;
    struct buf out;

    if (first == argc) {
        tool_error("no program given (try 'ldd --help')");
        return OPT_EXIT_USAGE;
    }
    buf_init(&out, tool_realloc, NULL, 0);
    for (; first < argc; first++) {
        if (several && !json) {
            buf_puts(&out, argv[first]);
            buf_puts(&out, ":\n");
        }
        bad |= one(argv[first], &out);
    }
    if (!tool_flush(&out, stdout))
        tool_die(1, "cannot write the list");
    buf_free(&out);
    return bad;
}
