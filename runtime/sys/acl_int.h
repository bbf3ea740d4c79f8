/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared by the files acl_*.c: what an acl_t is. */
#ifndef SYS_ACL_INT_H
#define SYS_ACL_INT_H

#include <sys/acl.h>

#include "lib/acl/perm.h"

/* Everything that acl_free() takes has its kind in front of it. */
enum acl_object { ACL_OBJECT_LIST = 0x41434c31, ACL_OBJECT_TEXT, ACL_OBJECT_ID };

struct __acl_entry_t {
    struct __acl_entry_t *next;
    struct __acl_t *list;
    struct perm_entry e;        /* e.def does not count: a list is one or the other */
};

struct __acl_t {
    struct __acl_entry_t *first, *at; /* at: what acl_get_entry gives next */
};

/** Memory for an object; NULL with errno ENOMEM. */
void *acl_object(enum acl_object kind, size_t size);
/** Whether p is an object of that kind: else errno EINVAL. */
bool acl_is(const void *p, enum acl_object kind);
/** A new list of the entries of one kind; NULL with errno. */
acl_t acl_from_list(const struct perm_list *l, bool def);
/** Appends the entries, as default ones or not: 0 or negative errno. */
int acl_to_list(acl_t acl, bool def, struct perm_list *l);

/** Reads and writes the permissions of a file by name or descriptor (acl_file.c): 0 or negative errno. */
int acl_read_file(const char *path, int fd, struct perm *p, bool *dir);
int acl_write_file(const char *path, int fd, const struct perm *p, bool dir);

#endif
