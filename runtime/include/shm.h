/* SPDX-License-Identifier: BSD-2-Clause */
/* The installation's shared regions as the runtime uses them. */
#ifndef RT_SHM_H
#define RT_SHM_H

#include "abi/shm.h"
#include "base.h"

extern struct shm_index *shm_index;   /* NULL: could not be had, this process stands alone */
extern struct shm_proc *shm_self;     /* the own process section, never NULL after start */
extern handle_t shm_dir;              /* object directory */
extern uint64_t shm_tree;             /* hash of the installation */

/* Make or open a named section in the installation's directory and map it read-write.
 * Result 0: made, 1: existed, negative errno. */
int shm_create(const char *name, size_t size, void **view, handle_t *h);
int shm_view(const char *name, bool write, void **view, size_t *size, handle_t *h);

/* "proc.12" and the like; returns its argument. `buf` holds 32 bytes. */
char *shm_name(char *buf, const char *kind, int pid);

/* The parts of a process section, by the offsets that lib/abi fixes. */
static inline struct shm_thread *shm_threads(struct shm_proc *p)
{
    return (struct shm_thread *)((char *)p + SHM_PROC_OFF_THREADS);
}
static inline struct shm_sigq *shm_sigqs(struct shm_proc *p)
{
    return (struct shm_sigq *)((char *)p + SHM_PROC_OFF_SIGQ);
}
static inline struct shm_fd *shm_fds(struct shm_proc *p)
{
    return (struct shm_fd *)((char *)p + SHM_PROC_OFF_FDS);
}

/* Place of a descriptor's name, as an offset in the strings. */
static inline uint32_t shm_fd_name_place(int fd)
{
    return SHM_PROC_OFF_FD_NAMES - SHM_PROC_OFF_STRINGS + (uint32_t)fd * SHM_FD_NAME;
}

/* Writers put their changes of the own section between these. */
void shm_proc_begin(struct shm_proc *p);
void shm_proc_end(struct shm_proc *p);

/* Brings the index's summary of a process up to date; shm_proc_end does that, who changes without it has
 * to. Only for sections that this process owns or is making. */
void shm_summarize(const struct shm_proc *p);
/* The own process's first thread begins (1) or ends (0) a wait. */
extern struct shm_summary *shm_own_summary;  /* NULL: none */
static inline void shm_summary_waiting(uint32_t waiting)
{
    if (shm_own_summary)
        shm_own_summary->waiting = waiting;
}

#endif
