/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cygpath: converts names between POSIX and Windows by the mount table of this installation.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#include "lib/path/mounts_win.h"
#include "lib/path/path.h"
#include "lib/text/utf.h"
#include "lib/tool/opt.h"
#include "lib/tool/out.h"

enum type { UNIX, WINDOWS, MIXED, DOS };

#define FLUSH_AT 65536

static struct {
    enum type type;
    bool absolute, list, ignore, explain, long_name, short_name, windir, sysdir;
    const char *file;
} cfg;

static struct {
    struct mount_table mt;
    struct buf cwd;
    struct buf out;
    int status;
} run;

static const char *set_type(void *value, const char *arg)
{
    static const struct {
        const char *name;
        enum type type;
    } types[] = { { "unix", UNIX }, { "windows", WINDOWS }, { "mixed", MIXED }, { "dos", DOS } };

    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (!strcmp(types[i].name, arg)) {
            *(enum type *)value = types[i].type;
            return NULL;
        }
    }
    return "not unix, windows, mixed or dos";
}

static const char *set_unix(void *value, const char *arg)
{
    return set_type(value, "unix");
}

static const char *set_windows(void *value, const char *arg)
{
    return set_type(value, "windows");
}

static const char *set_mixed(void *value, const char *arg)
{
    return set_type(value, "mixed");
}

static const char *set_dos(void *value, const char *arg)
{
    return set_type(value, "dos");
}

static const struct opt opts[] = {
    { 0, NULL, OPT_TITLE, NULL, NULL, "Form of the result" },
    { 'u', "unix", OPT_CALL, &cfg.type, NULL, "/usr/bin (the default)", .call = set_unix },
    { 'w', "windows", OPT_CALL, &cfg.type, NULL, "C:\\isthmus\\bin", .call = set_windows },
    { 'm', "mixed", OPT_CALL, &cfg.type, NULL, "C:/isthmus/bin", .call = set_mixed },
    { 'd', "dos", OPT_CALL, &cfg.type, NULL, "as -w with short names", .call = set_dos },
    { 't', "type", OPT_CALL, &cfg.type, "TYPE", "one of unix, windows, mixed, dos",
      .call = set_type },
    { 0, NULL, OPT_TITLE, NULL, NULL, "How" },
    { 'a', "absolute", OPT_FLAG, &cfg.absolute, NULL, "make relative names absolute" },
    { 'l', "long-name", OPT_FLAG, &cfg.long_name, NULL, "replace short names by long ones" },
    { 's', "short-name", OPT_FLAG, &cfg.short_name, NULL, "replace long names by short ones (-w, -m)" },
    { 'p', "path", OPT_FLAG, &cfg.list, NULL, "names are lists as in PATH" },
    { 'f', "file", OPT_STR, &cfg.file, "FILE", "read names from FILE, one a line; - is standard input" },
    { 'i', "ignore", OPT_FLAG, &cfg.ignore, NULL, "say nothing when no name is given" },
    { 0, "explain", OPT_FLAG, &cfg.explain, NULL, "say behind each result which mount or rule it is by" },
    { 0, NULL, OPT_TITLE, NULL, NULL, "Folders of the system, in place of a name" },
    { 'S', "sysdir", OPT_FLAG, &cfg.sysdir, NULL, "the system folder" },
    { 'W', "windir", OPT_FLAG, &cfg.windir, NULL, "the Windows folder" },
    { 0 }
};

static const struct opt_spec spec = {
    .prog = "cygpath",
    .usage = "[-u|-w|-m|-d] [OPTION]... NAME...\n[OPTION]... -f FILE\n[OPTION]... -S|-W",
    .about = "Converts names between POSIX and Windows form, by the mount table.",
    .opts = opts,
    .exit_status = "0  all converted\n1  a name could not be converted, a message says why\n"
                   "2  wrong usage",
    .more = "A name is converted by its text: symbolic links in it are not followed.",
};

