/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a core costs at least: reads the memory that a core holds out of the process again, and
 * writes it to a file, by the plainest calls. Started by bench/dump.c: WINPID CORE FILE
 */
#include <stdlib.h>
#include <windows.h>

#include "lib/debug/core.h"
#include "lib/text/utf.h"
#include "lib/tool/out.h"

#define CHUNK (1u << 20)

static HANDLE open_file(const char *name, bool write)
{
    struct wbuf w;
    HANDLE h;

    wbuf_init(&w, tool_realloc, NULL, 0);
    utf8_to_wide(&w, name, strlen(name) + 1);
    h = CreateFileW((WCHAR *)w.p, write ? GENERIC_WRITE : GENERIC_READ, FILE_SHARE_READ, NULL,
                    write ? CREATE_ALWAYS : OPEN_EXISTING, 0, NULL);
    wbuf_free(&w);
    if (h == INVALID_HANDLE_VALUE)
        tool_die(1, "%s: error %lu", name, GetLastError());
    return h;
}

static void copy(HANDLE process, HANDLE out, char *chunk, const struct core_segment *g)
{
    for (uint64_t at = 0; at < g->stored; at += CHUNK) {
        size_t n = g->stored - at < CHUNK ? (size_t)(g->stored - at) : CHUNK;
        SIZE_T got = 0;
        DWORD done;

        /* what has gone or is guarded counts as read */
        ReadProcessMemory(process, (void *)(uintptr_t)(g->base + at), chunk, n, &got);
        if (!WriteFile(out, chunk, (DWORD)n, &done, NULL))
            tool_die(1, "write: error %lu", GetLastError());
    }
}

int tool_main(int argc, char **argv)
{
    HANDLE process, file, section, out;
    struct core_segment g;
    LARGE_INTEGER size;
    struct core core;
    char *chunk;

    if (argc != 4)
        return 2;
    process = OpenProcess(PROCESS_VM_READ, FALSE, strtoul(argv[1], NULL, 10));
    file = open_file(argv[2], false);
    out = open_file(argv[3], true);
    chunk = tool_realloc(NULL, CHUNK);
    GetFileSizeEx(file, &size);
    section = CreateFileMappingW(file, NULL, PAGE_READONLY, 0, 0, NULL);
    if (!process || !section ||
        core_open(&core, MapViewOfFile(section, FILE_MAP_READ, 0, 0, 0), (uint64_t)size.QuadPart) <
            0)
        tool_die(1, "no process, or no core");
    for (uint32_t i = 0; i < core.nseg; i++)
        if (core_segment_at(&core, i, &g) == 0)
            copy(process, out, chunk, &g);
    CloseHandle(out);
    return 0;
}
