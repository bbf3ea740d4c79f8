/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Symbolic links as files with the SYSTEM attribute: "!<symlink>", then the target. Written form:
 * byte order mark FF FE, UTF-16LE, a terminating zero. The older form (bytes after the header, a
 * zero at the end) is read too.
 */
#ifndef LIB_PATH_SYMLINK_H
#define LIB_PATH_SYMLINK_H

#include <stddef.h>
#include <stdint.h>

#include "lib/text/buf.h"

#define SYMLINK_COOKIE "!<symlink>"
#define SYMLINK_COOKIE_LEN 10
/* Longest target in bytes of UTF-8, and what the longest link file takes. */
#define SYMLINK_TARGET_MAX 4095
#define SYMLINK_FILE_MAX (SYMLINK_COOKIE_LEN + 2 + 2 * (SYMLINK_TARGET_MAX + 1))

/**
 * Appends the target of a link file of n bytes to `out`. 0; -EINVAL when it is none (cookie,
 * odd length, empty target, a zero inside); -ENAMETOOLONG; -ENOMEM.
 */
int symlink_parse(const void *file, size_t n, struct buf *out);
/** Appends the content of a link file. 0, -ENOENT (empty), -ENAMETOOLONG or -ENOMEM. */
int symlink_make(const char *target, struct buf *out);

#endif
