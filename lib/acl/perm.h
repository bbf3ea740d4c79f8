/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Permissions: POSIX modes and access control lists <-> NT security descriptors. Pure.
 *
 * Written form of a list, in this order, so that NT grants each class of users what POSIX does (NT
 * takes for every right the first entry that matches any identifier of the user's token):
 *
 *     allow SYSTEM, Administrators    everything, if they had it before (on Unix root needs no entry)
 *     deny  owner                     what a later entry would give him and his own does not
 *     allow owner                     his permissions, and what an owner always may
 *     deny, allow each named user     likewise; what is allowed is the entry as written, the mask denies
 *     marker                          deny nobody (S-1-0-0): the mask, set-id and sticky bits
 *     deny  group, named groups       what the mask takes away
 *     allow group, named groups       the entries as written
 *     deny  group, named groups       what others have and their entry has not
 *     allow Everyone                  others
 *
 * The marker is left out when the list is a mode of 0777 that can be told without it. Default entries of a
 * folder follow in the same form with CREATOR OWNER and CREATOR GROUP, inherit-only. A descriptor of
 * another form is judged by what NT would grant.
 */
#ifndef LIB_ACL_PERM_H
#define LIB_ACL_PERM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/acl/sid.h"
#include "lib/text/buf.h"

enum perm_tag {                 /* values as in <sys/acl.h> */
    PERM_USER_OBJ = 0x01,
    PERM_USER = 0x02,
    PERM_GROUP_OBJ = 0x04,
    PERM_GROUP = 0x08,
    PERM_MASK = 0x10,
    PERM_OTHER = 0x20,
};
enum { PERM_R = 4, PERM_W = 2, PERM_X = 1 };
enum { PERM_SETUID = 04000, PERM_SETGID = 02000, PERM_STICKY = 01000 };
enum { PERM_ROOT_SYSTEM = 1, PERM_ROOT_ADMINS = 2 };

#define PERM_SD_MAX 65556       /* bytes of the longest descriptor that perm_to_sd makes */

struct perm_entry {
    uint16_t tag;               /* enum perm_tag */
    uint8_t perm;               /* PERM_R | ... */
    uint8_t def;                /* 1: of the default list */
    struct sid sid;             /* of USER and GROUP */
};

struct perm_list {
    struct perm_entry *v;
    size_t n, cap;
    buf_realloc_fn alloc;
    bool owned, failed;         /* memory ran out: perm_err */
};

/* What a descriptor says. */
struct perm {
    struct sid owner, group;
    uint32_t special;           /* PERM_SETUID | ... */
    uint32_t roots;             /* PERM_ROOT_...: who has everything besides */
    struct perm_list list;
};

/* ---- lists ---- */

void perm_list_init(struct perm_list *l, buf_realloc_fn alloc, struct perm_entry *mem, size_t cap);
void perm_list_free(struct perm_list *l);
/** 0, or -ENOMEM if a call since the start failed. */
int perm_list_err(const struct perm_list *l);
/** Appends an entry; sid may be NULL where the tag needs none. NULL: no memory. */
struct perm_entry *perm_add(struct perm_list *l, unsigned tag, unsigned perm, const struct sid *sid, bool def);
/** The entry, NULL: none. `sid` counts for USER and GROUP. */
struct perm_entry *perm_find(const struct perm_list *l, unsigned tag, const struct sid *sid, bool def);
void perm_remove(struct perm_list *l, struct perm_entry *e);
/** Removes the access list or the default list. */
void perm_clear(struct perm_list *l, bool def);
bool perm_has(const struct perm_list *l, bool def);     /* any entry of the default list, or of the other */
/** The order in which lists are shown: access before default, by tag, by identifier. */
void perm_sort(struct perm_list *l);
/** The union of what named entries and the group have becomes the mask; made when named ones need it. */
void perm_calc_mask(struct perm_list *l, bool def);

enum perm_fault { PERM_OK, PERM_MULTI, PERM_DUPLICATE, PERM_MISSING, PERM_BAD_ENTRY };
/** What makes the access or the default list unusable; *at: the entry, if one is to blame. */
enum perm_fault perm_check(const struct perm_list *l, bool def, size_t *at);

/** The access list as mode bits 0777; the group's are the mask's if there is one. */
unsigned perm_list_mode(const struct perm_list *l);
/** What chmod does to the list. */
void perm_list_set_mode(struct perm_list *l, unsigned mode);
/** The list is no more than a mode: three entries, or those and a mask that takes nothing. */
bool perm_is_minimal(const struct perm_list *l);

/**
 * What a new file or folder gets in a folder with a default list or the set-gid bit: `out`, whose owner and
 * group are set and whose list is empty. False: its mode is all (or memory ran out).
 */
bool perm_inherit(const struct perm *folder, unsigned mode, bool dir, struct perm *out);

/** What POSIX grants a user who is in `n` groups: PERM_R | PERM_W | PERM_X. */
unsigned perm_granted(const struct perm *p, const struct sid *user, const struct sid *groups, size_t n);

/* ---- descriptors ---- */

/**
 * Reads a self-relative descriptor of n bytes. The list of `out` is filled from its start.
 * 0, -EINVAL (malformed) or -ENOMEM.
 */
int perm_from_sd(const void *sd, size_t n, bool dir, struct perm *out);
/** The same for what stat() tells: mode 07777, owner and group. Long lists take memory from `alloc` for a while. */
int perm_sd_mode(const void *sd, size_t n, bool dir, buf_realloc_fn alloc, unsigned *mode, struct sid *owner,
                 struct sid *group);
/** Appends a self-relative descriptor. 0, -EINVAL (the list is unusable), -E2BIG or -ENOMEM. */
int perm_to_sd(const struct perm *p, bool dir, struct buf *out);
/** The same of a mode alone: 07777. */
int perm_mode_to_sd(const struct sid *owner, const struct sid *group, unsigned mode, bool dir, struct buf *out);

#endif
