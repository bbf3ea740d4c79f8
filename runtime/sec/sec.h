/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Permissions of files as the runtime sees them: modes, owners and lists out of security descriptors, and
 * back. What the mapping is stands in lib/acl/perm.h; here is what reads and writes it.
 */
#ifndef SEC_H
#define SEC_H

#include <sys/types.h>

#include "base.h"
#include "lib/acl/perm.h"
#include "nt_file.h"

/** Whether descriptors decide on a volume that is mounted so: not with noacl, not on FAT, not with caps:-acls. */
bool sec_used(uint32_t mount_flags, handle_t h, unsigned drive);

/** Whether descriptors tell who may execute: Wine says so of everybody who may read. */
bool sec_keeps_exec(void);
/** What a handle is opened with whose list shall be written: NT_O_DAC and what Wine wants besides. */
unsigned sec_chmod_access(void);

struct sec_stat {
    mode_t mode;                /* 07777 */
    uid_t uid;
    gid_t gid;
};
/** What stat() tells of an open file. 0 or negative errno. */
int sec_stat(handle_t h, bool dir, struct sec_stat *s);

/** All permissions of an open file, to be released with perm_list_free(&p->list). */
int sec_read(handle_t h, bool dir, struct perm *p);
/** Writes them; what: NT_SD_DACL, NT_SD_OWNER, NT_SD_GROUP. The handle has NT_O_DAC, NT_O_OWNER. */
int sec_write(handle_t h, bool dir, const struct perm *p, unsigned what);
int sec_chmod(handle_t h, bool dir, mode_t mode);
/** -1: as it is. -EPERM when the system keeps another one than asked for. */
int sec_chown(handle_t h, bool dir, uid_t uid, gid_t gid);
/** R_OK | W_OK | X_OK that the calling thread's user has. */
int sec_allowed(handle_t h, bool dir, bool effective);

/* The descriptor of a file that is to be made, in the caller's memory. */
struct sec_new {
    struct buf sd;
    char mem[512];
};
/** Gives `name` the descriptor for a new file; nothing where descriptors do not count. What to open it with besides. */
unsigned sec_for_new(struct sec_new *s, struct nt_name *name, uint32_t mount_flags, mode_t mode, bool dir);
/** After it was made (h NULL: it was not): where the system cut the mode. Releases `s`. */
void sec_made(struct sec_new *s, handle_t h, mode_t mode, bool dir);

#endif
