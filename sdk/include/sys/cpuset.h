/* SPDX-License-Identifier: BSD-2-Clause */
/* <sys/cpuset.h>: sets of processors for <sched.h>. */
#ifndef _SYS_CPUSET_H_
#define _SYS_CPUSET_H_

#include <sys/cdefs.h>

typedef unsigned long __cpu_mask;
#define __CPU_SETSIZE 1024
#define __NCPUBITS (8 * sizeof(__cpu_mask))
#define __CPU_GROUPMAX (__CPU_SETSIZE / __NCPUBITS)

typedef struct {
    __cpu_mask __bits[__CPU_GROUPMAX];
} cpu_set_t;

#if __GNU_VISIBLE
#define CPU_SETSIZE __CPU_SETSIZE
#define CPU_ZERO(set) __builtin_memset((set), 0, sizeof(cpu_set_t))
#define CPU_SET(cpu, set) ((void)((set)->__bits[(cpu) / __NCPUBITS] |= 1UL << ((cpu) % __NCPUBITS)))
#define CPU_CLR(cpu, set) ((void)((set)->__bits[(cpu) / __NCPUBITS] &= ~(1UL << ((cpu) % __NCPUBITS))))
#define CPU_ISSET(cpu, set) (((set)->__bits[(cpu) / __NCPUBITS] >> ((cpu) % __NCPUBITS)) & 1)
#define CPU_COUNT(set) __cpu_count(set)
#define CPU_EQUAL(a, b) (__builtin_memcmp((a), (b), sizeof(cpu_set_t)) == 0)

static __inline__ int __cpu_count(const cpu_set_t *__set)
{
    int __n = 0;
    unsigned __i;

    for (__i = 0; __i < __CPU_GROUPMAX; __i++)
        __n += __builtin_popcountl(__set->__bits[__i]);
    return __n;
}
#endif

#endif
