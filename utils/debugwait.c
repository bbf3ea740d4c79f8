/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * debugwait: a program for CYGWIN=error_start that holds a crashed process until a debugger has looked
 * at it. It says how to attach one, waits for it, and ends when it has gone; then the process ends, too.
 */
#include <stdio.h>
#include <windows.h>

#include "lib/proc/proc.h"
#include "lib/proc/signal.h"
#include "lib/tool/opt.h"
#include "lib/tool/out.h"

#define LOOK 200 /* milliseconds between two looks for a debugger: nobody tells of one */

static int64_t seconds;

static const struct opt opts[] = {
    { 't', "timeout", OPT_INT, &seconds, "SECONDS", "give up when no debugger has come by then", .min = 1,
      .max = 86400 },
    { 0 }
};

static const struct opt_spec spec = {
    .prog = "debugwait",
    .usage = "[-t SECONDS] [FILE] PID",
    .about = "Holds a crashed process for a debugger: set CYGWIN=error_start:debugwait. PID is a Windows "
             "process id. Ends when the debugger has gone, or the process.",
    .opts = opts,
    .exit_status = "0  a debugger was there, or the process has ended\n1  no such process\n"
                   "2  wrong usage\n3  no debugger has come in time",
};

/* POSIX pid and cause, if the process table knows them. */
static void announce(uint32_t winpid)
{
    struct proc_tree tree;
    struct proc_list list;
    int32_t pid = 0;
    const char *sig = NULL;

    if (proc_tree_open(&tree, NULL, 0) == 0 && proc_list_read(&tree, &list) == 0) {
        for (size_t i = 0; i < list.n; i++) {
            if (list.v[i].winpid != winpid)
                continue;
            pid = list.v[i].pid;
            if (list.v[i].fault_signal)
                sig = signal_name((int)list.v[i].fault_signal);
        }
        proc_list_free(&list);
    }
    proc_tree_close(&tree);
    fprintf(stderr, "process %d (Windows process %u) got %s%s and waits for a debugger: isthmus-gdb -p %d\n", pid,
            (unsigned)winpid, sig ? "SIG" : "a signal", sig ? sig : "", pid ? pid : (int)winpid);
    fflush(stderr);
}

int tool_main(int argc, char **argv)
{
    int first = opt_parse(&spec, argc, argv);
    ULONGLONG end = seconds ? GetTickCount64() + (ULONGLONG)seconds * 1000 : 0;
    BOOL there = FALSE, was = FALSE;
    int64_t pid;
    HANDLE h;

    if (argc - first < 1 || argc - first > 2 || opt_number(argv[argc - 1], &pid) < 0 || pid < 1) {
        tool_error("no process given (try 'debugwait --help')");
        return OPT_EXIT_USAGE;
    }
    h = OpenProcess(PROCESS_QUERY_INFORMATION | SYNCHRONIZE, FALSE, (DWORD)pid);
    if (!h)
        tool_die(1, "process %s: cannot be opened (error %lu)", argv[argc - 1], GetLastError());
    announce((uint32_t)pid);
    while (WaitForSingleObject(h, LOOK) == WAIT_TIMEOUT) {
        there = FALSE;
        if (!CheckRemoteDebuggerPresent(h, &there))
            break;
        if (was && !there)
            break;
        was = was || there;
        if (!was && end && GetTickCount64() > end) {
            tool_error("no debugger has come in time");
            return 3;
        }
    }
    CloseHandle(h);
    return 0;
}
