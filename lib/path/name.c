/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * File names: the mapping of single characters between POSIX and Windows. Described in path.h.
 */
#include "lib/path/path.h"

#include <string.h>

#include "lib/text/utf.h"

#define MAPPED 0xf000u

enum { PLAIN, FORBIDDEN, SEPARATOR, STRIPPED };

/* What Windows does with each ASCII character in a file name. */
static const uint8_t ascii_class[128] = {
    [1 ... 31] = FORBIDDEN, ['"'] = FORBIDDEN, ['*'] = FORBIDDEN, [':'] = FORBIDDEN,
    ['<'] = FORBIDDEN, ['>'] = FORBIDDEN, ['?'] = FORBIDDEN, ['|'] = FORBIDDEN,
    ['\\'] = FORBIDDEN, ['/'] = SEPARATOR, ['.'] = STRIPPED, [' '] = STRIPPED,
};

/* Whether U+F000 + c stands for an ASCII character in names. */
static int is_mapped(uint32_t c)
{
    return c > MAPPED && c < MAPPED + 128 &&
           (ascii_class[c - MAPPED] == FORBIDDEN || ascii_class[c - MAPPED] == STRIPPED);
}

static uint16_t *put_ascii(uint16_t *w, const char *s, size_t i, size_t n)
{
    unsigned char c = (unsigned char)s[i];

    switch (ascii_class[c]) {
    case FORBIDDEN:
        *w = (uint16_t)(MAPPED + c);
        break;
    case SEPARATOR:
        *w = '\\';
        break;
    case STRIPPED:
        *w = i + 1 == n || s[i + 1] == '/' ? (uint16_t)(MAPPED + c) : c;
        break;
    default:
        *w = c;
    }
    return w + 1;
}

void name_to_wide(struct wbuf *out, const char *s, size_t n)
{
    size_t i = 0;
    uint16_t *w;

    if (wbuf_reserve(out, n) < 0)       /* never more units than bytes */
        return;
    w = out->p + out->len;
    while (i < n) {
        size_t end;
        uint32_t c;

        while (i < n && (unsigned char)s[i] < 0x80 && !ascii_class[(unsigned char)s[i]])
            *w++ = (unsigned char)s[i++];
        if (i == n)
            break;
        end = i;
        if ((unsigned char)s[i] < 0x80) {
            w = put_ascii(w, s, i++, n);
            continue;
        }
        if (utf8_get(s + i, n - i, &c) == 3 && is_mapped(c)) {
            /* real text that looks like a mapped character: bytes, so that it comes back */
            *w++ = (uint16_t)(MAPPED + (unsigned char)s[i]);
            *w++ = (uint16_t)(MAPPED + (unsigned char)s[i + 1]);
            *w++ = (uint16_t)(MAPPED + (unsigned char)s[i + 2]);
            i += 3;
            continue;
        }
        /* a run up to the next ASCII character or mapped look-alike */
        do
            end++;
        while (end < n && (unsigned char)s[end] >= 0x80 &&
               !(utf8_get(s + end, n - end, &c) == 3 && is_mapped(c)));
        out->len = (size_t)(w - out->p);
        utf8_to_wide(out, s + i, end - i);
        w = out->p + out->len;
        i = end;
    }
    *w = 0;
    out->len = (size_t)(w - out->p);
}

void name_from_wide(struct buf *out, const uint16_t *s, size_t n)
{
    size_t i = 0;

    while (i < n) {
        size_t start;
        char *to;

        if (buf_reserve(out, n - i) < 0)
            return;
        for (to = out->p + out->len; i < n && s[i] < 0x80; i++)
            *to++ = s[i] == '\\' ? '/' : (char)s[i];
        for (; i < n && is_mapped(s[i]); i++)
            *to++ = (char)(s[i] - MAPPED);
        *to = 0;
        out->len = (size_t)(to - out->p);
        for (start = i; i < n && s[i] >= 0x80 && !is_mapped(s[i]);)
            i++;
        if (i > start)
            wide_to_utf8(out, s + start, i - start);
    }
}

static int is_word(const uint16_t *s, const char *word)
{
    for (; *word; s++, word++)
        if (wide_fold(*s) != (uint16_t)*word)
            return 0;
    return 1;
}

int name_reserved(const uint16_t *s, size_t n)
{
    size_t stem = 0;

    while (stem < n && s[stem] != '.' && s[stem] != ':')
        stem++;
    while (stem && s[stem - 1] == ' ')
        stem--;
    switch (stem) {
    case 3:
        return is_word(s, "CON") || is_word(s, "PRN") || is_word(s, "AUX") || is_word(s, "NUL");
    case 4:
        return (is_word(s, "COM") || is_word(s, "LPT")) &&
               ((s[3] >= '1' && s[3] <= '9') || s[3] == 0xb9 || s[3] == 0xb2 || s[3] == 0xb3);
    case 6:
        return is_word(s, "CONIN$");
    case 7:
        return is_word(s, "CONOUT$");
    }
    return 0;
}

int wide_equal_fold(const uint16_t *a, const uint16_t *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (a[i] != b[i] && wide_fold(a[i]) != wide_fold(b[i]))
            return 0;
    return 1;
}
