/* SPDX-License-Identifier: BSD-2-Clause */
/* How many handles this process has, so that leaks show. For programs of the SDK that include windows.h. */
#ifndef TESTS_HANDLES_H
#define TESTS_HANDLES_H

/* Wine 8 succeeds and counts none: then the place of a new handle, below which all are in use. -1: unknown */
static inline int handles(void)
{
    DWORD n = 0;
    HANDLE h;

    if (GetProcessHandleCount(GetCurrentProcess(), &n) && n)
        return (int)n;
    if (!(h = CreateEventW(NULL, FALSE, FALSE, NULL)))
        return -1;
    n = (DWORD)((ULONG_PTR)h / 4);
    CloseHandle(h);
    return (int)n;
}

#endif
