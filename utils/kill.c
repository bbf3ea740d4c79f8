/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kill: sends a signal to processes of this installation, without the runtime.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#include "lib/proc/signal.h"
#include "lib/tool/opt.h"
#include "lib/tool/out.h"

#define SIGNAL_TERM 15

static struct {
    int signal;
    bool list, table, force, winpid, tree, verbose;
} cfg = { .signal = SIGNAL_TERM };

static const char *set_signal(void *value, const char *arg)
{
    int n = signal_number(arg);

    if (n < 0)
        return "not a signal (kill -l lists them)";
    *(int *)value = n;
    return NULL;
}

static const struct opt opts[] = {
    { 's', "signal", OPT_CALL, &cfg.signal, "SIGNAL", "name or number; TERM without this option",
      .call = set_signal },
    { 'f', "force", OPT_FLAG, &cfg.force, NULL, "end the Windows process, without a signal" },
    { 'W', "winpid", OPT_FLAG, &cfg.winpid, NULL, "PIDs are those of Windows processes" },
    { 't', "tree", OPT_FLAG, &cfg.tree, NULL, "also to all that it has started: children, and theirs" },
    { 'v', "verbose", OPT_FLAG, &cfg.verbose, NULL, "say to whom it was sent" },
    { 'l', "list", OPT_FLAG, &cfg.list, NULL, "list the signals, or translate the ones named" },
    { 'L', "table", OPT_FLAG, &cfg.table, NULL, "list the signals in a table" },
    { 0 }
};

static const struct opt_spec spec = {
    .prog = "kill",
    .usage = "[-SIGNAL | -s SIGNAL] [-ftvW] PID|NAME...\n-l [SIGNAL]...\n-L",
    .about = "Sends a signal to processes. A negative PID means a process group, a NAME all processes whose "
             "program is called that, signal 0 only asks whether there is such a process.",
    .opts = opts,
    .exit_status = "0  sent to all\n1  not sent to one of them, a message says why\n2  wrong usage",
};

static int list(int argc, char **argv, int first)
{
    int status = 0;

    if (first == argc)
        for (int i = 1; i <= SIGNAL_MAX; i++)
            if (signal_name(i))
                printf("%2d %s\n", i, signal_name(i));
    for (; first < argc; first++) {
        int n = signal_number(argv[first]);

        if (n > 128)                /* an exit status of the shell */
            n -= 128;
        if (n < 0 || (n > 0 && !signal_name(n))) {
            tool_error("%s: no such signal", argv[first]);
            status = 1;
        } else if (argv[first][0] >= '0' && argv[first][0] <= '9') {
            printf("%s\n", n ? signal_name(n) : "EXIT");
        } else {
            printf("%d\n", n);
        }
    }
    return status;
}

static int table(void)
{
    int n = 0;

    for (int i = 1; i <= SIGNAL_MAX; i++)
        if (signal_name(i))
            printf("%2d %-10s%s", i, signal_name(i), ++n % 6 ? " " : "\n");
    printf(n % 6 ? "\n" : "");
    return 0;
}

static int force(uint32_t winpid, const char *arg)
{
    HANDLE h = OpenProcess(PROCESS_TERMINATE, FALSE, winpid);
    BOOL ok = h && TerminateProcess(h, 128 + SIGNAL_KILL);

    if (!ok)
        tool_error("%s: %s", arg, !h && GetLastError() == ERROR_INVALID_PARAMETER
                                      ? "no such Windows process" : "it cannot be ended");
    if (h)
        CloseHandle(h);
    return ok ? 0 : 1;
}

/* ---- whom ---- */

struct target {
    const char *arg;        /* as it was given */
    int64_t id;             /* 0: a name */
    bool *meant;            /* for each process of the list */
};

/* "dash" and "/bin/dash.exe" mean "/bin/dash.exe". */
static bool is_program(const char *program, const char *name)
{
    const char *base = strrchr(program, '/');
    size_t n;

    if (!strchr(name, '/') && base)
        program = base + 1;
    n = strlen(name);
    return !_strnicmp(program, name, n) && (!program[n] || !_stricmp(program + n, ".exe"));
}

static bool meant(const struct proc_info *p, const char *text, const struct target *t)
{
    if (!t->id)
        return !p->why && is_program(text + p->program, t->arg);
    if (cfg.winpid)
        return p->winpid == t->id;
    return t->id > 0 ? p->pid == t->id : !p->why && p->pgid == -t->id;
}

