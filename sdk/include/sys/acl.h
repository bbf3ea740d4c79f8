/* SPDX-License-Identifier: BSD-2-Clause */
/* <sys/acl.h>: access control lists, POSIX.1e and Solaris style. */
#ifndef _SYS_ACL_H
#define _SYS_ACL_H

#include <sys/types.h>
#include <sys/stat.h>

/* POSIX.1e */
typedef unsigned int acl_type_t;
typedef unsigned int acl_tag_t;
typedef unsigned int acl_perm_t;
typedef struct __acl_permset_t *acl_permset_t;
typedef struct __acl_entry_t *acl_entry_t;
typedef struct __acl_t *acl_t;

#define ACL_READ 4
#define ACL_WRITE 2
#define ACL_EXECUTE 1

#define ACL_UNDEFINED_TAG 0
#define ACL_USER_OBJ 0x01
#define ACL_USER 0x02
#define ACL_GROUP_OBJ 0x04
#define ACL_GROUP 0x08
#define ACL_MASK 0x10
#define ACL_OTHER 0x20

#define ACL_TYPE_ACCESS 0x8000
#define ACL_TYPE_DEFAULT 0x4000

#define ACL_FIRST_ENTRY 0
#define ACL_NEXT_ENTRY 1
#define ACL_UNDEFINED_ID ((uid_t)-1)

#define ACL_MULTI_ERROR 0x1000
#define ACL_DUPLICATE_ERROR 0x2000
#define ACL_MISS_ERROR 0x3000
#define ACL_ENTRY_ERROR 0x4000

/* Solaris */
#define GETACL 0
#define SETACL 1
#define GETACLCNT 2
#define MIN_ACL_ENTRIES 4
#define MAX_ACL_ENTRIES 2730
#define USER_OBJ ACL_USER_OBJ
#define USER ACL_USER
#define GROUP_OBJ ACL_GROUP_OBJ
#define GROUP ACL_GROUP
#define CLASS_OBJ ACL_MASK
#define OTHER_OBJ ACL_OTHER
#define ACL_DEFAULT 0x10000
#define DEF_USER_OBJ (ACL_DEFAULT | USER_OBJ)
#define DEF_USER (ACL_DEFAULT | USER)
#define DEF_GROUP_OBJ (ACL_DEFAULT | GROUP_OBJ)
#define DEF_GROUP (ACL_DEFAULT | GROUP)
#define DEF_CLASS_OBJ (ACL_DEFAULT | CLASS_OBJ)
#define DEF_OTHER_OBJ (ACL_DEFAULT | OTHER_OBJ)

typedef struct __aclent_t {
    int a_type;
    id_t a_id;
    mode_t a_perm;
} aclent_t;

#ifdef __cplusplus
extern "C" {
#endif

int acl_add_perm(acl_permset_t set, acl_perm_t perm);
int acl_calc_mask(acl_t *acl);
int acl_clear_perms(acl_permset_t set);
int acl_copy_entry(acl_entry_t to, acl_entry_t from);
ssize_t acl_copy_ext(void *buf, acl_t acl, ssize_t size);
acl_t acl_copy_int(const void *buf);
int acl_create_entry(acl_t *acl, acl_entry_t *entry);
int acl_delete_def_file(const char *path);
int acl_delete_entry(acl_t acl, acl_entry_t entry);
int acl_delete_perm(acl_permset_t set, acl_perm_t perm);
acl_t acl_dup(acl_t acl);
int acl_free(void *object);
acl_t acl_from_text(const char *text);
int acl_get_entry(acl_t acl, int which, acl_entry_t *entry);
acl_t acl_get_fd(int fd);
acl_t acl_get_file(const char *path, acl_type_t type);
int acl_get_permset(acl_entry_t entry, acl_permset_t *set);
void *acl_get_qualifier(acl_entry_t entry);
int acl_get_tag_type(acl_entry_t entry, acl_tag_t *tag);
acl_t acl_init(int count);
int acl_set_fd(int fd, acl_t acl);
int acl_set_file(const char *path, acl_type_t type, acl_t acl);
int acl_set_permset(acl_entry_t entry, acl_permset_t set);
int acl_set_qualifier(acl_entry_t entry, const void *qualifier);
int acl_set_tag_type(acl_entry_t entry, acl_tag_t tag);
ssize_t acl_size(acl_t acl);
char *acl_to_text(acl_t acl, ssize_t *len);
int acl_valid(acl_t acl);

int acl(const char *path, int command, int count, aclent_t *entries);
int facl(int fd, int command, int count, aclent_t *entries);
int aclcheck(aclent_t *entries, int count, int *which);
int aclsort(int count, int calculate_mask, aclent_t *entries);
int acltomode(aclent_t *entries, int count, mode_t *mode);
int aclfrommode(aclent_t *entries, int count, mode_t *mode);
int acltopbits(aclent_t *entries, int count, mode_t *mode);
int aclfrompbits(aclent_t *entries, int count, mode_t *mode);
char *acltotext(aclent_t *entries, int count);
aclent_t *aclfromtext(char *text, int *count);

#ifdef __cplusplus
}
#endif

#endif
