/* SPDX-License-Identifier: BSD-2-Clause */
/* Additional types of <sys/types.h>: fixed names of other systems. */
#ifndef _CYGWIN_TYPES_H
#define _CYGWIN_TYPES_H

#include <sys/_timespec.h>
#include <sys/_stdint.h>

typedef struct timespec timespec_t, timestruc_t;
typedef _off64_t off64_t;
typedef __loff_t loff_t;
typedef char *addr_t;
typedef __int64_t quad_t;
typedef __uint64_t u_quad_t;
typedef quad_t *qaddr_t;
typedef unsigned long vm_offset_t;
typedef unsigned long vm_size_t;
typedef void *vm_object_t;

/* struct flock of <fcntl.h>, as fcntl(F_SETLK) takes it */
struct flock {
    short l_type;               /* F_RDLCK, F_WRLCK or F_UNLCK */
    short l_whence;             /* what l_start is relative to */
    off_t l_start;
    off_t l_len;                /* 0: to the end of the file, however far */
    pid_t l_pid;                /* F_GETLK: who holds it */
};

#endif
