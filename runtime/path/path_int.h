/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared by the files of runtime/path only. */
#ifndef PATH_INT_H
#define PATH_INT_H

#include "path.h"

/** The working directory's POSIX name, held until cwd_let. */
const char *cwd_hold(void);
void cwd_let(void);

#endif
