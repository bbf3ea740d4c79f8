/* SPDX-License-Identifier: BSD-2-Clause */
/* What cygcheck asks Windows: files, registry, processes. All of it only looks. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>
#include <psapi.h>
#include <sddl.h>
#include <wincrypt.h>

#include "cygcheck-like/cygcheck.h"
#include "lib/dll/stamp.h"
#include "lib/path/mounts_win.h"
#include "lib/text/utf.h"
#include "lib/tool/out.h"

static WCHAR *wide(const char *s)
{
    struct wbuf w;

    wbuf_init(&w, tool_realloc, NULL, 0);
    utf8_to_wide(&w, s, strlen(s) + 1);
    return (WCHAR *)w.p;
}

static char *narrow(const WCHAR *s)
{
    struct buf b;

    buf_init(&b, tool_realloc, NULL, 0);
    wide_to_utf8(&b, (const uint16_t *)s, wide_len((const uint16_t *)s) + 1);
    return b.p;
}

static double milliseconds(void)
{
    LARGE_INTEGER t, f;

    QueryPerformanceFrequency(&f);
    QueryPerformanceCounter(&t);
    return (double)t.QuadPart * 1000 / (double)f.QuadPart;
}

/* ---- files ---- */

const char *tree_root(void)
{
    static struct buf root;

    if (!root.p) {
        buf_init(&root, tool_realloc, NULL, 0);
        mounts_tree_root(&root);
        buf_putc(&root, 0);
        for (char *p = root.p; *p; p++)
            if (*p == '/')
                *p = '\\';
    }
    return root.p;
}

char *tree_path(const char *relative)
{
    size_t n = strlen(tree_root());
    char *p = tool_realloc(NULL, n + strlen(relative) + 2);

    memcpy(p, tree_root(), n);
    p[n] = '\\';
    strcpy(p + n + 1, relative);
    return p;
}

enum file_kind file_kind(const char *win32)
{
    WCHAR *w = wide(win32);
    DWORD a = GetFileAttributesW(w);

    tool_realloc(w, 0);
    if (a == INVALID_FILE_ATTRIBUTES)
        return FILE_NONE;
    return a & FILE_ATTRIBUTE_DIRECTORY ? FILE_FOLDER : FILE_PLAIN;
}

FILE *file_create(const char *win32)
{
    WCHAR *w = wide(win32);
    FILE *f = _wfopen(w, L"wb");

    tool_realloc(w, 0);
    return f;
}

bool folder_writable(const char *win32)
{
    char *name = tool_realloc(NULL, strlen(win32) + 64);
    WCHAR *w;
    HANDLE h;

    sprintf(name, "%s\\.cygcheck-%lu", win32, (unsigned long)GetCurrentProcessId());
    w = wide(name);
    h = CreateFileW(w, GENERIC_WRITE | DELETE, 0, NULL, CREATE_NEW, FILE_FLAG_DELETE_ON_CLOSE, NULL);
    tool_realloc(w, 0);
    tool_realloc(name, 0);
    if (h == INVALID_HANDLE_VALUE)
        return false;
    CloseHandle(h);
    return true;
}

bool folder_each(const char *win32, void (*fn)(void *, const char *, bool), void *arg)
{
    char *pattern = tool_realloc(NULL, strlen(win32) + 3);
    WIN32_FIND_DATAW d;
    HANDLE h;
    WCHAR *w;

    sprintf(pattern, "%s\\*", win32);
    w = wide(pattern);
    tool_realloc(pattern, 0);
    h = FindFirstFileW(w, &d);
    tool_realloc(w, 0);
    if (h == INVALID_HANDLE_VALUE)
        return false;
    do {
        char *name;

        if (!wcscmp(d.cFileName, L".") || !wcscmp(d.cFileName, L".."))
            continue;
        name = narrow(d.cFileName);
        fn(arg, name, d.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY);
        tool_realloc(name, 0);
    } while (FindNextFileW(h, &d));
    FindClose(h);
    return true;
}

char *full_path(const char *win32)
{
    WCHAR *w = wide(win32), *full;
    DWORD n = GetFullPathNameW(w, 0, NULL, NULL);
    char *p;

    full = tool_realloc(NULL, (n + 1) * sizeof(*full));
    n = n ? GetFullPathNameW(w, n, full, NULL) : 0;
    p = narrow(n ? full : w);
    tool_realloc(full, 0);
    tool_realloc(w, 0);
    return p;
}

