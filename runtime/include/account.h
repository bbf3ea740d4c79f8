/* SPDX-License-Identifier: BSD-2-Clause */
/* Users and groups: numbers from security identifiers, names. The numbers: lib/acl/sid.h. */
#ifndef ACCOUNT_H
#define ACCOUNT_H

#include "base.h"
#include "lib/acl/sid.h"

extern struct sid account_user, account_group;      /* of the process' token */

int account_init(void);                             /* ids of `me` from the access token */
int account_groups(gid_t *list, unsigned max);      /* how many there are */
/* The same as identifiers, in memory from rt_alloc; negative errno. */
int account_group_sids(struct sid **out);

uint32_t account_uid(const struct sid *s);
uint32_t account_gid(const struct sid *s);
/* -EINVAL: no account has the number. */
int account_sid_of_uid(uint32_t uid, struct sid *out);
int account_sid_of_gid(uint32_t gid, struct sid *out);

/* ---- names (sec/names.c) ---- */

struct buf;
/* An account by name (of `n` bytes; digits are a number): 0 or -ENOENT. */
int account_by_name(bool group, const char *name, size_t n, struct sid *out);
/* Appends its name, a number if it has none. */
void account_name(bool group, const struct sid *s, struct buf *out);

/* Entries of /etc/passwd or /etc/group (the part before the members): fields from the file. */
struct account_row {
    char *field[7];             /* by colons; "" where the line is shorter */
    uint32_t id;                /* third field */
    struct sid sid;             /* rev 0: none is given */
};
struct account_file {
    struct account_row *v;
    unsigned n;
};
/* The file as it is now; NULL: there is none. Holds a lock until account_file_done. */
const struct account_file *account_file(bool group);
void account_file_done(void);
void account_hold(bool hold);   /* around a fork */

#endif
