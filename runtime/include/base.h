/* SPDX-License-Identifier: BSD-2-Clause */
/* Small things that every part of the runtime uses. */
#ifndef BASE_H
#define BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Belongs to this Windows process, not to the POSIX process: a forked child starts with its initial
 * value instead of the parent's. Handles, addresses of views, thread ids. */
#define NOCOPY __attribute__((section(".nocopy")))

#define ARRAY_SIZE(a)   (sizeof(a) / sizeof((a)[0]))
#define ALIGN_UP(n, a)   (((n) + (a) - 1) & ~((__typeof__(n))(a) - 1))
#define ALIGN_DOWN(n, a) ((n) & ~((__typeof__(n))(a) - 1))
#define likely(x)       __builtin_expect(!!(x), 1)
#define unlikely(x)     __builtin_expect(!!(x), 0)
#define NORETURN        __attribute__((noreturn))
#define container_of(ptr, type, member) ((type *)((char *)(ptr) - offsetof(type, member)))

/* A kernel object. NULL: none. */
typedef void *handle_t;

/* A structure that ends a loop of the impossible: prints `why` to standard error, ends the process. */
NORETURN void rt_panic(const char *why, int64_t detail);

static inline uint64_t rdtsc(void)
{
    uint32_t lo, hi;

    __asm__ volatile("rdtsc" : "=a"(lo), "=d"(hi));
    return (uint64_t)hi << 32 | lo;
}

#endif
