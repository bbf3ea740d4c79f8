/* SPDX-License-Identifier: BSD-2-Clause */
/* Facts about the machine, the user and the process. */
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

/* The last number of a security identifier and what is before it. */
struct nt_sid {
    uint8_t authority;      /* 5: NT */
    uint8_t subs;
    uint32_t first;         /* first sub-authority: 21 domain or machine, 32 built in */
    uint32_t rid;           /* last sub-authority */
};
int nt_token_user(struct nt_sid *user, struct nt_sid *group);
int nt_token_groups(struct nt_sid *groups, unsigned max); /* how many there are */

#endif
