/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls on files against what they cost in Windows' own terms, on the same file. */
#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/cygwin.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <windows.h>
#include <winternl.h>

#include "bench.h"

#define CALLS 500
#define BLOCK 65536
#define BLOCKS 64
#define ENTRIES 10000

static char folder[64];
static WCHAR win[4096], nt[4100];
static UNICODE_STRING nt_name;
static char block[BLOCK];
static const char *file = "data.txt";

/* Programs are not linked with ntdll. */
static NTSTATUS (NTAPI *nt_open)(HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *, IO_STATUS_BLOCK *, ULONG, ULONG);
static NTSTATUS (NTAPI *nt_query)(HANDLE, IO_STATUS_BLOCK *, void *, ULONG, ULONG);
static NTSTATUS (NTAPI *nt_close)(HANDLE);
static NTSTATUS (NTAPI *nt_security)(HANDLE, ULONG, void *, ULONG, ULONG *);
static bool lists;          /* modes and owners come from access lists (not with CYGWIN=caps:-acls) */

static void find_nt(void)
{
    HMODULE ntdll = GetModuleHandleA("ntdll.dll");

    nt_open = (void *)GetProcAddress(ntdll, "NtOpenFile");
    nt_query = (void *)GetProcAddress(ntdll, "NtQueryInformationFile");
    nt_close = (void *)GetProcAddress(ntdll, "NtClose");
    nt_security = (void *)GetProcAddress(ntdll, "NtQuerySecurityObject");
    lists = !getenv("CYGWIN") || !strstr(getenv("CYGWIN"), "-acls");
}

static double now(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec * 1e9 + (double)ts.tv_nsec;
}

/* ---- open and close ---- */

static double ours_open(void *arg)
{
    double t = now();

    for (int i = 0; i < CALLS; i++) {
        int fd = open(file, O_RDONLY);

        if (fd < 0 || close(fd) < 0)
            return -1;
    }
    return (now() - t) / CALLS;
}

static double win_open(void *arg)
{
    double t = now();

    for (int i = 0; i < CALLS; i++) {
        HANDLE h = CreateFileW(win, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                               OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);

        if (h == INVALID_HANDLE_VALUE || !CloseHandle(h))
            return -1;
    }
    return (now() - t) / CALLS;
}

/* ---- stat ---- */

static double ours_stat(void *arg)
{
    struct stat st;
    double t = now();

    for (int i = 0; i < CALLS; i++)
        if (stat(file, &st) < 0)
            return -1;
    return (now() - t) / CALLS;
}

/* The cheapest calls that tell all of struct stat. */
static double nt_stat(void *arg)
{
    static struct {
        LONGLONG times[4];
        ULONG attr;
    } basic;
    static struct {
        LONGLONG alloc, size;
        ULONG links;
        BOOLEAN flags[2];
    } standard;
    static LONGLONG id;
    static char sd[1024];
    double t = now();

    for (int i = 0; i < CALLS; i++) {
        OBJECT_ATTRIBUTES oa = { .Length = sizeof oa, .ObjectName = &nt_name, .Attributes = 0x40 };
        IO_STATUS_BLOCK io;
        ULONG need;
        HANDLE h;

        if (nt_open(&h, FILE_READ_ATTRIBUTES | READ_CONTROL | SYNCHRONIZE, &oa, &io, 7, 0x20) < 0
            || nt_query(h, &io, &basic, sizeof basic, 4) < 0
            || nt_query(h, &io, &standard, sizeof standard, 5) < 0
            || nt_query(h, &io, &id, sizeof id, 6) < 0
            || (lists && nt_security(h, 7 /* owner, group, list */, sd, sizeof sd, &need) < 0) || nt_close(h) < 0)
            return -1;
    }
    return (now() - t) / CALLS;
}

/* ---- blocks ---- */

static double ours_blocks(void *arg)
{
    bool writes = arg != NULL;
    int fd = open("big", O_RDWR | O_CREAT, 0644);
    double t = now();

    for (int i = 0; i < BLOCKS; i++)
        if ((writes ? write(fd, block, BLOCK) : read(fd, block, BLOCK)) != BLOCK)
            return -1;
    t = now() - t;
    close(fd);
    return t / BLOCKS;
}

static double win_blocks(void *arg)
{
    static WCHAR name[4096];
    bool writes = arg != NULL;
    HANDLE h;
    DWORD n;
    double t;

    if (!*name)
        cygwin_conv_path(CCP_POSIX_TO_WIN_W, "big", name, sizeof name);
    h = CreateFileW(name, GENERIC_READ | GENERIC_WRITE, 7, NULL, OPEN_ALWAYS, 0, NULL);
    t = now();
    for (int i = 0; i < BLOCKS; i++)
        if (!(writes ? WriteFile(h, block, BLOCK, &n, NULL) : ReadFile(h, block, BLOCK, &n, NULL)) || n != BLOCK)
            return -1;
    t = now() - t;
    CloseHandle(h);
    return t / BLOCKS;
}

