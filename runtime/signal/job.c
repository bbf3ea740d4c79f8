/* SPDX-License-Identifier: BSD-2-Clause */
/* Job control, as far as it looks at more than one process: orphaned groups. Stopping and continuing
 * themselves are in generate.c, terminals and their sessions in tty/job.c. */
#include "job.h"

#include <errno.h>
#include <string.h>

#include "mm.h"
#include "nt.h"
#include "proc.h"
#include "shm.h"
#include "state.h"
#include "tty/tty.h"

/* What counts of a process, as all were at one moment or nearly so. */
struct member {
    pid_t pid, ppid, pgid, sid;
    uint32_t state;
};

struct census {
    struct member *v;
    size_t n, room;
};

static int count_one(void *arg, pid_t pid)
{
    struct census *c = arg;
    struct shm_proc *p;
    handle_t section;

    if (c->n == c->room) {
        size_t room = c->room ? 2 * c->room : 64;
        struct member *v = rt_realloc(c->v, room * sizeof(*v));

        if (!v)
            return -ENOMEM;
        c->v = v;
        c->room = room;
    }
    if (!(p = proc_open(pid, &section)))
        return 0;
    c->v[c->n++] = (struct member){ p->pid, p->ppid, p->pgid, p->sid, p->state };
    if (p->state != SHM_STATE_STARTING && !nt_process_alive(p->winpid, p->created))
        c->v[c->n - 1].state = SHM_STATE_EXITED; /* and has had no time to say so */
    proc_close(p, section);
    return 0;
}

static int census(struct census *c)
{
    int r;

    *c = (struct census){ 0 };
    if ((r = proc_each(count_one, c)) < 0)
        rt_free(c->v);
    return r;
}

static const struct member *find(const struct census *c, pid_t pid)
{
    for (size_t i = 0; i < c->n; i++)
        if (c->v[i].pid == pid)
            return &c->v[i];
    return NULL;
}

/* Is the group orphaned if `without` is taken as ended? */
static bool orphaned(const struct census *c, pid_t pgid, pid_t sid, pid_t without)
{
    for (size_t i = 0; i < c->n; i++) {
        const struct member *m = &c->v[i], *parent;

        if (m->pgid != pgid || m->pid == without || m->state == SHM_STATE_EXITED)
            continue;
        parent = m->ppid != without && m->ppid > 1 ? find(c, m->ppid) : NULL;
        if (parent && parent->state != SHM_STATE_EXITED && parent->pgid != pgid && parent->sid == sid)
            return false;
    }
    return true;
}

bool job_orphaned(pid_t pgid, pid_t sid)
{
    struct census c;
    bool r;

    if (census(&c) < 0)
        return false;
    r = orphaned(&c, pgid, sid, 0);
    rt_free(c.v);
    return r;
}

static bool has_stopped(const struct census *c, pid_t pgid, pid_t without)
{
    for (size_t i = 0; i < c->n; i++)
        if (c->v[i].pgid == pgid && c->v[i].pid != without && c->v[i].state == SHM_STATE_STOPPED)
            return true;
    return false;
}

static void send_group(pid_t pgid, int sig)
{
    siginfo_t si;

    memset(&si, 0, sizeof(si));
    si.si_signo = sig;
    si.si_code = SI_KERNEL;
    sig_send_group(pgid, &si);
}

static void hang_up(pid_t pgid)
{
    send_group(pgid, SIGHUP);
    send_group(pgid, SIGCONT);
}

/* The group of `pid` or of one of its children, in the same session. */
static void group_left(const struct census *c, const struct shm_proc *p, pid_t pgid)
{
    if (has_stopped(c, pgid, p->pid) && orphaned(c, pgid, p->sid, p->pid))
        hang_up(pgid);
}

void job_gone(const struct shm_proc *p)
{
    struct census c;
    pid_t last = 0;

    if (p->pid == p->sid && p->pid != me.pid && p->tty >= 0) /* it was ended: tty_leader_exits() */
        tty_session_end(p->tty, p->sid);
    if (!shm_index || !__atomic_load_n(&shm_index->stopped, __ATOMIC_SEQ_CST) || census(&c) < 0)
        return;
    if (p->state == SHM_STATE_STOPPED)
        job_count_stopped(-1);
    if (!orphaned(&c, p->pgid, p->sid, 0))
        group_left(&c, p, p->pgid);
    for (size_t i = 0; i < c.n; i++) {
        const struct member *m = &c.v[i];

        if (m->ppid != p->pid || m->sid != p->sid || m->pgid == p->pgid || m->pgid == last)
            continue;
        group_left(&c, p, last = m->pgid);
    }
    rt_free(c.v);
}

void job_count_stopped(int by)
{
    uint32_t n = shm_index ? __atomic_load_n(&shm_index->stopped, __ATOMIC_SEQ_CST) : 0;

    /* Anybody may write there, and some are killed before they write: never below zero. */
    while (shm_index && (by > 0 || n)
           && !__atomic_compare_exchange_n(&shm_index->stopped, &n, n + (uint32_t)by, false,
                                           __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
        ;
}
