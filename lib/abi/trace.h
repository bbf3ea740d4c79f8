/* SPDX-License-Identifier: BSD-2-Clause */
/* Layout of trace memory: control masks, regions (flight recorder of a process, session of a
 * tracer), packets and event records. What the numbers of events mean is declared in
 * lib/trace/events.def.
 *
 * A region is a header, control masks, a table of member processes, a table of packet states and
 * the packets. The flight recorder of a process and the session of a tracer are the same thing;
 * only the policy differs when no packet is free: a recorder takes the oldest full one, a session
 * counts a loss. Each thread writes into a packet of its own, so nothing on the way of an event is
 * locked or shared. A packet is a packet of CTF 1.8 as it is. */
#ifndef ISTHMUS_ABI_TRACE_H
#define ISTHMUS_ABI_TRACE_H

#include "abi.h"

#define SHM_MAGIC_TRACE 0x43525454u /* "TTRC": a region */
#define SHM_MAGIC_CTL   0x4c544354u /* "TCTL": control masks */

#define TRACE_MAX_EVENTS 1024u  /* ids are below this */
#define TRACE_STR_MAX    4080u  /* bytes of a string in an event; the rest is cut off, and marked */
#define TRACE_BUF_MAX    64u    /* bytes of a buffer in an event */
#define TRACE_PACKET_MIN 16384u /* smallest packet: the longest event must fit */

/* ---- control: what is recorded ---- */

/* Values of a mask byte. A call that fails is recorded unless its byte says TRACE_NEVER. */
#define TRACE_OFF   0u
#define TRACE_ON    1u
#define TRACE_NEVER 0x80u /* as a signed byte below all others: the test of a call needs one comparison */

/* The only part that a tracer may write in somebody else's memory: bytes, which writers believe. */
struct trace_ctl {
    struct shm_hdr hdr;
    uint32_t winpid;     /* whose it is */
    uint8_t timing;      /* 1: calls are timed (a second RDTSC each) */
    uint8_t follow;      /* 1: children begin with these bytes */
    uint8_t stacks;      /* 1: a call_stack goes before each call that is recorded */
    uint8_t reserved[41];
    uint8_t mask[TRACE_MAX_EVENTS];
};
ABI_OFFSET(struct trace_ctl, timing, 20);
ABI_OFFSET(struct trace_ctl, mask, 64);
ABI_SIZE(struct trace_ctl, 1088);

/* A control section may be there before the process: made by a tracer that waits for programs of a name
 * (file name without .exe, ASCII letters small, what is no ASCII as '?', cut), or for all of the tree. Each
 * process that nobody traces yet takes its bytes from it when it starts. */
#define TRACE_WANT_PREFIX "want."
#define TRACE_WANT_ALL    "want.*"
#define TRACE_WANT_NAME   48u

/* A section of this name is there while anybody waits. Whether it is, the index remembers (shm_index.waiters), so
 * that a process that starts need not look for three sections: a tracer makes the section before it writes
 * SOMEBODY, and writes UNKNOWN when it ends; who starts and finds UNKNOWN looks, and writes down what it saw
 * unless something else stands there by then. What a killed tracer leaves costs time and nothing else. */
#define TRACE_WANT_MARK "wants"
enum trace_waiters { TRACE_WAITERS_UNKNOWN = 0, TRACE_WAITERS_NOBODY = 1, TRACE_WAITERS_SOMEBODY = 2 };

static inline char trace_want_letter(uint32_t c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c > 32 && c < 127 && c != '\\' && c != '*' ? (char)c : '?';
}

/* Ends a name of n letters, which has room for one more. */
static inline void trace_want_end(char *name, uint64_t n)
{
    if (n > 4 && name[n - 4] == '.' && name[n - 3] == 'e' && name[n - 2] == 'x' && name[n - 1] == 'e')
        n -= 4;
    name[n] = 0;
}

/* ---- region ---- */

