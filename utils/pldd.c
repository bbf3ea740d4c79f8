/* SPDX-License-Identifier: BSD-2-Clause */
/* pldd: the images that a running process has loaded, by the loader's own list. */
#include <stdio.h>
#include <string.h>
#include <windows.h>
#include <psapi.h>

#include "lib/proc/proc.h"
#include "lib/text/utf.h"
#include "lib/tool/opt.h"
#include "lib/tool/out.h"

#define PATH_UNITS 32768 /* the longest name that Windows has */

static bool windows, json, addresses;

static const struct opt opts[] = {
    { 'W', "windows", OPT_FLAG, &windows, NULL, "PID is that of a Windows process" },
    { 'a', "addresses", OPT_FLAG, &addresses, NULL, "also where they lie, and how large they are" },
    { 'J', "json", OPT_FLAG, &json, NULL, "one JSON object a line" },
    { 0 }
};

static const struct opt_spec spec = {
    .prog = "pldd",
    .usage = "[-aW] [--json] PID",
    .about = "Lists the program and the DLLs that a process has loaded, in the loader's order.",
    .opts = opts,
    .exit_status = "0  listed\n1  no such process, or it cannot be looked into\n2  wrong usage",
    .more = "PID is a POSIX process id, or else a Windows one.",
};

static uint32_t find_process(int64_t pid)
{
    struct proc_tree tree;
    struct proc_list l;
    uint32_t winpid = 0;

    if (windows || proc_tree_open(&tree, NULL, 0) < 0)
        return (uint32_t)pid;
    if (proc_list_summary(&tree, &l, 1) == 0) {
        for (size_t i = 0; i < l.n; i++)
            if (l.v[i].pid == pid)
                winpid = l.v[i].winpid;
        proc_list_free(&l);
    }
    proc_tree_close(&tree);
    return winpid ? winpid : (uint32_t)pid;
}

static void show(struct buf *out, const char *name, const MODULEINFO *m)
{
    char where[64];

    snprintf(where, sizeof where, "%#llx", (unsigned long long)(uintptr_t)m->lpBaseOfDll);
    if (json) {
        buf_putc(out, '{');
        json_key(out, "path");
        json_strz(out, name);
        json_key(out, "base");
        json_strz(out, where);
        json_key(out, "size");
        buf_putu(out, m->SizeOfImage);
        buf_puts(out, "}\n");
        return;
    }
    if (addresses) {
        snprintf(where, sizeof where, "%#14llx %8lu KiB  ",
                 (unsigned long long)(uintptr_t)m->lpBaseOfDll, m->SizeOfImage / 1024);
        buf_puts(out, where);
    }
    buf_puts(out, name);
    buf_putc(out, '\n');
}

static bool list(HANDLE process, struct buf *out)
{
    WCHAR *path = tool_realloc(NULL, PATH_UNITS * sizeof *path);
    HMODULE *m = NULL;
    DWORD room = 64 * sizeof *m, need = 0;
    bool ok;

    do {
        room = need > room ? need : room;
        m = tool_realloc(m, room);
        ok = EnumProcessModulesEx(process, m, room, &need, LIST_MODULES_ALL);
    } while (ok && need > room);
    for (DWORD i = 0; ok && i < need / sizeof *m; i++) {
        MODULEINFO info;
        struct buf name;

        if (!GetModuleFileNameExW(process, m[i], path, PATH_UNITS) ||
            !GetModuleInformation(process, m[i], &info, sizeof info))
            continue; /* it has just gone */
        buf_init(&name, tool_realloc, NULL, 0);
        wide_to_utf8_text(&name, (const uint16_t *)path, wcslen(path));
        buf_putc(&name, 0);
        show(out, name.p, &info);
        buf_free(&name);
    }
    tool_realloc(m, 0);
    tool_realloc(path, 0);
    return ok;
}

int tool_main(int argc, char **argv)
{
    int first = opt_parse(&spec, argc, argv);
    struct buf out;
    HANDLE process;
    int64_t pid;

    if (argc - first != 1 || opt_number(argv[first], &pid) < 0 || pid < 1 || pid > UINT32_MAX) {
        tool_error("one process has to be given by its number (try 'pldd --help')");
        return OPT_EXIT_USAGE;
    }
    process = OpenProcess(PROCESS_QUERY_INFORMATION | PROCESS_VM_READ, FALSE, find_process(pid));
    if (!process)
        tool_die(1, "%s: %s", argv[first],
                 GetLastError() == ERROR_ACCESS_DENIED ? "access denied" : "no such process");
    buf_init(&out, tool_realloc, NULL, 0);
    if (!list(process, &out))
        tool_die(1, "%s: its images cannot be listed (error %lu)", argv[first], GetLastError());
    CloseHandle(process);
    if (!tool_flush(&out, stdout))
        tool_die(1, "cannot write the list");
    buf_free(&out);
    return 0;
}
