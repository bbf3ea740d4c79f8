/* SPDX-License-Identifier: BSD-2-Clause */
/* The summaries of processes in the index, for listings: see lib/abi/shm.h. */
#include <string.h>

#include "shm.h"

#define PATIENCE                                                                                   \
    1000 /* looks at a summary that somebody else writes: then he has ended in the middle */

NOCOPY struct shm_summary *shm_own_summary;

static struct shm_summary *summary_of(const struct shm_proc *p)
{
    uint32_t i = (uint32_t)p->pid % SHM_SLOTS;

    if (!shm_index || !shm_index->off_summaries || shm_index->slots[i].pid != (uint32_t)p->pid)
        return NULL;
    return &shm_index->summaries[i];
}

/* Makes `seq` odd: a number that says who writes. */
static uint32_t take(struct shm_summary *s)
{
    uint32_t seq = __atomic_load_n(&s->seq, __ATOMIC_RELAXED);

    for (unsigned i = 0;; i++) {
        uint32_t mine = seq & 1 ? seq + 2 : seq + 1;

        if ((!(seq & 1) || i > PATIENCE) &&
            __atomic_compare_exchange_n(&s->seq, &seq, mine, false, __ATOMIC_ACQUIRE,
                                        __ATOMIC_RELAXED))
            return mine;
        __builtin_ia32_pause();
        seq = __atomic_load_n(&s->seq, __ATOMIC_RELAXED);
    }
}

/* The end of the program's name: its last part is what most listings show. */
static void put_program(struct shm_summary *s, const struct shm_proc *p)
{
    const char *name = (const char *)p + SHM_PROC_OFF_STRINGS + p->program;
    size_t n = p->program ? strnlen(name, SHM_PROC_SIZE - SHM_PROC_OFF_STRINGS - p->program) : 0;
    size_t part = n < sizeof(s->program) ? n : sizeof(s->program);

    s->name_len = (uint32_t)n;
    memset(s->program, 0, sizeof(s->program));
    memcpy(s->program, name + n - part, part);
}

void shm_summarize(const struct shm_proc *p)
{
    struct shm_summary *s = summary_of(p);
    uint32_t mine;

    if (!s)
        return;
    do {
        mine = take(s);
        __atomic_thread_fence(__ATOMIC_RELEASE);
        s->pid = (uint32_t)p->pid;
        s->ppid = p->ppid;
        s->pgid = p->pgid;
        s->sid = p->sid;
        s->tty = p->tty;
        s->winpid = p->winpid;
        s->state = p->state;
        s->created = p->created;
        s->started = p->started;
        s->uid = p->uid;
        s->gid = p->gid;
        s->euid = p->euid;
        s->egid = p->egid;
        s->flags = p->flags;
        s->stub = p->stub;
        s->wait_status = p->wait_status;
        s->stop_signal = p->stop_signal;
        s->user_time = p->user_time;
        s->sys_time = p->sys_time;
        put_program(s, p);
        /* Who took it over from us may have been overwritten by us: then once more. */
    } while (!__atomic_compare_exchange_n(&s->seq, &mine, mine + 1, false, __ATOMIC_RELEASE,
                                          __ATOMIC_RELAXED));
    if (p == shm_self)
        shm_own_summary = s;
}
