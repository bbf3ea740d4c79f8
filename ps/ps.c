/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ps: the processes of this installation, read from shared memory without the runtime.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/proc/proc.h"
#include "lib/text/utf.h"
#include "lib/tool/opt.h"
#include "lib/tool/out.h"
#include "ps/ps.h"

static struct {
    bool all, full, longer, json;
    struct opt_list pids;
    const char *tree;
} cfg;

static const char *check_pid(void *value, const char *arg)
{
    struct opt_list *l = value;
    int64_t v;

    if (opt_number(arg, &v) < 0 || v < 1 || v > INT32_MAX)
        return "not a process id";
    l->v = tool_realloc(l->v, (l->n + 1) * sizeof *l->v);
    l->v[l->n++] = arg;
    return NULL;
}

static const struct opt opts[] = {
    { 'e', "all", OPT_FLAG, &cfg.all, NULL, "every process (this is the default)" },
    { 'f', "full", OPT_FLAG, &cfg.full, NULL, "with user, processor time and arguments" },
    { 'l', "long", OPT_FLAG, &cfg.longer, NULL, "with session, threads and what it waits for" },
    { 'p', "process", OPT_CALL, &cfg.pids, "PID", "only this process; may be repeated",
      .call = check_pid },
    { 'J', "json", OPT_FLAG, &cfg.json, NULL, "one JSON object a line, all fields" },
    { 0, "tree", OPT_STR, &cfg.tree, "FOLDER",
      "processes of the installation in FOLDER (Windows name), not of the one ps belongs to" },
    { 0 }
};

static const struct opt_spec spec = {
    .prog = "ps",
    .usage = "[-e] [-f|-l|--json] [-p PID]...",
    .about = "Lists the processes of this Isthmus installation, from shared memory: it needs no "
             "runtime and asks no process.",
    .opts = opts,
    .exit_status = "0  listed, also when there is no process\n"
                   "1  the process table cannot be read, or a PID given by -p is not there\n"
                   "2  wrong usage",
    .more = "States: R running, S waiting, T stopped, N being created, Z ended and not yet waited for.",
};

static bool wanted(const struct proc_info *p)
{
    int64_t v;

    for (size_t i = 0; i < cfg.pids.n; i++)
        if (opt_number(cfg.pids.v[i], &v) == 0 && v == p->pid)
            return true;
    return !cfg.pids.n;
}

static int open_tree(struct proc_tree *tree)
{
    struct wbuf root;
    size_t n = cfg.tree ? strlen(cfg.tree) : 0;
    int r;

    while (n && (cfg.tree[n - 1] == '\\' || cfg.tree[n - 1] == '/'))
        n--;
    wbuf_init(&root, tool_realloc, NULL, 0);
    utf8_to_wide(&root, cfg.tree ? cfg.tree : "", n);
    r = proc_tree_open(tree, cfg.tree ? root.p : NULL, root.len);
    wbuf_free(&root);
    return r;
}

int tool_main(int argc, char **argv)
{
    struct proc_tree tree;
    struct proc_list list;
    struct buf out;
    size_t shown = 0;
    int first = opt_parse(&spec, argc, argv);

    if (first < argc) {
        tool_error("'%s': no operands are taken (a process is chosen with -p PID)", argv[first]);
        return OPT_EXIT_USAGE;
    }
    if (open_tree(&tree) < 0)
        tool_die(1, "cannot read the process table: %s", tree.why);
    if (proc_list_read(&tree, &list) < 0)
        tool_die(1, "the system does not list its processes");
    buf_init(&out, tool_realloc, NULL, 0);
    if (!cfg.json)
        ps_header(&out, cfg.full, cfg.longer);
    for (size_t i = 0; i < list.n; i++) {
        if (!wanted(&list.v[i]))
            continue;
        if (cfg.json)
            ps_json(&out, &list.v[i], list.text.p);
        else
            ps_row(&out, &list.v[i], list.text.p, cfg.full, cfg.longer);
        shown++;
    }
    if (!tool_flush(&out, stdout))
        tool_die(1, "cannot write the list");
    buf_free(&out);
    proc_list_free(&list);
    proc_tree_close(&tree);
    return shown || !cfg.pids.n ? 0 : 1;
}
