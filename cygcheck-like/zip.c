/* SPDX-License-Identifier: BSD-2-Clause */
/* An archive of a few texts. Follows PKWARE's APPNOTE 6.3, deflate by zlib. */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zlib.h>

#include "cygcheck-like/cygcheck.h"
#include "lib/tool/out.h"

#define VERSION    20 /* 2.0: deflate */
#define DEFLATED   8
#define UTF8_NAMES 0x800

static void put16(struct buf *b, unsigned v)
{
    buf_putc(b, (char)v);
    buf_putc(b, (char)(v >> 8));
}

static void put32(struct buf *b, uint32_t v)
{
    put16(b, v & 0xffff);
    put16(b, v >> 16);
}

void zip_init(struct zip *z)
{
    time_t now = time(NULL);
    struct tm *t = localtime(&now);

    memset(z, 0, sizeof(*z));
    buf_init(&z->out, tool_realloc, NULL, 0);
    buf_init(&z->directory, tool_realloc, NULL, 0);
    if (t && t->tm_year >= 80)
        z->stamp = (uint32_t)(t->tm_year - 80) << 25 | (uint32_t)(t->tm_mon + 1) << 21 |
                   (uint32_t)t->tm_mday << 16 | (uint32_t)t->tm_hour << 11 |
                   (uint32_t)t->tm_min << 5 | (uint32_t)t->tm_sec / 2;
}

/* What local header and directory have in common. */
static void put_entry(struct buf *b, const struct zip *z, const char *name, uint32_t crc,
                      size_t packed, size_t size)
{
    put16(b, VERSION);
    put16(b, UTF8_NAMES);
    put16(b, DEFLATED);
    put32(b, z->stamp);
    put32(b, crc);
    put32(b, (uint32_t)packed);
    put32(b, (uint32_t)size);
    put16(b, (unsigned)strlen(name));
    put16(b, 0); /* no extra field */
}

static void *zip_alloc(void *arg, unsigned n, unsigned size)
{
    (void)arg;
    return tool_realloc(NULL, (size_t)n * size);
}

static void zip_free(void *arg, void *p)
{
    (void)arg;
    tool_realloc(p, 0);
}

bool zip_add(struct zip *z, const char *name, const struct buf *data)
{
    z_stream s = { .zalloc = zip_alloc, .zfree = zip_free };
    uint32_t crc = (uint32_t)crc32(0, (const void *)data->p, (uInt)data->len),
             at = (uint32_t)z->out.len;
    unsigned char *packed;
    uLong room;
    bool ok;

    if (deflateInit2(&s, Z_BEST_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return false;
    room = deflateBound(&s, (uLong)data->len);
    packed = tool_realloc(NULL, room);
    s.next_in = (void *)data->p;
    s.avail_in = (uInt)data->len;
    s.next_out = packed;
    s.avail_out = (uInt)room;
    ok = deflate(&s, Z_FINISH) == Z_STREAM_END;
    deflateEnd(&s);
    if (ok) {
        put32(&z->out, 0x04034b50);
        put_entry(&z->out, z, name, crc, s.total_out, data->len);
        buf_puts(&z->out, name);
        buf_put(&z->out, packed, s.total_out);
        put32(&z->directory, 0x02014b50);
        put16(&z->directory, VERSION);
        put_entry(&z->directory, z, name, crc, s.total_out, data->len);
        put16(&z->directory, 0); /* comment, disk, attributes */
        put16(&z->directory, 0);
        put16(&z->directory, 0);
        put32(&z->directory, 0);
        put32(&z->directory, at);
        buf_puts(&z->directory, name);
        z->files++;
    }
    tool_realloc(packed, 0);
    return ok;
}

void zip_end(struct zip *z)
{
    uint32_t at = (uint32_t)z->out.len, size = (uint32_t)z->directory.len;

    buf_put(&z->out, z->directory.p, z->directory.len);
    put32(&z->out, 0x06054b50);
    put32(&z->out, 0); /* one disk */
    put16(&z->out, z->files);
    put16(&z->out, z->files);
    put32(&z->out, size);
    put32(&z->out, at);
    put16(&z->out, 0);
    buf_free(&z->directory);
}
