/* SPDX-License-Identifier: BSD-2-Clause */
/* Changing and listing the mounts. Knows nothing of lib/path/mount.h, whose names collide with those of
 * <sys/mount.h>. */
#ifndef MOUNTS_H
#define MOUNTS_H

#include "base.h"
#include "lib/text/buf.h"

/** Tells all processes of the installation, this one too, that the registry was changed. */
void mounts_tell(void);
/**
 * Adds, changes or removes an entry in the registry, for this installation (path/mounts_edit.c).
 * `posix` is the mount point, NULL: the cygdrive prefix, which is `target` then. `options` as in
 * lib/path/mount.h. 0, -EINVAL, -ENOENT (nothing to remove), -EACCES, -ENOMEM.
 */
int mounts_set(bool user, const char *posix, const char *target, const char *options);
int mounts_unset(bool user, const char *posix);
/** Appends all mounts and drives, a line each as in /proc/mounts (path/mounts_text.c). */
int mounts_text(struct buf *out);

#endif
