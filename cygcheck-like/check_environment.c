/* SPDX-License-Identifier: BSD-2-Clause */
/* PATH, and the variables that the runtime and programs look at. */
#include <stdio.h>
#include <string.h>

#include "cygcheck-like/cygcheck.h"
#include "lib/pe/file.h"
#include "lib/path/name_win.h"
#include "lib/tool/out.h"

/* ---- PATH ---- */

struct path_scan {
    struct report *r;
    bool ours;       /* the tree's bin has been seen */
    const char *dir; /* where programs of the same name are looked for */
    char *shadow;    /* one that was found there */
    char **seen;
    size_t n;
};

static char *in_folder(const char *dir, const char *name)
{
    char *p = tool_realloc(NULL, strlen(dir) + strlen(name) + 2);

    sprintf(p, "%s\\%s", dir, name);
    return p;
}

static void other_runtimes(struct path_scan *s, const char *dir)
{
    static const char *const others[] = { "cygwin1.dll", "msys-2.0.dll", "isthmus1.dll" };

    for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
        char *dll = in_folder(dir, others[i]);

        if (file_kind(dll) == FILE_PLAIN && i == 2)
            find(s->r, s->ours ? FIND_INFO : FIND_WARNING, "other-runtime",
                 "put the tree that you want to use first on PATH",
                 "PATH has another runtime: %s%s", dll, s->ours ? "" : ", before this tree's");
        else if (file_kind(dll) == FILE_PLAIN)
            find(s->r, s->ours ? FIND_INFO : FIND_WARNING, "foreign",
                 "put this tree's bin before it, or take it off PATH",
                 "PATH has programs of another system: %s%s", dll,
                 s->ours ? "" : ", before this tree's");
        tool_realloc(dll, 0);
    }
}

static void same_name(void *arg, const char *name, bool folder)
{
    struct path_scan *s = arg;
    size_t n = strlen(name);
    char *p;

    if (folder || s->shadow || n < 5 || !same_path(name + n - 4, ".exe"))
        return;
    p = in_folder(s->dir, name);
    if (file_kind(p) == FILE_PLAIN)
        s->shadow = p;
    else
        tool_realloc(p, 0);
}

/* A program of a folder before ours is started instead of ours. Windows' own come first on every
 * machine. */
static void shadowed(struct path_scan *s, const char *dir)
{
    char *bin = tree_path("bin");

    if (!s->ours && !path_below(dir, pe_windows_folder()) && !path_below(dir, tree_root())) {
        s->dir = dir;
        s->shadow = NULL;
        folder_each(bin, same_name, s);
        if (s->shadow)
            find(s->r, FIND_WARNING, "shadowed", "put this tree's bin before that folder on PATH",
                 "%s is started instead of this tree's program", s->shadow);
        tool_realloc(s->shadow, 0);
    }
    tool_realloc(bin, 0);
}

static bool seen_before(struct path_scan *s, const char *dir)
{
    for (size_t i = 0; i < s->n; i++)
        if (same_path(s->seen[i], dir))
            return true;
    s->seen = tool_realloc(s->seen, (s->n + 1) * sizeof(*s->seen));
    s->seen[s->n++] = strcpy(tool_realloc(NULL, strlen(dir) + 1), dir);
    return false;
}

static void path_entry(struct path_scan *s, const char *dir)
{
    char *bin = tree_path("bin");

    if (seen_before(s, dir))
        find(s->r, FIND_INFO, "twice", "remove one of them", "PATH has %s twice", dir);
    else if (same_path(dir, bin))
        s->ours = true;
    else if (!strpbrk(dir, ":") && dir[0] != '\\' && dir[0] != '/')
        find(s->r, FIND_WARNING, "relative", "use absolute names in PATH",
             "PATH has the relative folder \"%s\"", dir);
    else if (file_kind(dir) != FILE_FOLDER)
        find(s->r, FIND_INFO, "no-folder", "take it off PATH", "PATH has %s, which is no folder",
             dir);
    else {
        size_t before = s->r->findings;

        other_runtimes(s, dir);
        if (s->r->findings == before)
            shadowed(s, dir);
    }
    tool_realloc(bin, 0);
}

void check_path(struct report *r)
{
    const char *path = tool_getenv("PATH");
    struct path_scan s = { .r = r };
    char *bin = tree_path("bin");

    for (const char *end; path && *path; path = *end ? end + 1 : end) {
        size_t n;
        char *dir;

        end = path + strcspn(path, ";");
        n = (size_t)(end - path);
        while (n > 3 && (path[n - 1] == '\\' || path[n - 1] == '/'))
            n--;
        if (!n)
            continue;
        dir = memcpy(tool_realloc(NULL, n + 1), path, n);
        dir[n] = 0;
        path_entry(&s, dir);
        tool_realloc(dir, 0);
    }
    if (s.ours)
        find(r, FIND_OK, "ok", NULL, "PATH has %s", bin);
    else
        find(r, FIND_WARNING, "bin-missing",
             "add it, so that programs find each other and their DLLs", "PATH lacks %s", bin);
    for (size_t i = 0; i < s.n; i++)
        tool_realloc(s.seen[i], 0);
    tool_realloc(s.seen, 0);
    tool_realloc(bin, 0);
}

