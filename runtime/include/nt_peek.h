/* SPDX-License-Identifier: BSD-2-Clause */
/* Looking at other processes and at the machine: what /proc is made of. Nothing here waits for the
 * process that is looked at, so one that hangs can be read as well. */
#ifndef NT_PEEK_H
#define NT_PEEK_H

#include "base.h"

struct wbuf;

/* For the functions below; -EACCES for what is not ours. */
int nt_peek_open(uint32_t winpid, handle_t *out);
/* Bytes read, all or none: 0, -EFAULT. */
int nt_peek(handle_t process, uintptr_t addr, void *buf, size_t n);

struct nt_counters {
    uint64_t virtual, peak_virtual, resident, peak_resident, private, faults; /* bytes, but faults */
};
int nt_peek_counters(handle_t process, struct nt_counters *c);

enum { NT_REGION_READ = 1, NT_REGION_WRITE = 2, NT_REGION_EXEC = 4, NT_REGION_MAPPED = 8, NT_REGION_IMAGE = 16 };
struct nt_region {
    uintptr_t base, alloc;  /* where it begins, and what it belongs to */
    size_t size;
    unsigned flags;
};
/* The first used region at or behind `at`. False: no more. */
bool nt_peek_region(handle_t process, uintptr_t at, struct nt_region *r);
/* NT name of the file that is mapped there, appended. */
int nt_peek_mapped_name(handle_t process, uintptr_t at, struct wbuf *out);

/* ---- the machine ---- */
struct nt_cpu_time {
    uint64_t idle, kernel, user; /* 100 ns; kernel without idle */
};
/* Of up to `max` processors; how many there are. */
unsigned nt_cpu_times(struct nt_cpu_time *v, unsigned max);
uint64_t nt_boot_time(void);     /* FILETIME; 0: unknown */
void nt_swap(uint64_t *total, uint64_t *free); /* bytes of page files */

/* ---- registry ---- */
/* Key by its name for the kernel, \Registry\..., for reading. */
int nt_key_open_name(const uint16_t *name, size_t units, handle_t *out);
/* \Registry\User\<sid> of the user, appended. */
int nt_key_user_name(struct wbuf *out);
/* Name of the i-th key below, -ENOENT behind the last; `buf` holds it. */
int nt_key_sub(handle_t key, uint32_t i, void *buf, size_t size, const uint16_t **name, size_t *units);

#endif
