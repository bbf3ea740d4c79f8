/* SPDX-License-Identifier: BSD-2-Clause */
/* What all shared layouts have in common: version, header, the object directory's fixed parts.
 * Fixed-width integers only; every structure is asserted, so that the runtime (LP64), the tools
 * (LLP64) and host tests agree on each byte. */
#ifndef ISTHMUS_ABI_H
#define ISTHMUS_ABI_H

#include <stddef.h>
#include <stdint.h>

/* A change of the major number means: do not read. The minor number grows when fields are added
 * at the end or in reserved space. */
#define ISTHMUS_ABI_MAJOR 1
#define ISTHMUS_ABI_MINOR 0

#define ABI_ASSERT(cond, text) _Static_assert(cond, text)
#define ABI_SIZE(type, size)   ABI_ASSERT(sizeof(type) == (size), #type " changed its size")
#define ABI_OFFSET(type, field, off) \
    ABI_ASSERT(offsetof(type, field) == (off), #type "." #field " moved")

/* Every shared region starts with this. */
struct shm_hdr {
    uint32_t magic;
    uint16_t major;
    uint16_t minor;
    uint64_t size; /* bytes of the whole region */
};
ABI_SIZE(struct shm_hdr, 16);

#define SHM_MAGIC_INDEX   0x58444e49u /* "INDX" */
#define SHM_MAGIC_PROC    0x434f5250u /* "PROC" */
#define SHM_MAGIC_STARTUP 0x54525453u /* "STRT" */

#endif
