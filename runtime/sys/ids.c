/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers of processes, groups, sessions, users. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "account.h"
#include "nt.h"
#include "proc.h"
#include "proc_internal.h"
#include "sys.h"

/** Number of this process. POSIX.1-2017 getpid() */
pid_t getpid(void)
{
    trace_sys_getpid(me.pid);
    return me.pid;
}

/** Number of the parent; 1 when it has ended. POSIX.1-2017 getppid() */
pid_t getppid(void)
{
    struct shm_slot *s = shm_index ? &shm_index->slots[(uint32_t)me.ppid % SHM_SLOTS] : NULL;

    if (me.ppid > 1 && s
        && (s->pid != (uint32_t)me.ppid || (s->winpid && !nt_process_alive(s->winpid, s->created)))) {
        me.ppid = 1;
        shm_self->ppid = 1;
        shm_summarize(shm_self);
    }
    trace_sys_getppid(me.ppid);
    return me.ppid;
}

/* ---- groups and sessions: what counts is the section, where a parent may set the group ---- */

static int64_t of_other(pid_t pid, bool session)
{
    struct shm_proc *p;
    handle_t section;
    int64_t r;

    if (pid == 0 || pid == me.pid)
        return session ? shm_self->sid : shm_self->pgid;
    if (pid < 0 || !(p = proc_open(pid, &section)))
        return -ESRCH;
    r = session ? p->sid : p->pgid;
    proc_close(p, section);
    return r;
}

/** Process group of a process, 0: of this one. @return -1 with ESRCH. POSIX.1-2017 getpgid() */
pid_t getpgid(pid_t pid)
{
    int64_t r = of_other(pid, false);

    trace_sys_getpgid(pid, r);
    return (pid_t)sys_ret(r);
}

/** Own process group. POSIX.1-2017 getpgrp() */
pid_t getpgrp(void)
{
    trace_sys_getpgrp(shm_self->pgid);
    return shm_self->pgid;
}

/** Session of a process, 0: of this one. @return -1 with ESRCH. POSIX.1-2017 getsid() */
pid_t getsid(pid_t pid)
{
    int64_t r = of_other(pid, true);

    trace_sys_getsid(pid, r);
    return (pid_t)sys_ret(r);
}

struct group {
    pid_t pgid;
    pid_t sid;
};

static int in_group(void *arg, pid_t pid)
{
    struct group *g = arg;
    struct shm_proc *p;
    handle_t section;
    bool there;

    if (!(p = proc_open(pid, &section)))
        return 0;
    there = p->pgid == g->pgid && p->sid == g->sid;
    proc_close(p, section);
    return there;
}

static int join(struct shm_proc *p, pid_t pgid)
{
    struct group g = { pgid, shm_self->sid };

    if (p->sid == p->pid || p->sid != shm_self->sid)
        return -EPERM; /* leads a session, or is in another one */
    if (pgid != p->pid && !proc_each(in_group, &g))
        return -EPERM;
    p->pgid = pgid;
    shm_summarize(p);
    return 0;
}

static int set_group(pid_t pid, pid_t pgid)
{
    struct shm_proc *p;
    handle_t section;
    int r;

    if (pgid < 0)
        return -EINVAL;
    if (!pid)
        pid = me.pid;
    if (!pgid)
        pgid = pid;
    if (pid == me.pid)
        return join(shm_self, pgid);
    if (!(p = proc_open(pid, &section)))
        return -ESRCH;
    if (p->ppid != me.pid)
        r = -ESRCH;
    else
        r = p->flags & SHM_PROC_EXECED ? -EACCES : join(p, pgid);
    proc_close(p, section);
    return r;
}

/**
 * Puts a process (0: this one) into a process group (0: its own).
 * @return 0, or -1 with errno
 *   EACCES a child that has called exec
 *   EINVAL pgid is negative
 *   EPERM  a session leader, a child in another session, or no such group in the session
 *   ESRCH  neither this process nor a child
 * POSIX.1-2017 setpgid()
 */
int setpgid(pid_t pid, pid_t pgid)
{
    int r = set_group(pid, pgid);

    trace_sys_setpgid(pid, pgid, r);
    return (int)sys_ret(r);
}

/** As setpgid(0, 0). XSI */
int setpgrp(void)
{
    return setpgid(0, 0);
}

/**
 * Begins a session without a terminal, of which this process is the leader.
 * @return the session, or -1 with EPERM: leads a process group. POSIX.1-2017 setsid()
 */
pid_t setsid(void)
{
    int64_t r = me.pid;

    if (shm_self->pgid == me.pid) {
        r = -EPERM;
    } else {
        shm_self->sid = shm_self->pgid = me.pid;
        me.tty = -1;
        shm_self->flags |= SHM_PROC_DETACHED;
        self_publish();
    }
    trace_sys_setsid(r);
    return (pid_t)sys_ret(r);
}

/* ---- users ---- */

uid_t getuid(void)
{
    trace_sys_getuid(me.uid);
    return me.uid;
}

uid_t geteuid(void)
{
    trace_sys_geteuid(me.euid);
    return me.euid;
}

gid_t getgid(void)
{
    trace_sys_getgid(me.gid);
    return me.gid;
}

gid_t getegid(void)
{
    trace_sys_getegid(me.egid);
    return me.egid;
}

/**
 * Supplementary groups.
 * @param size room in list, 0: only ask how many
 * @return how many, or -1 with EINVAL: size is too small. POSIX.1-2017 getgroups()
 */
int getgroups(int size, gid_t list[])
{
    int r = size < 0 ? -EINVAL : account_groups(list, (unsigned)size);

    if (r > size && size > 0)
        r = -EINVAL;
    trace_sys_getgroups(size, r);
    return (int)sys_ret(r);
}

/* The groups belong to the token (identity.c): only what changes nothing succeeds. */
static int same(uint32_t id, uint32_t a, uint32_t b)
{
    return id == (uint32_t)-1 || id == a || id == b ? 0 : -EPERM;
}

int setgid(gid_t gid)
{
    int r = same(gid, me.gid, me.egid);

    trace_sys_setgid(gid, r);
    return (int)sys_ret(r);
}

int setegid(gid_t gid)
{
    int r = same(gid, me.gid, me.egid);

    trace_sys_setegid(gid, r);
    return (int)sys_ret(r);
}

int setregid(gid_t rgid, gid_t egid)
{
    int r = same(rgid, me.gid, me.egid);

    if (r == 0)
        r = same(egid, me.gid, me.egid);
    trace_sys_setregid(rgid, egid, r);
    return (int)sys_ret(r);
}

/** Not allowed. @return -1 with EPERM. 4.3BSD */
int setgroups(int n, const gid_t *list)
{
    trace_sys_setgroups(n, -EPERM);
    return (int)sys_ret(-EPERM);
}

/** Has the process other rights than its user? No. */
int issetugid(void)
{
    return 0;
}
