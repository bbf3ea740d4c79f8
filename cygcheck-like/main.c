/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cygcheck: checks of the installation, DLLs of a program, report for support. Reads only; works without
 * the runtime.
 */
#include <stdio.h>
#include <string.h>

#include "cygcheck-like/cygcheck.h"
#include "lib/tool/opt.h"
#include "lib/tool/out.h"

static struct {
    bool system, verbose, json, html, report, protection, fork;
    enum tool_colour colour;
    struct opt_list only;
    const char *output;
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
    { 'c', "check", OPT_CALL, &cfg.only, "NAME", "only this check; may be repeated", .call = check_name },
    { 0, "fork-protection", OPT_FLAG, &cfg.protection, NULL, "the check protection, with all that is known" },
    { 0, "fork-test", OPT_FLAG, &cfg.fork, NULL, "the check fork" },
    { 0, "report", OPT_FLAG, &cfg.report, NULL, "a report for support: all checks and facts, secrets removed" },
    { 'v', "verbose", OPT_FLAG, &cfg.verbose, NULL, "also what is all right, and facts; of DLLs, every one" },
    { 'J', "json", OPT_FLAG, &cfg.json, NULL, "as JSON" },
    { 0, "html", OPT_FLAG, &cfg.html, NULL, "as a page of HTML" },
    { 'o', "output", OPT_STR, &cfg.output, "FILE", "write to FILE (Windows name)" },
    { 0, "colour", OPT_CALL, &cfg.colour, "WHEN", "auto, always or never", .call = tool_colour_arg },
    { 0 }
};

static struct buf more;

static const struct opt_spec spec_base = {
    .prog = "cygcheck",
    .usage = "[-v] [--json] PROGRAM...\n[-s] [-c NAME]... [-v] [--json|--html] [-o FILE]\n--report [--html|--json] [-o FILE]",
    .about = "Says whether this installation and what surrounds it are all right, and what to do if not; or "
             "which DLLs a program loads, and which of them are missing.",
    .opts = opts,
    .exit_status = "0  nothing is wrong, or only warnings\n"
                   "1  an error was found\n"
                   "2  wrong usage",
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
    if (!cfg.only.n && !cfg.protection && !cfg.fork)
        return true;
    for (size_t i = 0; i < cfg.only.n; i++)
        if (!strcmp(cfg.only.v[i], name))
            return true;
    return (cfg.protection && !strcmp(name, "protection")) || (cfg.fork && !strcmp(name, "fork"));
}

static void run_checks(struct report *r, struct buf *out)
{
    enum format f = cfg.html ? FORMAT_HTML : cfg.json ? FORMAT_JSON : FORMAT_TEXT;

    for (const struct check *c = checks; c->name; c++)
        if (wanted(c->name)) {
            r->check = c->name;
            c->run(r);
        }
    report_print(r, f, cfg.verbose || cfg.report || cfg.protection,
                 !cfg.output && tool_colour(stdout, cfg.colour), out);
}

static void run_trees(struct report *r, char **program, struct buf *out)
{
    if (cfg.json)
        buf_puts(out, "{\"images\":[");
    for (; *program; program++)
        tree_print(r, *program, cfg.verbose, cfg.json, out);
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

/* Names of folders tell who somebody is: all that a report says goes through this. */
static void clean(struct buf *out)
{
    struct buf b;

    buf_init(&b, tool_realloc, NULL, 0);
    buf_putc(out, 0);
    secret_clean(&b, out->p);
    buf_free(out);
    *out = b;
}

static void write_out(struct buf *out)
{
    FILE *f = stdout;

    if (cfg.output && !(f = file_create(cfg.output)))
        tool_die(1, "cannot write %s", cfg.output);
    if (!tool_flush(out, f) || (f != stdout && fclose(f) != 0))
        tool_die(1, "cannot write %s", cfg.output ? cfg.output : "the result");
}

int tool_main(int argc, char **argv)
{
    struct report r = { 0 };
    struct opt_spec spec = spec_base;
    struct buf out;
    int first, status;

    list_checks();
    spec.more = more.p;
    first = opt_parse(&spec, argc, argv);
    buf_init(&out, tool_realloc, NULL, 0);
    if (first < argc && (cfg.system || cfg.report || cfg.only.n || cfg.protection || cfg.fork || cfg.html)) {
        tool_error("'%s': a PROGRAM does not go together with checks and reports", argv[first]);
        return OPT_EXIT_USAGE;
    }
    if (first < argc)
        run_trees(&r, argv + first, &out);
    else
        run_checks(&r, &out);
    if (cfg.report)
        clean(&out);
    write_out(&out);
    status = report_count(&r, FIND_ERROR) > 0;
    report_free(&r);
    buf_free(&out);
    buf_free(&more);
    return status;
}
