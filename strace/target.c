/* SPDX-License-Identifier: BSD-2-Clause */
/* Finding the program: along PATH or by its POSIX or Windows name, scripts through their
 * interpreters. Programs that cannot be traced are refused with the reason. */
#include <string.h>

#include "lib/path/mounts_win.h"
#include "lib/path/path.h"
#include "lib/pe/pe.h"
#include "lib/text/utf.h"
#include "strace.h"

#define RUNTIME          "isthmus1.dll"
#define MAX_INTERPRETERS 4

/* A relative POSIX name: "." goes, or it would count as a name that ends in a dot. */
static void relative(struct wbuf *out, const char *name)
{
    bool some = false;

    while (*name) {
        size_t n = strcspn(name, "/\\");

        if (n && !(n == 1 && *name == '.')) {
            if (some)
                wbuf_putc(out, '\\');
            if (n == 2 && !memcmp(name, "..", 2))
                wbuf_puta(out, "..");
            else
                name_to_wide(out, name, n);
            some = true;
        }
        name += n + (name[n] != 0);
    }
    if (!some)
        wbuf_puta(out, ".");
}

void target_win32(struct wbuf *out, const char *name)
{
    struct mount_table mt;
    struct path_match m = { .why = "it leads nowhere" };
    struct wbuf nt;
    struct buf posix;
    enum path_form form = path_form(name);
    int r = 0;

    wbuf_init(&nt, tool_realloc, NULL, 0);
    buf_init(&posix, tool_realloc, NULL, 0);
    if (form == FORM_POSIX) {
        if (mounts_load(&mt, NULL, NULL) < 0)
            tool_die(EXIT_FAILED, "cannot load the mount table");
        if ((r = path_normalize(&posix, "/", name, NULL)) == 0 &&
            (r = path_to_nt(&mt, posix.p, posix.len, &nt, &m)) == 0)
            r = nt_to_win32(nt.p, nt.len, WIN32_AUTO, out);
        mount_free(&mt);
    } else if (form == FORM_RELATIVE) {
        relative(out, name);
    } else {
        utf8_to_wide(out, name, strlen(name));
    }
    wbuf_free(&nt);
    buf_free(&posix);
    if (r < 0)
        tool_die(EXIT_NOT_FOUND, "%s: %s", name, m.why);
    if (out->len >= 32767)
        tool_die(EXIT_FAILED, "the name is too long: %.80s...", name);
}

static DWORD attributes(const struct wbuf *w)
{
    return GetFileAttributesW((wchar_t *)w->p);
}

/* The file itself, or with .exe behind it. */
static bool exists(struct wbuf *w)
{
    DWORD a = attributes(w);
    size_t len = w->len;

    if (a != INVALID_FILE_ATTRIBUTES && !(a & FILE_ATTRIBUTE_DIRECTORY))
        return true;
    wbuf_puta(w, ".exe");
    a = attributes(w);
    if (a != INVALID_FILE_ATTRIBUTES && !(a & FILE_ATTRIBUTE_DIRECTORY))
        return true;
    wbuf_cut(w, len);
    return false;
}

static bool in_folder(struct wbuf *out, const uint16_t *dir, size_t n, const char *name)
{
    wbuf_cut(out, 0);
    wbuf_put(out, dir, n);
    if (n && dir[n - 1] != '\\' && dir[n - 1] != '/')
        wbuf_putc(out, '\\');
    name_to_wide(out, name, strlen(name));
    return exists(out);
}

static bool along_path(struct wbuf *out, const char *name)
{
    const char *path = tool_getenv("PATH");
    struct wbuf dir;
    struct buf root;
    bool found = false;

    wbuf_init(&dir, tool_realloc, NULL, 0);
    while (path && *path && !found) {
        size_t n = strcspn(path, ";");

        wbuf_cut(&dir, 0);
        utf8_to_wide(&dir, path, n);
        found = n && in_folder(out, dir.p, dir.len, name);
        path += n + (path[n] == ';');
    }
    if (!found) { /* programs of our own tree need no PATH */
        wbuf_cut(&dir, 0);
        buf_init(&root, tool_realloc, NULL, 0);
        if (mounts_tree_root(&root) == 0) {
            utf8_to_wide(&dir, root.p, root.len);
            wbuf_puta(&dir, "\\bin");
            found = in_folder(out, dir.p, dir.len, name);
        }
        buf_free(&root);
    }
    wbuf_free(&dir);
    return found;
}

static void locate(struct wbuf *out, const char *name)
{
    DWORD a;

    wbuf_cut(out, 0);
    if (!*name)
        tool_die(EXIT_NOT_FOUND, "the name of the program is empty");
    if (!strpbrk(name, "/\\:")) {
        if (!along_path(out, name))
            tool_die(EXIT_NOT_FOUND, "%s: not found along PATH", name);
        return;
    }
    target_win32(out, name);
    if (exists(out))
        return;
    a = attributes(out);
    if (a != INVALID_FILE_ATTRIBUTES)
        tool_die(EXIT_NOT_EXECUTABLE, "%s: is a directory", name);
    tool_die(EXIT_NOT_FOUND, "%s: %s", name, error_text(GetLastError()));
}

