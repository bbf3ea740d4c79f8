/* SPDX-License-Identifier: BSD-2-Clause */
/* Files and folders that are on no disk: /proc, /dev and what is below. */
#ifndef FILE_VIRTUAL_H
#define FILE_VIRTUAL_H

#include "file.h"

/* Status by name, of what path_resolve said to be in /proc or a folder of devices. */
int virtual_stat(const struct path *p, struct stat *st);

#endif
