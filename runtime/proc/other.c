/* SPDX-License-Identifier: BSD-2-Clause */
/* Other processes of this installation: finding them by pid, looking at all. */
#include <errno.h>

#include "nt.h"
#include "proc.h"
#include "shm.h"

/**
 * Maps the section of a process, read-write: signals are put there.
 * @param section receives a handle for proc_close
 * @return NULL: no such process, or not ours to write to. What is in it was written by that process: its
 *         layout is checked here, its values are not.
 */
struct shm_proc *proc_open(pid_t pid, handle_t *section)
{
    struct shm_proc *p;
    char name[32];
    void *view;
    size_t size;

    if (pid <= 0 || shm_view(shm_name(name, "proc", pid), true, &view, &size, section) < 0)
        return NULL;
    p = view;
    if (size < SHM_PROC_SIZE || p->hdr.magic != SHM_MAGIC_PROC || p->hdr.major != ISTHMUS_ABI_MAJOR
        || p->pid != pid) {
        proc_close(p, *section);
        return NULL;
    }
    return p;
}

/** Is there a process of this pid that is not ours to write to: another user's? */
bool proc_denied(pid_t pid)
{
    char name[32];
    handle_t h;
    int r = pid > 0 ? nt_section_open(shm_dir, shm_name(name, "proc", pid), true, &h) : -ESRCH;

    if (r == 0)
        nt_close(h);
    return r == -EACCES;
}

void proc_close(struct shm_proc *p, handle_t section)
{
    nt_section_unmap(NT_SELF, p);
    nt_close(section);
}

/**
 * Calls fn for each pid of the index, whether its process lives or not: fn finds out by proc_open.
 * @return the first nonzero result of fn, else 0
 */
int proc_each(int (*fn)(void *arg, pid_t pid), void *arg)
{
    for (uint32_t i = 0; shm_index && i < SHM_SLOTS; i++) {
        pid_t pid = (pid_t)__atomic_load_n(&shm_index->slots[i].pid, __ATOMIC_ACQUIRE);
        int r = pid > 0 && (uint32_t)pid % SHM_SLOTS == i ? fn(arg, pid) : 0;

        if (r)
            return r;
    }
    return 0;
}
