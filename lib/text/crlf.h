/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text mode: lines that end in CR LF on disk and in LF for the program. A CR elsewhere stays, Ctrl-Z ends
 * the text. Every LF written becomes CR LF. Pure.
 */
#ifndef LIB_TEXT_CRLF_H
#define LIB_TEXT_CRLF_H

#include <stddef.h>
#include <stdint.h>

#define CRLF_END 0x1a   /* Ctrl-Z */

struct crlf_read {
    size_t text;        /* bytes for the program, at the beginning of the buffer */
    size_t used;        /* raw bytes that they stand for */
    uint8_t end;        /* a Ctrl-Z follows: the end of the text */
    uint8_t open_cr;    /* a CR at the very end follows: what comes after it decides */
};

/** Translates raw bytes s[0..n) in place. */
struct crlf_read crlf_decode(char *s, size_t n);

/**
 * Writes the raw form of s[0..n) to out, as much as fits. Returns the raw bytes; *taken receives how many
 * bytes of s they stand for.
 */
size_t crlf_encode(char *out, size_t room, const char *s, size_t n, size_t *taken);

/** How many bytes of s[0..n) are completely in the first `raw` bytes of their raw form. */
size_t crlf_taken(const char *s, size_t n, size_t raw);

#endif
