/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mount: lists, adds and explains mounts. They live in the registry; running processes are told. Works
 * without the runtime.
 */
#include <string.h>
#include <windows.h>

#include "lib/path/mounts_win.h"
#include "lib/text/utf.h"
#include "lib/tool/opt.h"
#include "lib/tool/out.h"
#include "mount/mount.h"

static struct {
    bool json, commands, prefix, force, all, change_prefix, user, system, shared, text, binary, exec,
        cygexec, notexec;
    uint32_t flags;
    const char *explain;
} cfg;

static const char *set_options(void *value, const char *arg)
{
    const char *why = NULL;

    return mount_parse_options(arg, strlen(arg), value, &why) < 0 ? "no list of mount options" : NULL;
}

static const struct opt opts[] = {
    { 0, NULL, OPT_TITLE, NULL, NULL, "What to show (without operands: all mounts)" },
    { 'm', "mount-commands", OPT_FLAG, &cfg.commands, NULL, "as commands that make the same mounts again" },
    { 'J', "json", OPT_FLAG, &cfg.json, NULL, "one JSON object a line" },
    { 'p', "show-cygdrive-prefix", OPT_FLAG, &cfg.prefix, NULL, "the folder below which drives are found" },
    { 0, "explain", OPT_STR, &cfg.explain, "PATH",
      "which entry decides for PATH (POSIX or Windows) and why the others do not" },
    { 0, NULL, OPT_TITLE, NULL, NULL, "What to change" },
    { 'c', "change-cygdrive-prefix", OPT_FLAG, &cfg.change_prefix, NULL, "find drives below PREFIX" },
    { 'a', "all", OPT_FLAG, &cfg.all, NULL,
      "make running programs read the registry again (after a change by another tool)" },
    { 'f', "force", OPT_FLAG, &cfg.force, NULL, "no warnings about folders that are not there" },
    { 0, NULL, OPT_TITLE, NULL, NULL, "How" },
    { 's', "system", OPT_FLAG, &cfg.system, NULL, "for all users (the default)" },
    { 'u', "user", OPT_FLAG, &cfg.user, NULL, "for this user; is stronger than a system mount" },
    { 0, "default", OPT_FLAG, &cfg.shared, NULL,
      "for all installations; an installation's own mounts are stronger" },
    { 'o', "options", OPT_CALL, &cfg.flags, "OPTIONS",
      "separated by commas: binary text exec notexec cygexec acl noacl posix=0 posix=1", .call = set_options },
    { 'b', "binary", OPT_FLAG, &cfg.binary, NULL, "as -o binary (the default)" },
    { 't', "text", OPT_FLAG, &cfg.text, NULL, "as -o text: lines end in CR LF on disk" },
    { 'x', "executable", OPT_FLAG, &cfg.exec, NULL, "as -o exec: every file can be executed" },
    { 'X', "cygwin-executable", OPT_FLAG, &cfg.cygexec, NULL, "as -o cygexec: and is a ported program" },
    { 'E', "no-executable", OPT_FLAG, &cfg.notexec, NULL, "as -o notexec: no file can be executed" },
    { 0 }
};

static const struct opt_spec spec = {
    .prog = "mount",
    .usage = "[-m|-p|--json]\n[-f] [-u|-s] [-o OPTIONS] WINDOWS-PATH POSIX-PATH\n[-u|-s] -c PREFIX\n"
             "[--json] --explain PATH\n-a",
    .about = "Shows and changes which POSIX folder is which Windows folder. Entries are kept in the "
             "registry; running programs see a change at once.",
    .opts = opts,
    .exit_status = "0  done\n1  the registry could not be written, or nothing leads to the PATH of --explain\n"
                   "2  wrong usage",
    .more = "Of entries for the same POSIX path a user's is stronger than the system's, and that is stronger "
            "than the built-in ones. Among others the longest POSIX path above a name decides.",
};

static void problem(void *arg, const char *key, const char *name, const char *why)
{
    tool_error("%s, value '%s': %s (left out)", key, name, why);
}

static bool is_folder(const struct wbuf *nt)
{
    struct wbuf w;
    DWORD attr;

    wbuf_init(&w, tool_realloc, NULL, 0);
    nt_to_win32(nt->p, nt->len, WIN32_LONG, &w);
    wbuf_putc(&w, 0);
    attr = GetFileAttributesW((const WCHAR *)w.p);
    wbuf_free(&w);
    return attr != INVALID_FILE_ATTRIBUTES && attr & FILE_ATTRIBUTE_DIRECTORY;
}

/* Which key, from -u, -s and --default. */
static unsigned key_of(void)
{
    return (cfg.user ? MOUNTS_KEY_USER : 0) | (cfg.shared ? MOUNTS_KEY_DEFAULT : 0);
}

/* The target as an absolute Windows name: one can also be given in POSIX form. */
static void target_of(const struct mount_table *mt, const char *given, struct buf *win32, struct wbuf *nt)
{
    struct path_match m = { 0 };
    struct wbuf w;
    struct buf cwd, posix;
    int r;

    switch (path_form(given)) {
    case FORM_DRIVE:
    case FORM_UNC:
    case FORM_NT:
        if (win32_to_nt(given, nt, &m) < 0)
            tool_die(1, "%s: %s", given, m.why);
        buf_puts(win32, given);
        return;
    default:
        break;
    }
    wbuf_init(&w, tool_realloc, NULL, 0);
    buf_init(&cwd, tool_realloc, NULL, 0);
    buf_init(&posix, tool_realloc, NULL, 0);
    if (mounts_cwd(mt, &cwd) < 0)
        buf_puts(&cwd, "/");
    r = path_normalize(&posix, cwd.p, given, NULL);
    if (r == 0)
        r = path_to_nt(mt, posix.p, posix.len, nt, &m);
    if (r == 0)
        r = nt_to_win32(nt->p, nt->len, WIN32_AUTO, &w);
    if (r < 0)
        tool_die(1, "%s: %s", given, m.why ? m.why : "is no Windows folder's name");
    wide_to_utf8(win32, w.p, w.len);
    wbuf_free(&w);
    buf_free(&cwd);
    buf_free(&posix);
}

