/* SPDX-License-Identifier: BSD-2-Clause */
/* For the native tools: permissions of files, names of accounts. */
#ifndef LIB_ACL_FILE_WIN_H
#define LIB_ACL_FILE_WIN_H

#include "lib/acl/perm.h"

struct perm_file {
    uint16_t *win32;            /* its name, ended by zero */
    bool dir;
    bool kept;                  /* the volume keeps lists; false: only a mode that is made up */
    struct perm perm;
};

/** Reads a file's permissions by its POSIX or Windows name. 0, or negative errno with *why. */
int perm_file_read(struct perm_file *f, const char *name, const char **why);
/** Writes f->perm's list. The same. */
int perm_file_write(struct perm_file *f, const char **why);
void perm_file_free(struct perm_file *f);

/** User and group of this process; the user's identifier is the home for numbers. */
void account_self(struct sid *user, struct sid *group);
/** Account of a name, a number or an identifier, as the runtime has it: /etc/passwd and /etc/group first. */
int account_lookup(void *ctx, bool group, const char *name, size_t n, struct sid *out);
/** Appends its name, or its number. */
void account_print(void *ctx, bool group, const struct sid *s, struct buf *out);

/** Calls fn for each account of this machine (groups: local ones); 0, or the system's error. */
typedef void account_fn(void *arg, const char *name, const struct sid *s, const char *comment);
unsigned long account_each(bool group, account_fn *fn, void *arg);

#endif
