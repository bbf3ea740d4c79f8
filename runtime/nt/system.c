/* SPDX-License-Identifier: BSD-2-Clause */
/* Facts about the machine and the process. */
#include <errno.h>

#include "ntapi.h"
#include "nt/nt_system.h"

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
