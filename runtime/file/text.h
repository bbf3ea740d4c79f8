/* SPDX-License-Identifier: BSD-2-Clause */
/* Text mode of descriptions that have O_TEXT; lib/text/crlf.h has the translation. */
#ifndef FILE_TEXT_H
#define FILE_TEXT_H

#include "file.h"

/* O_TEXT when a file that is opened with `flags` is to be in text mode, else 0. */
int text_mode(const struct path *p, uint32_t kind, int flags);
/* As the operations of the kind, with translation. Positions are those on disk. */
int64_t text_read(struct file *f, void *buf, size_t n);
int64_t text_write(struct file *f, const void *buf, size_t n);
int64_t text_pread(struct file *f, void *buf, size_t n, off_t off);
int64_t text_pwrite(struct file *f, const void *buf, size_t n, off_t off);

#endif