static void fail(const char *name, const char *why)
{
    tool_flush(&run.out, stdout);
    tool_error("%s: %s", name, why ? why : "cannot be converted");
    run.status = 1;
}

/* Short or long names of what exists; what does not stays. */
static void change_name(struct wbuf *w, bool to_short)
{
    DWORD n = to_short ? GetShortPathNameW((WCHAR *)w->p, NULL, 0)
                       : GetLongPathNameW((WCHAR *)w->p, NULL, 0);
    uint16_t *p;

    if (!n)
        return;
    p = tool_realloc(NULL, (n + 1) * sizeof *p);
    n = to_short ? GetShortPathNameW((WCHAR *)w->p, (WCHAR *)p, n + 1)
                 : GetLongPathNameW((WCHAR *)w->p, (WCHAR *)p, n + 1);
    wbuf_cut(w, 0);
    wbuf_put(w, p, n);
    tool_realloc(p, 0);
}

static void put_windows(struct wbuf *w, bool slash)
{
    if (cfg.short_name || cfg.type == DOS)
        change_name(w, true);
    else if (cfg.long_name)
        change_name(w, false);
    if (slash && w->len && w->p[w->len - 1] != '\\')
        wbuf_putc(w, '\\');
    if (cfg.type == MIXED)
        for (size_t i = 0; i < w->len; i++)
            if (w->p[i] == '\\')
                w->p[i] = '/';
    wide_to_utf8(&run.out, w->p, w->len);
}

static bool ends_in_slash(const char *s)
{
    size_t n = strlen(s);

    return n && (s[n - 1] == '/' || s[n - 1] == '\\');
}

static int to_windows(const char *name, struct path_match *m)
{
    static struct wbuf nt, win;         /* memory is kept: many names in a run */
    static struct buf posix;
    int r;

    if (!nt.alloc) {
        wbuf_init(&nt, tool_realloc, NULL, 0);
        wbuf_init(&win, tool_realloc, NULL, 0);
        buf_init(&posix, tool_realloc, NULL, 0);
    }
    if (!cfg.absolute && path_form(name) == FORM_RELATIVE) {
        m->rule = RULE_RELATIVE;
        for (const char *s = name; *s; s++)
            buf_putc(&run.out, *s == '/' && cfg.type != MIXED ? '\\'
                               : *s == '\\' && cfg.type == MIXED ? '/' : *s);
        return 0;
    }
    switch (path_form(name)) {
    case FORM_DRIVE:
    case FORM_UNC:
    case FORM_NT:
        r = win32_to_nt(name, &nt, m);
        break;
    default:
        r = path_normalize(&posix, run.cwd.p, name, NULL);
        if (r == 0)
            r = path_to_nt(&run.mt, posix.p, posix.len, &nt, m);
    }
    if (r == 0)
        r = nt_to_win32(nt.p, nt.len, WIN32_AUTO, &win);
    if (r == 0)
        put_windows(&win, ends_in_slash(name));
    return r;
}

static int to_unix(const char *name, struct path_match *m)
{
    static struct buf posix, turned;
    int r;

    if (!posix.alloc) {
        buf_init(&posix, tool_realloc, NULL, 0);
        buf_init(&turned, tool_realloc, NULL, 0);
    }
    if (path_form(name) == FORM_RELATIVE) {     /* of a Windows name: both slashes count */
        buf_cut(&turned, 0);
        buf_puts(&turned, name);
        for (size_t i = 0; i < turned.len; i++)
            if (turned.p[i] == '\\')
                turned.p[i] = '/';
        if (!cfg.absolute) {
            m->rule = RULE_RELATIVE;
            buf_put(&run.out, turned.p, turned.len);
            return 0;
        }
        name = turned.p;
    }
    r = path_posix_absolute(&run.mt, &posix, run.cwd.p, name, NULL, m);
    if (r == 0) {
        buf_put(&run.out, posix.p, posix.len);
        if (ends_in_slash(name) && posix.len > 1)
            buf_putc(&run.out, '/');
    }
    return r;
}