bool file_place(const char *win32, struct file_place *p)
{
    WCHAR *w = wide(win32), system[32] = L"?";
    HANDLE h = CreateFileW(w, 0, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, OPEN_EXISTING,
                           FILE_FLAG_BACKUP_SEMANTICS, NULL);
    BY_HANDLE_FILE_INFORMATION i;
    DWORD flags = 0;
    bool ok = h != INVALID_HANDLE_VALUE && GetFileInformationByHandle(h, &i);

    tool_realloc(w, 0);
    if (ok) {
        GetVolumeInformationByHandleW(h, NULL, 0, NULL, NULL, &flags, system, sizeof(system) / sizeof(*system));
        *p = (struct file_place){
            .id = (uint64_t)i.nFileIndexHigh << 32 | i.nFileIndexLow,
            .size = (uint64_t)i.nFileSizeHigh << 32 | i.nFileSizeLow,
            .volume = i.dwVolumeSerialNumber, .hard_links = flags & FILE_SUPPORTS_HARD_LINKS,
        };
        for (size_t k = 0; system[k] && k < sizeof(p->system) - 1; k++)
            p->system[k] = system[k] < 0x7f ? (char)system[k] : '?';
    }
    if (h != INVALID_HANDLE_VALUE)
        CloseHandle(h);
    return ok;
}

bool same_path(const char *a, const char *b)
{
    return strlen(a) == strlen(b) && path_below(a, b);
}

bool path_below(const char *path, const char *folder)
{
    size_t n = strlen(folder);

    for (size_t i = 0; i < n; i++) {
        int a = (unsigned char)path[i], b = (unsigned char)folder[i];

        a = a == '/' ? '\\' : a >= 'A' && a <= 'Z' ? a + 32 : a;
        b = b == '/' ? '\\' : b >= 'A' && b <= 'Z' ? b + 32 : b;
        if (a != b)
            return false;
    }
    return !path[n] || path[n] == '\\' || path[n] == '/';
}

/* ---- contents ---- */

bool file_read(const char *win32, size_t max, struct buf *out)
{
    WCHAR *w = wide(win32);
    FILE *f = _wfopen(w, L"rb");
    size_t start = out->len, n;
    char part[8192];
    bool ok = f != NULL;

    tool_realloc(w, 0);
    while (ok && (n = fread(part, 1, sizeof(part), f)) > 0) {
        buf_put(out, part, n);
        ok = out->len - start <= max;
    }
    ok = ok && !ferror(f);
    if (f)
        fclose(f);
    return ok;
}

bool folder_create(const char *win32)
{
    WCHAR *w = wide(win32);
    bool ok = CreateDirectoryW(w, NULL) || GetLastError() == ERROR_ALREADY_EXISTS;

    tool_realloc(w, 0);
    return ok;
}

bool file_remove(const char *win32)
{
    WCHAR *w = wide(win32);
    bool ok;

    SetFileAttributesW(w, FILE_ATTRIBUTE_NORMAL);
    ok = DeleteFileW(w);
    tool_realloc(w, 0);
    return ok;
}

bool file_is_system(const char *win32)
{
    WCHAR *w = wide(win32);
    DWORD a = GetFileAttributesW(w);

    tool_realloc(w, 0);
    return a != INVALID_FILE_ATTRIBUTES && a & FILE_ATTRIBUTE_SYSTEM;
}

bool file_stamp(const char *win32, uint32_t stamp[4])
{
    WCHAR *w = wide(win32);
    FILE *f = _wfopen(w, L"rb");
    char head[DLL_STAMP_BYTES];
    size_t n = f ? fread(head, 1, sizeof(head), f) : 0;

    tool_realloc(w, 0);
    if (f)
        fclose(f);
    return dll_stamp(head, n, stamp) == 0;
}

bool file_sha256(const char *win32, char text[SHA256_TEXT])
{
    WCHAR *w = wide(win32);
    FILE *f = _wfopen(w, L"rb");
    unsigned char part[16384], sum[32];
    HCRYPTPROV provider = 0;
    HCRYPTHASH hash = 0;
    DWORD size = sizeof(sum);
    size_t n;
    bool ok;

    tool_realloc(w, 0);
    ok = f && CryptAcquireContextW(&provider, NULL, NULL, PROV_RSA_AES, CRYPT_VERIFYCONTEXT)
         && CryptCreateHash(provider, CALG_SHA_256, 0, 0, &hash);
    while (ok && (n = fread(part, 1, sizeof(part), f)) > 0)
        ok = CryptHashData(hash, part, (DWORD)n, 0);
    ok = ok && !ferror(f) && CryptGetHashParam(hash, HP_HASHVAL, sum, &size, 0);
    for (size_t i = 0; ok && i < sizeof(sum); i++)
        sprintf(text + 2 * i, "%02x", sum[i]);
    if (hash)
        CryptDestroyHash(hash);
    if (provider)
        CryptReleaseContext(provider, 0);
    if (f)
        fclose(f);
    return ok;
}

/* ---- names ---- */

