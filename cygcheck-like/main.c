/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cygcheck: checks of the installation, DLLs of a program, report for support. Reads only; works without
 * the runtime.
 */
#include <stdio.h>
#include <string.h>

#include "cygcheck-like/cygcheck.h"
#include "lib/path/name_win.h"
#include "lib/tool/opt.h"
#include "lib/tool/out.h"

static struct {
    bool system, verbose, json, html, report, protection, fork, setup, dump, list, registry, unredacted, fix, yes;
    enum tool_colour colour;
    struct opt_list only;
    const char *output, *find;
} cfg;

static const char *check_name(void *value, const char *arg)
{
    struct opt_list *l = value;

    for (const struct check *c = checks; c->name; c++)
        if (!strcmp(c->name, arg)) {
            l->v = tool_realloc(l->v, (l->n + 1) * sizeof(*l->v));
            l->v[l->n++] = c->name;
            return NULL;
        }
    return "no check of that name (see --help)";
}

static const struct opt opts[] = {
    { 's', "sysinfo", OPT_FLAG, &cfg.system, NULL, "all checks (this is what happens without a PROGRAM)" },
    { 0, "check", OPT_CALL, &cfg.only, "NAME", "only this check; may be repeated", .call = check_name },
    { 0, "fork-protection", OPT_FLAG, &cfg.protection, NULL,
      "the check protection, with all that is known; of a PROGRAM, what its forks take after an update" },
    { 0, "fork-test", OPT_FLAG, &cfg.fork, NULL, "the check fork" },
    { 'r', "registry", OPT_FLAG, &cfg.registry, NULL, "also what stands in the registry" },
    { 'v', "verbose", OPT_FLAG, &cfg.verbose, NULL, "also what is all right, and facts; of DLLs, every one" },
    { 0, "fix", OPT_FLAG, &cfg.fix, NULL, "repair what can be repaired without harm, after asking" },
    { 0, "yes", OPT_FLAG, &cfg.yes, NULL, "with --fix: do not ask" },
    { 0, NULL, OPT_TITLE, NULL, NULL, "Installed files (of the archive that was unpacked)" },
    { 'c', "check-setup", OPT_FLAG, &cfg.setup, NULL, "compare the files with the hashes in MANIFEST" },
    { 'd', "dump-only", OPT_FLAG, &cfg.dump, NULL, "with -c: only list them" },
    { 'l', "list-package", OPT_FLAG, &cfg.list, NULL, "list them" },
    { 'f', "find-package", OPT_STR, &cfg.find, "FILE", "say whether FILE is one of them, with its hash" },
    { 0, NULL, OPT_TITLE, NULL, NULL, "Output" },
    { 0, "report", OPT_FLAG, &cfg.report, NULL,
      "a report for support: all checks and facts, secrets and names removed; with FILE.zip an archive" },
    { 0, "unredacted", OPT_FLAG, &cfg.unredacted, NULL, "remove nothing from it" },
    { 'J', "json", OPT_FLAG, &cfg.json, NULL, "as JSON" },
    { 0, "html", OPT_FLAG, &cfg.html, NULL, "as a page of HTML" },
    { 'o', "output", OPT_STR, &cfg.output, "FILE", "write to FILE (Windows name)" },
    { 0, "colour", OPT_CALL, &cfg.colour, "WHEN", "auto, always or never", .call = tool_colour_arg },
    { 0 }
};

static struct buf more;

static const struct opt_spec spec_base = {
    .prog = "cygcheck",
    .usage = "[-v] [--json] PROGRAM...\n--fork-protection [--json] PROGRAM...\n[-s] [--check NAME]... [-rv] [--json|--html] [-o FILE] [--fix]\n"
             "--report [--html|--json] [-o FILE] [FILE.zip]\n-c [-d] | -l | -f FILE",
    .about = "Says whether this installation and what surrounds it are all right, and what to do if not; or "
             "which DLLs a program loads, and which of them are missing.",
    .opts = opts,
    .exit_status = "0  nothing is wrong\n"
                   "1  an error was found\n"
                   "2  wrong usage\n"
                   "3  warnings were found, but no error",
};

static void list_checks(void)
{
    buf_init(&more, tool_realloc, NULL, 0);
    buf_puts(&more, "Checks:\n");
    for (const struct check *c = checks; c->name; c++) {
        buf_puts(&more, "  ");
        buf_puts(&more, c->name);
        buf_pad(&more, ' ', 15 - strlen(c->name));
        buf_puts(&more, c->help);
        buf_putc(&more, '\n');
    }
    buf_cut(&more, more.len - 1);
    buf_putc(&more, 0);
}

static bool wanted(const char *name)
{
    if (cfg.setup)
        return !strcmp(name, "manifest");
    if (!cfg.only.n && !cfg.protection && !cfg.fork)
        return true;
    for (size_t i = 0; i < cfg.only.n; i++)
        if (!strcmp(cfg.only.v[i], name))
            return true;
    return (cfg.protection && !strcmp(name, "protection")) || (cfg.fork && !strcmp(name, "fork"));
}

static void run_checks(struct report *r)
{
    r->unredacted = cfg.unredacted;
    r->registry = cfg.registry || cfg.report;
    for (const struct check *c = checks; c->name; c++)
        if (wanted(c->name)) {
            r->check = c->name;
            c->run(r);
        }
    tree_forget();
    report_sort(r);
    if (cfg.report && !cfg.unredacted)
        report_clean(r);
}