static int convert_list(const char *name, struct path_match *m)
{
    const char *cwd = cfg.absolute ? run.cwd.p : NULL;
    struct buf out;
    int r;

    buf_init(&out, tool_realloc, NULL, 0);
    r = cfg.type == UNIX ? path_list_to_posix(&run.mt, cwd, name, &out, m)
                         : path_list_to_win32(&run.mt, cwd, name, &out, m);
    if (cfg.type == MIXED)
        for (size_t i = 0; i < out.len; i++)
            if (out.p[i] == '\\')
                out.p[i] = '/';
    if (r == 0)
        buf_put(&run.out, out.p ? out.p : "", out.len);
    buf_free(&out);
    return r;
}

static void convert(const char *name)
{
    struct path_match m;
    size_t start = run.out.len;
    int r;

    memset(&m, 0, sizeof m);
    if (!*name && !cfg.list) {
        fail("''", "the name is empty");
        return;
    }
    r = cfg.list ? convert_list(name, &m) : cfg.type == UNIX ? to_unix(name, &m) : to_windows(name, &m);
    if (r < 0) {
        buf_cut(&run.out, start);
        fail(name, m.why);
        return;
    }
    if (cfg.explain && !cfg.list) {
        buf_puts(&run.out, "\t");
        path_explain(&run.out, &m);
    }
    buf_putc(&run.out, '\n');
    if (run.out.len >= FLUSH_AT && !tool_flush(&run.out, stdout))
        tool_die(1, "cannot write the result");
}

static void convert_file(const char *name)
{
    FILE *f = strcmp(name, "-") ? fopen(name, "rb") : stdin;
    struct buf line;
    int c;

    if (!f)
        tool_die(1, "%s: %s", name, strerror(errno));
    buf_init(&line, tool_realloc, NULL, 0);
    while ((c = getc(f)) != EOF) {
        if (c != '\n') {
            buf_putc(&line, (char)c);
            continue;
        }
        if (line.len && line.p[line.len - 1] == '\r')
            buf_cut(&line, line.len - 1);
        if (line.len)
            convert(line.p);
        buf_cut(&line, 0);
    }
    if (line.len)
        convert(line.p);
    buf_free(&line);
    if (f != stdin)
        fclose(f);
}

static void convert_folder(UINT(WINAPI *get)(LPWSTR, UINT))
{
    WCHAR w[MAX_PATH + 1]; /* these two are never longer */
    struct buf name;

    buf_init(&name, tool_realloc, NULL, 0);
    buf_puts(&name, "");
    wide_to_utf8(&name, (const uint16_t *)w, get(w, MAX_PATH));
    convert(name.p);
    buf_free(&name);
}

static void problem(void *arg, const char *key, const char *name, const char *why)
{
    tool_error("mount table, %s, '%s': %s (left out)", key, name, why);
}

int tool_main(int argc, char **argv)
{
    int first = opt_parse(&spec, argc, argv);

    if (first == argc && !cfg.file && !cfg.sysdir && !cfg.windir) {
        if (cfg.ignore)
            return 0;
        tool_error("no name given (try --help)");
        return OPT_EXIT_USAGE;
    }
    buf_init(&run.cwd, tool_realloc, NULL, 0);
    buf_init(&run.out, tool_realloc, NULL, 0);
    if (mounts_load(&run.mt, problem, NULL) < 0)
        tool_die(1, "out of memory");
    if (mounts_cwd(&run.mt, &run.cwd) < 0) {
        buf_cut(&run.cwd, 0);
        buf_puts(&run.cwd, "/");
    }
    if (cfg.sysdir)
        convert_folder(GetSystemDirectoryW);
    if (cfg.windir)
        convert_folder(GetWindowsDirectoryW);
    if (cfg.file)
        convert_file(cfg.file);
    for (int i = first; i < argc; i++)
        convert(argv[i]);
    if (!tool_flush(&run.out, stdout))
        tool_die(1, "cannot write the result");
    return run.status;
}
