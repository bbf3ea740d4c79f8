/* SPDX-License-Identifier: BSD-2-Clause */
/* Making a process for a new program: what exec and spawn have in common. */
#ifndef LAUNCH_H
#define LAUNCH_H

#include "abi/startup.h"
#include "image.h"
#include "proc_internal.h"

struct fd_plan;

struct launch {
    /* in */
    const char *path;
    char *const *argv, *const *envp;
    uint32_t kind;              /* STARTUP_EXEC or STARTUP_SPAWN */
    int32_t pid;
    handle_t h_shm;             /* section of that pid */
    const char *cwd;            /* POSIX name, NULL: ours */
    uint64_t sig_blocked, sig_ignored, sig_pending;
    struct fd_plan *plan;       /* ours to keep; the caller frees it */
    /* out */
    struct image image;
    handle_t process, thread, job;
    uint32_t winpid;
    bool ported;                /* a runtime of ours runs in it */
    const char *stage;          /* for exec_failed */
    uint64_t begin;
};

/**
 * Creates the process and waits until its runtime lives; a Windows program just runs.
 * launch_done() must be called after success and after failure alike.
 * @return 0 or negative errno; then no process is left and stage says how far it came
 */
int launch(struct launch *l);
void launch_done(struct launch *l);

#endif