static void print_checks(const struct report *r, struct buf *out)
{
    enum format f = cfg.html ? FORMAT_HTML : cfg.json ? FORMAT_JSON : FORMAT_TEXT;

    report_print(r, f, cfg.verbose || cfg.report || cfg.protection || cfg.setup,
                 !cfg.output && tool_colour(stdout, cfg.colour), out);
}

static void run_trees(struct report *r, char **program, struct buf *out)
{
    if (cfg.json)
        buf_puts(out, cfg.protection ? "{\"programs\":[" : "{\"images\":[");
    for (; *program; program++)
        cfg.protection ? follow_print(r, *program, cfg.json, out)
                       : tree_print(r, *program, cfg.verbose, cfg.json, out);
    tree_forget();
    if (cfg.json) {
        buf_puts(out, "],\"report\":");
        report_print(r, FORMAT_JSON, true, false, out);
        buf_cut(out, out->len - 1);
        buf_puts(out, "}\n");
    } else {
        for (size_t i = 0; i < r->findings; i++)
            tool_error("%s", r->finding[i].text);
    }
}

/* ---- archive ---- */

/* What another tool of the tree says, cleaned. */
static void add_tool(struct zip *z, const char *name, const char *arguments)
{
    char *bin = tree_path("bin"), *line = tool_realloc(NULL, strlen(bin) + strlen(arguments) + 16);
    struct buf said, text;
    double ms;

    buf_init(&said, tool_realloc, NULL, 0);
    buf_init(&text, tool_realloc, NULL, 0);
    sprintf(line, "\"%s\\%.*s.exe\"%s", bin, (int)strcspn(arguments, " "), arguments,
            arguments + strcspn(arguments, " "));
    if (run_capture(line, 30000, &ms, &said) == -1)
        buf_puts(&said, "it cannot be started\n");
    buf_putc(&said, 0);
    if (cfg.unredacted)
        buf_puts(&text, said.p);
    else
        secret_clean(&text, said.p);
    if (text.len)
        zip_add(z, name, &text);
    buf_free(&said);
    buf_free(&text);
    tool_realloc(line, 0);
    tool_realloc(bin, 0);
}

static void archive(const struct report *r, struct buf *out)
{
    static const struct {
        const char *name;
        enum format format;
    } files[] = { { "report.html", FORMAT_HTML }, { "report.txt", FORMAT_TEXT }, { "report.json", FORMAT_JSON } };
    struct zip z;

    zip_init(&z);
    for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
        struct buf b;

        buf_init(&b, tool_realloc, NULL, 0);
        report_print(r, files[i].format, true, false, &b);
        if (!zip_add(&z, files[i].name, &b))
            tool_die(1, "the report cannot be compressed");
        buf_free(&b);
    }
    add_tool(&z, "processes.txt", "ps -f");
    add_tool(&z, "mounts.txt", "mount");
    add_tool(&z, "failures.txt", "strace --list");
    add_tool(&z, "why.txt", "strace --why last");
    zip_end(&z);
    *out = z.out;
}

/* ---- the rest ---- */

static void write_out(struct buf *out)
{
    FILE *f = stdout;

    if (cfg.output && !(f = file_create(cfg.output)))
        tool_die(1, "cannot write %s", cfg.output);
    if (!tool_flush(out, f) || (f != stdout && fclose(f) != 0))
        tool_die(1, "cannot write %s", cfg.output ? cfg.output : "the result");
}

static int list_files(struct report *r, struct buf *out)
{
    int n = manifest_print(r, cfg.find, out);

    if (n < 0)
        tool_die(1, "this tree was built, not unpacked: it has no MANIFEST");
    write_out(out);
    return n > 0 ? 0 : 1;
}

static bool ends_zip(const char *s)
{
    size_t n = strlen(s);

    return n > 4 && same_path(s + n - 4, ".zip");
}

int tool_main(int argc, char **argv)
{
    struct report r = { 0 };
    struct opt_spec spec = spec_base;
    struct buf out, name;
    const char *why;
    int first, status;

    list_checks();
    spec.more = more.p;
    first = opt_parse(&spec, argc, argv);
    buf_init(&out, tool_realloc, NULL, 0);
    buf_init(&name, tool_realloc, NULL, 0);
    if (cfg.report && argc - first == 1 && ends_zip(argv[first]) && !cfg.output)
        cfg.output = argv[first++];
    if (cfg.output && tool_file_name(&name, cfg.output, &why) == 0) {
        buf_putc(&name, 0);
        cfg.output = name.p;
    }
    if (first < argc && (cfg.system || cfg.report || cfg.only.n || cfg.fork || cfg.html || cfg.setup
                         || cfg.list || cfg.find || cfg.fix)) {
        tool_error("'%s': a PROGRAM does not go together with checks and reports", argv[first]);
        return OPT_EXIT_USAGE;
    }
    if (cfg.list || cfg.find || (cfg.setup && cfg.dump))
        return list_files(&r, &out);
    if (first < argc) {
        run_trees(&r, argv + first, &out);
    } else {
        run_checks(&r);
        if (cfg.report && cfg.output && ends_zip(cfg.output))
            archive(&r, &out);
        else
            print_checks(&r, &out);
    }
    write_out(&out);
    status = report_count(&r, FIND_ERROR) ? 1 : report_count(&r, FIND_WARNING) ? 3 : 0;
    if (cfg.fix && fix_all(&r, cfg.yes))
        status = 1;
    report_free(&r);
    buf_free(&out);
    buf_free(&name);
    buf_free(&more);
    return status;
}
