/* SPDX-License-Identifier: BSD-2-Clause */
/* --minidump: written by Windows' own dbghelp, loaded only here. */
#include <windows.h>
#include <dbghelp.h>

#include "dumper/dumper.h"
#include "lib/tool/out.h"

typedef BOOL(WINAPI *write_fn)(HANDLE, DWORD, HANDLE, MINIDUMP_TYPE, PMINIDUMP_EXCEPTION_INFORMATION,
                               PMINIDUMP_USER_STREAM_INFORMATION, PMINIDUMP_CALLBACK_INFORMATION);

int minidump_write(struct subject *s, const char *path)
{
    HMODULE dll = LoadLibraryW(L"dbghelp.dll");
    write_fn fn = dll ? (write_fn)(void *)GetProcAddress(dll, "MiniDumpWriteDump") : NULL;
    HANDLE file;
    BOOL ok;

    if (!fn) {
        tool_error("this system has no dbghelp.dll that writes minidumps");
        return -1;
    }
    file = file_create(path);
    if (!file)
        return -1;
    ok = fn(s->p.handle, s->p.winpid, file,
            MiniDumpWithDataSegs | MiniDumpWithHandleData | MiniDumpWithThreadInfo
                | MiniDumpWithIndirectlyReferencedMemory,
            NULL, NULL, NULL);
    if (!ok)
        tool_error("%s: the minidump cannot be written (error 0x%lx)", path, GetLastError());
    CloseHandle(file);
    return ok ? 0 : -1;
}
