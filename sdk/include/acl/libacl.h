/* SPDX-License-Identifier: BSD-2-Clause */
/* <acl/libacl.h>: Linux's additions to POSIX.1e lists. */
#ifndef _ACL_LIBACL_H
#define _ACL_LIBACL_H

#include <sys/acl.h>

#define TEXT_SOME_EFFECTIVE 0x01
#define TEXT_ALL_EFFECTIVE 0x02
#define TEXT_SMART_INDENT 0x04
#define TEXT_NUMERIC_IDS 0x08
#define TEXT_ABBREVIATE 0x10

#ifdef __cplusplus
extern "C" {
#endif

int acl_check(acl_t acl, int *last);
int acl_cmp(acl_t a, acl_t b);
int acl_entries(acl_t acl);
int acl_equiv_mode(acl_t acl, mode_t *mode);
const char *acl_error(int code);
int acl_extended_fd(int fd);
int acl_extended_file(const char *path);
int acl_extended_file_nofollow(const char *path);
acl_t acl_from_mode(mode_t mode);
int acl_get_perm(acl_permset_t set, acl_perm_t perm);
char *acl_to_any_text(acl_t acl, const char *prefix, char separator, int options);

#ifdef __cplusplus
}
#endif

#endif
