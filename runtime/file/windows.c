/* SPDX-License-Identifier: BSD-2-Clause */
/* /dev/windows, the messages for the windows of the thread that reads, a MSG each; and /dev/clipboard, the text
 * of the clipboard as UTF-8. */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "dispatch.h"
#include "file_internal.h"
#include "lib/text/buf.h"
#include "lib/text/utf.h"
#include "mm.h"
#include "nt.h"
#include "nt_window.h"
#include "sig.h"
#include "watch.h"

/* ---- messages ---- */

static int windows_open(struct file *f, const struct path *p, int flags, mode_t mode)
{
    return nt_window_load();
}

static int64_t windows_read(struct file *f, void *buf, size_t n)
{
    uint64_t msg[NT_MESSAGE_SIZE / 8];
    int r;

    if (n < NT_MESSAGE_SIZE)
        return -EINVAL;
    while ((r = nt_message_get(msg, true)) == 0) {
        if (f->flags & O_NONBLOCK)
            return -EAGAIN;
        if ((r = wait_for(NULL, 0, -1, WAIT_MESSAGES)) < 0)
            return r;
    }
    if (r < 0)
        return r;
    memcpy(buf, msg, sizeof(msg));
    return NT_MESSAGE_SIZE;
}

static int64_t windows_write(struct file *f, const void *buf, size_t n)
{
    int r = n < NT_MESSAGE_SIZE ? -EINVAL : nt_message_post(buf);

    return r < 0 ? r : NT_MESSAGE_SIZE;
}

static int windows_poll(struct file *f, int events, struct watch *w)
{
    uint64_t msg[NT_MESSAGE_SIZE / 8];

    if (!(events & POLLIN))
        return POLLOUT;
    if (nt_message_get(msg, false) > 0)
        return POLLIN | POLLOUT;
    watch_messages(w);
    return POLLOUT;
}

/* A forked child has not loaded the DLL. */
static int windows_adopt(struct file *f)
{
    return nt_window_load();
}

const struct file_ops windows_ops = {
    .open = windows_open, .read = windows_read, .write = windows_write, .poll = windows_poll, .adopt = windows_adopt,
};

/* ---- clipboard ---- */

#define POS 0 /* priv: offset */

/* In f->data: the text as it was at the first read, or what was written since the file was opened. */
struct clip {
    struct buf text;
    bool written;
};

static struct clip *clip_of(struct file *f)
{
    struct clip *c = f->data;

    if (!c && (c = rt_zalloc(sizeof(*c)))) {
        path_buf(&c->text);
        f->data = c;
    }
    return c;
}

static int clip_open(struct file *f, const struct path *p, int flags, mode_t mode)
{
    return nt_window_load();
}

static int clip_fetch(struct clip *c)
{
    struct wbuf wide;
    int r;

    path_wbuf(&wide);
    if ((r = nt_clipboard_get(&wide)) == 0) {
        buf_cut(&c->text, 0);
        wide_to_utf8_text(&c->text, wide.p, wide.len);
        r = buf_err(&c->text);
    }
    wbuf_free(&wide);
    return r;
}

static int64_t clip_pread(struct file *f, void *buf, size_t n, off_t off)
{
    struct clip *c = clip_of(f);
    size_t left;
    int r;

    if (!c)
        return -ENOMEM;
    if (!c->written && off == 0 && (r = clip_fetch(c)) < 0)
        return r;
    if ((uint64_t)off >= c->text.len)
        return 0;
    left = c->text.len - (size_t)off;
    memcpy(buf, c->text.p + off, n < left ? n : left);
    return (int64_t)(n < left ? n : left);
}

static int64_t clip_read(struct file *f, void *buf, size_t n)
{
    int64_t r = clip_pread(f, buf, n, (off_t)f->priv[POS]);

    if (r > 0)
        f->priv[POS] += (uint64_t)r;
    return r;
}

/* All that was written so far is the new content, each time: nobody knows which write is the last. */
static int64_t clip_write(struct file *f, const void *buf, size_t n)
{
    struct clip *c = clip_of(f);
    struct wbuf wide;
    int r;

    if (!c)
        return -ENOMEM;
    if (!c->written)
        buf_cut(&c->text, 0);
    c->written = true;
    buf_put(&c->text, buf, n);
    path_wbuf(&wide);
    utf8_to_wide(&wide, c->text.p, c->text.len);
    if ((r = buf_err(&c->text)) == 0 && (r = wbuf_err(&wide)) == 0)
        r = nt_clipboard_set(wide.p, wide.len);
    wbuf_free(&wide);
    return r < 0 ? r : (int64_t)n;
}

static int64_t clip_seek(struct file *f, off_t off, int whence)
{
    struct clip *c = clip_of(f);
    int64_t base, at;

    if (!c)
        return -ENOMEM;
    base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? (int64_t)f->priv[POS] : (int64_t)c->text.len;
    if (whence < SEEK_SET || whence > SEEK_END || __builtin_add_overflow(base, off, &at) || at < 0)
        return -EINVAL;
    f->priv[POS] = (uint64_t)at;
    return at;
}

static void clip_close(struct file *f)
{
    struct clip *c = f->data;

    if (c)
        buf_free(&c->text); /* the structure itself is freed with the description */
}

const struct file_ops clipboard_ops = {
    .open = clip_open, .read = clip_read, .write = clip_write, .pread = clip_pread, .seek = clip_seek,
    .close = clip_close,
};
