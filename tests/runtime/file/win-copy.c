/* SPDX-License-Identifier: BSD-2-Clause */
/* A plain Windows program: copies standard input to standard output in upper case, says on standard
 * error what its handles are, ends with the number of bytes. With "hold": starts the program named
 * behind it with a pipe as standard input, and sends it a line when told so by a byte on its own
 * standard input. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <windows.h>

static int copy(void)
{
    HANDLE in = GetStdHandle(STD_INPUT_HANDLE), out = GetStdHandle(STD_OUTPUT_HANDLE);
    char buf[4096];
    DWORD n, w, sum = 0;

    fprintf(stderr, "in %lu out %lu\n", GetFileType(in), GetFileType(out));
    while (ReadFile(in, buf, sizeof(buf), &n, NULL) && n) {
        for (DWORD i = 0; i < n; i++)
            buf[i] = (char)toupper((unsigned char)buf[i]);
        if (!WriteFile(out, buf, n, &w, NULL) || w != n)
            return 255;
        sum += n;
    }
    return (int)sum;
}

static int hold(char *program)
{
    SECURITY_ATTRIBUTES sa = { sizeof(sa), NULL, TRUE };
    STARTUPINFOA si = { .cb = sizeof(si), .dwFlags = STARTF_USESTDHANDLES };
    PROCESS_INFORMATION pi;
    HANDLE r, w;
    DWORD n, code = 99;
    char c;

    CreatePipe(&r, &w, &sa, 0);
    SetHandleInformation(w, HANDLE_FLAG_INHERIT, 0);
    si.hStdInput = r;
    si.hStdOutput = GetStdHandle(STD_OUTPUT_HANDLE);
    si.hStdError = GetStdHandle(STD_ERROR_HANDLE);
    if (!CreateProcessA(NULL, program, NULL, NULL, TRUE, 0, NULL, NULL, &si, &pi))
        return 98;
    CloseHandle(r);
    ReadFile(GetStdHandle(STD_INPUT_HANDLE), &c, 1, &n, NULL);
    WriteFile(w, "line\n", 5, &n, NULL);
    CloseHandle(w);
    WaitForSingleObject(pi.hProcess, INFINITE);
    GetExitCodeProcess(pi.hProcess, &code);
    return (int)code;
}

int main(int argc, char **argv)
{
    return argc > 2 && strcmp(argv[1], "hold") == 0 ? hold(argv[2]) : copy();
}
