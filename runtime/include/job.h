/* SPDX-License-Identifier: BSD-2-Clause */
/* Job control: orphaned process groups. */
#ifndef JOB_H
#define JOB_H

#include <stdbool.h>
#include <sys/types.h>

struct shm_proc;

/* Nobody outside of the group, but in its session, is parent of a member: nobody could continue it. */
bool job_orphaned(pid_t pgid, pid_t sid);

/* Process p is about to end, or has ended: groups that become orphaned and have stopped members get
 * SIGHUP and SIGCONT; if it leads a session, the foreground group of its terminal gets them. Called by
 * itself, or by its parent if it was killed. */
void job_gone(const struct shm_proc *p);

/* A process was stopped or goes on: without any, job_gone need not look at all processes. */
void job_count_stopped(int by);

#endif
