/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cygpath: converts names between POSIX and Windows by the mount table of this installation.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#include "lib/path/folders_win.h"
#include "lib/path/mounts_win.h"
#include "lib/path/path.h"
#include "lib/text/utf.h"
#include "lib/tool/opt.h"
#include "lib/tool/out.h"

enum type { UNIX, WINDOWS, MIXED, DOS };

#define FLUSH_AT 262144

static struct {
    enum type type;
    bool absolute, list, ignore, explain, long_name, short_name, windir, sysdir, mode, proc, options,
        all_users, desktop, home_root, documents, programs;
    const char *file, *folder, *close;
    unsigned code_page;     /* 0: UTF-8 */
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

static const char *set_code_page(void *value, const char *arg)
{
    int64_t n;

    if (!strcasecmp(arg, "ANSI"))
        n = GetACP();
    else if (!strcasecmp(arg, "OEM"))
        n = GetOEMCP();
    else if (!strcasecmp(arg, "UTF8") || !strcasecmp(arg, "UTF-8"))
        n = CP_UTF8;
    else if (opt_number(arg, &n) < 0 || n <= 0 || n > 65535 || !IsValidCodePage((UINT)n))
        return "not ANSI, OEM, UTF8 or the number of a code page of this system";
    *(unsigned *)value = n == CP_UTF8 ? 0 : (unsigned)n;
    return NULL;
}

static const struct opt opts[] = {
    { 0, NULL, OPT_TITLE, NULL, NULL, "Form of the result" },
    { 'u', "unix", OPT_CALL, &cfg.type, NULL, "/usr/bin (the default)", .call = set_unix },
    { 'w', "windows", OPT_CALL, &cfg.type, NULL, "C:\\isthmus\\bin", .call = set_windows },
    { 'm', "mixed", OPT_CALL, &cfg.type, NULL, "C:/isthmus/bin", .call = set_mixed },
    { 'd', "dos", OPT_CALL, &cfg.type, NULL, "as -w with short names", .call = set_dos },
    { 't', "type", OPT_CALL, &cfg.type, "TYPE", "one of unix, windows, mixed, dos",
      .call = set_type },
    { 'M', "mode", OPT_FLAG, &cfg.mode, NULL, "not the name but its mode by the mounts: text or binary" },
    { 0, NULL, OPT_TITLE, NULL, NULL, "How" },
    { 'a', "absolute", OPT_FLAG, &cfg.absolute, NULL, "make relative names absolute" },
    { 'l', "long-name", OPT_FLAG, &cfg.long_name, NULL, "replace short names by long ones" },
    { 's', "short-name", OPT_FLAG, &cfg.short_name, NULL, "replace long names by short ones (-w, -m)" },
    { 'p', "path", OPT_FLAG, &cfg.list, NULL, "names are lists as in PATH" },
    { 'U', "proc-cygdrive", OPT_FLAG, &cfg.proc, NULL,
      "with -u: drives below /proc/cygdrive, whatever the prefix is" },
    { 'C', "codepage", OPT_CALL, &cfg.code_page, "CP",
      "Windows names in code page CP: a number, ANSI, OEM or UTF8 (the default)", .call = set_code_page },
    { 'f', "file", OPT_STR, &cfg.file, "FILE", "read names from FILE, one a line; - is standard input" },
    { 'o', "option", OPT_FLAG, &cfg.options, NULL,
      "with -f: lines may begin with options; a line of options alone sets them for the rest" },
    { 'i', "ignore", OPT_FLAG, &cfg.ignore, NULL, "say nothing when no name is given" },
    { 0, "explain", OPT_FLAG, &cfg.explain, NULL, "say behind each result which mount or rule it is by" },
    { 0, NULL, OPT_TITLE, NULL, NULL, "Folders of the system, in place of a name" },
    { 'A', "allusers", OPT_FLAG, &cfg.all_users, NULL, "those of all users, for -D, -O and -P" },
    { 'D', "desktop", OPT_FLAG, &cfg.desktop, NULL, "the desktop" },
    { 'H', "homeroot", OPT_FLAG, &cfg.home_root, NULL, "the folder with the users' profiles" },
    { 'O', "mydocs", OPT_FLAG, &cfg.documents, NULL, "the documents" },
    { 'P', "smprograms", OPT_FLAG, &cfg.programs, NULL, "the start menu's programs" },
    { 'S', "sysdir", OPT_FLAG, &cfg.sysdir, NULL, "the system folder" },
    { 'W', "windir", OPT_FLAG, &cfg.windir, NULL, "the Windows folder" },
    { 'F', "folder", OPT_STR, &cfg.folder, "ID", "the special folder with this number (CSIDL)" },
    { 0, NULL, OPT_TITLE, NULL, NULL, "Others" },
    { 'c', "close", OPT_STR, &cfg.close, "HANDLE", "close an inherited handle (hexadecimal)" },
    { 0 }
};

static const struct opt_spec spec = {
    .prog = "cygpath",
    .usage = "[-u|-w|-m|-d|-M] [OPTION]... NAME...\n[OPTION]... -f FILE\n"
             "[-A] [OPTION]... -D|-H|-O|-P|-S|-W|-F ID\n-c HANDLE",
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

/* A Windows name in the code page that was asked for. */
static void put_wide(const struct wbuf *w)
{
    int n;

    if (!cfg.code_page) {
        wide_to_utf8(&run.out, w->p, w->len);
        return;
    }
    n = WideCharToMultiByte(cfg.code_page, 0, (const WCHAR *)w->p, (int)w->len, NULL, 0, NULL, NULL);
    if (n > 0 && buf_reserve(&run.out, (size_t)n) == 0) {
        WideCharToMultiByte(cfg.code_page, 0, (const WCHAR *)w->p, (int)w->len, run.out.p + run.out.len, n,
                            NULL, NULL);
        run.out.len += (size_t)n;
        run.out.p[run.out.len] = 0;
    }
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
    put_wide(w);
}

static bool ends_in_slash(const char *s)
{
    size_t n = strlen(s);

    return n && (s[n - 1] == '/' || s[n - 1] == '\\');
}

/* A relative name keeps its form; characters are mapped as in absolute ones. */
static void relative_to_windows(const char *name)
{
    struct wbuf w;

    wbuf_init(&w, tool_realloc, NULL, 0);
    if (!strcmp(name, ".") || !strcmp(name, ".."))
        wbuf_puta(&w, name);
    else if (strchr(name, '\\') || strstr(name, "..")) { /* a Windows name, or dots that must stay */
        utf8_to_wide(&w, name, strlen(name));
        for (size_t i = 0; i < w.len; i++)
            if (w.p[i] == '/')
                w.p[i] = '\\';
    } else
        name_to_wide(&w, name, strlen(name));
    put_windows(&w, false);
    wbuf_free(&w);
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
        relative_to_windows(name);
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
        if (cfg.proc && m->rule == RULE_CYGDRIVE) {
            buf_puts(&run.out, "/proc/cygdrive");
            buf_put(&run.out, posix.p + run.mt.cygdrive_len, posix.len - run.mt.cygdrive_len);
        } else {
            buf_put(&run.out, posix.p, posix.len);
        }
        if (ends_in_slash(name) && posix.len > 1)
            buf_putc(&run.out, '/');
    }
    return r;
}

/* Text or binary, by the mount that the name is below. */
static int to_mode(const char *name, struct path_match *m)
{
    struct buf posix;
    struct wbuf nt;
    int r;

    buf_init(&posix, tool_realloc, NULL, 0);
    wbuf_init(&nt, tool_realloc, NULL, 0);
    r = path_posix_absolute(&run.mt, &posix, run.cwd.p, name, NULL, m);
    if (r == 0)
        r = path_to_nt(&run.mt, posix.p, posix.len, &nt, m);
    if (r == 0) {
        buf_puts(&run.out, name);
        buf_puts(&run.out, m->flags & MOUNT_TEXT ? ": text" : ": binary");
    }
    buf_free(&posix);
    wbuf_free(&nt);
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
    r = cfg.mode ? to_mode(name, &m) : cfg.list ? convert_list(name, &m)
        : cfg.type == UNIX ? to_unix(name, &m) : to_windows(name, &m);
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

/*
 * A line of -o: its options, then the name, which may be missing. What the options set counts for this
 * line, or without a name for those that follow.
 */
static void convert_with_options(char *line)
{
    struct { char *v[64]; } args = { { "cygpath" } };
    typeof(cfg) before = cfg;
    int n = 1;
    char *s = line;

    while (*s == '-' && n < 63) {
        size_t len = strcspn(s, " \t");
        bool end = s[len] == 0, last = len == 2 && s[1] == '-';

        s[len] = 0;
        if (!last)
            args.v[n++] = s;
        s += len + !end;
        s += strspn(s, " \t");
        if (last)
            break;
    }
    opt_parse(&spec, n, args.v);
    if (*s) {
        convert(s);
        cfg = before;
    }
}

static void convert_line(char *line, size_t n)
{
    if (n && line[n - 1] == '\r')
        n--;
    line[n] = 0;
    if (cfg.options && *line == '-')
        convert_with_options(line);
    else if (n)
        convert(line);
}

static void convert_file(const char *name)
{
    FILE *f = strcmp(name, "-") ? fopen(name, "rb") : stdin;
    size_t got, start;
    struct buf text;
    char *end;

    if (!f)
        tool_die(1, "%s: %s", name, strerror(errno));
    buf_init(&text, tool_realloc, NULL, 0);
    do {
        buf_reserve(&text, FLUSH_AT);
        got = fread(text.p + text.len, 1, FLUSH_AT, f);
        text.len += got;
        for (start = 0; (end = memchr(text.p + start, '\n', text.len - start)) != NULL;
             start = (size_t)(end - text.p) + 1)
            convert_line(text.p + start, (size_t)(end - text.p) - start);
        memmove(text.p, text.p + start, text.len - start);
        text.len -= start;
    } while (got);
    if (ferror(f))
        tool_die(1, "%s: cannot be read", name);
    if (text.len)
        convert_line(text.p, text.len);
    buf_free(&text);
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

static void convert_special(int id)
{
    struct buf name;
    char text[24];

    buf_init(&name, tool_realloc, NULL, 0);
    snprintf(text, sizeof text, "folder %#x", (unsigned)id);
    if (folder_special(id, &name) == 0)
        convert(name.p);
    else
        fail(text, "this system has none of that number");
    buf_free(&name);
}

static void convert_profiles(void)
{
    struct buf name;

    buf_init(&name, tool_realloc, NULL, 0);
    if (folder_profiles(&name) == 0)
        convert(name.p);
    else
        fail("homeroot", "this system has no folder of profiles");
    buf_free(&name);
}

/* CSIDL numbers */
enum {
    PROGRAMS = 0x02, PERSONAL = 0x05, DESKTOP = 0x10, COMMON_PROGRAMS = 0x17, COMMON_DESKTOP = 0x19,
    COMMON_DOCUMENTS = 0x2e,
};

/* Folders in place of names; how many. */
static int convert_folders(void)
{
    int n = 0;

    if (cfg.desktop && ++n)
        convert_special(cfg.all_users ? COMMON_DESKTOP : DESKTOP);
    if (cfg.home_root && ++n)
        convert_profiles();
    if (cfg.documents && ++n)
        convert_special(cfg.all_users ? COMMON_DOCUMENTS : PERSONAL);
    if (cfg.programs && ++n)
        convert_special(cfg.all_users ? COMMON_PROGRAMS : PROGRAMS);
    if (cfg.sysdir && ++n)
        convert_folder(GetSystemDirectoryW);
    if (cfg.windir && ++n)
        convert_folder(GetWindowsDirectoryW);
    if (cfg.folder && ++n) {
        int64_t id;

        if (opt_number(cfg.folder, &id) < 0 || id < 0 || id > 0xffff)
            tool_die(OPT_EXIT_USAGE, "-F: '%s' is no number of a folder", cfg.folder);
        convert_special((int)id);
    }
    return n;
}

static int close_handle(const char *text)
{
    char *end;
    unsigned long long h = strtoull(text, &end, 16);

    if (!*text || *end)
        tool_die(OPT_EXIT_USAGE, "-c: '%s' is no handle", text);
    if (!CloseHandle((HANDLE)(uintptr_t)h))
        tool_die(1, "-c: handle %s cannot be closed (error %lu)", text, GetLastError());
    return 0;
}

static void problem(void *arg, const char *key, const char *name, const char *why)
{
    tool_error("mount table, %s, '%s': %s (left out)", key, name, why);
}

int tool_main(int argc, char **argv)
{
    int first = opt_parse(&spec, argc, argv), folders;

    if (cfg.close)
        return close_handle(cfg.close);
    buf_init(&run.cwd, tool_realloc, NULL, 0);
    buf_init(&run.out, tool_realloc, NULL, 0);
    if (mounts_load(&run.mt, problem, NULL) < 0)
        tool_die(1, "out of memory");
    if (mounts_cwd(&run.mt, &run.cwd) < 0) {
        buf_cut(&run.cwd, 0);
        buf_puts(&run.cwd, "/");
    }
    folders = convert_folders();
    if (first == argc && !cfg.file && !folders) {
        if (cfg.ignore)
            return 0;
        tool_error("no name given (try --help)");
        return OPT_EXIT_USAGE;
    }
    if (cfg.file)
        convert_file(cfg.file);
    for (int i = first; i < argc; i++)
        convert(argv[i]);
    if (!tool_flush(&run.out, stdout))
        tool_die(1, "cannot write the result");
    return run.status;
}
