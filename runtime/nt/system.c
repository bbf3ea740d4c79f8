/* SPDX-License-Identifier: BSD-2-Clause */
/* Facts about the machine, the user and the process. No account look-ups: those take a directory
 * service, and half a second. */
#include <errno.h>

#include "ntapi.h"
#include "nt/nt_system.h"

NTSTATUS NTAPI NtOpenProcessToken(HANDLE, ACCESS_MASK, PHANDLE);
NTSTATUS NTAPI NtQueryInformationToken(HANDLE, TOKEN_INFORMATION_CLASS, PVOID, ULONG, PULONG);
NTSTATUS NTAPI RtlGetVersion(PRTL_OSVERSIONINFOW);
NTSTATUS NTAPI NtSetSystemTime(PLARGE_INTEGER, PLARGE_INTEGER);

void nt_os_version(struct nt_version *v)
{
    RTL_OSVERSIONINFOW info = { .dwOSVersionInfoSize = sizeof(info) };

    RtlGetVersion(&info);
    *v = (struct nt_version){ info.dwMajorVersion, info.dwMinorVersion, info.dwBuildNumber };
}

int nt_computer_name(char *name, size_t size)
{
    WCHAR buf[256];
    DWORD n = ARRAY_SIZE(buf);

    if (!GetComputerNameExW(ComputerNameDnsHostname, buf, &n))
        return win_err(GetLastError());
    if (n >= size)
        return -ERANGE;
    for (DWORD i = 0; i < n; i++)
        name[i] = buf[i] < 128 ? (char)buf[i] : '?';
    name[n] = 0;
    return 0;
}

unsigned nt_cpus(void)
{
    SYSTEM_INFO si;

    GetSystemInfo(&si);
    return si.dwNumberOfProcessors;
}

void nt_memory(uint64_t *total, uint64_t *available)
{
    MEMORYSTATUSEX m = { .dwLength = sizeof(m) };

    GlobalMemoryStatusEx(&m);
    *total = m.ullTotalPhys;
    *available = m.ullAvailPhys;
}

int nt_process_memory(uint64_t *peak, uint64_t *faults)
{
    struct { /* VM_COUNTERS */
        SIZE_T peak_virtual, virtual;
        ULONG faults;
        SIZE_T peak_working_set, rest[10];
    } vm = { 0 };
    ULONG n;
    NTSTATUS st = NtQueryInformationProcess(NT_SELF, 3 /* ProcessVmCounters */, &vm,
                                            11 * sizeof(SIZE_T), &n);

    *peak = vm.peak_working_set;
    *faults = vm.faults;
    return NT_OK(st) ? 0 : nt_fail(st);
}

uint64_t nt_time_precise(void)
{
    static NOCOPY void (WINAPI *precise)(FILETIME *);
    FILETIME ft;

    /* Windows 8 has it; NtQuerySystemTime only follows the timer tick on Windows. */
    if (!precise)
        precise = (void *)GetProcAddress(GetModuleHandleW(L"kernel32.dll"),
                                         "GetSystemTimePreciseAsFileTime");
    if (!precise)
        return nt_time();
    precise(&ft);
    return (uint64_t)ft.dwHighDateTime << 32 | ft.dwLowDateTime;
}

int nt_set_time(uint64_t filetime)
{
    LARGE_INTEGER t = { .QuadPart = (LONGLONG)filetime };
    NTSTATUS st = NtSetSystemTime(&t, NULL);

    return NT_OK(st) ? 0 : nt_fail(st);
}

static void sid_read(struct nt_sid *out, const SID *sid)
{
    out->authority = sid->IdentifierAuthority.Value[5];
    out->subs = sid->SubAuthorityCount;
    out->first = sid->SubAuthority[0];
    out->rid = sid->SubAuthority[sid->SubAuthorityCount - 1];
}

static int token_open(HANDLE *token)
{
    NTSTATUS st = NtOpenProcessToken(NT_SELF, TOKEN_QUERY, token);

    return NT_OK(st) ? 0 : nt_fail(st);
}

int nt_token_user(struct nt_sid *user, struct nt_sid *group)
{
    union {
        TOKEN_USER user;
        TOKEN_PRIMARY_GROUP group;
        uint8_t room[256]; /* a SID has 68 bytes at most */
    } info;
    HANDLE token;
    NTSTATUS st;
    ULONG n;
    int r = token_open(&token);

    if (r < 0)
        return r;
    st = NtQueryInformationToken(token, TokenUser, &info, sizeof(info), &n);
    if (NT_OK(st)) {
        sid_read(user, info.user.User.Sid);
        st = NtQueryInformationToken(token, TokenPrimaryGroup, &info, sizeof(info), &n);
    }
    if (NT_OK(st))
        sid_read(group, info.group.PrimaryGroup);
    NtClose(token);
    return NT_OK(st) ? 0 : nt_fail(st);
}

int nt_token_groups(struct nt_sid *groups, unsigned max)
{
    TOKEN_GROUPS *info = NULL;
    ULONG size = 0;
    HANDLE token;
    NTSTATUS st;
    int r = token_open(&token);

    if (r < 0)
        return r;
    st = NtQueryInformationToken(token, TokenGroups, NULL, 0, &size);
    if (size && (info = nt_alloc(size)))
        st = NtQueryInformationToken(token, TokenGroups, info, size, &size);
    NtClose(token);
    if (!info || !NT_OK(st)) {
        nt_free(info);
        return info ? nt_fail(st) : -ENOMEM;
    }
    r = (int)info->GroupCount;
    for (unsigned i = 0; i < max && i < info->GroupCount; i++)
        sid_read(&groups[i], info->Groups[i].Sid);
    nt_free(info);
    return r;
}

static void zone_change(struct nt_zone_change *c, const SYSTEMTIME *s)
{
    c->month = s->wMonth;
    c->week = s->wDay;
    c->weekday = s->wDayOfWeek;
    c->seconds = s->wHour * 3600 + s->wMinute * 60 + s->wSecond;
}

void nt_zone(struct nt_zone *z)
{
    TIME_ZONE_INFORMATION info;

    *z = (struct nt_zone){ 0 };
    if (GetTimeZoneInformation(&info) == TIME_ZONE_ID_INVALID)
        return;
    z->west = (info.Bias + info.StandardBias) * 60L;
    z->west_summer = (info.Bias + info.DaylightBias) * 60L;
    /* a year in it: a change that happens once, no rule */
    if (!info.StandardDate.wMonth || info.StandardDate.wYear || info.DaylightDate.wYear)
        return;
    zone_change(&z->summer, &info.DaylightDate);
    zone_change(&z->winter, &info.StandardDate);
}