/* ---- environment ---- */

enum option_type { FLAG, WORD, TEXT, LIST };

static const struct option {
    const char *name, *values;
    enum option_type type;
} options[] = {
#define OPTION(name, type, initial, values, help) { #name, values, type },
#include "lib/abi/options.def"
#undef OPTION
};

static const struct option *option_of(const char *s, size_t n)
{
    for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++) {
        if (strlen(options[i].name) == n && !strncmp(options[i].name, s, n))
            return &options[i];
        if (options[i].type == FLAG && n > 2 && !strncmp(s, "no", 2) &&
            strlen(options[i].name) == n - 2 && !strncmp(options[i].name, s + 2, n - 2))
            return &options[i];
    }
    return NULL;
}

/* Whether `values`, "a,b,c", has the word. */
static bool has_word(const char *values, const char *s, size_t n)
{
    for (; *values; values += strcspn(values, ",") + (values[strcspn(values, ",")] != 0))
        if (strcspn(values, ",") == n && !strncmp(values, s, n))
            return true;
    return false;
}

/* The program that error_start names: with a folder, or in the tree's bin. */
static bool program_there(const char *s, size_t n)
{
    char *name = memcpy(tool_realloc(NULL, n + 5), s, n), *bin = tree_path("bin"), *full;
    const char *why;
    struct buf win;
    bool there = false;

    name[n] = 0;
    buf_init(&win, tool_realloc, NULL, 0);
    if (!strpbrk(name, "/\\:")) {
        full = in_folder(bin, name);
        buf_puts(&win, full);
        tool_realloc(full, 0);
    } else if (tool_file_name(&win, name, &why) < 0) {
        buf_cut(&win, 0);
    }
    for (int i = 0; i < 2 && win.len && !there; i++) {
        buf_putc(&win, 0);
        there = file_kind(win.p) == FILE_PLAIN;
        buf_cut(&win, win.len - 1);
        buf_puts(&win, ".exe");
    }
    buf_free(&win);
    tool_realloc(name, 0);
    tool_realloc(bin, 0);
    return there;
}

/* One word of CYGWIN; false: something is wrong with it. */
static bool check_option(struct report *r, const char *p, size_t n)
{
    size_t name = strcspn(p, ":= \t"), skip = name < n ? name + 1 : n;
    const struct option *o = option_of(p, name);

    if (!o)
        find(r, FIND_WARNING, "option", "remove it; the manual of cygcheck lists the options",
             "CYGWIN has an option that is not known: %.*s", (int)n, p);
    else if (o->type == WORD && !has_word(o->values, p + skip, n - skip))
        find(r, FIND_WARNING, "option-value", "use one of its values",
             "CYGWIN has a value that %s does not take: %.*s "
             "(it takes %s)",
             o->name, (int)n, p, o->values);
    else if (!strcmp(o->name, "error_start") && n > skip && !program_there(p + skip, n - skip))
        find(r, FIND_WARNING, "error-start", "correct its name, or remove the option",
             "CYGWIN's error_start names a program that is not there: %.*s", (int)(n - skip),
             p + skip);
    else
        return true;
    return false;
}

static void check_cygwin(struct report *r)
{
    const char *p = tool_getenv("CYGWIN");
    bool good = true;

    while (p && *(p += strspn(p, " \t"))) {
        size_t n = strcspn(p, " \t");

        good &= check_option(r, p, n);
        p += n;
    }
    if (good)
        find(r, FIND_OK, "option-ok", NULL, "all options in CYGWIN are known");
}

static void check_home(struct report *r)
{
    const char *home = tool_getenv("HOME"), *why;
    struct buf win;

    if (!home || !*home) {
        fact(r, "environment", "HOME", "not set: programs start in /");
        return;
    }
    buf_init(&win, tool_realloc, NULL, 0);
    if (tool_file_name(&win, home, &why) == 0) {
        buf_putc(&win, 0);
        if (file_kind(win.p) != FILE_FOLDER) {
            find(r, FIND_WARNING, "home", "make the folder, or set HOME to one that is there",
                 "HOME names a folder that is not there: %s", home);
            evidence(r, "it would be %s", win.p);
        }
    }
    buf_free(&win);
}

static void variable(void *arg, const char *name, const char *value)
{
    struct report *r = arg;

    fact(r, "environment", name, "%s", secret_name(name) && !r->unredacted ? "<removed>" : value);
}

void check_environment(struct report *r)
{
    static const char *const folders[] = { "TMP", "TEMP", "TMPDIR" };

    environment_each(variable, r);
    check_cygwin(r);
    check_home(r);
    for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++) {
        const char *tmp = tool_getenv(folders[i]);

        if (tmp && *tmp && tmp[1] == ':' && file_kind(tmp) != FILE_FOLDER) {
            find(r, FIND_WARNING, "tmp-missing",
                 "make the folder, or set the variable to one that is there",
                 "%s names a folder that is not there: %s", folders[i], tmp);
            break;
        }
    }
}
