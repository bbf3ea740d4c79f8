/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Security identifiers: their binary form, their text (S-1-5-32-544), and the numbers that stand for
 * them as uid and gid. Pure.
 *
 * Numbers: accounts of the home domain (the one that the user's own identifier begins with) are
 * 0x30000 + RID; NT's well-known ones are the last part (SYSTEM 18, Administrators 544); those of another
 * authority with one part are 0x10000 + authority * 256 + part (Everyone 0x10100). All others get a
 * hash with the top bit set, which leads nowhere back: /etc/passwd and /etc/group give them a number.
 */
#ifndef LIB_ACL_SID_H
#define LIB_ACL_SID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/text/buf.h"

#define SID_SUBS 15
#define SID_ACCOUNT 0x30000u        /* of the first account of the home domain */
#define SID_NO_ID 0xffffffffu

/* The binary form itself, little-endian; only the first 8 + 4 * n bytes count. */
struct sid {
    uint8_t rev;                    /* 1 */
    uint8_t n;                      /* parts */
    uint8_t auth[6];                /* authority, big-endian */
    uint32_t sub[SID_SUBS];
};

extern const struct sid sid_null, sid_everyone, sid_creator_owner, sid_creator_group, sid_system, sid_admins,
    sid_authenticated, sid_users;

/** Bytes of the binary form. */
static inline size_t sid_size(const struct sid *s)
{
    return 8 + 4 * (size_t)s->n;
}

/** Reads the binary form; bytes used, or -EINVAL. */
int sid_read(struct sid *out, const void *bytes, size_t room);
bool sid_equal(const struct sid *a, const struct sid *b);

/** Reads "S-1-..." of n bytes: 0 or -EINVAL. */
int sid_parse(const char *text, size_t n, struct sid *out);
/** Appends the text. */
void sid_format(struct buf *out, const struct sid *s);

/** Number of an identifier; `home` is any account of the home domain. */
uint32_t sid_to_id(const struct sid *home, const struct sid *s);
/** And back: 0, or -EINVAL for a number that nothing has (a hash). */
int sid_from_id(const struct sid *home, uint32_t id, struct sid *out);

/** Whether the identifier is a group's, as far as its form tells; else it is taken for a user's. */
bool sid_is_group(const struct sid *s);
/** Name of a well-known identifier, NULL for others. */
const char *sid_known_name(const struct sid *s);
/** The well-known identifier of that name (case ignored): 0 or -ENOENT. */
int sid_of_known_name(const char *name, struct sid *out);
/** The i-th of the well-known ones, NULL behind the last. */
const struct sid *sid_known(unsigned i);

#endif
