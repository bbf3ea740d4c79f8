/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared by the files of mount and umount. */
#ifndef MOUNT_MOUNT_H
#define MOUNT_MOUNT_H

#include <stdbool.h>

#include "lib/path/mount.h"
#include "lib/path/path.h"
#include "lib/text/buf.h"

/* ---- list.c ---- */

/** All that is mounted, as "C:/x on /y type ntfs (binary,user)". */
void list_mounts(struct buf *out, const struct mount_table *mt);
/** One JSON object a line. */
void list_json(struct buf *out, const struct mount_table *mt);
/** Commands that make the registry's entries again. */
void list_commands(struct buf *out, const struct mount_table *mt);
/** The prefix of drives, with its scope. */
void list_prefix(struct buf *out, const struct mount_table *mt);
/** "user", "system" or "built in". */
const char *scope_name(uint32_t flags);
/** An entry as a JSON object, without the closing brace. */
void json_entry(struct buf *out, const struct mount_table *mt, const struct mount *e);

/* ---- explain.c ---- */

/** Says how `path`, POSIX or Windows, is found: 0, or 1 when nothing leads there. */
int explain(struct buf *out, const struct mount_table *mt, const char *cwd, const char *path, bool json);

/* ---- volume.c ---- */

struct volume {
    char type[40];              /* "ntfs"; "?" when it cannot be asked */
    bool known, remote;
    bool case_sensitive, acls, hard_links, reparse;
};
/** Of the volume that a Windows name (UTF-16, ended by 0) lies on; a network's is not asked. */
void volume_of(const uint16_t *win32, struct volume *v);
/** Whether this is Wine, which keeps less than Windows does. */
bool on_wine(void);

/* ---- change.c ---- */

/** Writes a value (data NULL: deletes it) or ends the tool with a message. `what` is for that. */
void change_or_die(unsigned key, const char *name, const char *data, const char *what);
/** Tells the running processes; says so when that is not possible. */
void change_tell(void);
/** Name of a mount point as the registry has it, or ends the tool with a message. */
void change_point(struct buf *out, const char *posix);

#endif
