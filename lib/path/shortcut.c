/* SPDX-License-Identifier: BSD-2-Clause */
/* Shortcut files; layout as Microsoft documents it in MS-SHLLINK. */
#include <errno.h>
#include <string.h>

#include "lib/path/reparse.h"
#include "lib/text/utf.h"

#define HEADER 76

enum { HAS_IDLIST = 1, HAS_INFO = 2, HAS_NAME = 4, HAS_RELATIVE = 8, IS_UNICODE = 0x80 };

static const unsigned char magic[] = {
    HEADER, 0, 0, 0, 0x01, 0x14, 0x02, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46,
};

static uint16_t get16(const unsigned char *p)
{
    return (uint16_t)(p[0] | p[1] << 8);
}

/* Moves *at behind a block that begins with its size in `bytes` bytes; false: it goes beyond the end. */
static int skip_block(const unsigned char *p, size_t n, size_t *at, size_t bytes, int size_counts)
{
    size_t size;

    if (n - *at < bytes)
        return 0;
    size = get16(p + *at);
    if (bytes == 4)
        size |= (size_t)get16(p + *at + 2) << 16;
    if (!size_counts)
        size += bytes;
    if (size < bytes || size > n - *at)
        return 0;
    *at += size;
    return 1;
}

int shortcut_parse(const void *file, size_t n, struct buf *out)
{
    const unsigned char *p = file;
    size_t at = HEADER, len, start = out->len;
    unsigned flags;

    if (n < HEADER + 2 || n > SHORTCUT_FILE_MAX || memcmp(p, magic, sizeof magic))
        return -EINVAL;
    flags = get16(p + 20);
    if (!(flags & HAS_NAME) || (flags & HAS_IDLIST && !skip_block(p, n, &at, 2, 0)) ||
        (flags & HAS_INFO && !skip_block(p, n, &at, 4, 1)) || n - at < 2)
        return -EINVAL;
    len = get16(p + at);
    at += 2;
    if (!len || len * (flags & IS_UNICODE ? 2 : 1) > n - at)
        return -EINVAL;
    if (flags & IS_UNICODE) {
        struct wbuf w;
        uint16_t mem[300];

        wbuf_init(&w, out->alloc, mem, sizeof mem / sizeof *mem);
        for (size_t i = 0; i < len; i++)
            wbuf_putc(&w, get16(p + at + 2 * i));
        if (wbuf_err(&w) < 0)
            out->failed = 1;
        wide_to_utf8(out, w.p, w.len);
        wbuf_free(&w);
    } else {
        buf_put(out, p + at, len);
    }
    if (buf_err(out) < 0)
        return -ENOMEM;
    if (memchr(out->p + start, 0, out->len - start)) {
        buf_cut(out, start);
        return -EINVAL;
    }
    return 0;
}

static void put16(struct buf *out, size_t v)
{
    buf_putc(out, (char)(v & 0xff));
    buf_putc(out, (char)(v >> 8 & 0xff));
}

static void put_string(struct buf *out, const uint16_t *s, size_t n)
{
    put16(out, n);
    for (size_t i = 0; i < n; i++)
        put16(out, s[i]);
}

int shortcut_make(const char *target, const uint16_t *win32, size_t units, struct buf *out)
{
    struct wbuf w;
    uint16_t mem[300];
    int r = 0;

    wbuf_init(&w, out->alloc, mem, sizeof mem / sizeof *mem);
    utf8_to_wide(&w, target, strlen(target));
    if (wbuf_err(&w) < 0)
        r = -ENOMEM;
    else if (!w.len)
        r = -ENOENT;
    else if (w.len > 0xffff || units > 0xffff || HEADER + 8 + 2 * (w.len + units) > SHORTCUT_FILE_MAX)
        r = -ENAMETOOLONG;
    if (r == 0) {
        buf_put(out, magic, sizeof magic);
        put16(out, HAS_NAME | IS_UNICODE | (units ? HAS_RELATIVE : 0));
        buf_pad(out, 0, HEADER - sizeof magic - 2);
        put_string(out, w.p, w.len);
        if (units)
            put_string(out, win32, units);
        buf_pad(out, 0, 4); /* the end of the extra data */
        r = buf_err(out);
    }
    wbuf_free(&w);
    return r;
}
