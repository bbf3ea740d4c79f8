/* SPDX-License-Identifier: BSD-2-Clause */
/* Random bytes from the system, whose library is loaded at the first use only. */
#include <errno.h>

#include "ntfile.h"

typedef BOOLEAN WINAPI random_fn(PVOID buf, ULONG n); /* ProcessPrng takes a SIZE_T: the same register */

static NOCOPY random_fn *fn;

static random_fn *find(const wchar_t *dll, const char *name)
{
    HMODULE m = LoadLibraryExW((LPCWSTR)dll, NULL, LOAD_LIBRARY_SEARCH_SYSTEM32);

    return m ? (random_fn *)(void *)GetProcAddress(m, name) : NULL;
}

int nt_random(void *buf, size_t n)
{
    char *p = buf;

    if (!fn)
        fn = find(L"bcryptprimitives.dll", "ProcessPrng");
    if (!fn)
        fn = find(L"advapi32.dll", "SystemFunction036"); /* RtlGenRandom */
    if (!fn)
        return -EIO;
    while (n) {
        ULONG k = n > 1u << 20 ? 1u << 20 : (ULONG)n;

        if (!fn(p, k))
            return -EIO;
        p += k;
        n -= k;
    }
    return 0;
}
