/* SPDX-License-Identifier: BSD-2-Clause */
/* Images in files; see file.h. */
#ifdef _WIN32
#include <errno.h>
#include <string.h>
#include <windows.h>

#include "lib/pe/file.h"
#include "lib/text/utf.h"
#include "lib/tool/out.h"

static WCHAR *wide(const char *s)
{
    struct wbuf w;

    wbuf_init(&w, tool_realloc, NULL, 0);
    utf8_to_wide(&w, s, strlen(s) + 1);
    return (WCHAR *)w.p;
}

static int64_t read_file(void *arg, uint64_t off, void *buf, size_t n)
{
    OVERLAPPED o = { .Offset = (DWORD)off, .OffsetHigh = (DWORD)(off >> 32) };
    DWORD got = 0;

    if (!ReadFile(arg, buf, n > 1u << 20 ? 1u << 20 : (DWORD)n, &got, &o))
        return GetLastError() == ERROR_HANDLE_EOF ? 0 : -EIO;
    return got;
}

int pe_file_open(struct pe *pe, const char *win32)
{
    WCHAR *w = wide(win32);
    HANDLE h = CreateFileW(w, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                           NULL, OPEN_EXISTING, 0, NULL);
    int r;

    tool_realloc(w, 0);
    if (h == INVALID_HANDLE_VALUE)
        return GetLastError() == ERROR_ACCESS_DENIED ? -EACCES : -ENOENT;
    if ((r = pe_open(pe, read_file, h)) < 0)
        CloseHandle(h);
    return r;
}

void pe_file_close(struct pe *pe)
{
    CloseHandle(pe->arg);
}

/* ---- where DLLs are ---- */

const char *pe_windows_folder(void)
{
    static char *name;

    if (!name) {
        UINT n = GetWindowsDirectoryW(NULL, 0);
        WCHAR *w = tool_realloc(NULL, (n + 1) * sizeof(*w));
        struct buf b;

        GetWindowsDirectoryW(w, n + 1);
        buf_init(&b, tool_realloc, NULL, 0);
        wide_to_utf8(&b, (const uint16_t *)w, wcslen(w) + 1);
        tool_realloc(w, 0);
        name = b.p;
    }
    return name;
}

/* folder\name, if there is such a file. */
static char *in_folder(const char *folder, size_t n, const char *name)
{
    char *p = tool_realloc(NULL, n + strlen(name) + 2);
    DWORD a = INVALID_FILE_ATTRIBUTES;

    memcpy(p, folder, n);
    p[n] = '\\';
    strcpy(p + n + 1, name);
    if (n) {
        WCHAR *w = wide(p);

        a = GetFileAttributesW(w);
        tool_realloc(w, 0);
    }
    if (a != INVALID_FILE_ATTRIBUTES && !(a & FILE_ATTRIBUTE_DIRECTORY))
        return p;
    tool_realloc(p, 0);
    return NULL;
}

char *pe_file_search(const char *folder, const char *name)
{
    const char *path = tool_getenv("PATH"), *windows = pe_windows_folder();
    char *system = tool_realloc(NULL, strlen(windows) + 16), *p;

    strcpy(system, windows);
    strcat(system, "\\system32");
    p = in_folder(folder, strlen(folder), name);
    if (!p)
        p = in_folder(system, strlen(system), name);
    if (!p)
        p = in_folder(windows, strlen(windows), name);
    for (const char *end; !p && path && *path; path = *end ? end + 1 : end) {
        size_t n;

        end = path + strcspn(path, ";");
        n = (size_t)(end - path);
        while (n && (path[n - 1] == '\\' || path[n - 1] == '/'))
            n--;
        p = in_folder(path, n, name);
    }
    tool_realloc(system, 0);
    return p;
}

bool pe_api_set(const char *name)
{
    return !_strnicmp(name, "api-ms-", 7) || !_strnicmp(name, "ext-ms-", 7);
}
#else
typedef int pe_file_unused;
#endif
