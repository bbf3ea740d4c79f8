/* SPDX-License-Identifier: BSD-2-Clause */
/* Content of reparse points; see reparse.h and the Windows documentation of REPARSE_DATA_BUFFER. */
#include "lib/path/reparse.h"

#include <errno.h>
#include <string.h>

#include "lib/path/path.h"
#include "lib/text/utf.h"

#define TAG_SYMLINK 0xa000000cu
#define TAG_JUNCTION 0xa0000003u
#define TAG_WSL 0xa000001du
#define HEADER 8            /* tag, length, reserved */
#define SYMLINK_HEADER 12   /* offsets and lengths of two names, flags */
#define JUNCTION_HEADER 8   /* the same without flags */
#define FLAG_RELATIVE 1u

static uint16_t get16(const unsigned char *p)
{
    return (uint16_t)(p[0] | p[1] << 8);
}

static uint32_t get32(const unsigned char *p)
{
    return get16(p) | (uint32_t)get16(p + 2) << 16;
}

const char *reparse_kind_name(enum reparse_kind k)
{
    static const char *const names[] = { "none", "symlink", "junction", "wsl" };

    return k <= REPARSE_WSL ? names[k] : "unknown";
}

static int starts(const uint16_t *s, size_t n, const char *text)
{
    size_t i = 0;

    for (; text[i]; i++)
        if (i == n || (s[i] < 128 && (s[i] | 32) != (text[i] | 32)) || s[i] >= 128)
            return 0;
    return 1;
}

/* An absolute NT name as a Windows one; 0 when it names a volume without a letter. */
static int put_absolute(const uint16_t *s, size_t n, struct buf *out)
{
    if (starts(s, n, "\\??\\Volume{"))
        return 0;
    if (starts(s, n, "\\??\\UNC\\")) {
        buf_puts(out, "\\\\");
        wide_to_utf8(out, s + 8, n - 8);
        return 1;
    }
    if (starts(s, n, "\\??\\")) {
        s += 4;
        n -= 4;
    }
    while (n > 3 && s[n - 1] == '\\')
        n--;
    wide_to_utf8(out, s, n);
    return n > 0;
}

/* The substitute name of p[0..n), whose names begin at `header`. */
static int windows_link(const unsigned char *p, size_t n, size_t header, enum reparse_kind kind,
                        struct buf *out)
{
    size_t off, len, start = out->len;
    struct wbuf name;
    uint16_t mem[300];
    int r, relative;

    if (n < header)
        return -EINVAL;
    off = header + get16(p);
    len = get16(p + 2);
    relative = kind == REPARSE_SYMLINK && get32(p + 8) & FLAG_RELATIVE;
    if (len % 2 || !len || off > n || len > n - off)
        return -EINVAL;
    wbuf_init(&name, out->alloc, mem, sizeof mem / sizeof *mem);
    for (size_t i = 0; i < len; i += 2)
        wbuf_putc(&name, get16(p + off + i));
    r = kind;
    if (wbuf_err(&name) < 0)
        r = -ENOMEM;
    else if (relative)
        name_from_wide(out, name.p, name.len);
    else if (!put_absolute(name.p, name.len, out))
        r = REPARSE_NONE;
    wbuf_free(&name);
    if (r > 0 && buf_err(out) < 0)
        r = -ENOMEM;
    if (r > 0 && memchr(out->p + start, 0, out->len - start))
        r = -EINVAL;
    if (r <= 0)
        buf_cut(out, start);
    return r;
}

/* Version, then the bytes of the name. */
static int wsl_link(const unsigned char *p, size_t n, struct buf *out)
{
    if (n < 5 || get32(p) != 2 || memchr(p + 4, 0, n - 4))
        return -EINVAL;
    buf_put(out, p + 4, n - 4);
    return buf_err(out) < 0 ? -ENOMEM : REPARSE_WSL;
}

int reparse_parse(const void *data, size_t n, struct buf *out)
{
    const unsigned char *p = data;
    size_t len;

    if (n < HEADER)
        return -EINVAL;
    len = get16(p + 4);
    if (len > n - HEADER)
        return -EINVAL;
    switch (get32(p)) {
    case TAG_SYMLINK:
        return windows_link(p + HEADER, len, SYMLINK_HEADER, REPARSE_SYMLINK, out);
    case TAG_JUNCTION:
        return windows_link(p + HEADER, len, JUNCTION_HEADER, REPARSE_JUNCTION, out);
    case TAG_WSL:
        return wsl_link(p + HEADER, len, out);
    default:
        return REPARSE_NONE;
    }
}

static void put16(struct buf *out, unsigned v)
{
    buf_putc(out, (char)(v & 0xff));
    buf_putc(out, (char)(v >> 8 & 0xff));
}

static void put32(struct buf *out, uint32_t v)
{
    put16(out, v & 0xffff);
    put16(out, v >> 16);
}

static void put_wide(struct buf *out, const uint16_t *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        put16(out, s[i]);
}

/* The name that people are shown is the same without \??\ in front. */
int reparse_make(const uint16_t *target, size_t units, int relative, struct buf *out)
{
    size_t skip = !relative && units > 4 ? 4 : 0, print = units - skip;
    size_t len = SYMLINK_HEADER + 2 * (units + print);

    if (len > REPARSE_MAX - HEADER)
        return -ENAMETOOLONG;
    put32(out, TAG_SYMLINK);
    put16(out, (unsigned)len);
    put16(out, 0);
    put16(out, 0);
    put16(out, (unsigned)(2 * units));
    put16(out, (unsigned)(2 * units));
    put16(out, (unsigned)(2 * print));
    put32(out, relative ? FLAG_RELATIVE : 0);
    put_wide(out, target, units);
    put_wide(out, target + skip, print);
    return buf_err(out);
}
