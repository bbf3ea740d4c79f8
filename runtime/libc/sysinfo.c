/* SPDX-License-Identifier: BSD-2-Clause */
/* Older and other systems' questions about the machine: <sys/sysinfo.h>, confstr, gethostid, ftime. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <sys/timeb.h>
#include <time.h>
#include <unistd.h>

#include "nt/nt_system.h"
#include "nt.h"
#include "nt_registry.h"
#include "sys.h"

int get_nprocs(void)
{
    return (int)nt_cpus();
}

int get_nprocs_conf(void)
{
    return (int)nt_cpus();
}

/* In units of getpagesize(), as <sys/sysinfo.h> has it of Linux. */
long get_phys_pages(void)
{
    uint64_t total, available;

    nt_memory(&total, &available);
    return (long)(total / (uint64_t)getpagesize());
}

long get_avphys_pages(void)
{
    uint64_t total, available;

    nt_memory(&total, &available);
    return (long)(available / (uint64_t)getpagesize());
}

/** Linux: memory and time since the start of the system; there is no load average, so that is 0. */
int sysinfo(struct sysinfo *info)
{
    uint64_t total, available;
    struct timespec up;

    nt_memory(&total, &available);
    clock_gettime(CLOCK_MONOTONIC, &up);
    memset(info, 0, sizeof(*info));
    info->uptime = up.tv_sec;
    info->totalram = total;
    info->freeram = available;
    info->procs = 1;
    info->mem_unit = 1;
    return 0;
}

/** Windows has no load average. @return always -1, as BSD's manual says of unobtainable ones */
int getloadavg(double loads[], int n)
{
    (void)loads;
    (void)n;
    errno = ENOTSUP;
    return -1;
}

/** A string of the system. @return bytes that the whole value needs, with its end; 0 with EINVAL */
size_t confstr(int name, char *buf, size_t size)
{
    static const char *const off64[] = { "", "", "" };
    const char *s;

    switch (name) {
    case _CS_PATH:
        s = "/bin:/usr/bin";
        break;
    case _CS_POSIX_V7_WIDTH_RESTRICTED_ENVS:
        s = "POSIX_V7_LP64_OFF64";
        break;
    case _CS_POSIX_V7_THREADS_CFLAGS:
    case _CS_POSIX_V7_THREADS_LDFLAGS:
        s = "-pthread";
        break;
    case _CS_V7_ENV:
        s = "POSIXLY_CORRECT=1";
        break;
    case _CS_POSIX_V7_LP64_OFF64_CFLAGS:
    case _CS_POSIX_V7_LP64_OFF64_LDFLAGS:
    case _CS_POSIX_V7_LP64_OFF64_LIBS:
        s = off64[name - _CS_POSIX_V7_LP64_OFF64_CFLAGS];
        break;
    default:
        if (name < 0 || name > _CS_LFS_LINTFLAGS) {
            errno = EINVAL;
            return 0;
        }
        s = ""; /* nothing is to be said for it */
    }
    if (size) {
        strncpy(buf, s, size);
        buf[size - 1] = 0;
    }
    return strlen(s) + 1;
}

/** A number for this machine: a hash of the identity that Windows' set-up gave it. POSIX.1-2017 */
long gethostid(void)
{
    handle_t key;
    char buf[512];
    struct nt_value v;
    uint32_t hash = 2166136261u;
    int r = nt_key_open(NT_HIVE_MACHINE, "Software\\Microsoft\\Cryptography", &key);

    if (r < 0)
        return sys_ret(r);
    for (uint32_t i = 0; (r = nt_key_value(key, i, buf, sizeof(buf), &v)) != -ENOENT; i++) {
        static const char wanted[] = "MachineGuid";
        size_t n = 0;

        if (r < 0)
            continue;
        while (n < v.name_units && n < sizeof(wanted) - 1 && v.name[n] == (uint16_t)wanted[n])
            n++;
        if (n != v.name_units || n != sizeof(wanted) - 1)
            continue;
        for (size_t b = 0; b < v.size; b++)
            hash = (hash ^ ((const uint8_t *)v.data)[b]) * 16777619u;
        break;
    }
    nt_close(key);
    return (int32_t)hash;
}

int ftime(struct timeb *tb)
{
    struct timespec ts;

    clock_gettime(CLOCK_REALTIME, &ts);
    tb->time = ts.tv_sec;
    tb->millitm = (unsigned short)(ts.tv_nsec / 1000000);
    tb->timezone = 0;
    tb->dstflag = 0;
    return 0;
}