double account_lookup(void)
{
    double begin = milliseconds();
    HANDLE token;
    char user[256];
    WCHAR name[256], domain[256];
    DWORD n = sizeof(user), names = 256, domains = 256;
    SID_NAME_USE use;

    if (OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token)) {
        if (GetTokenInformation(token, TokenUser, user, sizeof(user), &n))
            LookupAccountSidW(NULL, ((TOKEN_USER *)(void *)user)->User.Sid, name, &names, domain, &domains, &use);
        CloseHandle(token);
    }
    return milliseconds() - begin;
}

/* What Windows says is asked for once, and empty if it does not. */
static const char *asked_once(char **name, BOOL (WINAPI *ask)(WCHAR *, DWORD *))
{
    WCHAR w[257];
    DWORD n = 257;

    if (!*name)
        *name = narrow(ask(w, &n) ? w : L"");
    return *name;
}

const char *user_name(void)
{
    static char *name;

    return asked_once(&name, GetUserNameW);
}

const char *computer_name(void)
{
    static char *name;

    return asked_once(&name, GetComputerNameW);
}

static BOOL WINAPI get_host_name(WCHAR *w, DWORD *n)
{
    return GetComputerNameExW(ComputerNamePhysicalDnsHostname, w, n);
}

const char *host_name(void)
{
    static char *name;

    return asked_once(&name, get_host_name);
}

char *user_sid(void)
{
    char user[256], *p = NULL;
    DWORD n = sizeof(user);
    HANDLE token;
    LPWSTR text;

    if (OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token)) {
        if (GetTokenInformation(token, TokenUser, user, n, &n)
            && ConvertSidToStringSidW(((TOKEN_USER *)(void *)user)->User.Sid, &text)) {
            p = narrow(text);
            LocalFree(text);
        }
        CloseHandle(token);
    }
    return p ? p : narrow(L"(your SID)");
}

/* ---- registry ---- */

static bool registry_get(HKEY root, const char *key, const char *name, DWORD types, void **data, DWORD *size)
{
    WCHAR *k = wide(key), *n = wide(name);
    bool ok = false;

    *size = 0;
    *data = NULL;
    if (RegGetValueW(root, k, n, types, NULL, NULL, size) == ERROR_SUCCESS) {
        *data = tool_realloc(NULL, *size + 2);
        ok = RegGetValueW(root, k, n, types, NULL, *data, size) == ERROR_SUCCESS;
    }
    tool_realloc(k, 0);
    tool_realloc(n, 0);
    return ok;
}

bool registry_text(bool user, const char *key, const char *name, struct buf *out)
{
    void *data;
    DWORD size;
    bool ok = registry_get(user ? HKEY_CURRENT_USER : HKEY_LOCAL_MACHINE, key, name, RRF_RT_REG_SZ, &data,
                           &size);

    if (ok)
        wide_to_utf8(out, data, wide_len(data));
    tool_realloc(data, 0);
    return ok;
}

bool registry_number(const char *key, const char *name, uint64_t *out)
{
    void *data;
    DWORD size;
    bool ok = registry_get(HKEY_LOCAL_MACHINE, key, name,
                           RRF_RT_REG_DWORD | RRF_RT_REG_QWORD | RRF_RT_REG_BINARY, &data, &size);

    *out = 0;
    if (ok)
        memcpy(out, data, size < sizeof(*out) ? size : sizeof(*out));
    tool_realloc(data, 0);
    return ok;
}

/* ---- processes ---- */

#define SAID_MAX 65536
#define PATH_UNITS 32768 /* the longest name that Windows has */

/* Takes what a program says until its end, or until the pipe has no writer any more. */
static int take_output(HANDLE process, HANDLE out, unsigned timeout_ms, struct buf *said)
{
    double end = milliseconds() + timeout_ms;
    char part[4096];
    DWORD n;

    for (;;) {
        bool ended = WaitForSingleObject(process, 10) == WAIT_OBJECT_0;

        while (PeekNamedPipe(out, NULL, 0, NULL, &n, NULL) && n) {
            if (!ReadFile(out, part, n < sizeof(part) ? n : sizeof(part), &n, NULL))
                break;
            if (said->len < SAID_MAX)
                buf_put(said, part, n);
        }
        if (ended)
            return 0;
        if (milliseconds() > end)
            return -2;
    }
}

