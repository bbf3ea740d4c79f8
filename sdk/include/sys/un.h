/* SPDX-License-Identifier: BSD-2-Clause */
/* <sys/un.h>: addresses of local sockets. */
#ifndef _SYS_UN_H
#define _SYS_UN_H

#include <sys/types.h>

#ifndef _SA_FAMILY_T_DECLARED
typedef __sa_family_t sa_family_t;
#define _SA_FAMILY_T_DECLARED
#endif

#define UNIX_PATH_LEN 108

struct sockaddr_un {
    sa_family_t sun_family;
    char sun_path[UNIX_PATH_LEN];
};

#if __BSD_VISIBLE
#define SUN_LEN(ptr) (__builtin_offsetof(struct sockaddr_un, sun_path) + __builtin_strlen((ptr)->sun_path))
#endif

#endif
