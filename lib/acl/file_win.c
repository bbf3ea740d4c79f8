/* SPDX-License-Identifier: BSD-2-Clause */
/* Permissions of files, for the native tools. */
#ifdef _WIN32
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>
#include <winternl.h>

#include "lib/acl/file_win.h"
#include "lib/path/name_win.h"
#include "lib/text/utf.h"
#include "lib/tool/out.h"

#define PARTS (OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION)

static bool on_wine(void)
{
    return GetProcAddress(GetModuleHandleA("ntdll.dll"), "wine_get_version") != NULL;
}

static const char *reason(DWORD error)
{
    switch (error) {
    case ERROR_FILE_NOT_FOUND:
    case ERROR_PATH_NOT_FOUND:
    case ERROR_INVALID_NAME:
        return "there is no such file";
    case ERROR_ACCESS_DENIED:
        return "not allowed";
    case ERROR_INVALID_OWNER:
        return "the system does not let you make somebody else the owner";
    case ERROR_SHARING_VIOLATION:
        return "somebody has it open alone";
    }
    return "the system refuses";
}

/* Wine grants execution to whoever may read: only programs and folders have it, as stat() says too. */
static void without_made_up_x(struct perm_file *f)
{
    char magic[2] = "";
    DWORD n = 0;
    HANDLE h;

    if (f->dir || !on_wine())
        return;
    h = CreateFileW((LPCWSTR)f->win32, GENERIC_READ, 7, NULL, OPEN_EXISTING, 0, NULL);
    if (h != INVALID_HANDLE_VALUE) {
        if (!ReadFile(h, magic, 2, &n, NULL))
            n = 0;
        CloseHandle(h);
    }
    if (n == 2 && (!memcmp(magic, "MZ", 2) || !memcmp(magic, "#!", 2)))
        return;
    for (size_t i = 0; i < f->perm.list.n; i++)
        f->perm.list.v[i].perm &= 6;
}

/* GetVolumeInformation asks for more: for the label Wine reads the device. */
static bool keeps_lists(const uint16_t *win32)
{
    struct { /* FILE_FS_ATTRIBUTE_INFORMATION */
        ULONG flags;
        LONG name_max;
        ULONG name_bytes;
        WCHAR name[64];
    } info = { .flags = FILE_PERSISTENT_ACLS };
    HANDLE h = CreateFileW((LPCWSTR)win32, FILE_READ_ATTRIBUTES, 7, NULL, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, NULL);
    IO_STATUS_BLOCK io;

    if (h != INVALID_HANDLE_VALUE) {
        NtQueryVolumeInformationFile(h, &io, &info, sizeof info, (FS_INFORMATION_CLASS)5);
        CloseHandle(h);
    }
    return info.flags & FILE_PERSISTENT_ACLS;
}

int perm_file_read(struct perm_file *f, const char *name, const char **why)
{
    struct buf text;
    struct wbuf wide;
    DWORD attr, n = 0;
    char *sd;
    int r;

    memset(f, 0, sizeof *f);
    perm_list_init(&f->perm.list, tool_realloc, NULL, 0);
    buf_init(&text, tool_realloc, NULL, 0);
    wbuf_init(&wide, tool_realloc, NULL, 0);
    if ((r = tool_file_name(&text, name, why)) < 0)
        return r;
    utf8_to_wide(&wide, text.p, text.len);
    wbuf_putc(&wide, 0);
    buf_free(&text);
    f->win32 = wide.p;
    attr = GetFileAttributesW((LPCWSTR)f->win32);
    if (attr == INVALID_FILE_ATTRIBUTES) {
        *why = reason(GetLastError());
        return -ENOENT;
    }
    f->dir = attr & FILE_ATTRIBUTE_DIRECTORY;
    f->kept = keeps_lists(f->win32);
    GetFileSecurityW((LPCWSTR)f->win32, PARTS, NULL, 0, &n);
    sd = tool_realloc(NULL, n + 1);
    if (!n || !GetFileSecurityW((LPCWSTR)f->win32, PARTS, sd, n, &n)) {
        *why = reason(GetLastError());
        r = -EACCES;
    } else if ((r = perm_from_sd(sd, n, f->dir, &f->perm)) < 0) {
        *why = "its security descriptor is damaged";
    }
    free(sd);
    if (r == 0)
        without_made_up_x(f);
    return r;
}

int perm_file_write(struct perm_file *f, const char **why)
{
    struct perm p = f->perm;
    struct buf sd;
    SECURITY_INFORMATION parts = DACL_SECURITY_INFORMATION;
    int r;

    if (on_wine()) {
        if (!perm_is_minimal(&p.list)) {
            *why = "Wine keeps no more than a mode: named entries and default lists would be lost";
            return -EOPNOTSUPP;
        }
        /* so that the owner's entries do not become the group's, too (runtime/sec/sec.c) */
        sid_parse("S-1-5-7", 7, &p.owner);
        parts |= OWNER_SECURITY_INFORMATION;
    }
    buf_init(&sd, tool_realloc, NULL, 0);
    r = perm_to_sd(&p, f->dir, &sd);
    if (r == -E2BIG)
        *why = "the list is longer than Windows allows";
    else if (r < 0)
        *why = "the list is not valid";
    else if (!SetFileSecurityW((LPCWSTR)f->win32, parts, sd.p)) {
        *why = reason(GetLastError());
        r = -EACCES;
    }
    buf_free(&sd);
    return r;
}

void perm_file_free(struct perm_file *f)
{
    perm_list_free(&f->perm.list);
    free(f->win32);
    f->win32 = NULL;
}
#else
typedef int file_win_unused;
#endif
