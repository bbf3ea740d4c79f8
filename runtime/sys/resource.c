/* SPDX-License-Identifier: BSD-2-Clause */
/* What a process uses, may use, and how urgent it is. */
#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "mm.h"
#include "nt.h"
#include "nt/nt_context.h"
#include "nt/nt_system.h"
#include "proc.h"
#include "sys.h"
#include "systime.h"

static int usage(int who, struct rusage *ru)
{
    uint64_t user = 0, sys = 0, peak = 0, faults = 0;
    int r = 0;

    memset(ru, 0, sizeof(*ru));
    if (who == RUSAGE_SELF) {
        proc_times(&user, &sys);
        nt_process_memory(&peak, &faults);
    } else if (who == RUSAGE_CHILDREN) {
        proc_children_times(&user, &sys);
    } else {
        return -EINVAL;
    }
    ru->ru_utime = timeval_from_units(user);
    ru->ru_stime = timeval_from_units(sys);
    ru->ru_maxrss = (long)(peak / 1024);
    ru->ru_minflt = (long)faults;
    return r;
}

/**
 * What this process, or the children it has waited for, have used.
 * @return 0, or -1 with EINVAL: who. POSIX.1-2017 getrusage()
 */
int getrusage(int who, struct rusage *ru)
{
    int r = usage(who, ru);

    trace_sys_getrusage(who, r);
    return (int)sys_ret(r);
}

/* Nothing enforces these here: what is fixed by the runtime is said, the rest is without limit. A
 * process may lower its soft limits, so that its children and it can ask for them. */
#define NO_LIMIT { RLIM_INFINITY, RLIM_INFINITY }
static struct rlimit limits[RLIMIT_NLIMITS] = {
    [RLIMIT_CPU] = NO_LIMIT, [RLIMIT_FSIZE] = NO_LIMIT, [RLIMIT_DATA] = NO_LIMIT, [RLIMIT_AS] = NO_LIMIT,
    [RLIMIT_STACK] = { ARENA_STACK_SIZE, ARENA_STACK_SIZE },
    [RLIMIT_CORE] = { 0, RLIM_INFINITY },
    [RLIMIT_NOFILE] = { OPEN_MAX, OPEN_MAX },
};

/** Limits of a resource. @return 0, or -1 with EINVAL. POSIX.1-2017 getrlimit() */
int getrlimit(int resource, struct rlimit *limit)
{
    int r = resource < 0 || resource >= RLIMIT_NLIMITS ? -EINVAL : 0;

    if (r == 0)
        *limit = limits[resource];
    trace_sys_getrlimit(resource, r ? 0 : limit->rlim_cur, r ? 0 : limit->rlim_max, r);
    return (int)sys_ret(r);
}

static int set_limit(int resource, const struct rlimit *limit)
{
    struct rlimit *old = &limits[resource];

    if (limit->rlim_cur > limit->rlim_max)
        return -EINVAL;
    if (limit->rlim_max > old->rlim_max)
        return -EPERM;
    switch (resource) {
    case RLIMIT_CORE:
    case RLIMIT_NOFILE:
    case RLIMIT_STACK:
        *old = *limit;
        return 0;
    default: /* to accept what is not enforced would be a lie */
        return limit->rlim_cur == old->rlim_cur ? 0 : -ENOSYS;
    }
}

/**
 * Sets limits of a resource.
 * @return 0, or -1 with errno
 *   EINVAL resource, or soft limit above the hard one
 *   EPERM  raises a hard limit
 *   ENOSYS a limit of something that is never limited here
 * POSIX.1-2017 setrlimit()
 */
int setrlimit(int resource, const struct rlimit *limit)
{
    int r = resource < 0 || resource >= RLIMIT_NLIMITS ? -EINVAL : set_limit(resource, limit);

    if (r == -ENOSYS)
        sys_unimplemented("setrlimit of this resource");
    trace_sys_setrlimit(resource, limit->rlim_cur, limit->rlim_max, r);
    return (int)sys_ret(r);
}

/** How many descriptors there can be. BSD */
int getdtablesize(void)
{
    return (int)limits[RLIMIT_NOFILE].rlim_cur;
}

/* ---- priority: nice values and the classes of Windows ---- */

static const struct {
    int upto; /* nice values up to this one */
    int nice; /* what the class is called */
    uint32_t class;
} classes[] = {
    { -15, -20, 0x80 },  /* high; real-time would starve the system */
    { -5, -10, 0x8000 }, /* above normal */
    { 4, 0, 0x20 },      /* normal */
    { 14, 10, 0x4000 },  /* below normal */
    { 19, 19, 0x40 },    /* idle */
};

static int own_nice;

static int with_process(int which, id_t who, int set, int *value)
{
    if (which < PRIO_PROCESS || which > PRIO_USER)
        return -EINVAL;
    if (who != 0 && (which != PRIO_PROCESS || (pid_t)who != me.pid))
        return which == PRIO_PROCESS ? -ESRCH : -ENOSYS;
    if (!set) {
        *value = own_nice;
        return 0;
    }
    if (*value > 19)
        *value = 19;
    if (*value < -20)
        *value = -20;
    for (size_t i = 0; i < ARRAY_SIZE(classes); i++) {
        uint32_t class = classes[i].class;
        int r;

        if (*value > classes[i].upto)
            continue;
        if ((r = nt_process_priority(NT_SELF, 1, &class)) < 0)
            return r;
        own_nice = *value;
        break;
    }
    return 0;
}

/**
 * Nice value of a process: this one.
 * @return it (so set errno to 0 before), or -1 with EINVAL, ESRCH. POSIX.1-2017 getpriority()
 */
int getpriority(int which, id_t who)
{
    int value = 0, r = with_process(which, who, 0, &value);

    trace_sys_getpriority(which, (int)who, r);
    return r < 0 ? (int)sys_ret(r) : value;
}

/** Sets the nice value. @return 0, or -1 with EINVAL, ESRCH, EACCES. POSIX.1-2017 setpriority() */
int setpriority(int which, id_t who, int value)
{
    int r = with_process(which, who, 1, &value);

    trace_sys_setpriority(which, (int)who, value, r);
    return (int)sys_ret(r);
}

/** Adds to the nice value. @return the new one, or -1 with EPERM. POSIX.1-2017 nice() */
int nice(int inc)
{
    int value = own_nice + inc;
    int r = with_process(PRIO_PROCESS, 0, 1, &value);

    trace_sys_nice(inc, r);
    return r < 0 ? (int)sys_ret(r) : own_nice;
}

/** Lets others run. @return 0. POSIX.1-2017 sched_yield() */
int sched_yield(void)
{
    nt_yield();
    trace_sys_sched_yield(0);
    return 0;
}