/* One instant by three clocks. */
struct trace_clock {
    uint64_t tsc;
    uint64_t qpc;
    uint64_t wall; /* nanoseconds since 1970 UTC */
};
ABI_SIZE(struct trace_clock, 24);

enum trace_region_flags {
    TRACE_OVERWRITE = 1, /* flight recorder: the oldest full packet is taken when none is free */
    TRACE_FOLLOW = 2,    /* children of members join */
    TRACE_CLOSED = 4,    /* the tracer has gone: nothing is recorded any more */
    TRACE_SAVED = 8,     /* recorder: its process has put it into a file */
    TRACE_LOSSLESS = 16, /* session: who finds no free packet waits for the tracer, while that reads */
};

/* A process that writes into the region, or will: its creator enters it before it runs. Taken by
 * compare-and-swap of winpid from 0. */
struct trace_member {
    uint32_t winpid;
    uint32_t state;    /* enum trace_member_state */
    int32_t pid;       /* POSIX, 0: not known yet */
    uint32_t creator;  /* Windows pid of who entered it */
    uint64_t created;  /* creation time, FILETIME; 0: not known yet */
    uint64_t reserved;
};
ABI_SIZE(struct trace_member, 32);

enum trace_member_state {
    TRACE_MEMBER_NEW = 0,
    TRACE_MEMBER_EXPECTED = 1, /* created, not heard of yet */
    TRACE_MEMBER_JOINED = 2,
    TRACE_MEMBER_GONE = 3,     /* seen dead by the tracer, packets read; may be taken again */
};

/* State of a packet: winpid << 32 | generation << 8 | enum trace_packet_state, changed by
 * compare-and-swap. The generation grows with each use, so a stale owner's swap fails. */
enum trace_packet_state {
    TRACE_PACKET_FREE = 0,
    TRACE_PACKET_OPEN = 1, /* a thread writes into it */
    TRACE_PACKET_FULL = 2, /* closed by its writer */
};
struct trace_slot {
    uint64_t state;
    uint64_t closed; /* TSC when it became full */
};
ABI_SIZE(struct trace_slot, 16);

#define TRACE_SLOT(winpid, gen, st) \
    ((uint64_t)(winpid) << 32 | (uint64_t)((gen) & 0xffffffu) << 8 | (st))
#define TRACE_SLOT_STATE(s)  ((uint32_t)(s) & 0xffu)
#define TRACE_SLOT_GEN(s)    ((uint32_t)(s) >> 8)
#define TRACE_SLOT_WINPID(s) ((uint32_t)((s) >> 32))

struct trace_region {
    struct shm_hdr hdr;
    uint32_t flags;        /* enum trace_region_flags */
    uint32_t owner;        /* Windows pid of the process or the tracer */
    uint64_t created;      /* creation time of the owner, FILETIME */
    uint32_t packet_size;  /* bytes, a multiple of 4096 */
    uint32_t packets;
    uint32_t members;
    uint32_t next_stream;  /* number of the next thread that joins */
    uint64_t off_ctl;      /* struct trace_ctl */
    uint64_t off_members;
    uint64_t off_slots;
    uint64_t off_packets;
    uint64_t lost;         /* events for which no packet was free, all threads */
    uint64_t qpc_frequency;
    struct trace_clock clock; /* when the region was made */
    /* A recorder that was put into a file when its process had ended: */
    struct trace_clock last;  /* when that was */
    uint64_t ended;           /* FILETIME */
    uint32_t wait_status;     /* as wait() gives it */
    int32_t pid;              /* POSIX */
    uint64_t looks;           /* session: how often the tracer has looked for events */
    uint8_t reserved[56];
};
ABI_OFFSET(struct trace_region, off_ctl, 48);
ABI_OFFSET(struct trace_region, lost, 80);
ABI_SIZE(struct trace_region, 224);

/* ---- packets and events ---- */

