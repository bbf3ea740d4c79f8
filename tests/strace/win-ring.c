/* SPDX-License-Identifier: BSD-2-Clause */
/* win-ring ROOT WINPID: prints the flight recorder of a running process. */
#include <stdlib.h>
#include <windows.h>

#include "lib/proc/proc.h"
#include "lib/text/utf.h"
#include "lib/tool/out.h"
#include "trace/format.h"

static int put(void *arg, const struct trace_record *r)
{
    trace_format_record(arg, r);
    return 0;
}

int tool_main(int argc, char **argv)
{
    struct proc_tree tree;
    struct trace_reader reader;
    struct trace_time time;
    struct trace_clock now;
    struct trace_format f = { .ops = &trace_format_text, .time = &time, .pids = true, .show = { .clock = 2 } };
    struct buf out;
    struct wbuf root;
    const void *view;
    size_t size;
    LARGE_INTEGER qpc;
    char name[32];

    if (argc != 3)
        return 2;
    wbuf_init(&root, tool_realloc, NULL, 0);
    utf8_to_wide(&root, argv[1], strlen(argv[1]));
    buf_init(&out, tool_realloc, NULL, 0);
    f.out = &out;
    if (proc_tree_open(&tree, root.p, root.len) < 0)
        tool_die(1, "no tree at %s: %s", argv[1], tree.why);
    snprintf(name, sizeof name, "ring.%s", argv[2]);
    if (proc_section(&tree, name, &view, &size) < 0)
        tool_die(1, "no section %s", name);
    if (trace_reader_open(&reader, (struct trace_region *)(uintptr_t)view, size, false) < 0)
        tool_die(1, "%s is no recorder", name);
    trace_time_init(&time, &reader.region->clock, reader.region->qpc_frequency);
    QueryPerformanceCounter(&qpc);
    now.tsc = __builtin_ia32_rdtsc();
    now.qpc = (uint64_t)qpc.QuadPart;
    trace_time_advance(&time, &now);
    trace_reader_poll(&reader);
    trace_reader_emit(&reader, UINT64_MAX, put, &f);
    return tool_flush(&out, stdout) && !trace_reader_lost(&reader) ? 0 : 1;
}
