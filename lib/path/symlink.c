/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Content of symbolic link files; see symlink.h.
 */
#include "lib/path/symlink.h"

#include <errno.h>
#include <string.h>

#include "lib/text/utf.h"

static int parse_wide(const unsigned char *s, size_t bytes, struct buf *out)
{
    struct wbuf w;
    uint16_t mem[256];
    size_t units = 0;

    if (bytes % 2)
        return -EINVAL;
    wbuf_init(&w, out->alloc, mem, sizeof mem / sizeof *mem);
    while (units < bytes / 2) {
        uint16_t c = (uint16_t)(s[2 * units] | s[2 * units + 1] << 8);

        if (!c)
            break;
        wbuf_putc(&w, c);
        units++;
    }
    if (wbuf_err(&w) < 0)
        out->failed = 1;
    wide_to_utf8(out, w.p, w.len);
    wbuf_free(&w);
    /* only one terminating zero may be left over */
    return units && bytes / 2 - units <= 1 ? 0 : -EINVAL;
}

static int parse_bytes(const unsigned char *s, size_t n, struct buf *out)
{
    const unsigned char *zero = memchr(s, 0, n);
    size_t len = zero ? (size_t)(zero - s) : n;

    if (!len || n - len > 1)
        return -EINVAL;
    buf_put(out, s, len);
    return 0;
}

int symlink_parse(const void *file, size_t n, struct buf *out)
{
    const unsigned char *s = file;
    size_t start = out->len;
    int r;

    if (n <= SYMLINK_COOKIE_LEN || memcmp(s, SYMLINK_COOKIE, SYMLINK_COOKIE_LEN))
        return -EINVAL;
    if (n > SYMLINK_FILE_MAX)
        return -ENAMETOOLONG;
    s += SYMLINK_COOKIE_LEN;
    n -= SYMLINK_COOKIE_LEN;
    if (n >= 2 && s[0] == 0xff && s[1] == 0xfe)
        r = parse_wide(s + 2, n - 2, out);
    else
        r = parse_bytes(s, n, out);
    if (r == 0)
        r = buf_err(out);
    if (r == 0 && out->len - start > SYMLINK_TARGET_MAX)
        r = -ENAMETOOLONG;
    if (r < 0)
        buf_cut(out, start);
    return r;
}

int symlink_make(const char *target, struct buf *out)
{
    size_t n = strlen(target);
    struct wbuf w;
    uint16_t mem[256];

    if (!n)
        return -ENOENT;
    if (n > SYMLINK_TARGET_MAX)
        return -ENAMETOOLONG;
    wbuf_init(&w, out->alloc, mem, sizeof mem / sizeof *mem);
    utf8_to_wide(&w, target, n);
    if (wbuf_err(&w) < 0)
        out->failed = 1;
    buf_puts(out, SYMLINK_COOKIE "\xff\xfe");
    for (size_t i = 0; i <= w.len && w.p; i++) {
        buf_putc(out, (char)(i < w.len ? w.p[i] & 0xff : 0));
        buf_putc(out, (char)(i < w.len ? w.p[i] >> 8 : 0));
    }
    wbuf_free(&w);
    return buf_err(out);
}
