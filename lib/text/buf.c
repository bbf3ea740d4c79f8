/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Growing arrays; see buf.h. Capacity doubles; a buffer that began in the caller's memory moves to
 * allocated memory the first time that it outgrows it.
 */
#include "lib/text/buf.h"

#include <errno.h>
#include <string.h>

#define MIN_CAP 64

/* Grows *p of `unit`-byte elements to hold `need` of them; shared by both kinds of buffer. */
static int grow(void **p, size_t len, size_t *cap, size_t need, size_t unit,
                buf_realloc_fn alloc, uint8_t *owned)
{
    size_t n = *cap < MIN_CAP ? MIN_CAP : *cap;
    void *q;

    while (n < need) {
        if (n > SIZE_MAX / 2 / unit)
            return -ENOMEM;
        n *= 2;
    }
    q = alloc(*owned ? *p : NULL, n * unit);
    if (!q)
        return -ENOMEM;
    if (!*owned && len)
        memcpy(q, *p, len * unit);
    *p = q;
    *cap = n;
    *owned = 1;
    return 0;
}

void buf_init(struct buf *b, buf_realloc_fn alloc, void *mem, size_t cap)
{
    b->p = mem;
    b->len = 0;
    b->cap = mem ? cap : 0;
    b->alloc = alloc;
    b->owned = 0;
    b->failed = 0;
    if (b->cap)
        b->p[0] = 0;
}

void buf_free(struct buf *b)
{
    if (b->owned)
        b->alloc(b->p, 0);
    buf_init(b, b->alloc, NULL, 0);
}

int buf_reserve(struct buf *b, size_t more)
{
    void *p = b->p;

    if (b->failed)
        return -ENOMEM;
    if (more < b->cap && b->len < b->cap - more)
        return 0;
    if (more > SIZE_MAX / 4 || b->len > SIZE_MAX / 4 ||
        grow(&p, b->len, &b->cap, b->len + more + 1, 1, b->alloc, &b->owned) < 0) {
        b->failed = 1;
        return -ENOMEM;
    }
    b->p = p;
    return 0;
}

void buf_put(struct buf *b, const void *data, size_t n)
{
    if (buf_reserve(b, n) < 0)
        return;
    if (n)
        memcpy(b->p + b->len, data, n);
    b->len += n;
    b->p[b->len] = 0;
}

void buf_puts(struct buf *b, const char *s)
{
    buf_put(b, s, strlen(s));
}

void buf_putc(struct buf *b, char c)
{
    if (buf_reserve(b, 1) < 0)
        return;
    b->p[b->len++] = c;
    b->p[b->len] = 0;
}

void buf_putu(struct buf *b, uint64_t v)
{
    char t[24];
    size_t n = sizeof t;

    do {
        t[--n] = (char)('0' + v % 10);
        v /= 10;
    } while (v);
    buf_put(b, t + n, sizeof t - n);
}

void buf_putd(struct buf *b, int64_t v)
{
    if (v < 0)
        buf_putc(b, '-');
    buf_putu(b, v < 0 ? 0 - (uint64_t)v : (uint64_t)v);
}

void buf_putx(struct buf *b, uint64_t v, int digits)
{
    char t[16];
    size_t n = sizeof t;

    if (digits > (int)sizeof t)
        digits = (int)sizeof t;
    while (v || digits > (int)(sizeof t - n) || n == sizeof t) {
        t[--n] = "0123456789abcdef"[v & 15];
        v >>= 4;
        if (!n)
            break;
    }
    buf_put(b, t + n, sizeof t - n);
}

void buf_pad(struct buf *b, char c, size_t n)
{
    if (buf_reserve(b, n) < 0)
        return;
    memset(b->p + b->len, c, n);
    b->len += n;
    b->p[b->len] = 0;
}

void buf_cut(struct buf *b, size_t len)
{
    if (b->len > len) {
        b->len = len;
        b->p[len] = 0;
    }
}

int buf_err(const struct buf *b)
{
    return b->failed ? -ENOMEM : 0;
}

void wbuf_init(struct wbuf *b, buf_realloc_fn alloc, void *mem, size_t cap_units)
{
    b->p = mem;
    b->len = 0;
    b->cap = mem ? cap_units : 0;
    b->alloc = alloc;
    b->owned = 0;
    b->failed = 0;
    if (b->cap)
        b->p[0] = 0;
}

void wbuf_free(struct wbuf *b)
{
    if (b->owned)
        b->alloc(b->p, 0);
    wbuf_init(b, b->alloc, NULL, 0);
}

int wbuf_reserve(struct wbuf *b, size_t more)
{
    void *p = b->p;

    if (b->failed)
        return -ENOMEM;
    if (more < b->cap && b->len < b->cap - more)
        return 0;
    if (more > SIZE_MAX / 8 || b->len > SIZE_MAX / 8 ||
        grow(&p, b->len, &b->cap, b->len + more + 1, 2, b->alloc, &b->owned) < 0) {
        b->failed = 1;
        return -ENOMEM;
    }
    b->p = p;
    return 0;
}

void wbuf_put(struct wbuf *b, const uint16_t *data, size_t n)
{
    if (wbuf_reserve(b, n) < 0)
        return;
    if (n)
        memcpy(b->p + b->len, data, n * 2);
    b->len += n;
    b->p[b->len] = 0;
}

void wbuf_putc(struct wbuf *b, uint16_t c)
{
    if (wbuf_reserve(b, 1) < 0)
        return;
    b->p[b->len++] = c;
    b->p[b->len] = 0;
}

void wbuf_puta(struct wbuf *b, const char *ascii)
{
    size_t n = strlen(ascii);

    if (wbuf_reserve(b, n) < 0)
        return;
    while (n--)
        b->p[b->len++] = (unsigned char)*ascii++;
    b->p[b->len] = 0;
}

void wbuf_cut(struct wbuf *b, size_t len)
{
    if (b->len > len) {
        b->len = len;
        b->p[len] = 0;
    }
}

int wbuf_err(const struct wbuf *b)
{
    return b->failed ? -ENOMEM : 0;
}
