/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Symbolic links that Windows itself knows: content of reparse points (symbolic links, junctions, those of
 * the Linux subsystem), and shortcut files (.lnk) with a POSIX name as their description. Pure; the bytes
 * come from somebody's disk.
 */
#ifndef LIB_PATH_REPARSE_H
#define LIB_PATH_REPARSE_H

#include <stddef.h>
#include <stdint.h>

#include "lib/text/buf.h"

#define REPARSE_MAX 16384       /* bytes of a reparse point, by Windows' definition */
#define SHORTCUT_FILE_MAX 65536 /* of a shortcut that is looked at */

enum reparse_kind {
    REPARSE_NONE,       /* no link: a volume's mount point, a placeholder of some storage */
    REPARSE_SYMLINK,
    REPARSE_JUNCTION,
    REPARSE_WSL,        /* of the Linux subsystem */
};

/** "symlink", "junction", ... */
const char *reparse_kind_name(enum reparse_kind k);

/**
 * Appends the target of a reparse point of n bytes to `out`, as one finds it in a symbolic link: relative
 * ones with slashes, absolute ones as Windows names (C:\x, \\server\share\x). Returns the kind, REPARSE_NONE
 * for another tag, or -EINVAL when the data are damaged, -ENOMEM.
 */
int reparse_parse(const void *data, size_t n, struct buf *out);
/**
 * Appends a symbolic link's reparse point for `target`: a relative Windows name with \, or an NT name
 * (\??\C:\x). 0, -ENAMETOOLONG or -ENOMEM.
 */
int reparse_make(const uint16_t *target, size_t units, int relative, struct buf *out);

/**
 * Appends the target of a shortcut file of n bytes: its description. 0; -EINVAL when it is no shortcut,
 * damaged or has no description; -ENOMEM.
 */
int shortcut_parse(const void *file, size_t n, struct buf *out);
/** Appends a shortcut file for `target` (POSIX), which Windows finds as `win32` (UTF-16; may be empty). */
int shortcut_make(const char *target, const uint16_t *win32, size_t units, struct buf *out);

#endif
