/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading traces back that strace has written: JSON lines and CTF. What is read may be anything: it is
 * checked, and what does not fit is counted and left out. Times of the records are nanoseconds. */
#ifndef TRACE_REPLAY_H
#define TRACE_REPLAY_H

#include "lib/text/buf.h"
#include "trace/desc.h"
#include "trace/reader.h"
#include "trace/reader_time.h"

struct trace_replay {
    buf_realloc_fn alloc;
    trace_record_fn fn;
    void *arg;
    struct trace_replay_stream *streams; /* list, the last used first */
    uint32_t nstreams;
    uint64_t records;
    uint64_t bad;    /* lines or events that could not be read */
    uint64_t lost;   /* as the trace says */
    struct buf payload, text;
};

void trace_replay_init(struct trace_replay *p, buf_realloc_fn alloc, trace_record_fn fn, void *arg);
void trace_replay_free(struct trace_replay *p);

/** A clock for such records: a tick is a nanosecond, the first is that of 1970. */
void trace_replay_time(struct trace_time *t);

/** One line of JSON. 0, or nonzero from fn. */
int trace_replay_json(struct trace_replay *p, const char *line, size_t len);

/* A stream of a CTF trace, wholly in memory. */
struct trace_ctf_stream {
    const uint8_t *data;
    size_t size;
    /* where the reading is */
    size_t at, end; /* of the packet's content */
    uint64_t ns;
    uint32_t winpid, number;
    bool more;
};

/** Whether the metadata is one that strace writes. */
bool trace_replay_ctf_ours(const char *metadata, size_t len);

/** All streams of a trace, in order of time. 0, or nonzero from fn. */
int trace_replay_ctf(struct trace_replay *p, struct trace_ctf_stream *streams, size_t n);

/* ---- for replay_json.c and replay_ctf.c ---- */

/** The thread's stream; NULL: out of memory, or too many. */
struct trace_stream *trace_replay_stream(struct trace_replay *p, int32_t pid, uint32_t winpid, uint32_t tid,
                                         uint32_t id);
/** Hands on the record in p->payload. */
int trace_replay_emit(struct trace_replay *p, struct trace_stream *s, uint64_t ns, uint32_t seq, uint16_t id);

#endif
