/* SPDX-License-Identifier: BSD-2-Clause */
/* CPU time of this process, of others, and of threads, as clocks. */
#include "cpuclock.h"

#include <errno.h>
#include <time.h>

#include "nt.h"
#include "nt/nt_context.h"
#include "proc.h"
#include "pthread_internal.h"
#include "shm.h"
#include "thread_internal.h"

clockid_t cpuclock_of(clockid_t clock)
{
    if (clock == CLOCK_PROCESS_CPUTIME_ID)
        return CPUCLOCK_PROCESS | (clockid_t)me.pid;
    if (clock == CLOCK_THREAD_CPUTIME_ID)
        return CPUCLOCK_THREAD | self()->id;
    return clock & CPUCLOCK_KIND ? clock : 0;
}

static int of_thread(uint32_t id, uint64_t *units)
{
    uint64_t user = 0, sys = 0;
    struct thread *t;
    int r = -EINVAL;

    thread_list_hold(true);
    for (t = thread_list; t && t->id != id; t = t->next)
        ;
    if (t)
        r = nt_thread_times(t->handle, &user, &sys);
    thread_list_hold(false);
    *units = user + sys;
    return r;
}

static int of_process(pid_t pid, uint64_t *units)
{
    uint64_t user = 0, sys = 0;
    handle_t section, process;
    struct shm_proc *p;
    int r;

    if (pid == me.pid) {
        proc_times(&user, &sys);
        *units = user + sys;
        return 0;
    }
    if (!(p = proc_open(pid, &section)))
        return -EINVAL;
    if ((r = nt_process_open(p->winpid, &process)) == 0) {
        if (nt_process_created(process) != p->created)
            r = -EINVAL;
        else
            r = nt_process_times(process, &user, &sys);
        nt_close(process);
    }
    *units = user + sys + p->user_time + p->sys_time;
    proc_close(p, section);
    return r < 0 ? -EINVAL : 0;
}

int cpuclock_read(clockid_t clock, uint64_t *units)
{
    uint32_t number = (uint32_t)clock;
    uint64_t sys;

    switch (clock & ~0xfffffffful) {
    case CPUCLOCK_PROCESS:
        return of_process((pid_t)number, units);
    case CPUCLOCK_THREAD:
        return of_thread(number, units);
    case CPUCLOCK_USER:
        proc_times(units, &sys);
        return 0;
    default:
        return -EINVAL;
    }
}

/**
 * The clock of a process's CPU time.
 * @param pid the process, 0: this one
 * @return 0, or the error's number: ESRCH. POSIX.1-2017 clock_getcpuclockid()
 */
int clock_getcpuclockid(pid_t pid, clockid_t *clock)
{
    clockid_t c = CPUCLOCK_PROCESS | (clockid_t)(pid ? pid : me.pid);
    uint64_t units;

    if (pid < 0 || cpuclock_read(c, &units) < 0)
        return ESRCH;
    *clock = c;
    return 0;
}

/**
 * The clock of a thread's CPU time.
 * @return 0, or the error's number: ESRCH there is no such thread, or it has ended
 * POSIX.1-2017 pthread_getcpuclockid()
 */
int pthread_getcpuclockid(pthread_t thread, clockid_t *clock)
{
    struct pthread *p;
    int r = ESRCH;

    thread_list_hold(true);
    if ((p = pthread_find(thread)) && p->thread) {
        *clock = CPUCLOCK_THREAD | p->thread->id;
        r = 0;
    }
    thread_list_hold(false);
    return r;
}
