/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * UTF-8 <-> UTF-16; the reversible form is described in utf.h.
 */
#include "lib/text/utf.h"

#define ESCAPE 0xf000u          /* U+F000 + byte */

/* Like utf8_get, but surrogates are accepted. */
static size_t get_wtf8(const char *str, size_t n, uint32_t *c)
{
    const unsigned char *s = (const unsigned char *)str;
    size_t len;
    uint32_t v, least;

    if (!n)
        return 0;
    if (s[0] < 0x80) {
        *c = s[0];
        return 1;
    }
    if (s[0] >= 0xc2 && s[0] < 0xe0) {
        len = 2;
        v = s[0] & 0x1f;
        least = 0x80;
    } else if ((s[0] & 0xf0) == 0xe0) {
        len = 3;
        v = s[0] & 0x0f;
        least = 0x800;
    } else if (s[0] >= 0xf0 && s[0] < 0xf5) {
        len = 4;
        v = s[0] & 0x07;
        least = 0x10000;
    } else {
        return 0;
    }
    if (n < len)
        return 0;
    for (size_t i = 1; i < len; i++) {
        if ((s[i] & 0xc0) != 0x80)
            return 0;
        v = v << 6 | (s[i] & 0x3f);
    }
    if (v < least || v > 0x10ffff)
        return 0;
    *c = v;
    return len;
}

size_t utf8_get(const char *s, size_t n, uint32_t *c)
{
    size_t used = get_wtf8(s, n, c);

    return used && (*c & 0xfffff800u) == 0xd800 ? 0 : used;
}

size_t utf8_put(char *t, uint32_t c)
{
    if (c < 0x80) {
        t[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        t[0] = (char)(0xc0 | c >> 6);
        t[1] = (char)(0x80 | (c & 0x3f));
        return 2;
    }
    if (c < 0x10000) {
        t[0] = (char)(0xe0 | c >> 12);
        t[1] = (char)(0x80 | (c >> 6 & 0x3f));
        t[2] = (char)(0x80 | (c & 0x3f));
        return 3;
    }
    t[0] = (char)(0xf0 | c >> 18);
    t[1] = (char)(0x80 | (c >> 12 & 0x3f));
    t[2] = (char)(0x80 | (c >> 6 & 0x3f));
    t[3] = (char)(0x80 | (c & 0x3f));
    return 4;
}

static int is_high(uint32_t c)
{
    return (c & 0xfffffc00u) == 0xd800;
}

static int is_low(uint32_t c)
{
    return (c & 0xfffffc00u) == 0xdc00;
}

/*
 * One non-ASCII character of a name at s. Puts its unit or units at w and returns the bytes used.
 */
static size_t name_char(const char *s, size_t n, uint16_t *w, size_t *units)
{
    uint32_t c, d;
    size_t used = get_wtf8(s, n, &c);

    *units = 1;
    if (used && is_high(c) && get_wtf8(s + used, n - used, &d) == 3 && is_low(d)) {
        for (size_t i = 0; i < 6; i++)
            w[i] = (uint16_t)(ESCAPE + (unsigned char)s[i]);
        *units = 6;
        return 6;
    }
    if (!used || (c >= ESCAPE + 0x80 && c <= ESCAPE + 0xff)) {
        /* the rest of such a sequence is continuation bytes, which are invalid by themselves */
        w[0] = (uint16_t)(ESCAPE + (unsigned char)*s);
        return 1;
    }
    if (c >= 0x10000) {
        w[0] = (uint16_t)(0xd7c0 + (c >> 10));
        w[1] = (uint16_t)(0xdc00 + (c & 0x3ff));
        *units = 2;
        return used;
    }
    w[0] = (uint16_t)c;
    return used;
}

void utf8_to_wide(struct wbuf *out, const char *s, size_t n)
{
    size_t i = 0;
    uint16_t *w;

    if (wbuf_reserve(out, n) < 0)       /* never more units than bytes */
        return;
    w = out->p + out->len;
    while (i < n) {
        size_t units;

        if ((unsigned char)s[i] < 0x80) {
            *w++ = (unsigned char)s[i++];
            continue;
        }
        i += name_char(s + i, n - i, w, &units);
        w += units;
    }
    *w = 0;
    out->len = (size_t)(w - out->p);
}

void wide_to_utf8(struct buf *out, const uint16_t *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t c = s[i];

        if (buf_reserve(out, 4) < 0)
            return;
        if (c < 0x80) {
            out->p[out->len++] = (char)c;
            out->p[out->len] = 0;
            continue;
        }
        if (is_high(c) && i + 1 < n && is_low(s[i + 1]))
            c = 0x10000 + ((c - 0xd800) << 10) + (s[++i] - 0xdc00u);
        if (c >= ESCAPE + 0x80 && c <= ESCAPE + 0xff)
            out->p[out->len++] = (char)(c - ESCAPE);
        else
            out->len += utf8_put(out->p + out->len, c);
        out->p[out->len] = 0;
    }
}

void wide_to_utf8_text(struct buf *out, const uint16_t *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t c = s[i];
        char t[4];

        if (is_high(c) && i + 1 < n && is_low(s[i + 1]))
            c = 0x10000 + ((c - 0xd800) << 10) + (s[++i] - 0xdc00u);
        else if ((c & 0xf800) == 0xd800)
            c = 0xfffd;
        buf_put(out, t, utf8_put(t, c));
    }
}

size_t wide_len(const uint16_t *s)
{
    size_t n = 0;

    while (s[n])
        n++;
    return n;
}

uint16_t wide_fold(uint16_t c)
{
    if (c < 0x80)
        return c >= 'a' && c <= 'z' ? (uint16_t)(c - 32) : c;
    if ((c >= 0xe0 && c <= 0xfe && c != 0xf7) || (c >= 0x3b1 && c <= 0x3c9 && c != 0x3c2) ||
        (c >= 0x430 && c <= 0x44f))
        return (uint16_t)(c - 32);
    if (c >= 0x450 && c <= 0x45f)
        return (uint16_t)(c - 80);
    if (c == 0xff)
        return 0x178;
    if ((c >= 0x100 && c <= 0x130) || (c >= 0x132 && c <= 0x137) || (c >= 0x14a && c <= 0x177) ||
        (c >= 0x460 && c <= 0x481))
        return (uint16_t)(c & ~1);
    if ((c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17e))
        return (uint16_t)((c & 1) ? c : c - 1);
    return c;
}
