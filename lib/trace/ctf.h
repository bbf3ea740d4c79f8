/* SPDX-License-Identifier: BSD-2-Clause */
/* Layout of the CTF 1.8 streams that strace writes and reads back. All integers are little-endian and
 * aligned to bytes. Times and durations are nanoseconds, a call's duration stands before its fields. */
#ifndef TRACE_CTF_H
#define TRACE_CTF_H

#include <stdint.h>

#define CTF_LAYOUT 1 /* env.isthmus_layout in the metadata */

#pragma pack(push, 1)
struct ctf_packet {
    uint32_t magic;        /* TRACE_CTF_MAGIC */
    uint8_t uuid[16];
    uint32_t stream_id;    /* 0 */
    uint64_t begin, end;   /* since 1970 UTC */
    uint64_t content_size; /* bits, with this header */
    uint64_t packet_size;
    uint64_t packet_seq;
    uint64_t discarded;    /* of this thread, so far */
    uint32_t winpid;
    uint32_t stream;
};
struct ctf_event {
    uint64_t ns;
    uint16_t id;
    uint32_t seq;
    int32_t pid;
    uint32_t tid;
};
#pragma pack(pop)

_Static_assert(sizeof(struct ctf_packet) == 80, "as in the metadata");
_Static_assert(sizeof(struct ctf_event) == 22, "as in the metadata");

#endif
