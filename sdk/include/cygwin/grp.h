/* SPDX-License-Identifier: BSD-2-Clause */
/* Functions of <grp.h> that the platform provides. */
#ifndef _CYGWIN_GRP_H
#define _CYGWIN_GRP_H

#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#if __BSD_VISIBLE
int getgrouplist(const char *user, gid_t group, gid_t *groups, int *ngroups);
int setgroups(int ngroups, const gid_t *groups);
#endif

#ifdef __cplusplus
}
#endif

#endif
