/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ps: the processes of this installation, read from shared memory without the runtime.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/text/utf.h"
#include "lib/tool/out.h"
#include "ps/ps.h"

#define SHORT   "pid,ppid,pgid,winpid,tty,s,stime,comm"
#define FULL    "uid,pid,ppid,winpid,tty,s,stime,time,args"
#define LONG    "uid,pid,ppid,pgid,sid,winpid,tty,s,wait,thr,stime,time,comm"
#define SUMMARY "pid,tty,stime,comm"

static struct {
    bool all, full, longer, summary, json, windows, forest, fds, threads, columns, top;
    struct opt_list pids, users;
    const char *root, *sort, *filter;
    struct ps_format format;
    double interval;
    int64_t rounds;
} cfg = { .interval = 1.0 };

static const char *add(struct opt_list *l, const char *arg, size_t n)
{
    char *s = tool_realloc(NULL, n + 1);
    int64_t v;

    memcpy(s, arg, n);
    s[n] = 0;
    if (opt_number(s, &v) < 0 || v < 0 || v > UINT32_MAX)
        return "not a number";
    l->v = tool_realloc(l->v, (l->n + 1) * sizeof *l->v);
    l->v[l->n++] = s;
    return NULL;
}

/* "12" or "12,13" */
static const char *check_numbers(void *value, const char *arg)
{
    const char *why = *arg ? NULL : "not a number";

    while (*arg && !why) {
        size_t n = strcspn(arg, ", ");

        why = add(value, arg, n);
        arg += n + (arg[n] != 0);
    }
    return why;
}

static const char *check_format(void *value, const char *arg)
{
    return ps_format_add(value, arg);
}

static const char *check_seconds(void *value, const char *arg)
{
    char *end;
    double v = strtod(arg, &end);

    if (end == arg || *end || !(v >= 0.05 && v <= 3600))
        return "not a number of seconds between 0.05 and 3600";
    *(double *)value = v;
    return NULL;
}

static const struct opt opts[] = {
    { 'e', "all", OPT_FLAG, &cfg.all, NULL, "every process of the installation (this is the default)" },
    { 'a', NULL, OPT_FLAG, &cfg.all, NULL, "the same" },
    { 'W', "windows", OPT_FLAG, &cfg.windows, NULL, "other Windows processes as well" },
    { 'p', "process", OPT_CALL, &cfg.pids, "PID,...", "only these; may be repeated", .call = check_numbers },
    { 'u', "user", OPT_CALL, &cfg.users, "UID,...", "only processes of these users", .call = check_numbers },
    { 0, NULL, OPT_TITLE, NULL, NULL, "What is shown" },
    { 'f', "full", OPT_FLAG, &cfg.full, NULL, "with user, processor time and arguments" },
    { 'l', "long", OPT_FLAG, &cfg.longer, NULL, "with session, threads and what it waits for" },
    { 's', "summary", OPT_FLAG, &cfg.summary, NULL, "process, terminal, start and program only" },
    { 'o', "format", OPT_CALL, &cfg.format, "COLUMN,...", "these columns; COLUMN=HEADING gives it another heading",
      .call = check_format },
    { 'L', "columns", OPT_FLAG, &cfg.columns, NULL, "list the columns" },
    { 0, "sort", OPT_STR, &cfg.sort, "KEY,...", "sort by columns; -KEY: largest first" },
    { 't', "tree", OPT_FLAG, &cfg.forest, NULL, "children below their parents" },
    { 0, "fd", OPT_FLAG, &cfg.fds, NULL, "below each process its open files" },
    { 'T', "threads", OPT_FLAG, &cfg.threads, NULL, "below each process its threads and what they wait for" },
    { 'J', "json", OPT_FLAG, &cfg.json, NULL, "one JSON object a line, all fields" },
    { 0, NULL, OPT_TITLE, NULL, NULL, "Live" },
    { 0, "top", OPT_FLAG, &cfg.top, NULL, "a live view of the whole screen; ? shows its keys" },
    { 0, "interval", OPT_CALL, &cfg.interval, "SECONDS", "between two looks of --top (default: 1)",
      .call = check_seconds },
    { 0, "filter", OPT_STR, &cfg.filter, "PATTERN", "--top: only processes whose line matches (PCRE2)" },
    { 0, "rounds", OPT_INT, &cfg.rounds, "N", "--top: end after N looks", .min = 1, .max = INT32_MAX },
    { 0, NULL, OPT_TITLE, NULL, NULL, "Other installations" },
    { 0, "root", OPT_STR, &cfg.root, "FOLDER",
      "the installation in FOLDER (Windows name), not the one that ps belongs to" },
    { 0 }
};

