/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Access control lists as text, as getfacl prints and setfacl takes them: [default:]user|group|mask|other
 * :[name]:rwx, entries separated by commas or ends of lines, # begins a comment. Pure: names are looked up
 * by the caller's functions.
 */
#ifndef LIB_ACL_TEXT_H
#define LIB_ACL_TEXT_H

#include "lib/acl/perm.h"

/** The account of a name of n bytes: 0 or -ENOENT. */
typedef int perm_lookup_fn(void *ctx, bool group, const char *name, size_t n, struct sid *out);
/** Appends the account's name to `out`. */
typedef void perm_name_fn(void *ctx, bool group, const struct sid *s, struct buf *out);

enum perm_text_flag {
    PERM_TEXT_NO_PERMS = 1,     /* entries end behind the name (setfacl -x) */
    PERM_TEXT_EFFECTIVE = 4,    /* "#effective:r--" where the mask takes something away */
    PERM_TEXT_ALL_EFFECTIVE = 8,    /* on each entry that the mask applies to */
    PERM_TEXT_DEFAULTS = 16,    /* every entry belongs to the default list (setfacl -d) */
    PERM_TEXT_ABBREVIATE = 32,  /* u:, g:, m:, o: and d: */
};

struct perm_text_error {
    size_t at, len;             /* the entry that is wrong */
    const char *why;
};

/**
 * Appends the entries of the text to `l`; the list is not checked, nor are entries replaced.
 * 0, or -EINVAL with *err filled (err may be NULL), -ENOENT (a name), -ENOMEM.
 */
int perm_parse(struct perm_list *l, const char *text, unsigned flags, perm_lookup_fn *lookup, void *ctx,
               struct perm_text_error *err);
/** Appends one entry, without an end of line. */
void perm_format_entry(struct buf *out, const struct perm_list *l, const struct perm_entry *e, unsigned flags,
                       perm_name_fn *name, void *ctx);
/** Appends "rwx", with - for what is not set. */
void perm_format_rwx(struct buf *out, unsigned perm);

#endif
