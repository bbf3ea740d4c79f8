/* SPDX-License-Identifier: BSD-2-Clause */
/* posix_spawn: the opaque types of <spawn.h>. */
#ifndef SPAWN_INTERNAL_H
#define SPAWN_INTERNAL_H

#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/types.h>

enum spawn_action_kind { SPAWN_OPEN, SPAWN_DUP2, SPAWN_CLOSE, SPAWN_CHDIR };

struct spawn_action {
    enum spawn_action_kind kind;
    int fd, from;
    int flags;
    mode_t mode;
    char *path;
};

struct __posix_spawn_file_actions {
    struct spawn_action *v;
    size_t n, room;
};

struct __posix_spawnattr {
    short flags;
    pid_t pgroup;
    int policy;
    struct sched_param param;
    sigset_t sigdefault, sigmask;
};

#endif
