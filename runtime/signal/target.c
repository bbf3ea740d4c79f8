/* SPDX-License-Identifier: BSD-2-Clause */
/* Receivers of signals: their sections and events, the last few kept open. Who sends to a process mostly
 * sends to it again. */
#include "lock.h"
#include "nt.h"
#include "proc.h"
#include "shm.h"
#include "state.h"
#include "target.h"

#define KEPT 4

static NOCOPY struct target kept[KEPT]; /* the latest first */
static NOCOPY struct lock kept_lock;

/* The pid is still that process's: the index says so as long as it lives or its parent has not waited. */
static bool is_current(const struct target *t)
{
    struct shm_slot *s = shm_index ? &shm_index->slots[(uint32_t)t->pid % SHM_SLOTS] : NULL;

    return s && s->pid == (uint32_t)t->pid && t->p->pid == t->pid && t->p->state != SHM_STATE_EXITED;
}

static void drop(struct target *t)
{
    if (t->p)
        proc_close(t->p, t->section);
    nt_close(t->event);
    nt_close(t->direct);
    *t = (struct target){ 0 };
}

/* Takes it out of the kept ones. */
static bool take(pid_t pid, struct target *out)
{
    bool found = false;

    lock_take(&kept_lock);
    for (unsigned i = 0; i < KEPT && !found; i++) {
        if (kept[i].pid != pid)
            continue;
        *out = kept[i];
        kept[i] = (struct target){ 0 };
        found = true;
    }
    lock_release(&kept_lock);
    return found;
}

bool target_open(pid_t pid, struct target *t)
{
    if (take(pid, t)) {
        if (is_current(t))
            return true;
        drop(t);
    }
    *t = (struct target){ .pid = pid };
    t->p = proc_open(pid, &t->section);
    return t->p != NULL;
}

void target_close(struct target *t)
{
    if (is_current(t)) {
        lock_take(&kept_lock);
        for (unsigned i = 0; i < KEPT && t->pid; i++) { /* the others move back */
            struct target old = kept[i];

            kept[i] = *t;
            *t = old;
        }
        lock_release(&kept_lock);
    }
    if (t->pid)
        drop(t);
}

int target_wake(struct target *t)
{
    char name[32];
    int r;

    if (__atomic_load_n(&t->p->sig_direct, __ATOMIC_SEQ_CST)) {
        if (t->direct || nt_event_open(shm_dir, sig_direct_name(name, t->pid), &t->direct) == 0) {
            nt_event_set(t->direct);
            return 0;
        }
    }
    if (!t->event && (r = nt_event_open(shm_dir, sig_event_name(name, t->pid), &t->event)) < 0)
        return r;
    nt_event_set(t->event);
    return 0;
}
