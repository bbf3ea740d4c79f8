/* SPDX-License-Identifier: BSD-2-Clause */
/* What a file that is to be executed turns out to be. */
#ifndef IMAGE_H
#define IMAGE_H

#include "lib/text/buf.h"
#include "path.h"

enum image_kind { /* the numbers of lib/trace/tables/execkind.h */
    IMAGE_PORTED = 1,
    IMAGE_WINDOWS = 2,
    IMAGE_SCRIPT = 3,
    IMAGE_BATCH = 4,
};

/* Arguments of the program that runs in the end: interpreters in front, all strings in one place. */
struct image {
    uint32_t kind;          /* IMAGE_PORTED, IMAGE_WINDOWS or IMAGE_BATCH */
    struct buf posix;       /* name of that program */
    struct wbuf win32;
    char **argv;            /* rt_alloc */
    bool script;            /* an interpreter was put in front */
    char *made[3 * 6];      /* strings of argv that are ours */
    unsigned n_made;
};

/**
 * Finds out what running `path` with `argv` means, following #! lines.
 * image_done() must be called after success and after failure alike.
 * @return 0, -ENOENT, -EACCES, -ENOEXEC, -ELOOP, -EISDIR as EACCES, -ENOMEM, -ENOTDIR, -ENAMETOOLONG
 */
int image_find(const char *path, char *const argv[], struct image *out);
void image_done(struct image *im);

#endif
