/* SPDX-License-Identifier: BSD-2-Clause */
/* /proc: what its names are, made from tables (procfs/). Nothing is kept: each look makes it anew. */
#ifndef PROCFS_H
#define PROCFS_H

#include <sys/types.h>

#include "base.h"
#include "lib/text/buf.h"

enum procfs_type { PROCFS_NONE, PROCFS_DIR, PROCFS_FILE, PROCFS_LINK };

struct procfs_row;

struct procfs_node {
    enum procfs_type type;
    const struct procfs_row *row;   /* NULL: a directory without one: /proc, /proc/<pid> */
    int32_t pid;                    /* 0: of no process */
    int32_t fd;                     /* of /proc/<pid>/fd/<fd>, else -1 */
    const char *rest;               /* what is below the row's name, of the registry */
    size_t used;                    /* of a link: bytes of the name up to its end */
};

/* `name` is absolute and normalised, and begins with /proc; n bytes, NUL-terminated. A link in the middle
 * ends the look-up. 0, -ENOENT, -ENOTDIR, -EACCES, -ENOMEM. The node points into `name`. */
int procfs_lookup(const char *name, size_t n, struct procfs_node *node);
/* Appends target or content. */
int procfs_readlink(const struct procfs_node *node, struct buf *out);
int procfs_content(const struct procfs_node *node, struct buf *out);
/* Calls add for each name of a directory, without . and .. */
typedef int procfs_add(void *arg, const char *name, enum procfs_type type);
int procfs_list(const struct procfs_node *node, procfs_add *add, void *arg);
uid_t procfs_owner(const struct procfs_node *node);

#endif
