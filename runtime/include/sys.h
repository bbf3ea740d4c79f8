/* SPDX-License-Identifier: BSD-2-Clause */
/* The boundary between the runtime (negative errno) and the program (-1 and errno). */
#ifndef SYS_H
#define SYS_H

#include <errno.h>

#include "base.h"
#include "trace.h"

/* A result for the program: negative errno becomes -1 with errno set. */
static inline int64_t sys_ret(int64_t r)
{
    if (unlikely(r < 0)) {
        errno = (int)-r;
        return -1;
    }
    return r;
}

/* For what is declared but not written: emits error.unimplemented, returns -1 with ENOSYS. */
int64_t sys_unimplemented(const char *name);

#endif
