/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the trace goes: standard error or a file. A full disk or a closed pipe ends the trace in
 * words and leaves whole lines. */
#include <string.h>

#include "lib/text/utf.h"
#include "strace.h"

const char *error_text(DWORD error)
{
    static char text[300];
    wchar_t w[200];
    struct buf b;
    DWORD n = FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, NULL,
                             error, 0, w, sizeof w / sizeof *w, NULL);

    while (n && (w[n - 1] == L'\r' || w[n - 1] == L'\n' || w[n - 1] == L' ' || w[n - 1] == L'.'))
        n--;
    buf_init(&b, tool_realloc, NULL, 0);
    wide_to_utf8_text(&b, (uint16_t *)w, n);
    snprintf(text, sizeof text, "%s (Windows error %lu)", n ? b.p : "failed", (unsigned long)error);
    buf_free(&b);
    return text;
}

void output_open(struct output *o, const char *name)
{
    struct wbuf w;

    memset(o, 0, sizeof *o);
    o->handle = GetStdHandle(STD_ERROR_HANDLE);
    o->name = "standard error";
    if (!name)
        return;
    wbuf_init(&w, tool_realloc, NULL, 0);
    if (!strcmp(name, "/dev/null"))
        wbuf_puta(&w, "NUL");
    else
        target_win32(&w, name);
    o->handle = CreateFileW((wchar_t *)w.p, GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_DELETE,
                            NULL, cfg.append ? OPEN_ALWAYS : CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
    if (o->handle == INVALID_HANDLE_VALUE)
        tool_die(EXIT_FAILED, "cannot write '%s': %s", name, error_text(GetLastError()));
    if (cfg.append)
        SetFilePointer(o->handle, 0, NULL, FILE_END);
    o->file = true;
    o->name = _strdup(name);
    wbuf_free(&w);
}

void output_directory(struct output *o, const char *name)
{
    struct wbuf w;
    DWORD error;

    memset(o, 0, sizeof *o);
    wbuf_init(&w, tool_realloc, NULL, 0);
    if (!name)
        tool_die(2, "this format is a directory: name it with -o");
    target_win32(&w, name);
    if (!CreateDirectoryW((wchar_t *)w.p, NULL) && (error = GetLastError()) != ERROR_ALREADY_EXISTS)
        tool_die(EXIT_FAILED, "cannot make the directory '%s': %s", name, error_text(error));
    wbuf_puta(&w, "\\metadata");
    if (GetFileAttributesW((wchar_t *)w.p) != INVALID_FILE_ATTRIBUTES)
        tool_die(EXIT_FAILED, "'%s' has a trace already: name another directory", name);
    wbuf_free(&w);
    o->name = name;
}

int output_part(void *arg, const char *file, const void *data, size_t n)
{
    struct output *o = arg;
    struct wbuf w;
    HANDLE h;
    DWORD done = 0;
    bool ok;

    if (o->failed)
        return -1;
    wbuf_init(&w, tool_realloc, NULL, 0);
    target_win32(&w, o->name);
    wbuf_puta(&w, "\\");
    wbuf_puta(&w, file);
    h = CreateFileW((wchar_t *)w.p, FILE_APPEND_DATA, FILE_SHARE_READ, NULL, OPEN_ALWAYS,
                    FILE_ATTRIBUTE_NORMAL, NULL);
    ok = h != INVALID_HANDLE_VALUE && WriteFile(h, data, (DWORD)n, &done, NULL) && done == n;
    if (!ok) {
        DWORD error = GetLastError();
        LARGE_INTEGER back = { .QuadPart = -(LONGLONG)done };

        o->failed = true;
        tool_error("cannot write '%s/%s': %s: the trace ends here, the program goes on", o->name, file,
                   error_text(error));
        if (h != INVALID_HANDLE_VALUE && done && SetFilePointerEx(h, back, NULL, FILE_END))
            SetEndOfFile(h); /* half a packet would spoil the whole stream */
    }
    if (h != INVALID_HANDLE_VALUE)
        CloseHandle(h);
    wbuf_free(&w);
    return ok ? 0 : -1;
}

/* The file ends with the last whole line that got in. */
static void cut(struct output *o, const char *data, size_t written)
{
    size_t line = written;
    LARGE_INTEGER back;

    if (!o->file)
        return;
    while (line && data[line - 1] != '\n')
        line--;
    back.QuadPart = -(LONGLONG)(written - line);
    if (SetFilePointerEx(o->handle, back, NULL, FILE_CURRENT))
        SetEndOfFile(o->handle);
}

void output_write(struct output *o, struct buf *b)
{
    size_t done = 0, line = 0;
    DWORD n, want;

    while (!o->failed && done < b->len) {
        /* Whole lines at a time, so that what others print does not get in between. */
        want = b->len - done > 65536 ? 65536 : (DWORD)(b->len - done);
        if (want < b->len - done)
            while (want > 1 && b->p[done + want - 1] != '\n')
                want--;
        n = 0;
        if (!WriteFile(o->handle, b->p + done, want, &n, NULL) || !n) {
            DWORD error = GetLastError();

            o->failed = true;
            cut(o, b->p + line, done + n - line);
            if (error == ERROR_BROKEN_PIPE || error == ERROR_NO_DATA)
                tool_error("%s was closed: the trace ends here, the program goes on", o->name);
            else
                tool_error("cannot write '%s': %s: the trace ends here, the program goes on",
                           o->name, error_text(error));
        }
        done += n;
        if (n && b->p[done - 1] == '\n')
            line = done;
    }
    buf_cut(b, 0);
}

void output_close(struct output *o)
{
    if (o->file && !CloseHandle(o->handle) && !o->failed) {
        o->failed = true;
        tool_error("cannot write '%s': %s", o->name, error_text(GetLastError()));
    }
}
