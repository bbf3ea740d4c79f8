/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading trace regions while they are written: collecting events per thread, finding what was
 * lost, and putting all threads' events into the order of their times. The memory read is not
 * trusted. */
#ifndef TRACE_READER_H
#define TRACE_READER_H

#include <stdbool.h>

#include "trace/region.h"

/* A thread that has written into a region. */
struct trace_stream {
    struct trace_stream *hash_next;
    uint32_t id; /* its number in the region */
    int32_t pid;
    uint32_t winpid;
    uint32_t tid;
    uint32_t next_seq;    /* expected */
    uint64_t next_packet; /* packet_seq from which on nothing was read yet */
    uint32_t read;        /* bytes read of packet next_packet - 1's successor, the current one */
    uint64_t last_tsc;
    uint64_t events; /* seen */
    uint64_t lost;   /* gaps in the numbers */
    uint64_t torn;   /* of these, events that were begun and never finished */
    uint8_t *data;   /* events read, not yet handed on: [off, len) */
    size_t off, len, cap;
};

/* An event as it is handed on; valid during the call. */
struct trace_record {
    const struct trace_stream *stream;
    uint64_t tsc;
    uint32_t seq;
    uint32_t lost; /* events of this thread lost right before this one */
    uint16_t id;
    uint16_t size;
    const uint8_t *payload;
};

/** Receives events in order. Nonzero stops reading, and is returned by trace_reader_emit. */
typedef int (*trace_record_fn)(void *arg, const struct trace_record *r);

struct trace_reader {
    struct trace_region *region;
    struct trace_geometry g;
    bool session;    /* packets that were read are given back */
    bool failed;     /* out of memory: events were lost here */
    uint64_t polled; /* bytes of events collected so far */
    uint32_t streams;
    uint32_t nbuckets; /* a power of two */
    struct trace_stream **buckets;
    struct trace_stream **heap;
    uint32_t nheap, heap_cap;
    struct reader_found *found;
    uint32_t found_cap;
    uint32_t *dead; /* Windows pids whose open packets are final */
    uint32_t ndead, dead_cap;
    struct trace_clock pair[2]; /* earliest and latest seen in packets and given */
};

/**
 * Start to read a region.
 *
 * @param session true: the caller is the tracer and owns full packets
 * @return 0; -1: no region, or out of memory
 */
int trace_reader_open(struct trace_reader *r, struct trace_region *region, uint64_t size,
                      bool session);
void trace_reader_close(struct trace_reader *r);

/** That process has ended: at the next poll its open packets are read to their end. 0 or -1. */
int trace_reader_dead(struct trace_reader *r, uint32_t winpid);

/** Collect what was written since the last poll. 0; -1: out of memory. */
int trace_reader_poll(struct trace_reader *r);

/** Whether any packet belongs to that process. */
bool trace_reader_has(const struct trace_reader *r, uint32_t winpid);

/** Hand on collected events with tsc <= horizon in order of time. */
int trace_reader_emit(struct trace_reader *r, uint64_t horizon, trace_record_fn fn, void *arg);

/** Events lost so far: counted by the writers, and gaps. */
uint64_t trace_reader_lost(const struct trace_reader *r);

#endif
