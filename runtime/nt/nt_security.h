/* SPDX-License-Identifier: BSD-2-Clause */
/* Security descriptors, access tokens and accounts, as the rest of the runtime may ask for them. */
#ifndef NT_SECURITY_H
#define NT_SECURITY_H

#include "base.h"
#include "lib/acl/sid.h"

enum { NT_SD_OWNER = 1, NT_SD_GROUP = 2, NT_SD_DACL = 4 };

/**
 * Owner, group and access list of an open file (or other object).
 * @return bytes of the self-relative descriptor; more than `size`: it did not fit; negative errno
 */
int nt_sd_get(handle_t h, void *sd, uint32_t size);
/** Sets the parts `what` (NT_SD_...). The handle needs NT_O_DAC, for owner and group NT_O_OWNER. */
int nt_sd_set(handle_t h, const void *sd, unsigned what);

/* ---- tokens ---- */

/** User and primary group of this process' token, of the thread's if it has taken another identity. */
int nt_token_user(struct sid *user, struct sid *group);
int nt_token_groups(struct sid *groups, unsigned max);  /* how many there are */
/** The user of some other token. -EBADF: it is none. */
int nt_token_of(handle_t token, struct sid *user, struct sid *group);
/** This thread acts as the token's user; NULL: as the process again. */
int nt_impersonate(handle_t token);
/** A token by name and password: -EACCES when they are wrong, -ENOSYS where the system cannot. */
int nt_logon(const uint16_t *user, const uint16_t *domain, const uint16_t *password, handle_t *token);

/* ---- accounts: slow, for they ask a directory service ---- */

struct nt_account {
    uint16_t name[257], domain[257];
    bool group;
};
int nt_account_of_sid(const struct sid *sid, struct nt_account *out); /* -ENOENT */
int nt_account_of_name(const uint16_t *name, struct sid *sid, bool *group); /* -ENOENT */

#endif
