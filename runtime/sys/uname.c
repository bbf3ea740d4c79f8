/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of the system and of the machine. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "nt/nt_system.h"
#include "sys.h"

/**
 * Names of the system. sysname is what configure scripts take for this platform.
 * @return 0. POSIX.1-2017 uname()
 */
int uname(struct utsname *u)
{
    struct nt_version v;
    int r;

    memset(u, 0, sizeof(*u));
    nt_os_version(&v);
    snprintf(u->sysname, sizeof(u->sysname), "CYGWIN_NT-%u.%u-%u", v.major, v.minor, v.build);
    snprintf(u->release, sizeof(u->release), "1.0.0-isthmus.x86_64");
    snprintf(u->version, sizeof(u->version), "Isthmus ABI 1");
    snprintf(u->machine, sizeof(u->machine), "x86_64");
    r = nt_computer_name(u->nodename, sizeof(u->nodename));
    if (r == -ERANGE)
        r = 0; /* cannot be: a label of DNS has 63 characters */
    trace_sys_uname(r);
    return (int)sys_ret(r);
}

/** Name of the machine. @return 0, or -1 with ENAMETOOLONG. POSIX.1-2017 gethostname() */
int gethostname(char *name, size_t size)
{
    int r = nt_computer_name(name, size);

    if (r == -ERANGE)
        r = -ENAMETOOLONG;
    trace_sys_gethostname(r ? "" : name, r);
    return (int)sys_ret(r);
}

/** Name of the NIS domain: there is none. @return 0, or -1 with EINVAL */
int getdomainname(char *name, size_t size)
{
    if (!size)
        return (int)sys_ret(-EINVAL);
    *name = 0;
    return 0;
}

/** Not allowed: the name is Windows' own. @return -1 with EPERM. BSD */
int sethostname(const char *name, size_t size)
{
    return (int)sys_ret(-EPERM);
}