#define TRACE_CTF_MAGIC 0xc1fc1fc1u
#define TRACE_UUID_BYTES \
    { 0x69, 0x73, 0x74, 0x68, 0x6d, 0x75, 0x73, 0x01, \
      0x80, 0x00, 0x74, 0x72, 0x61, 0x63, 0x65, 0x01 }

/* CTF: packet header up to stream_id, the rest is the packet context. content_size and end are
 * valid in full packets; in an open one the events end at the first header word that is zero. */
struct trace_packet {
    uint32_t magic;         /* TRACE_CTF_MAGIC */
    uint8_t uuid[16];
    uint32_t stream_id;     /* of the CTF class: 0 */
    uint64_t begin;         /* TSC of the first event at the earliest */
    uint64_t end;           /* TSC of the last event at the latest */
    uint64_t content_size;  /* bits, header included */
    uint64_t packet_size;   /* bits */
    uint64_t packet_seq;    /* of this thread, from 0 */
    uint64_t discarded;     /* events of this thread lost before this packet's end; cumulative */
    uint64_t begin_qpc;
    uint64_t begin_wall;    /* nanoseconds since 1970 UTC */
    uint64_t end_qpc;
    uint64_t end_wall;
    int32_t pid;            /* POSIX */
    uint32_t winpid;
    uint32_t tid;           /* Windows */
    uint32_t stream;        /* number of the thread in this region: pids and tids are used again */
    uint32_t first_seq;     /* of the first event */
    uint32_t version;       /* ISTHMUS_ABI_MAJOR << 16 | MINOR */
};
ABI_OFFSET(struct trace_packet, begin, 24);
ABI_OFFSET(struct trace_packet, content_size, 40);
ABI_OFFSET(struct trace_packet, pid, 104);
ABI_OFFSET(struct trace_packet, first_seq, 120);
ABI_SIZE(struct trace_packet, 128);

/* Header of an event; its payload of `size` bytes follows, the next event begins at the next
 * multiple of 8. Written in this order: zero into the word (id, size, seq) after the event, then
 * size and seq with id 0, then TSC and payload, then id. So a word of zero ends the packet, id 0
 * with a size is an event that is being written or was never finished, and stale bytes are never
 * reached. */
struct trace_event {
    uint64_t tsc;
    uint16_t id;
    uint16_t size;
    uint32_t seq; /* of this thread, from 0; a gap is a loss */
};
ABI_OFFSET(struct trace_event, id, 8);
ABI_SIZE(struct trace_event, 16);

/* Payload: fields in declared order, little-endian, without padding; a call's begins with u64 dur
 * (TSC ticks, 0: not timed). str: bytes up to a NUL. buf: u16 number of bytes, then the bytes.
 * Strings that are no strings: */
#define TRACE_STR_NULL "\xff\xfe"      /* a null pointer */
#define TRACE_STR_BAD  "\xff\xfd"      /* a pointer to nothing readable */
#define TRACE_STR_CUT  "\xff\xfc"      /* at the end: the string went on */

/* Sizes that the runtime and strace use unless told otherwise. */
#define TRACE_RING_PACKET    16384u
#define TRACE_RING_PACKETS   64u
#define TRACE_SESSION_PACKET 65536u
#define TRACE_SESSION_MIB    128       /* of packets, sparse */
#define TRACE_SESSION_MEMBERS 8192u

static inline uint64_t trace_align(uint64_t n, uint64_t a)
{
    return (n + a - 1) & ~(a - 1);
}

/* Bytes of a region with that many members and packets. */
static inline uint64_t trace_region_size(uint32_t members, uint32_t packets, uint32_t packet_size)
{
    uint64_t n = sizeof(struct trace_region) + sizeof(struct trace_ctl);

    n = trace_align(n, 64) + (uint64_t)members * sizeof(struct trace_member);
    n = trace_align(n, 64) + (uint64_t)packets * sizeof(struct trace_slot);
    return trace_align(n, 4096) + (uint64_t)packets * packet_size;
}

#endif
