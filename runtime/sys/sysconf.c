/* SPDX-License-Identifier: BSD-2-Clause */
/* Limits and options of the system. */
#include <errno.h>
#include <limits.h>
#include <unistd.h>

#include "nt/nt_system.h"
#include "signal/sigtimer.h"
#include "signal/state.h"
#include "sys.h"
#include "systime.h"

#define VERSION 200809L

static long memory_pages(bool available)
{
    uint64_t total, free;

    nt_memory(&total, &free);
    return (long)((available ? free : total) / 4096);
}

/* What is a matter of the machine. */
static long asked(int name)
{
    switch (name) {
    case _SC_NPROCESSORS_CONF:
    case _SC_NPROCESSORS_ONLN:
        return (long)nt_cpus();
    case _SC_PHYS_PAGES:
        return memory_pages(false);
    case _SC_AVPHYS_PAGES:
        return memory_pages(true);
    case _SC_OPEN_MAX:
        return getdtablesize();
    default:
        return -1;
    }
}

/* 0 in this table: see asked(); -1: not there, or without a limit. What is absent is as -1. */
static const struct {
    int name;
    long value;
} values[] = {
    { _SC_ARG_MAX, 32000 }, /* a command line of Windows has 32767 characters */
    { _SC_CHILD_MAX, -1 },
    { _SC_CLK_TCK, CLOCKS_PER_SEC },
    { _SC_NGROUPS_MAX, 1024 },
    { _SC_OPEN_MAX, 0 },
    { _SC_JOB_CONTROL, 1 },
    { _SC_SAVED_IDS, 1 },
    { _SC_VERSION, VERSION },
    { _SC_PAGESIZE, 65536 },
    { _SC_NPROCESSORS_CONF, 0 },
    { _SC_NPROCESSORS_ONLN, 0 },
    { _SC_PHYS_PAGES, 0 },
    { _SC_AVPHYS_PAGES, 0 },
    { _SC_RTSIG_MAX, SIGRTMAX - SIGRTMIN + 1 },
    { _SC_SIGQUEUE_MAX, SIG_QUEUE_MAX },
    { _SC_TZNAME_MAX, 16 },
    { _SC_TIMERS, VERSION },
    { _SC_TIMER_MAX, SIG_TIMERS },
    { _SC_FSYNC, VERSION },
    { _SC_REALTIME_SIGNALS, VERSION },
    { _SC_TTY_NAME_MAX, 32 },
    { _SC_GETGR_R_SIZE_MAX, 1024 },
    { _SC_GETPW_R_SIZE_MAX, 1024 },
    { _SC_LOGIN_NAME_MAX, 256 },
    { _SC_HOST_NAME_MAX, 63 },
    { _SC_IOV_MAX, 1024 },
    { _SC_LINE_MAX, 2048 },
    { _SC_MONOTONIC_CLOCK, VERSION },
    { _SC_CLOCK_SELECTION, VERSION },
    { _SC_CPUTIME, VERSION },
    { _SC_THREAD_CPUTIME, VERSION },
    { _SC_THREADS, VERSION },
    { _SC_THREAD_ATTR_STACKADDR, VERSION },
    { _SC_THREAD_ATTR_STACKSIZE, VERSION },
    { _SC_THREAD_PROCESS_SHARED, VERSION },
    { _SC_THREAD_SAFE_FUNCTIONS, VERSION },
    { _SC_THREAD_KEYS_MAX, PTHREAD_KEYS_MAX },
    { _SC_THREAD_STACK_MIN, PTHREAD_STACK_MIN },
    { _SC_THREAD_DESTRUCTOR_ITERATIONS, PTHREAD_DESTRUCTOR_ITERATIONS },
    { _SC_BARRIERS, VERSION },
    { _SC_READER_WRITER_LOCKS, VERSION },
    { _SC_SPIN_LOCKS, VERSION },
    { _SC_TIMEOUTS, VERSION },
    { _SC_SEMAPHORES, VERSION },
    { _SC_SEM_VALUE_MAX, SEM_VALUE_MAX },
    { _SC_SEM_NSEMS_MAX, -1 },
    { _SC_PRIORITY_SCHEDULING, VERSION },
    { _SC_THREAD_PRIORITY_SCHEDULING, VERSION },
    { _SC_MAPPED_FILES, VERSION },
    { _SC_SHARED_MEMORY_OBJECTS, VERSION },
    { _SC_REGEXP, 1 },
    { _SC_RE_DUP_MAX, 255 },
    { _SC_SHELL, 1 },
    { _SC_SPAWN, VERSION },
    { _SC_SYMLOOP_MAX, 10 },
    { _SC_ATEXIT_MAX, -1 },
    { _SC_BC_BASE_MAX, 99 },
    { _SC_BC_DIM_MAX, 2048 },
    { _SC_BC_SCALE_MAX, 99 },
    { _SC_BC_STRING_MAX, 1000 },
    { _SC_COLL_WEIGHTS_MAX, 2 },
    { _SC_EXPR_NEST_MAX, 32 },
    { _SC_STREAM_MAX, -1 },
    { _SC_V7_LP64_OFF64, 1 },
    { _SC_XOPEN_VERSION, 700 },
    { _SC_2_VERSION, VERSION },
    { _SC_2_C_BIND, VERSION },
    { _SC_2_CHAR_TERM, 1 },
};

static long value_of(int name, int *err)
{
    *err = 0;
    for (size_t i = 0; i < ARRAY_SIZE(values); i++)
        if (values[i].name == name)
            return values[i].value ? values[i].value : asked(name);
    if (name < 0 || name > _SC_LEVEL4_CACHE_LINESIZE)
        *err = EINVAL;
    return -1;
}

/**
 * A limit or option.
 * @return its value; -1 with errno unchanged: no limit, or not there; -1 with EINVAL: no such name
 * POSIX.1-2017 sysconf()
 */
long sysconf(int name)
{
    int err;
    long r = value_of(name, &err);

    trace_sys_sysconf(name, err ? -err : r);
    if (err)
        errno = err;
    return r;
}

/** Bytes of a page, as mmap takes them: the allocation granularity. BSD */
int getpagesize(void)
{
    return 65536;
}
