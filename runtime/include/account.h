/* SPDX-License-Identifier: BSD-2-Clause */
/* Users and groups: numbers from security identifiers, names. */
#ifndef ACCOUNT_H
#define ACCOUNT_H

#include "base.h"

int account_init(void);                             /* ids of `me` from the access token */
int account_groups(gid_t *list, unsigned max);      /* how many there are */

#endif
