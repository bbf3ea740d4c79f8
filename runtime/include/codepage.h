/* SPDX-License-Identifier: BSD-2-Clause */
/* Windows code pages: the only tables of double-byte character sets that there are. */
#ifndef CODEPAGE_H
#define CODEPAGE_H

#include <stddef.h>
#include <stdint.h>

/**
 * Convert bytes of a code page to UTF-16.
 *
 * @param cp   code page number
 * @param out  room for one unit
 * @return units written: 1; anything else: not one character
 */
int codepage_to_wide(unsigned cp, const char *s, int len, uint16_t *out);

/**
 * Convert one UTF-16 unit to a code page.
 *
 * @param out room for 2 bytes
 * @return bytes written, 0: not representable
 */
int codepage_from_wide(unsigned cp, uint16_t wide, char *out);

#endif