/* Children of those that are meant, until there are no more. The tool itself and its parents are left out. */
static void add_children(const struct proc_list *l, struct target *t)
{
    bool more = true;

    while (more) {
        more = false;
        for (size_t i = 0; i < l->n; i++)
            for (size_t k = 0; k < l->n && !t->meant[i]; k++)
                if (t->meant[k] && !l->v[i].why && l->v[i].ppid == l->v[k].pid && l->v[i].winpid != GetCurrentProcessId())
                    t->meant[i] = more = true;
    }
}

static int send_one(const struct proc_tree *tree, const struct proc_list *l, size_t i, const char *arg)
{
    const struct proc_info *p = &l->v[i];
    const char *why = "it cannot be signalled";
    int r = cfg.force ? force(p->winpid, arg) : proc_signal(tree, (uint32_t)p->pid, cfg.signal, &why);

    if (r == 0 && cfg.verbose)
        printf("%d %s\n", p->pid, l->text.p + p->program);
    if (r < 0)
        tool_error("%s: process %d: %s", arg, p->pid, why);
    return r != 0;
}

static int parse(struct target *t)
{
    if (opt_number(t->arg, &t->id) < 0)
        t->id = 0;
    else if (!t->id)
        t->id = -1;
    if (*t->arg && !(t->id == 0 && (cfg.winpid || *t->arg == '-')) && t->id <= INT32_MAX && t->id > -INT32_MAX
        && t->id != -1 && (t->id > 0 || !cfg.winpid))
        return 0;
    tool_error("%s: not the number of a process or, with -, of a group, nor a name", t->arg);
    return 1;
}

/* The oldest first: this program may be in the group, and what stands for it there is young. */
static int send_all(const struct proc_tree *tree, const struct proc_list *l, const char *arg)
{
    struct target t = { .arg = arg };
    int status = 0;
    size_t n = 0;

    if (parse(&t))
        return 1;
    t.meant = tool_realloc(NULL, l->n + 1);
    for (size_t i = 0; i < l->n; i++)
        n += t.meant[i] = meant(&l->v[i], l->text.p, &t);
    if (!n && cfg.winpid && cfg.force)
        return force((uint32_t)t.id, arg);
    if (!n) {
        tool_error("%s: no such %s", arg, t.id < 0 ? "process group" : "process");
        return 1;
    }
    if (cfg.tree)
        add_children(l, &t);
    for (size_t i = 0; i < l->n; i++)
        if (t.meant[i])
            status |= send_one(tree, l, i, arg);
    tool_realloc(t.meant, 0);
    return status;
}

/*
 * The traditional form -SIGNAL becomes -s SIGNAL; a later -NUMBER is a process group and comes
 * behind "--".
 */
static int traditional(int argc, char **argv, char **out)
{
    bool given = false, ended = false;
    int n = 0;

    out[n++] = argv[0];
    for (int i = 1; i < argc; i++) {
        char *a = argv[i];
        bool digits = a[0] == '-' && a[1] >= '0' && a[1] <= '9';

        if (!ended && !given && a[0] == '-' && a[1] && a[1] != '-' && signal_number(a + 1) >= 0) {
            out[n++] = "-s";
            out[n++] = a + 1;
            given = true;
            continue;
        }
        if (!ended && digits) {
            out[n++] = "--";
            ended = true;
        }
        if (!ended && (!strcmp(a, "-s") || !strcmp(a, "--signal")) && i + 1 < argc) {
            out[n++] = a;
            a = argv[++i];
            given = true;
        }
        ended |= !strcmp(a, "--");
        out[n++] = a;
    }
    out[n] = NULL;
    return n;
}

int tool_main(int argc, char **argv)
{
    char **v = tool_realloc(NULL, (2 * (size_t)argc + 3) * sizeof *v);
    int n = traditional(argc, argv, v), first = opt_parse(&spec, n, v), status = 0;
    struct proc_tree tree;
    struct proc_list l;

    if (cfg.table)
        return table();
    if (cfg.list)
        return list(n, v, first);
    if (first == n) {
        tool_error("no process given (try --help)");
        return OPT_EXIT_USAGE;
    }
    if (proc_tree_open(&tree, NULL, 0) < 0)
        tool_die(1, "cannot read the process table: %s", tree.why);
    if (proc_list_read(&tree, &l) < 0)
        tool_die(1, "the system does not list its processes");
    for (; first < n; first++)
        status |= send_all(&tree, &l, v[first]);
    proc_list_free(&l);
    proc_tree_close(&tree);
    return status;
}
