/* SPDX-License-Identifier: BSD-2-Clause */
/* Folders that the shell knows. Its libraries are big: they are loaded when one of these is called. */
#ifdef _WIN32
#include "lib/path/folders_win.h"

#include <errno.h>
#include <windows.h>

#include "lib/text/utf.h"
#include "lib/tool/out.h"

typedef HRESULT(WINAPI *get_folder)(HWND, int, HANDLE, DWORD, LPWSTR);
typedef BOOL(WINAPI *get_profiles)(LPWSTR, DWORD *);

static FARPROC library_function(const char *dll, const char *name)
{
    HMODULE h = LoadLibraryA(dll);

    return h ? GetProcAddress(h, name) : NULL;
}

static int put(struct buf *out, const WCHAR *w)
{
    if (!*w)
        return -ENOENT;
    wide_to_utf8(out, (const uint16_t *)w, wcslen(w));
    return buf_err(out);
}

int folder_special(int csidl, struct buf *out)
{
    get_folder get = (get_folder)(void *)library_function("shell32.dll", "SHGetFolderPathW");
    WCHAR w[MAX_PATH + 1]; /* what the function writes to has this size */

    return get && get(NULL, csidl, NULL, 0, w) == S_OK ? put(out, w) : -ENOENT;
}

int folder_profiles(struct buf *out)
{
    get_profiles get = (get_profiles)(void *)library_function("userenv.dll", "GetProfilesDirectoryW");
    DWORD n = 0;
    WCHAR *w;
    int r;

    if (!get)
        return -ENOENT;
    get(NULL, &n);
    w = tool_realloc(NULL, (n + 1) * sizeof *w);
    r = get(w, &n) ? put(out, w) : -ENOENT;
    tool_realloc(w, 0);
    return r;
}
#endif