/* ---- a folder ---- */

static double ours_readdir(void *arg)
{
    double t = now();
    DIR *d = opendir("many");
    int n = 0;

    while (d && readdir(d))
        n++;
    if (!d || closedir(d) < 0)
        return -1;
    return n == ENTRIES + 2 ? now() - t : -1;
}

static double win_readdir(void *arg)
{
    static WCHAR pattern[4096];
    WIN32_FIND_DATAW e;
    double t;
    HANDLE h;
    int n = 0;

    if (!*pattern) {
        cygwin_conv_path(CCP_POSIX_TO_WIN_W, "many", pattern, sizeof pattern);
        for (n = 0; pattern[n]; n++)
            ;
        pattern[n] = '\\';
        pattern[n + 1] = '*';
        n = 0;
    }
    t = now();
    h = FindFirstFileW(pattern, &e);
    if (h == INVALID_HANDLE_VALUE)
        return -1;
    do
        n++;
    while (FindNextFileW(h, &e));
    FindClose(h);
    return n == ENTRIES + 2 ? now() - t : -1;
}

/* ---- setting up ---- */

static int make(const char *name)
{
    int fd = open(name, O_CREAT | O_WRONLY, 0644);

    return fd < 0 || write(fd, "text\n", 5) != 5 ? -1 : close(fd);
}

static void name_file(const char *name)
{
    int n = 0;

    file = name;
    cygwin_conv_path(CCP_POSIX_TO_WIN_W, name, win, sizeof win);
    nt[0] = nt[3] = '\\';
    nt[1] = nt[2] = '?';
    for (; win[n]; n++)
        nt[4 + n] = win[n];
    nt_name = (UNICODE_STRING){ .Buffer = nt, .Length = (USHORT)(2 * (n + 4)), .MaximumLength = (USHORT)(2 * (n + 4)) };
}

static int run(const char *only)
{
    char name[32];
    int bad = 0;

#define WANTED(x) (!only || strstr(x, only))
    name_file("data.txt");
    if (WANTED("file-open-close"))
        bad |= bench_pair("file-open-close", "us", 60, ours_open, NULL, "CreateFileW+CloseHandle", win_open, NULL);
    if (WANTED("file-stat"))
        bad |= bench_pair("file-stat", "us", 60, ours_stat, NULL, lists ? "NtOpenFile+4queries+NtClose" : "NtOpenFile+3queries+NtClose", nt_stat, NULL);
    name_file("data");          /* nothing in the name says whether it is a program */
    if (WANTED("file-stat-look"))
        bad |= bench_pair("file-stat-look", "us", 60, ours_stat, NULL, lists ? "NtOpenFile+4queries+NtClose" : "NtOpenFile+3queries+NtClose", nt_stat, NULL);
    if (WANTED("file-write-64k"))
        bad |= bench_pair("file-write-64k", "us", 60, ours_blocks, "w", "WriteFile", win_blocks, "w");
    if (WANTED("file-read-64k"))
        bad |= bench_pair("file-read-64k", "us", 60, ours_blocks, NULL, "ReadFile", win_blocks, NULL);
    if (WANTED("file-readdir-10000")) {
        bad |= mkdir("many", 0755);
        for (int i = 0; i < ENTRIES && !bad; i++) {
            snprintf(name, sizeof name, "many/%06d.txt", i);
            bad |= make(name);
        }
        if (!bad)
            bad |= bench_pair("file-readdir-10000", "ms", 20, ours_readdir, NULL, "FindFirstFileW", win_readdir, NULL);
    }
    return bad;
}

int main(int argc, char **argv)
{
    char command[300];
    int bad;

    find_nt();
    snprintf(folder, sizeof folder, "/tmp/bench-file.%d", (int)getpid());
    if (mkdir(folder, 0755) < 0 || chdir(folder) < 0 || make("data.txt") < 0 || make("data") < 0)
        return 2;
    bad = run(argc > 1 ? argv[1] : NULL);
    if (chdir("/") == 0) {
        snprintf(command, sizeof command, "%s/many", folder);
        for (DIR *d = opendir(command); d;) {
            struct dirent *e = readdir(d);

            if (!e) {
                closedir(d);
                break;
            }
            snprintf(command, sizeof command, "%s/many/%s", folder, e->d_name);
            unlink(command);
        }
        snprintf(command, sizeof command, "%s/many", folder);
        rmdir(command);
        for (const char *const *n = (const char *const[]){ "data.txt", "data", "big", NULL }; *n; n++) {
            snprintf(command, sizeof command, "%s/%s", folder, *n);
            unlink(command);
        }
        rmdir(folder);
    }
    return bad;
}
