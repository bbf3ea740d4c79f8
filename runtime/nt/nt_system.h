/* SPDX-License-Identifier: BSD-2-Clause */
/* Facts about the machine and the process. */
#ifndef NT_SYSTEM_H
#define NT_SYSTEM_H

#include "base.h"

struct nt_version {
    uint32_t major, minor, build;
};
void nt_os_version(struct nt_version *v);
int nt_computer_name(char *name, size_t size);   /* ASCII; -ERANGE */
unsigned nt_cpus(void);
void nt_memory(uint64_t *total, uint64_t *available); /* bytes of RAM */
int nt_process_memory(uint64_t *peak, uint64_t *faults); /* of this process */

/* Wall clock as precise as there is, FILETIME. */
uint64_t nt_time_precise(void);
int nt_set_time(uint64_t filetime);

/* Windows' time zone. A change is on the week-th (5: last) weekday (0: Sunday) of the month, at
 * `seconds` of local time; month 0: there is no summer time. */
struct nt_zone_change {
    int month, week, weekday, seconds;
};
struct nt_zone {
    long west, west_summer; /* seconds to add to local time for UTC */
    struct nt_zone_change summer, winter;
};
void nt_zone(struct nt_zone *z);

#endif
