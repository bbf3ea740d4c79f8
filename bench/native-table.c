/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading the process table from a native program, as ps does, against opening each process and
 * reading from it. Started by bench/table.c, which has made the processes: ROOT NUMBER [NAME]
 *
 *   table              the whole table, without asking what lives
 *   table-suspended    the same while all the processes are suspended
 *   table-alive        with the liveness of all, which is one system call, against that question to
 * each table-sections     with each process's own section
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>
#include <winternl.h>

#include "bench/bench.h"
#include "bench/clock.h"
#include "lib/proc/proc.h"
#include "lib/text/utf.h"
#include "lib/tool/out.h"

NTSTATUS NTAPI NtSuspendProcess(HANDLE);
NTSTATUS NTAPI NtResumeProcess(HANDLE);

enum { ROUNDS = 60, READ = 512 };
#define IMAGE 0x100400000ull /* where each has something to read */

static struct proc_tree tree;
static uint32_t *winpid;
static size_t count;
static double table(int (*read)(const struct proc_tree *, struct proc_list *, int), int alive)
{
    struct proc_list list;
    double t = now();
    size_t n = 0;

    if (read(&tree, &list, alive) < 0)
        return -1;
    t = now() - t;
    for (size_t i = 0; i < list.n; i++)
        n += !list.v[i].why && list.v[i].winpid && list.text.p[list.v[i].program];
    proc_list_free(&list);
    return n >= count ? t : -1;
}

static int sections(const struct proc_tree *from, struct proc_list *list, int alive)
{
    (void)alive;
    return proc_list_read(from, list);
}

static double from_index(void *arg)
{
    return table(proc_list_summary, *(int *)arg);
}

static double from_sections(void *arg)
{
    (void)arg;
    return table(sections, 1);
}

static double open_and_read(void *arg)
{
    char buf[READ];
    double t = now();

    (void)arg;
    for (size_t i = 0; i < count; i++) {
        HANDLE p = OpenProcess(PROCESS_QUERY_INFORMATION | PROCESS_VM_READ, FALSE, winpid[i]);
        SIZE_T got;

        if (!p || !ReadProcessMemory(p, (void *)IMAGE, buf, sizeof buf, &got))
            return -1;
        CloseHandle(p);
    }
    return now() - t;
}

static double open_and_ask(void *arg)
{
    double t = now();
    DWORD code;

    (void)arg;
    for (size_t i = 0; i < count; i++) {
        HANDLE p = OpenProcess(PROCESS_QUERY_INFORMATION, FALSE, winpid[i]);

        if (!p || !GetExitCodeProcess(p, &code) || code != STILL_ACTIVE)
            return -1;
        CloseHandle(p);
    }
    return now() - t;
}

/* The processes that are to be read: all but this one's kin, which come and go. */
static bool choose(void)
{
    struct proc_list list;

    if (proc_list_summary(&tree, &list, 1) < 0 || !list.n)
        return false;
    winpid = malloc(list.n * sizeof *winpid);
    for (size_t i = 0, n = 0; i < list.n && n < count; i++)
        if (strstr(list.text.p + list.v[i].program, "table"))
            winpid[n++] = list.v[i].winpid;
    return list.n >= count;
}

static bool suspend(NTSTATUS(NTAPI *how)(HANDLE))
{
    for (size_t i = 1; i < count; i++) { /* the first is who waits for us */
        HANDLE p = OpenProcess(PROCESS_SUSPEND_RESUME, FALSE, winpid[i]);

        if (!p || how(p) < 0)
            return false;
        CloseHandle(p);
    }
    return true;
}

int tool_main(int argc, char **argv)
{
    const char *only = argc > 3 ? argv[3] : "";
    int no = 0, yes = 1, bad = 0;
    struct wbuf root;

    if (argc < 3)
        return 2;
    clock_init();
    count = strtoul(argv[2], NULL, 10);
    wbuf_init(&root, tool_realloc, NULL, 0);
    utf8_to_wide(&root, argv[1], strlen(argv[1]));
    if (proc_tree_open(&tree, root.p, root.len) < 0 || !choose())
        tool_die(1, "the processes are not there");
    if (strstr("table", only))
        bad |= bench_pair("table", "us", ROUNDS, from_index, &no, "open-and-read", open_and_read,
                          NULL);
    if (strstr("table-suspended", only)) {
        if (!suspend(NtSuspendProcess))
            tool_die(1, "a process cannot be suspended");
        bad |= bench_pair("table-suspended", "us", ROUNDS, from_index, &no, "open-and-read",
                          open_and_read, NULL);
        suspend(NtResumeProcess);
    }
    if (strstr("table-alive", only))
        bad |= bench_pair("table-alive", "us", ROUNDS, from_index, &yes, "open-and-ask",
                          open_and_ask, NULL);
    if (strstr("table-sections", only))
        bad |= bench_pair("table-sections", "us", ROUNDS, from_sections, NULL, "open-and-read",
                          open_and_read, NULL);
    return bad;
}