static const struct opt_spec spec = {
    .prog = "ps",
    .usage = "[-aeflsWtT] [-o COLUMN,...] [--sort KEY,...] [-p PID,...] [-u UID,...] [--fd] [--json]\n--top",
    .about = "Lists the processes of this Isthmus installation, from shared memory: it needs no "
             "runtime and asks no process.",
    .opts = opts,
    .exit_status = "0  listed, also when there is no process\n"
                   "1  the process table cannot be read, or a PID given by -p is not there\n"
                   "2  wrong usage",
    .more = "States: R running, S waiting, T stopped, N being created, Z ended and not yet waited for.",
};

static bool in_list(const struct opt_list *l, int64_t what)
{
    int64_t v;

    for (size_t i = 0; i < l->n; i++)
        if (opt_number(l->v[i], &v) == 0 && v == what)
            return true;
    return !l->n;
}

static bool wanted(const struct proc_info *p, const char *text)
{
    return in_list(&cfg.pids, p->pid) && (!cfg.users.n || (!p->why && !p->windows && in_list(&cfg.users, p->uid)));
}

static int open_tree(struct proc_tree *tree)
{
    struct wbuf root;
    size_t n = cfg.root ? strlen(cfg.root) : 0;
    int r;

    while (n && (cfg.root[n - 1] == '\\' || cfg.root[n - 1] == '/'))
        n--;
    wbuf_init(&root, tool_realloc, NULL, 0);
    utf8_to_wide(&root, cfg.root ? cfg.root : "", n);
    r = proc_tree_open(tree, cfg.root ? root.p : NULL, root.len);
    wbuf_free(&root);
    return r;
}

static int list_columns(void)
{
    for (const struct ps_column *c = ps_columns; c->key; c++)
        printf("%-8s %s\n", c->key, c->help);
    return fflush(stdout) ? 1 : 0;
}

static void show(struct ps_list *l, struct buf *out)
{
    if (!cfg.json)
        ps_header(out, &cfg.format);
    for (size_t i = 0; i < l->n; i++) {
        if (cfg.json) {
            ps_json(out, l, &l->rows[i], cfg.fds, cfg.threads);
            continue;
        }
        ps_row(out, &cfg.format, l, &l->rows[i]);
        if (cfg.fds)
            ps_fds(out, l, l->rows[i].p);
        if (cfg.threads)
            ps_threads(out, l, l->rows[i].p);
    }
}

/* Sections are opened only if something is wanted that the index does not have. */
static enum ps_source source(void)
{
    if (cfg.windows)
        return PS_WINDOWS;
    if (cfg.json || cfg.fds || cfg.threads || (cfg.sort && ps_needs_sections(cfg.sort)))
        return PS_SECTIONS;
    for (size_t i = 0; i < cfg.format.n; i++)
        if (cfg.format.v[i]->section)
            return PS_SECTIONS;
    return PS_INDEX;
}

static int list(const struct proc_tree *tree)
{
    struct ps_list l;
    const char *why;
    struct buf out;
    size_t n;

    if (!cfg.format.n)
        ps_format_add(&cfg.format, cfg.summary ? SUMMARY : cfg.longer ? LONG : cfg.full ? FULL : SHORT);
    ps_read(&l, tree, source(), wanted);
    if (cfg.sort && (why = ps_sort(&l, cfg.sort)) != NULL) {
        tool_error("--sort: %s: %s", cfg.sort, why);
        return OPT_EXIT_USAGE;
    }
    if (cfg.forest)
        ps_make_tree(&l);
    buf_init(&out, tool_realloc, NULL, 0);
    show(&l, &out);
    n = l.n;
    ps_free(&l);
    if (!tool_flush(&out, stdout))
        tool_die(1, "cannot write the list");
    buf_free(&out);
    return n || !cfg.pids.n ? 0 : 1;
}

int tool_main(int argc, char **argv)
{
    struct proc_tree tree;
    int first = opt_parse(&spec, argc, argv), r;

    if (first < argc) {
        tool_error("'%s': no operands are taken (a process is chosen with -p PID; try 'ps --help')", argv[first]);
        return OPT_EXIT_USAGE;
    }
    if (cfg.columns)
        return list_columns();
    if (open_tree(&tree) < 0)
        tool_die(1, "cannot read the process table: %s", tree.why);
    if (cfg.top) {
        struct top_options o = { cfg.interval, cfg.sort, cfg.filter, cfg.windows, cfg.forest, cfg.rounds };

        r = ps_top(&tree, &o);
    } else {
        r = list(&tree);
    }
    proc_tree_close(&tree);
    return r;
}