int run_capture(const char *command, unsigned timeout_ms, double *ms, struct buf *said)
{
    SECURITY_ATTRIBUTES sa = { sizeof(sa), NULL, TRUE };
    HANDLE nul = CreateFileW(L"NUL", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, &sa,
                             OPEN_EXISTING, 0, NULL);
    STARTUPINFOW si = { .cb = sizeof(si), .dwFlags = STARTF_USESTDHANDLES, .hStdInput = nul };
    PROCESS_INFORMATION pi;
    WCHAR *line = wide(command);
    double begin = milliseconds();
    HANDLE in = NULL, out = NULL;
    DWORD code = 0;
    int r = -1;

    if (CreatePipe(&out, &in, &sa, 0))
        SetHandleInformation(out, HANDLE_FLAG_INHERIT, 0);
    si.hStdOutput = si.hStdError = in;
    if (in && CreateProcessW(NULL, line, NULL, NULL, TRUE, 0, NULL, NULL, &si, &pi)) {
        r = take_output(pi.hProcess, out, timeout_ms, said);
        if (r == -2)
            TerminateProcess(pi.hProcess, 1); /* we made it */
        else if (GetExitCodeProcess(pi.hProcess, &code))
            r = (int)(code & 0x7fffffff);
        CloseHandle(pi.hThread);
        CloseHandle(pi.hProcess);
    }
    *ms = milliseconds() - begin;
    CloseHandle(nul);
    CloseHandle(in);
    CloseHandle(out);
    tool_realloc(line, 0);
    return r;
}

bool process_stamp(uint32_t winpid, uint64_t base, uint32_t stamp[4])
{
    HANDLE p = OpenProcess(PROCESS_QUERY_INFORMATION | PROCESS_VM_READ, FALSE, winpid);
    char head[DLL_STAMP_BYTES];
    SIZE_T n = 0;
    bool ok;

    ok = p && ReadProcessMemory(p, (void *)(uintptr_t)base, head, sizeof(head), &n)
         && dll_stamp(head, n, stamp) == 0;
    if (p)
        CloseHandle(p);
    return ok;
}

bool modules_each(uint32_t winpid, void (*fn)(void *, uint64_t, uint64_t, const char *), void *arg)
{
    HANDLE p = OpenProcess(PROCESS_QUERY_INFORMATION | PROCESS_VM_READ, FALSE, winpid);
    DWORD need = 0, room = 256 * sizeof(HMODULE);
    HMODULE *m = NULL;
    WCHAR *path = tool_realloc(NULL, PATH_UNITS * sizeof(*path));
    bool ok;

    if (!p) {
        tool_realloc(path, 0);
        return false;
    }
    do {
        room = need > room ? need : room;
        m = tool_realloc(m, room);
        ok = EnumProcessModulesEx(p, m, room, &need, LIST_MODULES_ALL);
    } while (ok && need > room);
    for (DWORD i = 0; ok && i < need / sizeof(*m); i++) {
        MODULEINFO info;
        char *name;

        if (!GetModuleFileNameExW(p, m[i], path, PATH_UNITS)
            || !GetModuleInformation(p, m[i], &info, sizeof(info)))
            continue;
        name = narrow(path);
        fn(arg, (uintptr_t)info.lpBaseOfDll, info.SizeOfImage, name);
        tool_realloc(name, 0);
    }
    tool_realloc(m, 0);
    tool_realloc(path, 0);
    CloseHandle(p);
    return ok;
}

void environment_each(void (*fn)(void *, const char *, const char *), void *arg)
{
    WCHAR *env = GetEnvironmentStringsW();

    for (WCHAR *p = env; p && *p; p += wcslen(p) + 1) {
        char *line = narrow(p), *eq = strchr(line + 1, '=');

        if (eq && *line != '=') {
            *eq = 0;
            fn(arg, line, eq + 1);
        }
        tool_realloc(line, 0);
    }
    FreeEnvironmentStringsW(env);
}

static const char *wine_version(void)
{
    const char *(*wine)(void) = (void *)GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "wine_get_version");

    return wine ? wine() : NULL;
}

bool on_wine(void)
{
    return wine_version() != NULL;
}

void system_facts(struct report *r)
{
    LONG (WINAPI *version)(OSVERSIONINFOW *) = (void *)GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "RtlGetVersion");
    OSVERSIONINFOW v = { .dwOSVersionInfoSize = sizeof(v) };
    MEMORYSTATUSEX m = { .dwLength = sizeof(m) };
    SYSTEM_INFO si;

    if (version && version(&v) == 0)
        fact(r, "system", "Windows", "%lu.%lu.%lu", v.dwMajorVersion, v.dwMinorVersion, v.dwBuildNumber);
    fact(r, "system", "Wine", "%s", on_wine() ? wine_version() : "no");
    GetNativeSystemInfo(&si);
    fact(r, "system", "processors", "%lu", si.dwNumberOfProcessors);
    if (GlobalMemoryStatusEx(&m))
        fact(r, "system", "memory", "%llu MiB, %llu MiB free", m.ullTotalPhys >> 20, m.ullAvailPhys >> 20);
}
