/* SPDX-License-Identifier: BSD-2-Clause */
/* Character set conversion by Windows' code page tables. */
#include <windows.h>

#include "codepage.h"

int codepage_to_wide(unsigned cp, const char *s, int len, uint16_t *out)
{
    return MultiByteToWideChar(cp, MB_ERR_INVALID_CHARS, s, len, (WCHAR *)out, 1);
}

int codepage_from_wide(unsigned cp, uint16_t wide, char *out)
{
    BOOL replaced = FALSE;
    int n = WideCharToMultiByte(cp, WC_NO_BEST_FIT_CHARS, (WCHAR *)&wide, 1, out, 2, NULL, &replaced);

    return replaced ? 0 : n;
}
