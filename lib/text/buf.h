/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Growing arrays of bytes and of UTF-16 units, allocated through the caller's own realloc: the
 * runtime passes rt_realloc, the tools realloc's wrapper of lib/tool, tests whatever they like.
 * An allocation failure is remembered, so a caller checks once, at the end (buf_err).
 */
#ifndef LIB_TEXT_BUF_H
#define LIB_TEXT_BUF_H

#include <stddef.h>
#include <stdint.h>

/** Like realloc(), but a size of 0 frees and returns NULL. */
typedef void *(*buf_realloc_fn)(void *old, size_t size);

/** Bytes. `p` is NUL-terminated after every successful call (the NUL is not in `len`). */
struct buf {
    char *p;
    size_t len;
    size_t cap;             /* bytes at p */
    buf_realloc_fn alloc;
    uint8_t owned;          /* p came from alloc */
    uint8_t failed;         /* an allocation failed or a length overflowed */
};

/** UTF-16 units, in the same way. */
struct wbuf {
    uint16_t *p;
    size_t len;
    size_t cap;             /* units at p */
    buf_realloc_fn alloc;
    uint8_t owned;
    uint8_t failed;
};

/** Empty buffer that starts in `mem` of `cap` bytes (often on the stack; may be NULL, 0). */
void buf_init(struct buf *b, buf_realloc_fn alloc, void *mem, size_t cap);
void buf_free(struct buf *b);
/** Makes room for `more` bytes and the NUL; 0 or -ENOMEM. */
int buf_reserve(struct buf *b, size_t more);
void buf_put(struct buf *b, const void *data, size_t n);
void buf_puts(struct buf *b, const char *s);
void buf_putc(struct buf *b, char c);
/** Decimal numbers. */
void buf_putu(struct buf *b, uint64_t v);
void buf_putd(struct buf *b, int64_t v);
/** Lower-case hexadecimal with at least `digits` digits, no prefix. */
void buf_putx(struct buf *b, uint64_t v, int digits);
/** `n` times the character `c`. */
void buf_pad(struct buf *b, char c, size_t n);
/** Shortens to `len` bytes (no-op when it is shorter). */
void buf_cut(struct buf *b, size_t len);
/** 0, or -ENOMEM if any call since buf_init failed. */
int buf_err(const struct buf *b);

void wbuf_init(struct wbuf *b, buf_realloc_fn alloc, void *mem, size_t cap_units);
void wbuf_free(struct wbuf *b);
int wbuf_reserve(struct wbuf *b, size_t more);
void wbuf_put(struct wbuf *b, const uint16_t *data, size_t n);
void wbuf_putc(struct wbuf *b, uint16_t c);
/** Appends ASCII text. */
void wbuf_puta(struct wbuf *b, const char *ascii);
void wbuf_cut(struct wbuf *b, size_t len);
int wbuf_err(const struct wbuf *b);

#endif
