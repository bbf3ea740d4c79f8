/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text mode. Nothing is kept between calls where the file can seek: a read that ends in a CR looks at the
 * next byte and steps back if that is no LF, so lseek tells the position on disk. What cannot seek keeps
 * one CR until it is known what follows.
 */
#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "dispatch.h"
#include "lib/text/crlf.h"
#include "mm.h"
#include "options.h"
#include "trace.h"

#define CHUNK 16384 /* raw bytes of a write at a time */

int text_mode(const struct path *p, uint32_t kind, int flags)
{
    const char *why = NULL;

    if (flags & O_BINARY)
        return 0;
    if (flags & O_TEXT)
        why = "O_TEXT";
    else if (kind != FILE_DISK)
        return 0;
    else if (p->mount_flags & MOUNT_TEXT)
        why = "its mount";
    else if (!options.binmode)
        why = "CYGWIN=nobinmode";
    if (!why)
        return 0;
    trace_file_text(p->posix.p, why);
    return O_TEXT;
}

/* ---- reading ---- */

/* A CR at the end of what was read: the byte behind it decides what it is. */
static int64_t close_cr(struct file *f, char *to)
{
    char next;
    int64_t r = f->ops->read(f, &next, 1);

    if (r < 0)
        return r;
    if (r && next != '\n')
        f->ops->seek(f, -1, SEEK_CUR);
    *to = r && next == '\n' ? '\n' : '\r';
    return 1;
}

static int64_t read_seekable(struct file *f, char *buf, size_t n)
{
    int64_t r = f->ops->read(f, buf, n);
    struct crlf_read d;

    if (r <= 0)
        return r;
    d = crlf_decode(buf, (size_t)r);
    if (d.end)
        f->ops->seek(f, -(off_t)((size_t)r - d.used), SEEK_CUR);
    if (!d.open_cr)
        return (int64_t)d.text;
    r = close_cr(f, buf + d.text);
    return r < 0 ? r : (int64_t)d.text + r;
}

/* Pipes, terminals: the CR waits in f->held_cr. */
static int64_t read_stream(struct file *f, char *buf, size_t n)
{
    for (;;) {
        size_t at = f->held_cr && n > 1;
        struct crlf_read d;
        int64_t r;

        if (at)
            buf[0] = '\r';
        r = f->ops->read(f, buf + at, n - at);
        if (r < 0)
            return r;
        if (r == 0) {               /* the end: a CR that waited is one */
            if (!f->held_cr)
                return 0;
            f->held_cr = false;
            buf[0] = '\r';
            return 1;
        }
        if (f->held_cr && !at && buf[0] != '\n') {
            char c = buf[0];        /* room for one byte, and there are two */

            buf[0] = '\r';
            if (c != '\r' && c != CRLF_END)
                f->held_next = c;
            f->held_cr = c == '\r';
            return 1;
        }
        f->held_cr = false;
        d = crlf_decode(buf, (size_t)r + at);
        if (d.open_cr)
            f->held_cr = true;
        if (d.text || d.end)
            return (int64_t)d.text;
    }
}

int64_t text_read(struct file *f, void *buf, size_t n)
{
    if (!n)
        return f->ops->read(f, buf, 0);
    if (f->held_next) {
        *(char *)buf = f->held_next;
        f->held_next = 0;
        return 1;
    }
    return f->ops->seek ? read_seekable(f, buf, n) : read_stream(f, buf, n);
}

int64_t text_pread(struct file *f, void *buf, size_t n, off_t off)
{
    char *s = buf, next;
    struct crlf_read d;
    int64_t r = f->ops->pread(f, buf, n, off);

    if (r <= 0)
        return r;
    d = crlf_decode(s, (size_t)r);
    if (!d.open_cr)
        return (int64_t)d.text;
    r = f->ops->pread(f, &next, 1, off + r);
    s[d.text] = r == 1 && next == '\n' ? '\n' : '\r';
    return r < 0 ? r : (int64_t)d.text + 1;
}

/* ---- writing ---- */

static int64_t write_raw(struct file *f, const char *raw, size_t n, off_t off)
{
    return off < 0 ? f->ops->write(f, raw, n) : f->ops->pwrite(f, raw, n, off);
}

/* off < 0: at the position. */
static int64_t write_text(struct file *f, const char *s, size_t n, off_t off)
{
    char *raw = rt_alloc(CHUNK);
    size_t done = 0;
    int64_t r = 0;

    if (!raw)
        return -ENOMEM;
    while (done < n) {
        size_t taken, len = crlf_encode(raw, CHUNK, s + done, n - done, &taken);

        r = write_raw(f, raw, len, off);
        if (r < 0)
            break;
        if ((size_t)r < len) {
            done += crlf_taken(s + done, taken, (size_t)r);
            break;
        }
        done += taken;
        if (off >= 0)
            off += r;
    }
    rt_free(raw);
    return done || r >= 0 ? (int64_t)done : r;
}

int64_t text_write(struct file *f, const void *buf, size_t n)
{
    return n ? write_text(f, buf, n, -1) : f->ops->write(f, buf, 0);
}

int64_t text_pwrite(struct file *f, const void *buf, size_t n, off_t off)
{
    return write_text(f, buf, n, off);
}
