/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * JSON values in a struct buf; see out.h.
 */
#include "lib/tool/out.h"

#include <string.h>

#include "lib/text/utf.h"

static void escape(struct buf *b, unsigned unit)
{
    buf_puts(b, "\\u");
    buf_putx(b, unit, 4);
}

/* One ASCII character inside a string. */
static void put_ascii(struct buf *b, unsigned c)
{
    static const char shorts[] = "\"\"\\\\\bb\ff\nn\rr\tt";

    if (c >= 0x20 && c < 0x7f && c != '"' && c != '\\') {
        buf_putc(b, (char)c);
        return;
    }
    for (const char *s = shorts; *s; s += 2) {
        if ((unsigned char)*s == c) {
            buf_putc(b, '\\');
            buf_putc(b, s[1]);
            return;
        }
    }
    escape(b, c);
}

void json_str(struct buf *b, const char *s, size_t n)
{
    size_t i = 0;

    buf_putc(b, '"');
    while (i < n) {
        uint32_t c;
        size_t used;

        if ((unsigned char)s[i] < 0x80) {
            put_ascii(b, (unsigned char)s[i++]);
            continue;
        }
        used = utf8_get(s + i, n - i, &c);
        if (used)
            buf_put(b, s + i, used);
        else
            escape(b, (unsigned char)s[i]);
        i += used ? used : 1;
    }
    buf_putc(b, '"');
}

void json_strz(struct buf *b, const char *s)
{
    json_str(b, s, strlen(s));
}

void json_wstr(struct buf *b, const uint16_t *s, size_t n)
{
    buf_putc(b, '"');
    for (size_t i = 0; i < n; i++) {
        uint32_t c = s[i];

        if (c >= 0xd800 && c < 0xdc00 && i + 1 < n && s[i + 1] >= 0xdc00 && s[i + 1] < 0xe000)
            c = 0x10000 + ((c - 0xd800) << 10) + (s[++i] - 0xdc00u);
        if (c < 0x80) {
            put_ascii(b, c);
        } else if (c >= 0xd800 && c < 0xe000) {
            escape(b, c);
        } else {
            char t[4];

            buf_put(b, t, utf8_put(t, c));
        }
    }
    buf_putc(b, '"');
}

void json_comma(struct buf *b)
{
    char last = b->len ? b->p[b->len - 1] : '{';

    if (last != '{' && last != '[' && last != ':' && last != ',')
        buf_putc(b, ',');
}

void json_key(struct buf *b, const char *key)
{
    json_comma(b);
    json_strz(b, key);
    buf_putc(b, ':');
}
