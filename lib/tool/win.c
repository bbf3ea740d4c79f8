/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The Windows side of the tools: main() that hands UTF-8 arguments to tool_main, console state,
 * environment. Standard output is binary UTF-8; the console's code page is put back at exit.
 */
#ifdef _WIN32
#include <fcntl.h>
#include <io.h>
#include <stdlib.h>
#include <windows.h>

#include "lib/text/argv.h"
#include "lib/text/utf.h"
#include "lib/tool/out.h"

/* mingw's start-up code must not expand wildcards: its argv is not used. */
int _CRT_glob = 0;

static UINT old_code_page;

static void restore_console(void)
{
    fflush(stdout);
    fflush(stderr);
    SetConsoleOutputCP(old_code_page);
}

static void console_setup(void)
{
    _setmode(0, _O_BINARY);
    _setmode(1, _O_BINARY);
    _setmode(2, _O_BINARY);
    setvbuf(stderr, NULL, _IONBF, 0);
    old_code_page = GetConsoleOutputCP();
    if (old_code_page && old_code_page != CP_UTF8 && SetConsoleOutputCP(CP_UTF8))
        atexit(restore_console);
}

static int start(void)
{
    struct args a;
    int r;

    console_setup();
    args_init(&a, tool_realloc);
    r = split_cmdline(&a, (const uint16_t *)GetCommandLineW());
    if (r < 0)
        tool_die(1, "out of memory");
    return tool_main(a.argc, a.argv);
}

int main(void)
{
    return start();
}

/* For links with -municode. */
int wmain(void);
int wmain(void)
{
    return start();
}

static HANDLE stream_handle(FILE *f)
{
    return (HANDLE)_get_osfhandle(_fileno(f));
}

bool tool_is_terminal(FILE *f)
{
    DWORD mode;

    return GetConsoleMode(stream_handle(f), &mode);
}

int tool_columns(FILE *f)
{
    CONSOLE_SCREEN_BUFFER_INFO info;

    if (!GetConsoleScreenBufferInfo(stream_handle(f), &info))
        return 0;
    return info.srWindow.Right - info.srWindow.Left + 1;
}

const char *tool_getenv(const char *name)
{
    struct wbuf wname;
    struct buf value;
    DWORD n;
    uint16_t *w;

    wbuf_init(&wname, tool_realloc, NULL, 0);
    utf8_to_wide(&wname, name, strlen(name));
    buf_init(&value, tool_realloc, NULL, 0);
    n = GetEnvironmentVariableW((wchar_t *)wname.p, NULL, 0);
    if (n) {
        w = tool_realloc(NULL, n * sizeof *w);
        n = GetEnvironmentVariableW((wchar_t *)wname.p, (wchar_t *)w, n);
        buf_puts(&value, "");
        wide_to_utf8(&value, w, n);
        tool_realloc(w, 0);
    }
    wbuf_free(&wname);
    return value.p;
}
#endif