/* A folder at the mount point lets `ls` of the folder above show it. */
static void warn_missing(const struct mount_table *mt, const struct wbuf *target, const char *given,
                         const char *posix)
{
    struct path_match m;
    struct wbuf nt;

    if (!is_folder(target))
        tool_error("warning: %s is no folder (yet)", given);
    wbuf_init(&nt, tool_realloc, NULL, 0);
    if (strcmp(posix, "/") && path_to_nt(mt, posix, strlen(posix), &nt, &m) == 0 && !is_folder(&nt))
        tool_error("warning: %s does not exist: it can be used, but listings of the folder above do not "
                   "show it", posix);
    wbuf_free(&nt);
}

static void add(const struct mount_table *mt, const char *given, const char *point)
{
    const char *why = NULL;
    struct mount_table probe;
    struct buf posix, win32, data;
    struct wbuf nt;

    buf_init(&posix, tool_realloc, NULL, 0);
    buf_init(&win32, tool_realloc, NULL, 0);
    buf_init(&data, tool_realloc, NULL, 0);
    wbuf_init(&nt, tool_realloc, NULL, 0);
    change_point(&posix, point);
    target_of(mt, given, &win32, &nt);
    mount_format(&data, cfg.flags, win32.p);
    if (mount_init(&probe, tool_realloc) < 0 || mount_parse(&probe, posix.p, data.p, 0, &why) < 0)
        tool_die(1, "%s on %s: %s", given, point, why ? why : "no memory");
    mount_free(&probe);
    if (!cfg.force)
        warn_missing(mt, &nt, given, posix.p);
    change_or_die(key_of(), posix.p, data.p, point);
    change_tell();
    buf_free(&posix);
    buf_free(&win32);
    buf_free(&data);
    wbuf_free(&nt);
}

static void set_prefix(const char *prefix)
{
    struct buf point, data;

    buf_init(&point, tool_realloc, NULL, 0);
    buf_init(&data, tool_realloc, NULL, 0);
    change_point(&point, prefix);
    mount_format(&data, cfg.flags, point.p);
    change_or_die(key_of(), "cygdrive", data.p, prefix);
    change_tell();
    buf_free(&point);
    buf_free(&data);
}

static int show(struct mount_table *mt)
{
    struct buf out, cwd;
    int r = 0;

    buf_init(&out, tool_realloc, NULL, 0);
    buf_init(&cwd, tool_realloc, NULL, 0);
    if (cfg.explain) {
        if (mounts_cwd(mt, &cwd) < 0)
            buf_puts(&cwd, "/");
        r = explain(&out, mt, cwd.p, cfg.explain, cfg.json);
    } else if (cfg.commands) {
        list_commands(&out, mt);
    } else if (cfg.prefix) {
        list_prefix(&out, mt);
    } else if (cfg.json) {
        list_json(&out, mt);
    } else {
        list_mounts(&out, mt);
    }
    if (!tool_flush(&out, stdout))
        tool_die(1, "cannot write the result");
    buf_free(&out);
    buf_free(&cwd);
    return r;
}

/* Single options into flags; what contradicts ends the tool. */
static int check_options(int operands)
{
    static const struct {
        bool *given;
        const char *name;
    } single[] = { { &cfg.binary, "binary" }, { &cfg.text, "text" }, { &cfg.exec, "exec" },
                   { &cfg.cygexec, "cygexec" }, { &cfg.notexec, "notexec" } };
    bool shows = cfg.commands || cfg.prefix || cfg.json || cfg.explain;

    if (cfg.user && cfg.system)
        return tool_error("-u and -s contradict each other"), OPT_EXIT_USAGE;
    if (cfg.binary && cfg.text)
        return tool_error("-b and -t contradict each other"), OPT_EXIT_USAGE;
    for (size_t i = 0; i < sizeof single / sizeof *single; i++)
        if (*single[i].given)
            mount_parse_options(single[i].name, strlen(single[i].name), &cfg.flags, NULL);
    if (cfg.change_prefix ? operands != 1 : shows || cfg.all ? operands != 0 : operands != 0 && operands != 2)
        return tool_error("wrong number of operands: %d (try --help)", operands), OPT_EXIT_USAGE;
    return 0;
}

int tool_main(int argc, char **argv)
{
    int first = opt_parse(&spec, argc, argv), operands = argc - first;
    struct mount_table mt;
    int r = check_options(operands);

    if (r)
        return r;
    if (mounts_load(&mt, problem, NULL) < 0)
        tool_die(1, "out of memory");
    if (cfg.all)
        change_tell();
    else if (cfg.change_prefix)
        set_prefix(argv[first]);
    else if (operands == 2)
        add(&mt, argv[first], argv[first + 1]);
    else
        r = show(&mt);
    mount_free(&mt);
    return r;
}
