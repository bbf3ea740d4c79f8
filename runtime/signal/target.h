/* SPDX-License-Identifier: BSD-2-Clause */
/* A process that a signal goes to. */
#ifndef TARGET_H
#define TARGET_H

#include <sys/types.h>

#include "base.h"

struct shm_proc;

struct target {
    pid_t pid;
    struct shm_proc *p;
    handle_t section;
    handle_t event;     /* of its signal thread; NULL: not opened yet */
    handle_t direct;    /* of its first thread, while that waits */
};

bool target_open(pid_t pid, struct target *t);
void target_close(struct target *t);
int target_wake(struct target *t);

#endif
