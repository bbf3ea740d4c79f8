/* SPDX-License-Identifier: BSD-2-Clause */
/* What the volume below a mount can do, as far as Windows says. */
#include <string.h>
#include <windows.h>
#include <winternl.h>

#include "lib/text/utf.h"
#include "lib/tool/out.h"
#include "mount/mount.h"

bool on_wine(void)
{
    return GetProcAddress(GetModuleHandleA("ntdll.dll"), "wine_get_version") != NULL;
}

/* FILE_FS_ATTRIBUTE_INFORMATION. GetVolumeInformation asks for more: for the label Wine reads the device. */
struct fs_attribute {
    ULONG flags;
    LONG name_max;
    ULONG name_bytes;
    WCHAR name[32];
};
enum { FS_ATTRIBUTE = 5 };

static void ask(const WCHAR *root, struct volume *v)
{
    HANDLE h = CreateFileW(root, FILE_READ_ATTRIBUTES, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                           NULL, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, NULL);
    struct fs_attribute info;
    IO_STATUS_BLOCK io;
    size_t n;

    if (h == INVALID_HANDLE_VALUE)
        return;
    if (NtQueryVolumeInformationFile(h, &io, &info, sizeof info, (FS_INFORMATION_CLASS)FS_ATTRIBUTE) >= 0) {
        for (n = 0; n < info.name_bytes / 2 && n + 1 < sizeof v->type; n++) {
            WCHAR c = info.name[n];

            v->type[n] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c > ' ' && c < 127 ? c : '?');
        }
        v->type[n] = 0;
        v->known = true;
        v->case_sensitive = info.flags & FILE_CASE_SENSITIVE_SEARCH;
        v->acls = info.flags & FILE_PERSISTENT_ACLS;
        v->hard_links = info.flags & FILE_SUPPORTS_HARD_LINKS || on_wine(); /* which does not say so */
        v->reparse = info.flags & FILE_SUPPORTS_REPARSE_POINTS;
    }
    CloseHandle(h);
}

void volume_of(const uint16_t *win32, struct volume *v)
{
    static struct volume drives[26];
    static bool asked[26];
    const WCHAR *p = (const WCHAR *)win32;
    WCHAR root[] = L"X:\\";
    int i;

    memset(v, 0, sizeof *v);
    strcpy(v->type, "?");
    if (!wcsncmp(p, L"\\\\?\\", 4) && p[4] && p[5] == ':')
        p += 4;
    if (p[0] == '\\' && p[1] == '\\') {
        strcpy(v->type, "network");
        v->remote = true;
        return;
    }
    i = (p[0] | 32) - 'a';
    if (i < 0 || i > 25 || p[1] != ':')
        return;
    if (!asked[i]) {
        asked[i] = true;
        root[0] = p[0];
        drives[i] = *v;
        if (GetDriveTypeW(root) == DRIVE_REMOTE) { /* one that is not there takes minutes to say so */
            strcpy(drives[i].type, "network");
            drives[i].remote = true;
        } else {
            ask(root, &drives[i]);
        }
    }
    *v = drives[i];
}
