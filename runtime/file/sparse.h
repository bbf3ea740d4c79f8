/* SPDX-License-Identifier: BSD-2-Clause */
/* Holes in files. */
#ifndef FILE_SPARSE_H
#define FILE_SPARSE_H

#include "file.h"

/* Next hole or data at or behind `off`; -ENXIO. Without a map of the file's holes all is data, and a hole is
 * at the end. */
int64_t sparse_seek(handle_t h, off_t off, bool hole);
/* fallocate(); FALLOC_FL_*. -EOPNOTSUPP where the system cannot. */
int sparse_fallocate(struct file *f, int mode, off_t off, off_t len);

#endif
