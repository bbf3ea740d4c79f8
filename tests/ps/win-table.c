/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads the process table of a tree while its processes come and go, and looks at each row:
 *   ROOT storm LISTINGS GROUP PROGRAM    rows of process group GROUP, which run PROGRAM
 *   ROOT suspend GROUP                   a listing, one with the group suspended, one afterwards:
 * the same Prints what is wrong, a line each, and at the end "LISTINGS listings, ROWS rows, WRONG
 * wrong".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>
#include <winternl.h>

#include "lib/proc/proc.h"
#include "lib/text/utf.h"
#include "lib/tool/out.h"

NTSTATUS NTAPI NtSuspendProcess(HANDLE);
NTSTATUS NTAPI NtResumeProcess(HANDLE);

static struct proc_tree tree;
static unsigned rows, wrong;

static void bad(const struct proc_info *p, const char *what)
{
    printf("pid %d, state %u: %s\n", p->pid, p->state, what);
    wrong++;
}

static void look_at(const struct proc_list *list, size_t i, int group, const char *program,
                    bool alive)
{
    const struct proc_info *p = &list->v[i];
    const char *name = list->text.p + p->program;
    bool starting = p->state == SHM_STATE_STARTING;

    if (i && p->pid == p[-1].pid)
        bad(p, "listed twice");
    if (p->why) {
        bad(p, p->why);
        return;
    }
    if (p->pgid != group)
        return; /* none of the storm */
    rows++;
    if (p->torn)
        bad(p, "torn");
    if (p->state < SHM_STATE_STARTING || p->state > SHM_STATE_EXITED)
        bad(p, "no state");
    if (p->ppid <= 0 || p->sid <= 0 || p->ppid == p->pid)
        bad(p, "whose child is it?");
    if (!starting && (!p->winpid || !p->created || !p->started))
        bad(p, "no Windows process");
    if (*name ? !strstr(name, program) : p->state == SHM_STATE_RUNNING && alive && p->alive)
        if (*name) /* the name comes a moment after the state */
            bad(p, name);
    if (alive && !p->alive && !p->holder)
        bad(p, "has ended, and nobody waits for it");
}

static int storm(unsigned n, int group, const char *program)
{
    for (unsigned i = 0; i < n; i++) {
        struct proc_list list;
        int r = i % 3 == 2 ? proc_list_read(&tree, &list) : proc_list_summary(&tree, &list, i % 3);

        if (r < 0)
            return 1;
        for (size_t k = 0; k < list.n; k++)
            look_at(&list, k, group, program, i % 3 != 0);
        proc_list_free(&list);
    }
    printf("%u listings, %u rows, %u wrong\n", n, rows, wrong);
    return wrong > 0;
}

static int on_group(const struct proc_list *list, int group, NTSTATUS(NTAPI *how)(HANDLE))
{
    int n = 0;

    for (size_t i = 0; i < list->n; i++) {
        HANDLE p = list->v[i].pgid == group
                       ? OpenProcess(PROCESS_SUSPEND_RESUME, FALSE, list->v[i].winpid)
                       : NULL;

        n += p && how(p) >= 0;
        if (p)
            CloseHandle(p);
    }
    return n;
}

static bool same(const struct proc_list *a, const struct proc_list *b, int group)
{
    for (size_t i = 0; i < a->n; i++) {
        const struct proc_info *x = &a->v[i], *y = NULL;

        for (size_t k = 0; k < b->n; k++)
            if (b->v[k].pid == x->pid)
                y = &b->v[k];
        if (x->pgid == group &&
            (!y || y->ppid != x->ppid || y->winpid != x->winpid || y->created != x->created ||
             y->alive != x->alive || y->state != x->state ||
             strcmp(a->text.p + x->program, b->text.p + y->program)))
            return false;
    }
    return true;
}

static int suspended(int group)
{
    struct proc_list before, during, sections;
    int n;

    if (proc_list_summary(&tree, &before, 1) < 0)
        return 1;
    n = on_group(&before, group, NtSuspendProcess);
    if (proc_list_summary(&tree, &during, 1) < 0 || proc_list_read(&tree, &sections) < 0)
        return 1;
    on_group(&before, group, NtResumeProcess);
    printf("%d suspended, %s\n", n,
           same(&before, &during, group) && same(&before, &sections, group) ? "the same"
                                                                            : "not the same");
    return 0;
}

int tool_main(int argc, char **argv)
{
    struct wbuf root;

    if (argc < 4)
        return 2;
    wbuf_init(&root, tool_realloc, NULL, 0);
    utf8_to_wide(&root, argv[1], strlen(argv[1]));
    if (proc_tree_open(&tree, root.p, root.len) < 0)
        tool_die(1, "%s", tree.why);
    if (!strcmp(argv[2], "suspend"))
        return suspended(atoi(argv[3]));
    return argc == 6 ? storm((unsigned)atoi(argv[3]), atoi(argv[4]), argv[5]) : 2;
}