static int64_t read_at(void *arg, uint64_t off, void *data, size_t n)
{
    OVERLAPPED at = { .Offset = (DWORD)off, .OffsetHigh = (DWORD)(off >> 32) };
    DWORD got = 0;

    if (!ReadFile(arg, data, n > 1u << 20 ? 1u << 20 : (DWORD)n, &got, &at) &&
        GetLastError() != ERROR_HANDLE_EOF)
        return -5;
    return got;
}

static int other_runtime(void *arg, const char *dll, const char *name, int ordinal)
{
    static const char *const known[] = { "cygwin1.dll", "msys-2.0.dll", "msys-1.0.dll" };
    const char **found = arg;

    (void)name;
    (void)ordinal;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (!_stricmp(dll, known[i]))
            *found = known[i];
    return *found != NULL;
}

/* A program image. Ends strace unless it can be run; says whether the runtime will be in it. */
static bool check_image(HANDLE file, const char *name)
{
    struct pe pe;
    const char *other = NULL;
    int r = pe_open(&pe, read_at, file);

    if (r < 0)
        tool_die(EXIT_NOT_EXECUTABLE, "%s: cannot be executed: %s", name,
                 pe.why ? pe.why : "it cannot be read");
    if (pe.characteristics & PE_DLL)
        tool_die(EXIT_NOT_EXECUTABLE, "%s: is a library, no program", name);
    if (pe_imports_dll(&pe, RUNTIME) > 0)
        return true;
    pe_imports(&pe, other_runtime, &other, 0);
    if (other)
        tool_die(EXIT_NOT_EXECUTABLE, "%s: is a program for another runtime (%s), not for %s", name,
                 other, RUNTIME);
    tool_error(
        "%s: is a Windows program that does not use %s: it runs, but there is nothing to trace",
        name, RUNTIME);
    return false;
}

/* #! line: puts the interpreter and its argument before argv. */
static void interpret(struct target *t, char *line, const struct wbuf *script)
{
    char *interpreter = line + 2 + strspn(line + 2, " \t"), *arg, *end;
    struct buf name;
    size_t n = 0, k = 0;
    char **argv;

    end = interpreter + strcspn(interpreter, " \t\r\n");
    arg = end + strspn(end, " \t");
    arg[strcspn(arg, "\r\n")] = 0;
    *end = 0;
    for (char *e = arg + strlen(arg); e > arg && (e[-1] == ' ' || e[-1] == '\t');)
        *--e = 0;
    if (!*interpreter)
        tool_die(EXIT_NOT_EXECUTABLE, "%s: its #! line names no interpreter", t->argv[0]);
    while (t->argv[n])
        n++;
    argv = tool_realloc(NULL, (n + 3) * sizeof *argv);
    argv[k++] = _strdup(interpreter);
    if (*arg)
        argv[k++] = _strdup(arg);
    buf_init(&name, tool_realloc, NULL, 0);
    if (strpbrk(t->argv[0], "/\\:")) {
        buf_puts(&name, t->argv[0]);
    } else {
        wide_to_utf8(&name, script->p, script->len);
        for (size_t i = 0; i < name.len; i++)
            if (name.p[i] == '\\')
                name.p[i] = '/';
    }
    argv[k++] = name.p;
    memcpy(argv + k, t->argv + 1, n * sizeof *argv);
    t->argv = argv;
}

void target_find(struct target *t, char **argv)
{
    char head[256];
    HANDLE file;
    int64_t n;

    wbuf_init(&t->image, tool_realloc, NULL, 0);
    t->argv = argv;
    for (int depth = 0; depth <= MAX_INTERPRETERS; depth++) {
        const char *name = t->argv[0];

        locate(&t->image, name);
        file = CreateFileW((wchar_t *)t->image.p, GENERIC_READ,
                           FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                           OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);
        if (file == INVALID_HANDLE_VALUE)
            tool_die(EXIT_NOT_EXECUTABLE, "%s: %s", name, error_text(GetLastError()));
        n = read_at(file, 0, head, sizeof head - 1);
        if (n < 2 || memcmp(head, "#!", 2)) {
            if (n < 2 || memcmp(head, "MZ", 2))
                tool_die(EXIT_NOT_EXECUTABLE,
                         "%s: is neither a program nor a script with a #! line", name);
            t->traceable = check_image(file, name);
            CloseHandle(file);
            return;
        }
        CloseHandle(file);
        head[n] = 0;
        interpret(t, head, &t->image);
    }
    tool_die(EXIT_NOT_EXECUTABLE, "%s: too many interpreters of interpreters", argv[0]);
}
