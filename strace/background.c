/* SPDX-License-Identifier: BSD-2-Clause */
/* -D. The tracer is the same command once more, behind the scenes: it starts the program and follows all of
 * its children. The strace that was called only waits to hear how the program ended. */
#include <stdlib.h>
#include <string.h>

#include "strace.h"

#define VARIABLE L"STRACE_REPORT" /* number of a handle, for the tracer only */

static HANDLE report;

bool background_tracer(void)
{
    wchar_t text[32];
    DWORD n = GetEnvironmentVariableW(VARIABLE, text, sizeof text / sizeof *text);

    if (!n || n >= sizeof text / sizeof *text)
        return false;
    report = (HANDLE)(uintptr_t)_wcstoui64(text, NULL, 10);
    SetHandleInformation(report, HANDLE_FLAG_INHERIT, 0);
    SetEnvironmentVariableW(VARIABLE, NULL); /* no business of the program's */
    return true;
}

void background_report(DWORD code)
{
    DWORD n;

    if (!report)
        return;
    WriteFile(report, &code, sizeof code, &n, NULL); /* if nobody listens any more, that is his affair */
    CloseHandle(report);
    report = NULL;
}

int background_run(void)
{
    SECURITY_ATTRIBUTES inherited = { sizeof inherited, NULL, TRUE };
    STARTUPINFOW si = { .cb = sizeof si };
    PROCESS_INFORMATION pi;
    wchar_t *line = _wcsdup(GetCommandLineW()), number[32];
    HANDLE from, to;
    DWORD code = EXIT_FAILED, n = 0;

    if (!line || !CreatePipe(&from, &to, &inherited, 0))
        tool_die(EXIT_FAILED, "-D: %s", error_text(GetLastError()));
    SetHandleInformation(from, HANDLE_FLAG_INHERIT, 0);
    _snwprintf(number, sizeof number / sizeof *number, L"%llu", (unsigned long long)(uintptr_t)to);
    SetEnvironmentVariableW(VARIABLE, number);
    interrupts_watch(false);
    if (!CreateProcessW(NULL, line, NULL, NULL, TRUE, 0, NULL, NULL, &si, &pi))
        tool_die(EXIT_FAILED, "-D: the tracer cannot be started: %s", error_text(GetLastError()));
    CloseHandle(to);
    CloseHandle(pi.hThread);
    if (!ReadFile(from, &code, sizeof code, &n, NULL) || n != sizeof code) {
        WaitForSingleObject(pi.hProcess, INFINITE); /* it could not start the program, and has said why */
        GetExitCodeProcess(pi.hProcess, &code);
    }
    return (int)code;
}
