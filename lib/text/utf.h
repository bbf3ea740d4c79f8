/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * UTF-8 <-> UTF-16. Plain conversion for text, and the reversible one for names: every byte string
 * without NUL has its own UTF-16 form and comes back from it unchanged.
 *
 * Reversible form: valid UTF-8 becomes UTF-16. A byte that belongs to no valid sequence becomes
 * U+F000 + byte (U+F080..U+F0FF). So that this stays unambiguous, a sequence that would itself
 * encode U+F080..U+F0FF counts as invalid, byte by byte. A lone surrogate of a Windows name is
 * written as its three-byte sequence, and read back; two such sequences that would make a pair
 * count as invalid bytes.
 */
#ifndef LIB_TEXT_UTF_H
#define LIB_TEXT_UTF_H

#include <stddef.h>
#include <stdint.h>

#include "lib/text/buf.h"

/**
 * Decodes one character from s[0..n). Returns the bytes used, 0 if there is no valid one (cut
 * short, overlong, a surrogate, above U+10FFFF).
 */
size_t utf8_get(const char *s, size_t n, uint32_t *c);
/** Encodes c (at most U+10FFFF; surrogates too) at t, which has room for 4. Returns the bytes. */
size_t utf8_put(char *t, uint32_t c);

/** Appends s[0..n) in the reversible form. */
void utf8_to_wide(struct wbuf *out, const char *s, size_t n);
/** Appends the bytes that a reversible form stands for. */
void wide_to_utf8(struct buf *out, const uint16_t *s, size_t n);

/** Appends text with U+FFFD for what is invalid: for messages, never for names. */
void wide_to_utf8_text(struct buf *out, const uint16_t *s, size_t n);

/** Units before the terminating 0. */
size_t wide_len(const uint16_t *s);

/** Upper case of one unit for comparing names: ASCII, Latin-1, Greek and Cyrillic. */
uint16_t wide_fold(uint16_t c);

#endif
