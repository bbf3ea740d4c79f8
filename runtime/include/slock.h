/* SPDX-License-Identifier: BSD-2-Clause */
/* Locks in memory that several processes share. Who holds one may die: the next gets it all the same,
 * and is told, so that he can repair what it protects. Not recursive; not to be held over a fork (take a
 * struct lock that fork knows of around it), nor while waiting for anything. */
#ifndef SLOCK_H
#define SLOCK_H

#include "base.h"

/* 0, or -EOWNERDEAD: it is ours as well, but its former holder has died in the middle of something. */
int slock_take(uint64_t *word);
void slock_release(uint64_t *word);

#endif
